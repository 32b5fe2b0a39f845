"""Which organizations are one, and which groups they form, in plain Python over stored links (DESIGN.md section 3)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from tests.exposure.stored_facts import Dates, Fact, order


def led_by(links: Iterable[Fact], one: Callable[[int], int]) -> dict[int, int]:
    """Where each organization leads directly by its latest link; one that would close a circle leads nowhere."""
    latest: dict[int, Fact] = {}
    for link in sorted(links, key=order):
        if one(link["organization_id"]) != one(link["other_id"]):
            latest[one(link["organization_id"])] = link
    leads: dict[int, int] = {}
    for organization, link in sorted(latest.items(), key=lambda pair: order(pair[1])):
        other = one(link["other_id"])
        if end(leads, other) != organization:
            leads[organization] = other
    return leads


def end(leads: Mapping[int, int], organization: int) -> int:
    return end(leads, leads[organization]) if organization in leads else organization


@dataclass(frozen=True)
class Bodies3:
    """Section 3 for the organizations at three dates."""

    links: list[Fact]
    dates: Dates

    def standing(self, kind: str) -> list[Fact]:
        return [link for link in self.dates.standing(self.links) if link["kind"] == kind]

    @cached_property
    def merged(self) -> dict[int, int]:
        return led_by(self.standing("same_as"), lambda organization: organization)

    @cached_property
    def wholes(self) -> dict[int, int]:
        return led_by(self.standing("part_of"), self.one)

    def one(self, organization: int) -> int:
        """The organization that remains."""
        return end(self.merged, organization)

    def top(self, organization: int) -> int:
        """The top of its group."""
        return end(self.wholes, self.one(organization))
