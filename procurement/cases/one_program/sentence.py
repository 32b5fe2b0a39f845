"""A program in one sentence, whole in each language: its status, its dispute, and its money in each currency."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from procurement.cases.one_program.money import Money
from procurement.common import localized, words
from procurement.programs.standing import Standing

#: So many speakers are named; of others it is said how many there are.
NAMED = 3

_SINCE: Mapping[str, Promise] = {
    "planned": gettext_lazy("Planned since %(day)s."),
    "approved": gettext_lazy("Approved since %(day)s."),
    "active": gettext_lazy("Active since %(day)s."),
    "under_review": gettext_lazy("Under review since %(day)s."),
    "suspended": gettext_lazy("Suspended since %(day)s."),
    "reduced": gettext_lazy("Reduced since %(day)s."),
    "cancelled": gettext_lazy("Cancelled since %(day)s."),
    "completed": gettext_lazy("Completed since %(day)s."),
}
#: A status that is not that with which the stop began, or not since then.
_SINCE_AND_STOPPED: Mapping[tuple[str, str], Promise] = {
    ("cancelled", "suspended"): gettext_lazy("Cancelled since %(day)s; stopped since %(stop)s (suspended)."),
    ("suspended", "cancelled"): gettext_lazy("Suspended since %(day)s; stopped since %(stop)s (cancelled)."),
    ("cancelled", "cancelled"): gettext_lazy("Cancelled again since %(day)s; stopped since %(stop)s."),
    ("suspended", "suspended"): gettext_lazy("Suspended again since %(day)s; stopped since %(stop)s."),
}
#: Who stopped it, where that was not the buyer.
_STOPPED_BY: Mapping[str, Promise] = {
    "seller": gettext_lazy("The seller's side stopped it."),
    "partner": gettext_lazy("A partner of the buyer stopped it."),
    "other": gettext_lazy("Neither buyer nor seller stopped it."),
}


@dataclass(frozen=True)
class Sentence:
    """What is to be said first, in the active language; empty parts have nothing to say."""

    status: str
    money: tuple[str, ...]
    dispute: str = ""
    leaving: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        """Each sentence by itself, in order."""
        return tuple(filter(None, (self.status, *self.money, self.leaving, self.dispute)))

    def __str__(self) -> str:
        return ("" if localized.in_japanese() else " ").join(self.parts)


def sentence(standing: Standing, money: Sequence[Money]) -> Sentence:
    """The sentence of a program."""
    known = [_of_money(each) for each in money if each.contracts]
    return Sentence(
        status=_status(standing),
        money=tuple(known) or (_("No contract of it is on record here."),),
        dispute=_dispute(standing),
        leaving=("" if localized.in_japanese() else " ").join(filter(None, map(_since, money))),
    )


# the status


def _status(standing: Standing) -> str:
    if standing.began is None or standing.status is None:
        return _("No decision about its status is on record here.")
    days = {"day": localized.since(standing.began.dated)}
    stop = standing.stop
    if stop is None or stop.by.id == standing.began.id:
        said = _SINCE[standing.status] % days
    else:
        said = _SINCE_AND_STOPPED[standing.status, stop.by.status] % (days | {"stop": localized.since(stop.by.dated)})
    by = _STOPPED_BY.get(standing.stopped_by or "")
    return f"{said}{'' if localized.in_japanese() else ' '}{by}" if by else str(said)


def _dispute(standing: Standing) -> str:
    """Who on the buyer's side says otherwise, since when."""
    if standing.dispute_began is None:
        return ""
    said: dict[str, list[str]] = defaultdict(list)
    for each in reversed(standing.disputing):
        said[each.status].append(each.speaker or each.organization or _("a speaker without a name"))
    positions = [
        _("“%(status)s” (%(speakers)s)") % {"status": words.word("program_status", status), "speakers": _named(names)}
        for status, names in said.items()
    ]
    given = {"day": localized.since(standing.dispute_began), "positions": localized.listed(positions)}
    return _("Disputed on the buyer's own side since %(day)s: %(positions)s.") % given


