"""A program in one sentence, whole in each language: its status, its dispute, and its money in each currency."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from procurement.cases.one_program.money import Money
from procurement.cases.one_program.reported_totals import ReportedTotal
from procurement.common import localized, words
from procurement.exposure.rows import Days
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
    """What is to be said first, in the active language: each part is a sentence; empty parts have nothing to say."""

    status: str
    money: tuple[str, ...]
    dispute: str = ""
    since: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[str, ...]:
        """Each sentence by itself, in order."""
        return tuple(filter(None, (self.status, *self.money, *self.since, self.dispute)))

    def __str__(self) -> str:
        return ("" if localized.in_japanese() else " ").join(self.parts)


def sentence(standing: Standing, money: Sequence[Money], reported: Sequence[ReportedTotal] = ()) -> Sentence:
    """The sentence of a program; where it has no contract on record, what was `reported` of its money is said."""
    known = [said for each in money if each.contracts for said in _of_money(each)]
    nothing = [_("No contract of it is on record here."), *map(_reported, reported[:1])]
    return Sentence(
        status=_status(standing),
        money=tuple(known or nothing),
        dispute=_dispute(standing),
        since=tuple(said for each in money for said in _since(each)),
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
    positions = localized.listed([_position(status, list(dict.fromkeys(names))) for status, names in said.items()])
    given = {"day": localized.since(standing.dispute_began), "positions": positions}
    return _("Disputed on the buyer's own side since %(day)s: %(positions)s.") % given


def _position(status: str, names: list[str]) -> str:
    said = ngettext("%(speakers)s says “%(status)s”", "%(speakers)s say “%(status)s”", len(names))
    return said % {"speakers": _named(names), "status": words.word("program_status", status)}


def _named(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    if more <= 0:
        return localized.listed(names)
    others = ngettext("one other", "%(count)s others", more) % {"count": more}
    return localized.listed([*names[:NAMED], others])


# the money


def _of_money(money: Money) -> Iterator[str]:
    """How many contracts are live, what is owed and what was paid, in one currency; in one sentence where some are."""
    figures, currency = money.figures, money.currency
    given: dict[str, Any] = {
        "live": money.live,
        "contracts": money.contracts,
        "currency": currency,
        **{name: localized.in_short(figures[name], currency) for name in ("committed", "paid", "outstanding")},
        "through": known_through(money.known_through),
    }
    if money.live:
        yield _live(figures, money.live) % given
        yield from _presumed(money)
    else:
        yield _none_live(money) % given
        yield _amounts(figures) % given


Figures = Mapping[str, Decimal | None]


def _live(figures: Figures, live: int) -> str:
    if figures["paid"] is not None and figures["outstanding"] is not None:
        return ngettext(
            "%(live)s contract live, %(outstanding)s outstanding, %(paid)s paid (known through %(through)s).",
            "%(live)s contracts live, %(outstanding)s outstanding, %(paid)s paid (known through %(through)s).",
            live,
        )
    if figures["paid"] is not None:
        return ngettext(
            "%(live)s contract live, %(paid)s paid (known through %(through)s); what is still owed is unknown.",
            "%(live)s contracts live, %(paid)s paid (known through %(through)s); what is still owed is unknown.",
            live,
        )
    if figures["committed"] is not None:
        return ngettext(
            "%(live)s contract live, %(committed)s committed; what of it was paid is unknown.",
            "%(live)s contracts live, %(committed)s committed; what of it was paid is unknown.",
            live,
        )
    return ngettext(
        "%(live)s contract in %(currency)s live; what it is worth and what was paid are unknown.",
        "%(live)s contracts in %(currency)s live; what they are worth and what was paid are unknown.",
        live,
    )


def _none_live(money: Money) -> str:
    """What is said of contracts of which none is live: that they have ended, or that nothing shows them live."""
    if money.ended == money.contracts:
        return ngettext(
            "Its one contract in %(currency)s has ended.",
            "All its %(contracts)s contracts in %(currency)s have ended.",
            money.contracts,
        )
    return ngettext(
        "Nothing on record here shows its one contract in %(currency)s to be live.",
        "Nothing on record here shows any of its %(contracts)s contracts in %(currency)s to be live.",
        money.contracts,
    )


def _amounts(figures: Figures) -> str:
    if figures["paid"] is not None and figures["outstanding"] is not None:
        return _("%(outstanding)s outstanding, %(paid)s paid (known through %(through)s).")
    if figures["paid"] is not None:
        return _("%(paid)s paid (known through %(through)s); whether anything is still owed is unknown.")
    if figures["committed"]:
        return _("%(committed)s committed; what of it was paid is unknown.")
    if figures["committed"] is not None:
        return _("Nothing is committed any more; what was paid is unknown.")
    return _("What was committed and what was paid are unknown.")


def _presumed(money: Money) -> Iterator[str]:
    """That nobody has spoken of live contracts for years."""
    presumed, confirmed = money.age.presumed, money.age.confirmed_on
    if not presumed:
        return
    if presumed < money.live or confirmed is None:
        said = ngettext(
            "That %(presumed)s of them still runs is only presumed.",
            "That %(presumed)s of them still run is only presumed.",
            presumed,
        )
        yield said % {"presumed": presumed}
        return
    said = ngettext(
        "That it still runs is only presumed: the last word of it is of %(day)s.",
        "That they still run is only presumed: the last word of any of them is of %(day)s.",
        presumed,
    )
    yield said % {"day": localized.day(confirmed[1])}


def _since(money: Money) -> Iterator[str]:
    """What was paid after the stop, and for leaving; below zero more came back."""
    for name, (positive, negative) in _SINCE_THE_STOP.items():
        amount = money.figures.get(name)
        if amount:
            yield (positive if amount > 0 else negative) % {"amount": localized.in_short(abs(amount), money.currency)}


#: Figures -> what is said of one above zero, and of one below.
_SINCE_THE_STOP: Mapping[str, tuple[Promise, Promise]] = {
    "paid_since": (
        gettext_lazy("Since the stop %(amount)s was paid."),
        gettext_lazy("Since the stop %(amount)s more came back than was paid."),
    ),
    "exit_paid": (
        gettext_lazy("Leaving has cost the buyer %(amount)s so far."),
        gettext_lazy("For leaving, the buyer has received %(amount)s so far."),
    ),
}


def _reported(total: ReportedTotal) -> str:
    """What somebody said of the money of a program without contracts."""
    low, high = total.ends
    given = {
        "measure": words.word("reported", total.figure.measure),
        "amount": localized.range_in_short(low, high, total.figure.currency),
        "who": total.who or _("a speaker without a name"),
        "day": localized.day(total.as_of),
    }
    return _("Reported: %(measure)s %(amount)s (%(who)s, %(day)s).") % given


def known_through(days: Days | None) -> str:
    """The day through which payments are known, or the first and the last over the contracts."""
    if days is None:
        return localized.unknown()
    first, last = days
    if first == last:
        return localized.day(last)
    given = {"first": localized.day(first), "last": localized.day(last)}
    return _("%(first)s to %(last)s, by contract") % given
