"""Which organizations are one, and which groups they form, by the links that are in view. Pure.

Of links from one organization the latest counts. A link that would close a circle counts for nothing: none is recorded
that would, but a view of the past may hold two that never stood together.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

PART_OF, SAME_AS = "part_of", "same_as"


class Link(NamedTuple):
    """A link; sorts in the order in which links count."""

    effective_on: dt.date
    public_order: dt.date
    id: int
    kind: str
    organization: int
    other: int


class Span(NamedTuple):
    """For which organization another one stands from a day until before another day; without an end up to all days."""

    organization: int
    other: int
    since: dt.date
    until: dt.date


@dataclass(frozen=True)
class Bodies:
    """Organizations as they stand on a day: for each merged one the one that remains, for each part its top."""

    into: Mapping[int, int] = field(default_factory=dict)
    tops: Mapping[int, int] = field(default_factory=dict)
    #: the links that count for nothing, because they would close a circle
    circular: tuple[Link, ...] = ()

    @cached_property
    def also(self) -> Mapping[int, list[int]]:
        """For each organization that remains those that are merged into it."""
        found: dict[int, list[int]] = {}
        for merged, remains in self.into.items():
            found.setdefault(remains, []).append(merged)
        return found

    @cached_property
    def parts(self) -> Mapping[int, list[int]]:
        """For each organization at the top of a group those that are part of it."""
        found: dict[int, list[int]] = {}
        for part, top in self.tops.items():
            found.setdefault(top, []).append(part)
        return found

    @cached_property
    def linked(self) -> frozenset[int]:
        """The organizations that links are about."""
        return frozenset().union(self.into, self.into.values(), self.tops, self.tops.values())

    def one(self, organization: int) -> int:
        """The organization that remains: itself, if it was not merged."""
        return self.into.get(organization, organization)

    def top(self, organization: int) -> int:
        """The organization at the top of its group: the one that remains of itself, if it is no part."""
        one = self.one(organization)
        return self.tops.get(one, one)

    def all_of(self, organizations: Iterable[int]) -> list[int]:
        """Every organization that is one with some of these, they themselves among them."""
        ones = {self.one(each) for each in organizations}
        return sorted(ones.union(*(self.also.get(one, ()) for one in ones)))

    def ones(self, organizations: Iterable[int]) -> list[int]:
        """The organizations that remain of these."""
        return sorted({self.one(each) for each in organizations})

    def group_of(self, organizations: Iterable[int]) -> list[int]:
        """Every organization that remains, of the groups to which these belong."""
        tops = {self.top(each) for each in organizations}
        return sorted(tops.union(*(self.parts.get(top, ()) for top in tops)))


def bodies(links: Iterable[Link], day: dt.date) -> Bodies:
    """What links come to on a day."""
    known = sorted(each for each in links if each.effective_on <= day)
    into, circular = _followed([(each, each.organization, each.other) for each in known if each.kind == SAME_AS])
    parts = [each for each in known if each.kind == PART_OF]
    pairs = [(each, into.get(each.organization, each.organization), into.get(each.other, each.other)) for each in parts]
    tops, more = _followed([each for each in pairs if each[1] != each[2]])
    return Bodies(into, tops, (*circular, *more))


def _followed(pairs: Iterable[tuple[Link, int, int]]) -> tuple[dict[int, int], list[Link]]:
    """Where each organization leads in the end by its latest link, and the links that would close a circle."""
    latest: dict[int, tuple[Link, int]] = {}
    for link, organization, other in pairs:
        latest.pop(organization, None)  # those that follow stay in the order in which they count
        latest[organization] = link, other
    parents: dict[int, int] = {}
    circular = []
    for organization, (link, other) in latest.items():
        if _end(parents, other, unless=organization) == organization:
            circular.append(link)
        else:
            parents[organization] = other
    return {each: _end(parents, each) for each in parents}, circular


def _end(parents: Mapping[int, int], start: int, *, unless: int | None = None) -> int:
    """The last organization that one leads to; another one, if the way passes it."""
    at = start
    while at in parents and at != unless:
        at = parents[at]
    return at


def leading_from(links: Collection[Link], organizations: Iterable[int]) -> list[Link]:
    """The links that organizations may lead on by on any day, also through those that are merged into them.

    The other parts of their groups are not among them: a group may have thousands.
    """
    ahead: dict[int, list[tuple[Link, int]]] = {}
    for each in links:
        ahead.setdefault(each.organization, []).append((each, each.other))
        if each.kind == SAME_AS:
            ahead.setdefault(each.other, []).append((each, each.organization))
    reached, waiting = set[int](), {*organizations}
    while waiting:
        at = waiting.pop()
        reached.add(at)
        waiting |= {end for _, end in ahead.get(at, ())} - reached
    return sorted({link for at in reached for link, _ in ahead.get(at, ())})


def spans(days: Collection[dt.date], stands_for: Iterable[Mapping[int, int]]) -> Iterator[Span]:
    """What stands for what at each of some days, in their order, neighbouring days of the same as one span.

    The first day's begins before all days, and the last day's has no end.
    """
    before: Mapping[int, int] = {}
    since: dict[int, dt.date] = {}
    for number, (day, now) in enumerate(zip(days, stands_for, strict=True)):
        for each in [each for each, other in before.items() if now.get(each) != other]:
            yield Span(each, before[each], since.pop(each), day)
        for each in now.keys() - since.keys():
            since[each] = day if number else dt.date.min
        before = now
    yield from (Span(each, before[each], began, dt.date.max) for each, began in since.items())
