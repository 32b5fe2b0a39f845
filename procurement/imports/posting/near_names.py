"""Whether two organizations may be one although nothing says so, by their names. Pure."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from procurement.parties.identifying import Holds, Identifier
from procurement.parties.naming import beginning, similarity

#: How many candidates are noted of one organization, the nearest ones.
MOST = 3
#: Of more organizations whose names begin alike only equal names are looked for.
MOST_ALIKE = 500
#: Shorter names are not compared for similarity.
SHORTEST = 4
#: Bodies of two states are two, whatever they are called.
OF_A_STATE = frozenset({"government_executive", "legislature", "court"})


class Why(StrEnum):
    """Why two may be one; the nearest first."""

    IDENTIFIERS = "identifiers"
    LOCAL_NAME = "local_name"
    PLACE = "place"
    COUNTRY = "country"
    LEGAL_FORM = "legal_form"
    SIMILAR = "similar"


@dataclass(frozen=True)
class Party:
    """What is compared of an organization."""

    pk: int
    match_key: str
    local_key: str
    bare_key: str
    country: str
    kind: str

    @property
    def keys(self) -> set[str]:
        """Its normalised names."""
        return {self.match_key, self.local_key} - {""}


@dataclass(frozen=True)
class Near:
    """Two organizations, why they may be one, and how similar their names are."""

    pk: int
    candidate: int
    why: Why
    similarity: float = 1.0


def why(one: Party, other: Party, least: float) -> tuple[Why, float] | None:
    """Why two may be one; None if they do not look so. `least` is the similarity from which names are similar."""
    are_apart = bool(one.country and other.country and one.country != other.country)
    if one.match_key == other.match_key:
        if are_apart and {one.kind, other.kind} <= OF_A_STATE:
            return None
        return (Why.COUNTRY if one.country != other.country else Why.IDENTIFIERS), 1.0
    if are_apart:
        return None
    if one.keys & other.keys or one.bare_key == other.bare_key:
        return (Why.LOCAL_NAME if one.keys & other.keys else Why.LEGAL_FORM), 1.0
    if min(len(one.bare_key), len(other.bare_key)) < SHORTEST:
        return None
    found = similarity(one.bare_key, other.bare_key)
    return (Why.SIMILAR, found) if found >= least else None


@dataclass
class Neighbours:
    """Stored organizations among which near ones are looked for."""

    parties: Iterable[Party]
    by_beginning: dict[str, list[Party]] = field(default_factory=dict)
    by_key: dict[str, list[Party]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for each in self.parties:
            self.by_beginning.setdefault(beginning(each.bare_key), []).append(each)
            for key in each.keys:
                self.by_key.setdefault(key, []).append(each)

    def near(self, one: Party, least: float) -> Iterator[Near]:
        """Those near to an organization."""
        alike = self.by_beginning.get(beginning(one.bare_key), [])
        if len(alike) > MOST_ALIKE:
            alike = [each for each in alike if each.bare_key == one.bare_key]
        named = [each for key in sorted(one.keys) for each in self.by_key.get(key, [])]
        for other in {each.pk: each for each in (*named, *alike) if each.pk != one.pk}.values():
            if found := why(one, other, least):
                yield Near(one.pk, other.pk, *found)


def nearest(found: Iterable[Near], held: Mapping[int, Collection[Identifier]]) -> list[Near]:
    """The nearest of each organization, each pair once.

    Identifiers that contradict each other say that two are two, unless their names are equal.
    """
    order = list(Why)
    by_organization: dict[int, list[Near]] = {}
    met: set[frozenset[int]] = set()
    for each in sorted(found, key=lambda near: (order.index(near.why), -near.similarity, near.candidate)):
        pair = frozenset({each.pk, each.candidate})
        of_one = by_organization.setdefault(each.pk, [])
        equal = each.why in {Why.IDENTIFIERS, Why.PLACE}
        if pair in met or len(of_one) == MOST:
            continue
        if equal or not contradict(held.get(each.pk, ()), held.get(each.candidate, ())):
            met.add(pair)
            of_one.append(each)
    return [each for of_one in by_organization.values() for each in of_one]


def contradict(some: Collection[Identifier], others: Collection[Identifier]) -> bool:
    """Whether both have identifiers of a scheme of which an organization has one, and share none of them."""
    told = {each for each in some if each.holds == Holds.ONE}
    schemes = {each.scheme for each in told} & {each.scheme for each in others}
    return bool(schemes) and not told & set(others)
