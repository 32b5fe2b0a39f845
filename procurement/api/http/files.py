"""Answers as files: the byte order mark, the name, and sending while the rows are read."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from rest_framework.request import Request

from procurement.access.auditing import note_export
from procurement.access.limits.files import streamed_in_turn
from procurement.api.http.filtering import parse_yes_no
from procurement.api.http.rendering import CSVRenderer
from procurement.common.errors import Refused
from procurement.common.file_names import disposition
from procurement.common.row_files import Table

#: The parameter that asks for a byte order mark.
MARK = "bom"
#: Parameters that ask for a page, which is a part of a list.
OF_PAGES = frozenset({"cursor", "page_size"})


def mark_as_asked(request: Request, given: str) -> None:
    """Let CSV begin with a byte order mark if the request asks for it. Raises Refused where the answer is no CSV."""
    renderer = request.accepted_renderer
    if not isinstance(renderer, CSVRenderer):
        raise Refused({MARK: "applies only to CSV; give format=csv too, or leave it out"})
    try:
        renderer.is_marked = parse_yes_no(given)
    except ValueError as error:
        raise Refused(
            {MARK: f"{error}; true begins the file with the mark by which spreadsheets know UTF-8"}
        ) from error


def subject_of(request: Request) -> str:
    """What a request's address lists: contracts, imports-7-issues, exposure-series."""
    below_the_root = request.path_info.strip("/").split("/")[2:]
    return "-".join(below_the_root)


def keep_type(renderer: Any) -> Callable[[HttpResponse], None]:
    """A callback for a rendered page: without rows it has no content, and DRF takes its type away."""
    return lambda response: response.setdefault("Content-Type", renderer.rows.content_type)


def name_file(request: Request, response: Any, name: str, *, is_whole: bool) -> None:
    """Name a file whose rows are all read, and keep its type; one that is a whole list is audited."""
    response["Content-Disposition"] = disposition(name)
    response.add_post_render_callback(keep_type(request.accepted_renderer))
    if is_whole:
        note_export(request, name)


def sent_whole(
    request: Request, table: Table, rows: Iterable[Mapping[str, Any]], name: str, headers: Mapping[str, str]
) -> StreamingHttpResponse:
    """All rows as a file in the requested format.

    If a fault ends the rows, the server breaks the connection off; it never ends the answer as if it were whole. A
    fault before the first piece is raised here, so that it is answered as a problem. Raises NoTurn.
    """
    note_export(request, name)
    renderer: Any = request.accepted_renderer
    said = {"Content-Disposition": disposition(name), **headers}
    return streamed_in_turn(renderer.pieces(table, rows), content_type=renderer.rows.content_type, headers=said)
