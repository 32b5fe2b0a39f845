"""Whether a subscription asks for an event. Pure."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from procurement.alerts.events import Happening
from procurement.flags.rule import rank


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


@dataclass(frozen=True)
class Place:
    """What filters look at: the owner, and what is still owed."""

    organizations: frozenset[int] = frozenset()
    countries: frozenset[str] = frozenset()
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
    )


def covers(criteria: Criteria, place: Place) -> bool:
    """Whether it happened where the subscription looks."""
    return (
        _meets(criteria.organizations, place.organizations)
        and _meets(criteria.countries, place.countries)
        and _owes_enough(criteria, place)
    )


def _meets(asked: frozenset[int] | frozenset[str], given: frozenset[int] | frozenset[str]) -> bool:
    return not asked or bool(asked & given)


def _flag_matters(criteria: Criteria, happening: Happening) -> bool:
    """Filters by rule and severity apply only to events about flags; other events pass."""
    if not happening.rule:
        return True
    severe = not criteria.min_severity or rank(happening.severity) >= rank(criteria.min_severity)
    return severe and _meets(criteria.rules, frozenset({happening.rule}))


def _owes_enough(criteria: Criteria, place: Place) -> bool:
    """Unknown is not zero: an unknown amount, or one in a currency that cannot be compared, passes the filter."""
    if criteria.min_outstanding is None:
        return True
    known = place.outstanding.get(criteria.currency)
    cannot_compare = bool(place.unknown or set(place.outstanding) - {criteria.currency})
    return cannot_compare or (known is not None and known >= criteria.min_outstanding)
