"""What one fact says, in a line: for lists of facts of many kinds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from procurement.common import localized, words
from procurement.common.dating import Dated
from procurement.common.money import trimmed
from procurement.common.words import Label

#: The tables of facts, as readers call them, and of what else names a document.
TABLES: Mapping[str, Label] = {
    "statuschange": gettext_lazy("decisions and statements"),
    "programlink": gettext_lazy("links between programs"),
    "contractstatuschange": gettext_lazy("states of contracts"),
    "contractparty": gettext_lazy("parties of contracts"),
    "programallocation": gettext_lazy("shares of contracts"),
    "milestone": gettext_lazy("what falls due"),
    "liabilityestimate": gettext_lazy("estimates of the cost of terminating"),
    "guarantee": gettext_lazy("guarantees"),
    "ledgerentry": gettext_lazy("movements of money"),
    "completeness": gettext_lazy("statements that the ledger is complete"),
    "reportedfigure": gettext_lazy("figures that somebody gave"),
    "organizationlink": gettext_lazy("links between organizations"),
    "program": gettext_lazy("programs"),
    "contract": gettext_lazy("contracts"),
    "exchangerate": gettext_lazy("exchange rates"),
}


@dataclass(frozen=True)
class About:
    """What a fact is about: a page, its key and a name."""

    kind: str
    key: Any
    name: str


@dataclass(frozen=True)
class FactLine:
    """A fact in a line: its day, what it is about, and what it says."""

    row: Any
    dated: Dated | None
    about: tuple[About, ...]
    text: str


def fact_line(row: Any) -> FactLine:
    """One row of any table that names a document."""
    dated = Dated(row.effective_on, row.effective_precision) if hasattr(row, "effective_on") else None
    name = type(row).__name__.lower()
    return FactLine(row, dated, tuple(_about(row)), _TEXTS[name](row))


def _about(row: Any) -> list[About]:
    beside = (getattr(row, name, None) for name in ("program", "contract", "organization", "other"))
    is_fact = hasattr(row, "effective_on")
    return [each for value in (beside if is_fact else (row,)) if (each := _subject(value)) is not None]


def _subject(value: Any) -> About | None:
    table = type(value).__name__.lower()
    if table == "program":
        return About("program", value.code, value.name)
    if table == "contract":
        return About("contract", value.pk, value.title)
    return About("organization", value.pk, value.name) if table == "organization" else None


def _entry(row: Any) -> str:
    said = f"{words.word('measure', row.measure)} {localized.in_full(row.amount, row.contract.currency)}"
    return said if row.reason == "other" else f"{said}, {words.word('reason', row.reason)}"


def _status(row: Any) -> str:
    said = words.word("kind", row.kind)
    said = f"{said}: {words.word('program_status', row.status)}" if row.status else said
    who = row.speaker or ""
    return " – ".join(filter(None, [said, who, row.quotation or row.term]))


def _range(low: Decimal | None, high: Decimal | None, currency: str) -> str:
    return localized.range_in_full(low, high, currency)


def _estimate(row: Any) -> str:
    if row.withheld:
        return _("it exists, and is withheld")
    ends = (row.point, row.point) if row.low is None and row.high is None else (row.low, row.high)
    return _range(ends[0], ends[1], row.contract.currency)


def _reported(row: Any) -> str:
    said = words.word("reported", row.measure)
    if row.withheld:
        return f"{said}: {_('it exists, and is withheld')}"
    if row.share is not None and row.ends == (None, None):
        return f"{said}: {trimmed(row.share)} × {row.share_of}"
    low, high = row.ends
    amount = f"{said}: {_range(low, high, row.currency)}"
    return " – ".join(filter(None, [amount, row.scope, row.speaker]))


def _milestone(row: Any) -> str:
    said = f"{words.word('milestone', row.kind)}, {localized.day(Dated(row.due_on, row.due_precision))}"
    return said if row.amount is None else f"{said}: {localized.in_full(row.amount, row.contract.currency)}"


def _guarantee(row: Any) -> str:
    said = f"{words.word('guarantee', row.kind)}, {words.word('guarantee_event', row.event)}"
    return f"{said}: {localized.in_full(row.amount, row.contract.currency)}"


def _link(row: Any) -> str:
    return words.word("link", row.kind)


_TEXTS: Mapping[str, Callable[[Any], str]] = {
    "statuschange": _status,
    "programlink": _link,
    "organizationlink": _link,
    "contractstatuschange": lambda row: (
        words.word("contract_status", row.status) if row.status else words.word("contract_act", row.act)
    ),
    "contractparty": lambda row: words.word("role", row.role),
    "programallocation": lambda row: trimmed(row.share),
    "milestone": _milestone,
    "liabilityestimate": _estimate,
    "guarantee": _guarantee,
    "ledgerentry": _entry,
    "completeness": lambda row: f"{words.word('measure', row.measure)}, {localized.day(row.through)}",
    "reportedfigure": _reported,
    "program": lambda row: row.code,
    "contract": lambda row: row.reference,
    "exchangerate": lambda row: f"1 {row.base} = {trimmed(row.rate)} {row.quote}",
}
