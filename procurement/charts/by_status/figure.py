"""The chart of exposure by the status of programs."""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial

from django.utils.translation import gettext as _

from procurement.charts.asking import Chosen, dates_in_words, left_in_words
from procurement.charts.by_status.panel import STACKED, panels
from procurement.charts.by_status.reading import FIGURES, Point, points
from procurement.charts.figure import Cell, Figure, Size, Specification, Table
from procurement.charts.languages import first_in_capital, language, sentences
from procurement.charts.marks import specified
from procurement.charts.statuses import status_in_words
from procurement.common.localized import day, in_full, in_short
from procurement.common.money import as_text
from procurement.common.words import word


def by_status(chosen: Chosen) -> Figure:
    """The chart in the active language."""
    found = points(chosen)
    return Figure(
        name="by-status",
        title=_title(),
        alternative=_alternative(found, chosen.currency),
        notes=(*_notes(found, chosen), *left_in_words(found[-1].left if found else {})),
        table=_table(found, chosen.currency),
        asked=chosen.asked,
        language=language(),
        describe=partial(described, found, chosen),
        currency=chosen.currency,
    )


def _title() -> str:
    return _("Exposure by the status of programs")


def described(found: Sequence[Point], chosen: Chosen, size: Size) -> Specification:
    """A panel for each figure: the amounts of statuses stacked upon each other."""
    lines = [_("All cases, in %(currency)s") % {"currency": chosen.currency}, dates_in_words(chosen.asked)]
    return specified(panels(found, chosen.currency, size), _title(), lines, size)


def _alternative(points: Sequence[Point], currency: str) -> str:
    if not points:
        return _("No amount is known.")
    last = points[-1]
    said = [_("On %(day)s, by the status of programs.") % {"day": day(last.day)}]
    for name in FIGURES:
        known = {status: amount for status, amount in last.amounts[name].items() if amount}
        parts = [f"{status_in_words(each)} {in_short(known[each], currency)}" for each in STACKED if each in known]
        words = {"figure": word("figure", name), "parts": ", ".join(parts) or _("nothing known")}
        said.append(first_in_capital(_("%(figure)s: %(parts)s.") % words))
    return sentences(*said)


def _notes(points: Sequence[Point], chosen: Chosen) -> list[str]:
    words = {"day": day(chosen.asked.as_of)}
    said = [_("All amounts are converted at the rates of %(day)s: what changes is not the rates.") % words]
    if points and any(amount is None for amount in points[-1].amounts["outstanding"].values()):
        said.append(_("Of some statuses nothing outstanding is known; these have no area in the first panel."))
    return said


def _table(points: Sequence[Point], currency: str) -> Table:
    heads = {"day": _("Day"), "status": _("Status"), "currency": _("Currency")}
    heads |= {"outstanding": _("Outstanding"), "unaccounted": _("Unaccounted")}
    rows = [
        (
            Cell(each.day.isoformat(), day(each.day)),
            Cell(status, status_in_words(status)),
            Cell.of(currency),
            *(_amount(each.amounts[name].get(status), currency) for name in FIGURES),
        )
        for each in points
        for status in STACKED
        if status in each.amounts[FIGURES[0]]
    ]
    return Table(tuple(heads.items()), tuple(rows))


def _amount(amount: Decimal | None, currency: str) -> Cell:
    return Cell(as_text(amount, currency) or "", in_full(amount, currency))
