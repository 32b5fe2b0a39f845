"""Pages of documents: all of them, and one with everything that rests on it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from procurement.cases.records.source import (
    MOST_COUNTED,
    documents,
    publishers,
    resting,
    rows_resting,
    source_case,
    source_in_view,
    with_counts,
)
from procurement.common.errors import Refused
from procurement.common.texts import text_fault
from procurement.pages.asking import PAGE, refuse_others
from procurement.pages.dates import asked_in
from procurement.pages.fact_words import TABLES, fact_line
from procurement.pages.pagers import paged
from procurement.pages.reading import LARGE, readable
from procurement.pages.rendering import DATES, page
from procurement.sources.models import Document

DOCUMENTS, ROWS = 50, 50
SEARCH, GRADE, PUBLISHER, TYPE = "search", "grade", "publisher", "type"


@require_safe
@readable(cost=LARGE)
def sources(request: HttpRequest) -> HttpResponse:
    """Every document, searched and chosen, with how much rests on each."""
    refuse_others(request, SEARCH, GRADE, PUBLISHER, PAGE)
    asked = asked_in(request)
    chosen = {name: request.GET.get(name, "").strip() for name in (SEARCH, GRADE, PUBLISHER)}
    _refuse(chosen)
    rows = documents(asked, words=chosen[SEARCH], grade=chosen[GRADE], publisher=chosen[PUBLISHER])
    found, pager = paged(request, rows, DOCUMENTS)
    context = {
        "found": with_counts(found, asked),
        "pager": pager,
        "chosen": chosen,
        "most": MOST_COUNTED,
        "grades": Document.Grade.values,
        "publishers": publishers(asked),
        "kept_dates": [(name, request.GET[name]) for name in DATES if request.GET.get(name)],
    }
    return page(request, "pages/sources.html", asked, context)


def _refuse(chosen: dict[str, str]) -> None:
    grade, grades = chosen[GRADE], Document.Grade.values
    if grade and grade not in grades:
        raise Refused({GRADE: f"“{grade[:40]}” is not a grade; accepted: {', '.join(grades)}"})
    for name in (SEARCH, PUBLISHER):
        if fault := text_fault(chosen[name]):
            raise Refused({name: fault})


@require_safe
@readable()
def source(request: HttpRequest, pk: int) -> HttpResponse:
    """One document and every row that rests on it, by type."""
    refuse_others(request, TYPE, PAGE)
    asked = asked_in(request)
    found = source_in_view(pk, asked)
    if found is None:
        raise Http404
    case = source_case(found, asked)
    table = _table(request, list(case.counts))
    many = case.counts.get(table, 0) > MOST_COUNTED
    rows, pager = paged(request, rows_resting(found, table, asked, many=many) if table else [], ROWS)
    context = {
        "case": case,
        "source": found,
        "is_link": found.archived_copy.startswith("https://"),
        "table": table,
        "most": MOST_COUNTED,
        "tables": [(name, TABLES[name], case.counts[name]) for name in resting() if name in case.counts],
        "table_name": TABLES.get(table, ""),
        "lines": [fact_line(row) for row in rows],
        "pager": pager,
    }
    return page(request, "pages/source.html", asked, context)


def _table(request: HttpRequest, with_rows: list[str]) -> str:
    """The type of rows that is shown: the asked one, else the first that there is."""
    given = request.GET.get(TYPE, "")
    if given and given not in resting():
        raise Refused({TYPE: f"“{given[:40]}” is not a type; accepted: {', '.join(resting())}"})
    return given or next((name for name in resting() if name in with_rows), "")
