"""Answers as JSON, CSV and JSON Lines: one page rendered, or all rows streamed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import orjson
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from procurement.common.csv_lines import harmless, line
from procurement.common.errors import Refused

OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def as_json(value: Any, *, indented: bool = False) -> bytes:
    """JSON, with decimals as strings."""
    return orjson.dumps(value, default=_otherwise, option=OPTIONS | (orjson.OPT_INDENT_2 if indented else 0))


def _otherwise(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


class JSONRenderer(BaseRenderer):
    """One JSON document."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        return b"" if data is None else as_json(data)


class RowsRenderer(BaseRenderer):
    """A format of rows that can be written one after another."""

    charset = "utf-8"

    def lines(self, rows: Iterable[Mapping[str, Any]], columns: Sequence[str] = ()) -> Iterator[bytes]:
        """The answer piece by piece."""
        raise NotImplementedError

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        rows = _rows(data)
        view = (renderer_context or {}).get("view")
        columns = view.columns() if view is not None and hasattr(view, "columns") else ()
        return b"".join(self.lines(rows, columns))


class CSVRenderer(RowsRenderer):
    """Comma-separated values with a header; what is nested is JSON, or `a.b` where no columns are declared."""

    media_type = "text/csv"
    format = "csv"

    def lines(self, rows: Iterable[Mapping[str, Any]], columns: Sequence[str] = ()) -> Iterator[bytes]:
        if not columns:
            rows = [flat_row(row) for row in rows]
            columns = list(dict.fromkeys(name for row in rows for name in row))
        yield line(columns)
        for row in rows:
            yield line([_cell(row.get(name)) for name in columns])


class JSONLinesRenderer(RowsRenderer):
    """One JSON object per line."""

    media_type = "application/jsonl"
    format = "jsonl"

    def lines(self, rows: Iterable[Mapping[str, Any]], columns: Sequence[str] = ()) -> Iterator[bytes]:
        return (as_json(row) + b"\n" for row in rows)


def _rows(data: Any) -> list[Mapping[str, Any]]:
    if isinstance(data, Mapping):
        return list(data.get("results", data.get("rows", [data])))
    return list(data)


def flat_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row without nesting."""
    flat: dict[str, Any] = {}
    for name, value in row.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}.{inner}": each for inner, each in flat_row(value).items()}
        else:
            flat[name] = value
    return flat


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value)
    return as_json(value).decode().strip('"')


class Negotiation(DefaultContentNegotiation):
    """`?format=` takes precedence over `Accept`; an unknown format is refused by name."""

    def get_accept_list(self, request: Request) -> list[str]:
        """An empty header counts as none."""
        return super().get_accept_list(request) if request.headers.get("Accept") else ["*/*"]

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