def _named(names: Sequence[str]) -> str:
    names = list(dict.fromkeys(names))
    more = len(names) - NAMED
    if more <= 0:
        return localized.listed(names)
    others = ngettext("one other", "%(count)s others", more) % {"count": more}
    return localized.listed([*names[:NAMED], others])


# the money


def _of_money(money: Money) -> str:
    figures = money.figures
    given: dict[str, Any] = {
        "live": money.live,
        "contracts": money.contracts,
        "currency": money.currency,
        **{name: localized.in_short(figures[name], money.currency) for name in ("committed", "paid", "outstanding")},
        "through": known_through(money.known_through),
    }
    if figures["paid"] is not None and figures["outstanding"] is not None:
        return _owed_and_paid(money.live, money.contracts) % given
    if figures["paid"] is not None:
        return _paid_alone(money.live, money.contracts) % given
    return (_committed_alone if figures["committed"] is not None else _nothing_known)(
        money.live, money.contracts
    ) % given


def _owed_and_paid(live: int, contracts: int) -> str:
    if live:
        return ngettext(
            "%(live)s contract live, %(outstanding)s outstanding, %(paid)s paid (known through %(through)s).",
            "%(live)s contracts live, %(outstanding)s outstanding, %(paid)s paid (known through %(through)s).",
            live,
        )
    return ngettext(
        "Its one contract in %(currency)s is not live: %(outstanding)s outstanding, %(paid)s paid "
        "(known through %(through)s).",
        "None of its %(contracts)s contracts in %(currency)s is live: %(outstanding)s outstanding, %(paid)s paid "
        "(known through %(through)s).",
        contracts,
    )


def _paid_alone(live: int, contracts: int) -> str:
    if live:
        return ngettext(
            "%(live)s contract live, %(paid)s paid (known through %(through)s); what is still owed is unknown.",
            "%(live)s contracts live, %(paid)s paid (known through %(through)s); what is still owed is unknown.",
            live,
        )
    return ngettext(
        "Its one contract in %(currency)s is not live: %(paid)s paid (known through %(through)s); what is still owed "
        "is unknown.",
        "None of its %(contracts)s contracts in %(currency)s is live: %(paid)s paid (known through %(through)s); what "
        "is still owed is unknown.",
        contracts,
    )


def _committed_alone(live: int, contracts: int) -> str:
    if live:
        return ngettext(
            "%(live)s contract live, %(committed)s committed; what of it was paid is unknown.",
            "%(live)s contracts live, %(committed)s committed; what of it was paid is unknown.",
            live,
        )
    return ngettext(
        "Its one contract in %(currency)s is not live: %(committed)s committed; what of it was paid is unknown.",
        "None of its %(contracts)s contracts in %(currency)s is live: %(committed)s committed; what of it was paid is "
        "unknown.",
        contracts,
    )


def _nothing_known(live: int, contracts: int) -> str:
    if live:
        return ngettext(
            "%(live)s contract in %(currency)s live; what it is worth and what was paid are unknown.",
            "%(live)s contracts in %(currency)s live; what they are worth and what was paid are unknown.",
            live,
        )
    return ngettext(
        "Its one contract in %(currency)s is not live; what it is worth and what was paid are unknown.",
        "None of its %(contracts)s contracts in %(currency)s is live; what they are worth and what was paid "
        "are unknown.",
        contracts,
    )


def _since(money: Money) -> str:
    """What was paid after the stop, and for leaving."""
    figures, currency = money.figures, money.currency
    given = {name: localized.in_short(figures.get(name), currency) for name in ("paid_since", "exit_paid")}
    paid, left = bool(figures.get("paid_since")), bool(figures.get("exit_paid"))
    if paid and left:
        return _("Since the stop %(paid_since)s was paid; leaving has cost %(exit_paid)s so far.") % given
    if paid:
        return _("Since the stop %(paid_since)s was paid.") % given
    return _("Leaving has cost %(exit_paid)s so far.") % given if left else ""


def known_through(days: tuple[dt.date, dt.date] | None) -> str:
    """The day through which payments are known, or the first and the last over the contracts."""
    if days is None:
        return localized.unknown()
    first, last = days
    if first == last:
        return localized.day(last)
    given = {"first": localized.day(first), "last": localized.day(last)}
    return _("%(first)s to %(last)s, by contract") % given
