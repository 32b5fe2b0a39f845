"""The portfolio as a file: what was stopped, what is still owed, and what leaving cost."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.views.decorators.http import require_safe

from procurement.access.auditing import note_export
from procurement.access.limits.files import streamed_in_turn
from procurement.cases.files import portfolio_rows, portfolio_table
from procurement.cases.undated import undated_facts
from procurement.common.errors import Refused
from procurement.common.file_names import dated_name, disposition
from procurement.common.row_files import DOWNLOADS
from procurement.pages.dates import asked_in
from procurement.pages.reading import LARGE, readable


@require_safe
@readable(cost=LARGE)
def portfolio_file(request: HttpRequest, form: str) -> HttpResponse | StreamingHttpResponse:
    """The same as a file, as a person downloads it."""
    try:
        asked = asked_in(request)
    except Refused as error:
        return HttpResponse(str(error), status=400, content_type="text/plain; charset=utf-8")
    name, undated, written = f"{dated_name('portfolio', asked)}.{form}", undated_facts(asked), DOWNLOADS[form]
    note_export(request, name)
    headers = {"Content-Disposition": disposition(name, download=True)}
    headers |= {} if undated is None else {"X-Undated": str(undated)}
    about = {"file": name, "address": request.build_absolute_uri()}
    pieces = written.pieces(replace(portfolio_table(), about=about), portfolio_rows(asked, form))
    return streamed_in_turn(pieces, content_type=written.content_type, headers=headers)
