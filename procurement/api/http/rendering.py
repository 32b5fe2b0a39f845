"""Answers as JSON, CSV, JSON Lines and workbooks: one page rendered, or all rows streamed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from procurement.common.errors import Refused
from procurement.common.json_text import as_json
from procurement.common.row_files import CSV, JSONL, MARKED_CSV, XLSX, RowFormat, Table


class JSONRenderer(BaseRenderer):
    """One JSON document."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else as_json(data)


class RowsRenderer(BaseRenderer):
    """A format of rows that can be written one after another."""

    charset: str | None = "utf-8"
    rows: ClassVar[RowFormat]

    def pieces(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
        """The answer piece by piece."""
        return self.rows.pieces(table, rows)

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return b"".join(self.pieces(renderer_context["view"].table(), _rows(data)))


class CSVRenderer(RowsRenderer):
    """Comma-separated values with a header; what is nested is JSON."""

    media_type = CSV.media_type
    format = CSV.name
    rows = CSV
    #: Whether it begins with the mark by which spreadsheets recognise UTF-8.
    is_marked = False

    def pieces(self, table: Table, rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
        return (MARKED_CSV if self.is_marked else CSV).pieces(table, rows)


class JSONLinesRenderer(RowsRenderer):
    """One JSON object per line."""

    media_type = JSONL.media_type
    format = JSONL.name
    rows = JSONL


class WorkbookRenderer(RowsRenderer):
    """A workbook of Excel."""

    media_type = XLSX.media_type
    format = XLSX.name
    charset = None
    render_style = "binary"
    rows = XLSX


#: What an address answers that answers with rows.
ROWS: Sequence[type[BaseRenderer]] = (JSONRenderer, CSVRenderer, JSONLinesRenderer, WorkbookRenderer)


def _rows(data: Any) -> list[Mapping[str, Any]]:
    return list(data["results"] if isinstance(data, Mapping) else data)


class Negotiation(DefaultContentNegotiation):
    """`?format=` takes precedence over `Accept`; an unknown format is refused by name."""

    def get_accept_list(self, request: Request) -> list[str]:
        """An empty header counts as none."""
        return super().get_accept_list(request) if request.headers.get("Accept") else ["*/*"]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        """An empty `format` is none of those that there are."""
        if request.query_params.get("format") == "":
            self.filter_renderers(renderers, "")
        return super().select_renderer(request, renderers, format_suffix)

    def filter_renderers(
        self,
        renderers: Iterable[BaseRenderer],
        format: str,  # noqa: A002  DRF calls it by this name
    ) -> list[BaseRenderer]:
        fitting = [renderer for renderer in renderers if renderer.format == format]
        if not fitting:
            known = ", ".join(dict.fromkeys(str(renderer.format) for renderer in renderers))
            raise Refused({"format": f"“{format}” is not a format of this address; accepted: {known}"})
        return fitting
