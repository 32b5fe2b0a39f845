"""Charts as files: pictures, their data, their descriptions, and the library that makes them live."""

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from procurement.cases.owed import USUAL_CURRENCY
from procurement.charts.all_charts import CHARTS
from procurement.charts.asking import Chosen, picture_in
from procurement.charts.drawing import TYPES, draw, painted
from procurement.charts.figure import Figure, Size
from procurement.charts.library import library, library_name
from procurement.charts.timeline.figure import timeline
from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.common.file_names import dated_name, disposition
from procurement.common.json_text import as_json
from procurement.common.money import currency_fault
from procurement.common.row_files import MARKED_CSV, Table
from procurement.pages.dates import asked_in
from procurement.pages.kept_figures import FIGURES
from procurement.pages.reading import LARGE, SMALL, readable
from procurement.programs.models import Program
from procurement.programs.reading import program_in_view

#: The forms in which every chart can be had.
FORMS = (*TYPES, "json", "csv")
FOR_EVER = 365 * 24 * 3600


@require_safe
@readable(cost=SMALL)
def timeline_file(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """A program's chart as a file."""
    asked, how = asked_in(request), picture_in(request.GET)
    program = program_in_view(code, asked)
    if program is None:
        raise Http404
    return file_of(timeline_of(program, asked), form, how)


@require_safe
@readable(cost=LARGE)
def chart_file(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """A chart over all cases as a file."""
    chosen, how = chosen_in(request), picture_in(request.GET)
    return file_of(chart_of(name, chosen), form, how)


def timeline_of(program: Program, asked: Asked) -> Figure:
    """A program's chart, as it was made from the same data or anew."""
    return FIGURES.kept((program.pk, asked), lambda: timeline(program, asked))


def chart_of(name: str, chosen: Chosen) -> Figure:
    """A chart over all cases, as it was made from the same data or anew."""
    return FIGURES.kept((name, chosen), lambda: CHARTS[name](chosen))


def chosen_in(request: HttpRequest) -> Chosen:
    """The dates and the currency that a chart over all cases is asked for. Raises Refused naming each fault."""
    asked, currency = asked_in(request), request.GET.get("currency") or settings.REPORTING_CURRENCY or USUAL_CURRENCY
    if fault := currency_fault(currency):
        raise Refused({"currency": fault})
    return Chosen(asked, currency)


How = tuple[str, Size]


def file_of(figure: Figure, form: str, how: How) -> HttpResponse:
    """A chart in one of its forms."""
    made: Mapping[str, Callable[[Figure, How], tuple[bytes, str]]] = {"json": _described, "csv": _rows}
    content, content_type = made[form](figure, how) if form in made else (draw(figure, form, *how), TYPES[form])
    name = dated_name("-".join(filter(None, (figure.program, figure.name, figure.language))), figure.asked)
    headers = {"Content-Disposition": disposition(f"{name}.{form}", download=form == "csv")}
    return HttpResponse(content, content_type=content_type, headers=headers)


def _described(figure: Figure, how: How) -> tuple[bytes, str]:
    return as_json(document(figure, how)), "application/json"


def document(figure: Figure, how: How) -> dict[str, Any]:
    """A chart with all that stands beside it; `specification` is of Vega-Lite."""
    heads = [{"name": name, "title": title} for name, title in figure.table.columns]
    return {
        "name": figure.name,
        "program": figure.program or None,
        "title": figure.title,
        "alternative": figure.alternative,
        "notes": figure.notes,
        "language": figure.language,
        "as_of": figure.asked.as_of,
        "published_by": figure.asked.published_by,
        "recorded_by": figure.asked.recorded_by,
        "columns": heads,
        "rows": [[cell.value for cell in row] for row in figure.table.rows],
        "specification": painted(figure, *how),
    }


def _rows(figure: Figure, _how: How) -> tuple[bytes, str]:
    names = [name for name, _title in figure.table.columns]
    rows = [dict(zip(names, (cell.value for cell in row), strict=True)) for row in figure.table.rows]
    return b"".join(MARKED_CSV.pieces(Table(names), rows)), MARKED_CSV.content_type


@require_safe
def library_file(_request: HttpRequest, name: str) -> HttpResponse:
    """The library that makes charts live; its address is another one for each version of it."""
    if name != library_name():
        raise Http404
    response = HttpResponse(library(), content_type="text/javascript; charset=utf-8")
    patch_cache_control(response, public=True, max_age=FOR_EVER, immutable=True)
    return response
