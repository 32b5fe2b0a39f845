"""What links between organizations mean for a question: which ids its filters accept, and what its statements take.

Kept lines name buyers and suppliers by the organizations that remain of them on the kept day, as answers do; only who
reads facts needs to know which were merged. Groups of companies are found when rows are read: nothing kept knows them.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from procurement.common.dates import Asked
from procurement.parties.linking import Bodies, Span, spans
from procurement.parties.reading import bodies_at

#: Filters by organizations -> the ids that they accept of those given. A party is looked up among facts, which name
#: what they were recorded for; buyers and lead suppliers among lines.
_ACCEPTED = {"supplier": Bodies.all_of, "buyer": Bodies.ones, "supplier_group": Bodies.group_of}
GROUP = "supplier_group"

Filters = Mapping[str, Sequence[Any]]


def asks_of_organizations(own: Iterable[str], filters: Iterable[str]) -> bool:
    """Whether links matter for what is asked of rows, beside how facts are read."""
    return GROUP in own or not _ACCEPTED.keys().isdisjoint(filters)


def widened(filters: Filters, bodies: Bodies) -> Filters:
    """Filters that accept every organization that is one with a given one, or of its group."""
    return {name: _ACCEPTED[name](bodies, given) if name in _ACCEPTED else given for name, given in filters.items()}


def merged_parameters(asked: Asked) -> dict[str, Any]:
    """What statements over facts take of merged organizations at the asked dates. One query."""
    return of_merged(spans([asked.as_of], [bodies_at(asked).into]))


def merged_at_days(days: Collection[dt.date], bodies: Sequence[Bodies]) -> dict[str, Any]:
    """The same at each of some days."""
    return of_merged(spans(days, [each.into for each in bodies]))


def group_parameters(days: Collection[dt.date], bodies: Sequence[Bodies]) -> dict[str, Any]:
    """What statements that group by supplier_group take: of parts and of tops, the top at each of some days."""
    found = list(spans(days, [_with_tops(each.tops) for each in bodies]))
    return {
        "members": [each.organization for each in found],
        "tops": [each.other for each in found],
        "member_from": [each.since for each in found],
        "member_until": [each.until for each in found],
    }


def _with_tops(tops: Mapping[int, int]) -> dict[int, int]:
    return {**tops, **{top: top for top in tops.values()}}


def of_merged(found: Iterable[Span]) -> dict[str, Any]:
    """The parameters that say which organizations were merged, and when."""
    known = list(found)
    return {
        "merged": [each.organization for each in known],
        "merged_into": [each.other for each in known],
        "merged_from": [each.since for each in known],
        "merged_until": [each.until for each in known],
    }


#: Where it is no matter which were merged.
NONE_MERGED = of_merged(())


def turning_parameters(days: Sequence[dt.date], bodies: Sequence[Bodies]) -> dict[str, Any]:
    """Which organizations were merged or changed their group since the day before, and those days."""
    found = [
        (organization, day)
        for before, now, day in zip(bodies, bodies[1:], days[1:], strict=False)
        if now is not before
        for organization in sorted(before.linked | now.linked)
        if (before.one(organization), before.top(organization)) != (now.one(organization), now.top(organization))
    ]
    return {"turning": [each for each, _ in found], "turning_days": [day for _, day in found]}
