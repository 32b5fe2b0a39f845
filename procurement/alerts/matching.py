"""Whether a subscription asks for an event. Pure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from procurement.alerts.events import Happening
from procurement.flags.rule import rank

#: What one unit of a currency is worth in another one.
Rates = Mapping[tuple[str, str], Decimal]
NO_RATES: Rates = {}


@dataclass(frozen=True)
class Criteria:
    """What one subscription asks for; an empty filter asks for all."""

    subscription_id: int
    since: dt.datetime
    events: frozenset[str]
    is_digest: bool = False
    programs: frozenset[int] = frozenset()
    organizations: frozenset[int] = frozenset()
    countries: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()
    min_severity: str = ""
    min_outstanding: Decimal | None = None
    currency: str = ""
    domains: frozenset[str] = frozenset()
    from_statuses: frozenset[str] = frozenset()
    to_statuses: frozenset[str] = frozenset()
    #: one of these is enough; each is a word, or several that must all be there, folded as searching folds them
    words: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True)
class Place:
    """What filters look at: the owner, what it is about in words, and what is still owed."""

    organizations: frozenset[int] = frozenset()
    countries: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    #: names, titles and quotations, folded as searching folds them
    text: str = ""
    #: known outstanding amounts, by currency
    outstanding: Mapping[str, Decimal] = field(default_factory=dict)
    #: the currencies of contracts whose outstanding amount is unknown
    unknown: frozenset[str] = frozenset()


def asks_for(criteria: Criteria, happening: Happening) -> bool:
    """Whether the event is of a requested kind; late news are for digests only."""
    return (
        happening.event in criteria.events
        and happening.happened_at >= criteria.since
        and (criteria.is_digest or not happening.late)
        and _meets(criteria.programs, happening.programs)
        and _flag_matters(criteria, happening)
        and _turned_so(criteria, happening)
    )


def covers(criteria: Criteria, place: Place, rates: Rates = NO_RATES) -> bool:
    """Whether it happened where the subscription looks."""
    return (
        _meets(criteria.organizations, place.organizations)
        and _meets(criteria.countries, place.countries)
        and _meets(criteria.domains, place.domains)
        and _is_spoken_of(criteria.words, place.text)
        and _owes_enough(criteria, place, rates)
    )


def _meets(asked: frozenset[int] | frozenset[str], given: frozenset[int] | frozenset[str]) -> bool:
    return not asked or bool(asked & given)


def _flag_matters(criteria: Criteria, happening: Happening) -> bool:
    """Filters by rule and severity apply only to events about flags; other events pass."""
    if not happening.rule:
        return True
    severe = not criteria.min_severity or rank(happening.severity) >= rank(criteria.min_severity)
    return severe and _meets(criteria.rules, frozenset({happening.rule}))


def _turned_so(criteria: Criteria, happening: Happening) -> bool:
    """Filters by status apply only to changes of a status; other events pass."""
    if happening.turned is None:
        return True
    before, after = happening.turned
    return _meets(criteria.from_statuses, frozenset({before})) and _meets(criteria.to_statuses, frozenset({after}))


def _is_spoken_of(words: tuple[tuple[str, ...], ...], text: str) -> bool:
    return not words or any(all(part in text for part in each) for each in words)


def _owes_enough(criteria: Criteria, place: Place, rates: Rates) -> bool:
    """Unknown is not zero: an unknown amount, or one in a currency without a rate, passes the filter."""
    if criteria.min_outstanding is None or place.unknown:
        return True
    total = Decimal(0)
    for currency, amount in place.outstanding.items():
        rate = Decimal(1) if currency == criteria.currency else rates.get((currency, criteria.currency))
        if rate is None:
            return True
        total += amount * rate
    return bool(place.outstanding) and total >= criteria.min_outstanding
