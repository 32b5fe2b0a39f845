"""What a subscription asks for, with what belongs to it: parts and successors of programs, groups of organizations."""

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from procurement.alerts.matching import Criteria
from procurement.alerts.models import Subscription
from procurement.alerts.periods import IMMEDIATE
from procurement.common.searching import folded
from procurement.parties.linking import Bodies
from procurement.parties.reading import bodies_now
from procurement.programs.following import Steps, followed
from procurement.programs.reading import steps_now


@dataclass(frozen=True)
class Selection:
    """What one subscription asks for, as it is stored."""

    row: Subscription
    programs: Collection[int]
    organizations: Collection[int]


@dataclass(frozen=True)
class Circles:
    """The links that stand now: which programs carry on others, and which organizations are one or form a group."""

    steps: Steps = field(default_factory=dict)
    bodies: Bodies = field(default_factory=Bodies)

    def criteria(self, asked: Selection, *, since: dt.datetime | None = None) -> Criteria:
        """What a subscription asks for, of what happens from its creation on or from another moment."""
        row, programs, own = asked.row, asked.programs, asked.organizations
        if programs and row.with_related:
            programs = followed(programs, self.steps)
        if own:  # also those that were merged, on either side
            own = self.bodies.all_of(self.bodies.group_of(own) if row.with_group else own)
        return Criteria(
            subscription_id=row.pk,
            since=since or row.created_at,
            events=frozenset(row.events),
            is_digest=row.cadence != IMMEDIATE,
            programs=frozenset(programs),
            organizations=frozenset(own),
            countries=frozenset(row.countries),
            domains=frozenset(row.domains),
            rules=frozenset(row.rules),
            min_severity=row.min_severity,
            min_outstanding=row.min_outstanding,
            currency=row.currency,
            from_statuses=frozenset(row.from_statuses),
            to_statuses=frozenset(row.to_statuses),
            words=tuple(tuple(folded(each).split()) for each in row.words),
        )


def circles_of(asked: Iterable[Selection], today: dt.date) -> Circles:
    """The links that are needed to know what subscriptions ask for. At most two queries."""
    known = list(asked)
    follows = any(each.programs and each.row.with_related for each in known)
    names = any(each.organizations for each in known)
    return Circles(steps_now(today) if follows else {}, bodies_now() if names else Bodies())


def stored(row: Subscription) -> Selection:
    """A stored subscription; reads nothing where its programs and organizations were read with it."""
    return Selection(row, [each.pk for each in row.programs.all()], [each.pk for each in row.organizations.all()])
