"""Which stored organization a request or a file means: by an identifier, or by a name and country."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.db.models import Exists, OuterRef, Q

from procurement.common.errors import Conflict
from procurement.common.matching import Found, differences
from procurement.parties.identifying import Holds, Identifier, scheme_key
from procurement.parties.linking import Bodies
from procurement.parties.models import Organization, OrganizationIdentifier, OrganizationLink, OrganizationQuerySet
from procurement.parties.naming import match_key
from procurement.parties.reading import bodies_now


@dataclass(frozen=True)
class OrganizationInput:
    """An organization as a request or a file names it."""

    name: str
    local_name: str = ""
    kind: str = ""
    country: str = ""
    identifiers: Sequence[tuple[str, str]] = field(default_factory=tuple)

    @cached_property
    def pairs(self) -> list[Identifier]:
        """Its identifiers, each once."""
        pairs = [Identifier(*pair) for pair in self.identifiers]
        return list({pair.key: pair for pair in reversed(pairs)}.values())[::-1]

    @property
    def keys(self) -> frozenset[str]:
        """Its normalised names in either language."""
        return frozenset(filter(None, (match_key(self.name), match_key(self.local_name))))


class Known:
    """The stored organizations, as matching looks for them; each look is a query."""

    #: Whether of several of one name the one without identifiers is meant where none is given: it was made by its name.
    takes_unidentified = False

    def identified_by(self, pair: Identifier) -> Iterable[Organization]:
        """Those that carry an identifier: at most one."""
        return _with_links(Organization.everything.identified_by(*pair))

    def named(self, key: str, country: str) -> Sequence[Organization]:
        """Those of a country with a normalised name, by id; withdrawn ones only if there are no others."""
        return present_or_not(_with_links(Organization.everything.named(key, country)).order_by("pk"))

    def bodies(self, row: Organization) -> Bodies:
        """Which organizations are one, where an organization may be one with others."""
        return bodies_now() if getattr(row, "is_linked", True) else Bodies()

    def named_locally(self, keys: Collection[str], country: str) -> Sequence[Organization]:
        """The same of those that have one of some normalised names in either language."""
        return present_or_not(_with_links(Organization.everything.named_locally(keys, country)).order_by("pk"))

    def held(self, row: Organization) -> set[Identifier]:
        """The keys of the identifiers of an organization and of all that are one with it."""
        rows = OrganizationIdentifier.objects.filter(organization__in=self.bodies(row).all_of([row.pk]))
        return {Identifier(*pair) for pair in rows.values_list("scheme_key", "value_key")}

    def remaining(self, row: Organization) -> Organization:
        """The one that stands for an organization since it was merged; mostly itself."""
        one = self.bodies(row).one(row.pk)
        return row if one == row.pk else Organization.everything.get(pk=one)


KNOWN = Known()


def _with_links(rows: OrganizationQuerySet) -> OrganizationQuerySet:
    """Organizations, each with whether it may be one with others."""
    merges = OrganizationLink.objects.unreversed().filter(kind=OrganizationLink.Kind.SAME_AS)
    either = Q(organization=OuterRef("pk")) | Q(other=OuterRef("pk"))
    return rows.annotate(is_linked=Exists(merges.filter(either)))


def present_or_not(rows: Iterable[Organization]) -> list[Organization]:
    """The rows that were not withdrawn; all, if all were."""
    found = list(rows)
    return [row for row in found if row.withdrawn_at is None] or found


def find_organization(given: OrganizationInput, known: Known = KNOWN) -> Organization | None:
    """Match by any identifier, else by a normalised name and country if no identifier contradicts.

    Identifiers of places decide only where there is no other; a name in either language counts. Of several that are
    one, the one that remains. Raises Conflict, naming the candidates, if several may be meant.
    """
    of_places = [pair for pair in given.pairs if pair.holds == Holds.PLACES]
    if holder := _holder([pair for pair in given.pairs if pair not in of_places], known):
        return _agreeing(holder, given, known)
    holder = _holder(of_places, known)
    if holder and not contradictions(holder, given, known):
        return holder
    return _named(given, known)


def _holder(pairs: Iterable[Identifier], known: Known) -> Organization | None:
    """The organization that has one of some identifiers. Raises Conflict if several have."""
    holders = _apart({o for pair in pairs for o in known.identified_by(pair)}, known)
    if len(holders) > 1:
        said = f"belong to different organizations: {listed(holders)}; give the ones of a single one"
        raise Conflict({"identifiers": said})
    return next(iter(holders), None)


def _named(given: OrganizationInput, known: Known) -> Organization | None:
    """The organization with the name; else the only one that has it in the other language. Raises Conflict."""
    named = _apart(known.named(match_key(given.name), given.country), known)
    possible = [each for each in named if not contradictions(each, given, known, by_name=True)]
    if len(named) > 1 and known.takes_unidentified and not given.pairs:
        bare = [each for each in possible if not known.held(each)]
        named = possible = bare if len(bare) == 1 else possible
    if possible and len(named) > 1:
        said = f"{listed(named)} have this name in this country, and nothing says which is meant; give its id"
        raise Conflict({"name": f"{said}, or one of its identifiers"})
    if possible or named:
        return next(iter(possible), None)
    local = _apart(known.named_locally(given.keys, given.country), known)
    return next((o for o in local if len(local) == 1 and not contradictions(o, given, known, by_name=True)), None)


def _apart(rows: Collection[Organization], known: Known) -> list[Organization]:
    """Rows of which several are one as that one."""
    if len(rows) < 2:
        return list(rows)
    return list({one.pk: one for one in map(known.remaining, rows)}.values())


def listed(organizations: Iterable[Organization]) -> str:
    """Candidates by id and name."""
    return ", ".join(f"{o.pk} ({o.name})" for o in sorted(organizations, key=lambda o: o.pk))


def contradictions(
    row: Organization, given: OrganizationInput, known: Known, *, by_name: bool = False
) -> list[Identifier]:
    """The given identifiers in whose scheme the organization has only other values, where they tell it apart.

    `by_name` says that nothing but the name speaks for the organization.
    """
    held = known.held(row) if given.pairs else set()
    shared = {pair.key.scheme for pair in given.pairs if pair.key in held}
    schemes = {pair.scheme for pair in held} - shared
    telling = {Holds.ONE, Holds.ONE_AFTER_ANOTHER} if by_name else {Holds.ONE}
    return [pair for pair in given.pairs if pair.key.scheme in schemes and pair.holds in telling]


def _agreeing(holder: Organization, given: OrganizationInput, known: Known) -> Organization:
    """Raise Conflict when one identifier names an organization and another one contradicts it."""
    other = contradictions(holder, given, known)
    if other:
        schemes = [scheme_key(pair.scheme) for pair in other]
        held = ", ".join(str(each) for each in holder.identifiers.filter(scheme_key__in=schemes))
        given_too = ", ".join(f"{pair.scheme} {pair.value}" for pair in other)
        said = f"one is that of organization {listed([holder])}, which has {held} and not {given_too}; give its id"
        raise Conflict({"identifiers": f"{said}, or the identifiers of a single one"}, existing=holder.pk)
    return holder


def as_named(row: Organization, given: OrganizationInput, known: Known = KNOWN) -> Found[Organization]:
    """A matched organization, or the one that remains of it, with what was said of it and is not stored."""
    values = {name: getattr(given, name).strip() for name in ("name", "local_name", "kind", "country")}
    said = (*differences(row, values), *_not_stored(row, given, known), *_also_named(row, given, known))
    return Found(known.remaining(row), warnings=said, named=row)


def _also_named(row: Organization, given: OrganizationInput, known: Known) -> list[str]:
    others = others_named(row, given, known)
    said = f"{listed(others)} in this country may be meant: the names that are given are of two"
    return [f"organization {said}; organization {row.pk} was taken"] if others else []


def others_named(row: Organization, given: OrganizationInput, known: Known) -> list[Organization]:
    """Organizations beside a matched one to which the given name in the other language belongs."""
    key = match_key(given.local_name)
    if not key or key in {row.local_key, row.match_key}:
        return []
    found = _apart([row, *known.named_locally([key], given.country)], known)
    one = known.remaining(row).pk
    apart = [each for each in found if each.pk not in {row.pk, one}]
    return [each for each in apart if not contradictions(each, given, known, by_name=True)]


def _not_stored(row: Organization, given: OrganizationInput, known: Known) -> list[str]:
    """A warning for each identifier that a matched organization does not have."""
    held = known.held(row) if given.pairs else set()
    return [
        f"identifier {pair.scheme} {pair.value} was not stored: organization {row.pk} ({row.name}) was matched without "
        f"it; add it to organization {row.pk} if it is its own"
        for pair in given.pairs
        if pair.key not in held
    ]
