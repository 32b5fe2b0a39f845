"""When what is outstanding falls due: by fiscal year, with what has no date as a bar of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procurement.charts.asking import Chosen, dates_in_words, left_in_words, total
from procurement.charts.bars import Bar, Part, bars
from procurement.charts.figure import Cell, Figure, Size, Specification, Table
from procurement.charts.languages import language, sentences
from procurement.charts.marks import specified
from procurement.common.localized import in_full, in_short
from procurement.common.money import as_text
from procurement.exposure.schedule.answers import schedule
from procurement.exposure.schedule.schedule import Schedule
from procurement.programs.models import Program

#: So many fiscal years are drawn one by one.
MOST = 16


@dataclass(frozen=True)
class Due:
    """What falls due in a fiscal year; `kind` says that its year has passed, or that it has no date."""

    label: str
    amount: Decimal
    kind: str = "due"

    @property
    def name(self) -> str:
        """The year in words."""
        words = {"year": self.label}
        if self.kind == "undated":
            return _("no date on record")
        return _("%(year)s (overdue)") % words if self.kind == "overdue" else self.label


def deferred(chosen: Chosen, program: Program | None = None) -> Figure:
    """The chart of all cases, or of a program, in the active language."""
    found = schedule(chosen.question(program=program.pk if program else None), "fiscal_year")
    one = next((row for row in found.rows if row.currency == chosen.currency), None)
    dues = dues_of(one, chosen) if one else []
    return Figure(
        name="deferred",
        title=_title(program),
        alternative=_alternative(one, dues, chosen.currency),
        notes=(*_notes(one, dues), *left_in_words(found.left)),
        table=_table(dues, chosen.currency),
        asked=chosen.asked,
        language=language(),
        describe=partial(described, shortened_to(dues), chosen, _title(program)),
        program=program.code if program else "",
        currency=chosen.currency,
    )


def _title(program: Program | None) -> str:
    what = _("When what is outstanding falls due")
    return _("%(program)s: %(what)s") % {"program": program.name, "what": what} if program else what


def dues_of(found: Schedule, chosen: Chosen) -> list[Due]:
    """The years in order, then what has no date."""
    as_of = chosen.asked.as_of
    years = [
        Due(each.period.label, each.amount, "overdue" if each.is_overdue(as_of) else "due")
        for each in found.instalments
    ]
    rest = [Due("", found.unscheduled, "undated")] if found.unscheduled else []
    return years + rest


def shortened_to(dues: Sequence[Due], most: int = MOST) -> list[Due]:
    """The last of many years as one."""
    years, rest = [each for each in dues if each.label], [each for each in dues if not each.label]
    if len(years) <= most:
        return list(dues)
    later = years[most - 1 :]
    amount = total(*(each.amount for each in later)) or Decimal(0)
    return [*years[: most - 1], Due(f"{later[0].label}–{later[-1].label}", amount), *rest]


def described(dues: Sequence[Due], chosen: Chosen, title: str, size: Size) -> Specification:
    """A bar for each year, and one for what has no date."""
    parts = [
        Part("due", _("falls due"), "@outstanding"),
        Part("overdue", _("fell due and is not known to be paid"), "@cancelled"),
        Part("undated", _("no date on record"), "@unaccounted"),
    ]
    shown = [Bar(each.name, {each.kind: each.amount}) for each in dues]
    used = [part for part in parts if any(part.name == each.kind for each in dues)]
    lines = [
        _("Outstanding by the fiscal year of the buyer's country in which payments fall due"),
        dates_in_words(chosen.asked),
    ]
    return specified([bars(shown, used, chosen.currency, size)] if shown else [], title, lines, size)


def _alternative(found: Schedule | None, dues: Sequence[Due], currency: str) -> str:
    if found is None or found.outstanding is None:
        return _("What is outstanding is not known.")
    undated = [each for each in dues if each.kind == "undated"]
    words = {
        "outstanding": in_short(found.outstanding, currency),
        "undated": in_short(undated[0].amount if undated else Decimal(0), currency),
    }
    largest = max((each for each in dues if each.label), key=lambda each: each.amount, default=None)
    said = _("%(outstanding)s is outstanding, of which %(undated)s has no date on record.") % words
    most = largest and _("Most falls due in %(year)s: %(amount)s.") % {
        "year": largest.name,
        "amount": in_short(largest.amount, currency),
    }
    return sentences(said, most or "")


def _notes(found: Schedule | None, dues: Sequence[Due]) -> list[str]:
    if found is None:
        return []
    said, years = [], sum(bool(each.label) for each in dues)
    if count := found.counts["payments_without_amount"]:
        said.append(
            ngettext(
                "%(count)d payment has a date and no amount.", "%(count)d payments have a date and no amount.", count
            )
            % {"count": count}
        )
    if years > MOST:
        said.append(_("The years from the %(most)dth on are one bar; the table has each.") % {"most": MOST})
    return said


def _table(dues: Sequence[Due], currency: str) -> Table:
    columns = (
        ("fiscal_year", _("Fiscal year")),
        ("currency", _("Currency")),
        ("amount", _("Outstanding")),
        ("kind", _("Note")),
    )
    noted = {"due": "", "overdue": _("overdue"), "undated": _("no date on record")}
    rows = [
        (
            Cell.of(each.label),
            Cell.of(currency),
            Cell(as_text(each.amount, currency) or "", in_full(each.amount, currency)),
            Cell(each.kind, noted[each.kind]),
        )
        for each in dues
    ]
    return Table(columns, tuple(rows))
