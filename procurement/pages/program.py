"""One program: what was decided, who says what, what is owed, and what nobody knows; at any dates."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from procurement.cases.one_program.money import Line, Money
from procurement.cases.one_program.reading import Paging, one_program
from procurement.cases.one_program.sentence import known_through
from procurement.cases.one_program.timeline import place_in
from procurement.charts.figure import CARD
from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.common.localized import own_name
from procurement.pages.chart_files import timeline_of
from procurement.pages.dates import asked_in
from procurement.pages.reading import readable
from procurement.pages.rendering import dates_of, page
from procurement.programs.reading import program_in_view
from procurement.sources.horizon import horizon

#: Of programs with more contracts the chart is a picture that is drawn when it is looked at.
MOST_CHARTED = 300
#: What a reading costs: exposure now and at the stop, its schedule, flags and facts.
COST = 10
CONTRACTS_AFTER, FACTS_AFTER = "contracts_after", "facts_after"


@require_safe
@readable(cost=COST)
def program(request: HttpRequest, code: str) -> HttpResponse:
    """The page of a program."""
    asked, paging = asked_in(request), _paging(request)
    found = program_in_view(code, asked)
    if found is None:
        raise Http404
    shown = one_program(found, asked, timezone.localdate(), paging)
    tables = [
        FigureTable(money, known_through(money.known_through), money.lines(is_stopped=bool(shown.stop_day)))
        for money in shown.money
    ]
    context = {
        "shown": shown,
        "program": found,
        "documents": shown.documents,
        "tables": tables,
        "timeline_chart": timeline_of(found, asked) if shown.count <= MOST_CHARTED else None,
        "permalink": _permalink(request, asked),
        "card": {"title": own_name(found.name, found.local_name), "description": str(shown.sentence)},
        "picture": request.build_absolute_uri(f"timeline.png?{urlencode({'size': CARD.name, **dates_of(asked)})}"),
    }
    return page(request, "pages/program.html", asked, context)


@dataclass(frozen=True)
class FigureTable:
    """The figures in one currency as a table."""

    money: Money
    through: str
    lines: tuple[Line, ...]

    @property
    def with_stop(self) -> bool:
        """Whether it has a column for the day of the stop."""
        return self.money.then is not None


def _permalink(request: HttpRequest, asked: Asked) -> str:
    """The address that gives this page again, as it is recorded now."""
    moment = asked.recorded_by or horizon()
    query = urlencode(dates_of(replace(asked, recorded_by=moment)))
    return f"{request.build_absolute_uri(request.path)}?{query}"


def _paging(request: HttpRequest) -> Paging:
    after = request.GET.get(CONTRACTS_AFTER, "")
    if after and not after.isdecimal():
        raise Refused({CONTRACTS_AFTER: f"“{after[:40]}” is no place in the list; take it from the page before"})
    return Paging(int(after) if after else None, place_in(request.GET.get(FACTS_AFTER, ""), FACTS_AFTER))
