"""Every program that is stopped, worst first: its money in one currency, beside the currencies of its contracts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procurement.cases.owed import Line, owed_by, programs_at
from procurement.common import localized
from procurement.common.dates import Asked
from procurement.exposure.rows import Row
from procurement.programs.wording import dispute_in_words, standing_in_words
from procurement.rates.age import age_said, are_old

#: So many programs are shown at a time.
PAGE = 50
FIGURES = ("committed", "paid", "outstanding", "unaccounted")


@dataclass(frozen=True)
class Amount:
    """A figure of a program in one currency: known, of no contract known, or known but of some contracts."""

    known: str
    unknown: str = ""


@dataclass(frozen=True)
class ShownLine:
    """A program as the table shows it."""

    line: Line

    @property
    def standing(self) -> str:
        """Its status, and since when."""
        return standing_in_words(self.line.standing)

    @property
    def dispute(self) -> str:
        """Since when its status is disputed, if it is."""
        return dispute_in_words(self.line.standing)

    @property
    def figures(self) -> list[list[Amount]]:
        """For each figure the amounts, in the currency of the table and in those of its contracts."""
        return [[*self._shown(name), *self._own(name)] for name in FIGURES]

    def _shown(self, name: str) -> Iterator[Amount]:
        return (_amount(row, name) for row in self.line.rows)

    def _own(self, name: str) -> Iterator[Amount]:
        """What is known in the currencies of its contracts; of how many it is unknown is said already."""
        known = ((row.figures[name], row.currency or "") for row in self.line.native)
        return (Amount(localized.in_full(amount, currency)) for amount, currency in known if amount is not None)


def _amount(row: Row, name: str) -> Amount:
    """A figure of a row. What is committed is unknown of contracts without a commitment, the rest with what is paid."""
    known = localized.in_full(row.figures[name], row.currency or "")
    number = row.contracts_without_commitment if name == "committed" else _unknown(row, name)
    if not number:
        return Amount(known)
    said = ngettext("unknown for %(number)d contract", "unknown for %(number)d contracts", number) % {"number": number}
    return Amount("" if row.figures[name] is None else known, said)


def _unknown(row: Row, name: str) -> int:
    """Of how many contracts a figure is unknown: what is unaccounted is where payments are not known."""
    return 0 if name == "unaccounted" else row.uncovered.get("paid", 0)


def stopped(request: HttpRequest) -> dict[str, Any]:
    """A page of the programs that are stopped."""
    known = programs_at(Asked(timezone.localdate()))
    chosen = known.where(lambda _program, standing: standing.is_stopped)
    owed = owed_by(known, chosen, settings.REPORTING_CURRENCY, any_age=True)
    pages = Paginator(owed.lines, PAGE)
    page = pages.get_page(request.GET.get("page"))
    today = timezone.localdate()
    return {
        "lines": [ShownLine(line) for line in page.object_list],
        "page": page,
        "owed": owed,
        "rates": age_said(today),
        "rates_are_old": are_old(today),
        "headers": _headers(owed.currency),
    }


def _headers(currency: str) -> Sequence[str]:
    named = {"currency": currency}
    return [
        _("Committed (%(currency)s)") % named,
        _("Paid (%(currency)s)") % named,
        _("Outstanding (%(currency)s)") % named,
        _("Unaccounted (%(currency)s)") % named,
    ]
