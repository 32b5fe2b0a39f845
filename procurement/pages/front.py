"""The front page: what is stopped and still owed, worst first; then what is watched, and what goes on."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from procurement.cases.flag_counts import flag_counts
from procurement.cases.owed import Line, Owed, Programs, owed_by, programs_at
from procurement.cases.spoken import SaidOf, said_of_money
from procurement.cases.turning import Turn, turns
from procurement.cases.undated import undated_facts
from procurement.common import localized
from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.common.words import word
from procurement.pages.choosing import PAGE, STOPPED, Choice, choice_in, country_of
from procurement.pages.dates import asked_in, given_in
from procurement.pages.reading import LARGE, readable
from procurement.pages.rendering import page
from procurement.pages.templatetags.pages import named
from procurement.programs.models import Program, StatusChange
from procurement.programs.standing import Said

WATCHED = "under_review"
#: So many programs are named below the table for each status; the others are a click away.
MOST_NAMED = 60
#: What was said of a program's money, where no contract is on record.
MOST_SAID = 2


@require_safe
@readable(cost=LARGE)
def front(request: HttpRequest) -> HttpResponse:
    """The table, and what stands around it. At most twelve queries, however much is on record."""
    asked, choice = asked_in(request), choice_in(request)
    known = programs_at(asked)
    owed = owed_by(
        known,
        known.where(choice.takes),
        choice.currency or settings.REPORTING_CURRENCY,
        any_age="as_of" not in given_in(request),
    )
    lines = choice.in_order(owed.lines)
    shown = _page_of(lines, choice.page)
    today = asked == Asked(timezone.localdate())
    context = {
        "choice": choice,
        "owed": owed,
        "is_set": owed.currency == settings.REPORTING_CURRENCY,
        "usual": settings.REPORTING_CURRENCY or owed.commonest,
        "lines": _shown(shown, asked, flags=today),
        "pages": Pages(choice.page, -(-len(lines) // PAGE), len(lines)),
        "columns": _columns(choice),
        "options": _options(known, choice, owed),
        **_days(known, today=today),
        "programs": known.programs,
        "others": _others(known, choice),
        "undated": undated_facts(asked),
        "query": Query(given_in(request)),
        "api": _api_query(request, choice, owed.currency),
        "card": _card(owed),
    }
    return page(request, "pages/front.html", asked, context)


@dataclass(frozen=True)
class ShownLine:
    """A line of the table, with what stands beside its money."""

    line: Line
    flags: Mapping[str, int]
    said: Sequence[SaidOf]

    @property
    def country(self) -> str:
        """The country of the program."""
        return country_of(self.line.program)

    @property
    def disputed_by(self) -> list[Said]:
        """Who says otherwise than the decision, the latest first."""
        return sorted(self.line.standing.disputing, key=lambda said: said.order, reverse=True)

    @property
    def stop_differs(self) -> bool:
        """Whether the stop began with another decision than the one that stands."""
        standing = self.line.standing
        return bool(standing.stop and standing.began and standing.stop.by.id != standing.began.id)


@dataclass(frozen=True)
class Pages:
    """Which page of how many this is, and of how many lines."""

    number: int
    last: int
    lines: int

    @property
    def first_line(self) -> int:
        """The number of the first line on it."""
        return (self.number - 1) * PAGE + 1

    @property
    def last_line(self) -> int:
        """The number of the last line on it."""
        return min(self.number * PAGE, self.lines)


@dataclass(frozen=True)
class Column:
    """A column that the table can be sorted by: its name, where its heading leads, and how it is sorted now."""

    name: str
    leads_to: str
    sorted: str

    @property
    def css(self) -> str:
        """How its cells are laid out."""
        return "amount" if self.name in ("owed", "paid_since") else ""


@dataclass(frozen=True)
class Options:
    """What the lists of the form offer, each with how many programs there are of it."""

    statuses: Mapping[str, int]
    countries: Mapping[str, int]
    domains: Mapping[str, int]
    years: Mapping[int, int]
    currencies: Sequence[str]


@dataclass(frozen=True)
class Others:
    """The programs of one status below the table: the first ones by name, and how many there are."""

    status: str
    programs: Sequence[Program]
    number: int

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.number - len(self.programs)


class Query(dict[str, str]):
    """The parameters of this page, for links that change one of them."""

    def without(self, *names: str) -> str:
        """All but these, as the beginning of a query."""
        return urlencode({name: value for name, value in self.items() if name not in names})

    @property
    def but_sort(self) -> str:
        """For another order, from its first page."""
        return self.without("sort", "page")

    @property
    def but_status(self) -> str:
        """For another status."""
        return self.without("status", "page")

    @property
    def but_page(self) -> str:
        """For another page."""
        return self.without("page")

    @property
    def but_currency(self) -> str:
        """For another currency."""
        return self.without("currency")

    @property
    def but_day(self) -> str:
        """For another day."""
        return self.without("as_of", "page")

    @property
    def kept_by_day(self) -> dict[str, str]:
        """What a form that asks for another day sends along."""
        return {name: value for name, value in self.items() if name not in ("as_of", "page")}


def _page_of(lines: Sequence[Line], number: int) -> Sequence[Line]:
    """The lines of a page. Raises Refused for a page that there is not."""
    last = max(1, -(-len(lines) // PAGE))
    if number > last:
        raise Refused({"page": f"there are {last} pages; a number up to that would be accepted"})
    return lines[(number - 1) * PAGE : number * PAGE]


def _shown(lines: Sequence[Line], asked: Asked, *, flags: bool) -> list[ShownLine]:
    """Flags are those of now, so a page of another day shows none."""
    counts = flag_counts([line.program.pk for line in lines]) if flags else {}
    said = said_of_money(asked, [line.program.pk for line in lines if not line.contracts])
    return [
        ShownLine(line, counts.get(line.program.pk, {}), said.get(line.program.pk, [])[:MOST_SAID]) for line in lines
    ]


def _days(known: Programs, *, today: bool) -> dict[str, Any]:
    """The days at which the slider stops, each with what happened; and the one that is shown."""
    day = known.asked.as_of
    found = turns(known.said) if today else turns(known.said).with_day(day)
    labels = [(turn.on.isoformat(), _label(turn, known)) for turn in found.days]
    return {"days": labels, "days_are_cut": found.is_cut, "shown_day": "" if today else day.isoformat()}


def _label(turn: Turn, known: Programs) -> str:
    on = localized.day(turn.on)
    if turn.program is None:
        return on
    first = f"{on}: {named(known.programs[turn.program])} {word('program_status', turn.status)}"
    return first if turn.number == 1 else _("%(first)s and %(more)d more") % {"first": first, "more": turn.number - 1}


def _columns(choice: Choice) -> dict[str, Column]:
    way = "descending" if choice.is_descending else "ascending"
    return {
        name: Column(name, choice.next_sort(name), way if choice.sorted_by == name else "")
        for name in ("program", "since", "owed", "paid_since")
    }


def _options(known: Programs, choice: Choice, owed: Owed) -> Options:
    every = [(program, known.standings[pk]) for pk, program in known.programs.items()]
    statuses = Counter(standing.status for _, standing in every if standing.status)
    taken = [(program, standing) for program, standing in every if choice.takes_status(standing)]
    years = Counter(standing.stopped_on.year for _, standing in taken if standing.stopped_on)
    currencies = dict.fromkeys([owed.currency, *owed.currencies, settings.REPORTING_CURRENCY, "JPY", "USD", "EUR"])
    return Options(
        {each: statuses[each] for each in StatusChange.Status.values if statuses[each]},
        _sorted(Counter(country_of(program) for program, _ in taken)),
        _sorted(Counter(program.domain for program, _ in taken)),
        dict(sorted(years.items(), reverse=True)),
        [each for each in currencies if each],
    )


def _sorted(counted: Mapping[str, int]) -> dict[str, int]:
    return {name: counted[name] for name in sorted(counted) if name}


def _others(known: Programs, choice: Choice) -> list[Others]:
    """What is watched, then what goes on, by status; what nobody decided about is under no status."""
    of: dict[str, list[Program]] = {}
    for pk, program in known.programs.items():
        of.setdefault(known.standings[pk].status or "", []).append(program)
    goes_on = ("reduced", "active", "approved", "planned", "completed", "")
    return [_named(status, of[status]) for status in (WATCHED, *goes_on) if status in of and status != choice.status]


def _named(status: str, programs: Iterable[Program]) -> Others:
    named = sorted(programs, key=lambda program: program.name.casefold())
    return Others(status, named[:MOST_NAMED], len(named))


def _card(owed: Owed) -> dict[str, str]:
    """What a card about the page shows: the sums in one line."""
    figures = owed.total.figures if owed.total else {}
    parts = {
        "number": len(owed.lines),
        "outstanding": localized.in_short(figures.get("outstanding"), owed.currency),
        "unaccounted": localized.in_short(figures.get("unaccounted"), owed.currency),
    }
    said = _("%(number)d programs; outstanding under their contracts: %(outstanding)s; unaccounted: %(unaccounted)s.")
    return {"title": _("What was stopped, and what is still owed"), "description": said % parts}


def _api_query(request: HttpRequest, choice: Choice, currency: str) -> str:
    """The same question to the API, whose answer is this table's."""
    asked: dict[str, Any] = {"group_by": "program", "currency": currency, "unconverted": "show"}
    asked |= {"stopped": "true"} if choice.status == STOPPED else {}
    asked |= {"program_status": choice.status} if choice.status in StatusChange.Status.values else {}
    asked |= {"country": choice.country, "domain": choice.domain}
    if choice.year:
        asked |= {"stopped_on__gte": f"{choice.year}-01-01", "stopped_on__lte": f"{choice.year}-12-31"}
    dates = {name: request.GET.get(name, "") for name in ("as_of", "published_by", "recorded_by", "undated")}
    return urlencode({name: value for name, value in (asked | dates).items() if value})
