"""Matching organizations by sets: by the rules of parties/recording.py, over rows read by a few statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from procurement.common.errors import Refused
from procurement.common.matching import Found
from procurement.imports.posting.attribution import Attribution
from procurement.imports.posting.new_rows import Fresh, Returning
from procurement.parties.identifying import Identifier
from procurement.parties.linking import Bodies
from procurement.parties.models import Organization, OrganizationIdentifier
from procurement.parties.naming import match_key
from procurement.parties.reading import bodies_now
from procurement.parties.recording import (
    Known,
    OrganizationInput,
    as_named,
    drafted_organization,
    find_organization,
    locks_of,
    odd_identifiers,
    present_or_not,
    spell_identifier,
)

Answer = Found[Organization] | Refused


def named_organizations(given: Sequence[OrganizationInput], attribution: Attribution) -> list[Answer]:
    """What `name_organization` would say of each, one after the other. Needs a transaction, which keeps the locks."""
    locks: list[str] = []
    unfit: dict[int, Refused] = {}
    for place, each in enumerate(given):
        try:
            locks += locks_of(each)
        except Refused as refused:
            unfit[place] = refused
    attribution.lock(locks)
    sound = [each for place, each in enumerate(given) if place not in unfit]
    naming = _Naming(sound, attribution)
    answers = [unfit.get(place) or naming.named(each) for place, each in enumerate(given)]
    naming.store()
    return answers


class _Read(Known):
    """The organizations that any of some inputs may mean, and those that are new."""

    def __init__(self, given: Sequence[OrganizationInput]) -> None:
        pairs = {pair.key for each in given for pair in each.pairs}
        identifiers = OrganizationIdentifier.objects.filter(
            scheme_key__in={pair.scheme for pair in pairs}, value_key__in={pair.value for pair in pairs}
        )
        of_pairs = {Identifier(*found[:2]): found[2] for found in identifiers.values_list(*_KEYS, "organization")}
        keys = {match_key(each.name) for each in given}
        self.rows = {row.pk: row for row in Organization.everything.filter(match_key__in=keys)}
        self.rows |= Organization.everything.in_bulk(set(of_pairs.values()) - self.rows.keys())
        self.known_bodies = bodies_now()
        family = self.known_bodies.all_of(self.rows)
        self.rows |= Organization.everything.in_bulk(set(family) - self.rows.keys())
        self.by_name: dict[tuple[str, str], list[Organization]] = defaultdict(list)
        for _, row in sorted(self.rows.items()):
            self.by_name[row.match_key, row.country].append(row)
        self.by_pair = {pair: self.rows[pk] for pair, pk in of_pairs.items()}
        self.holdings: dict[int, set[Identifier]] = defaultdict(set)
        held = OrganizationIdentifier.objects.filter(organization__in=self.rows) if pairs else ()
        for each in held:
            self.holdings[each.organization_id].add(Identifier(each.scheme_key, each.value_key))

    def identified_by(self, pair: Identifier) -> Iterable[Organization]:
        found = self.by_pair.get(pair.key)
        return [found] if found else []

    def named(self, key: str, country: str) -> Sequence[Organization]:
        return present_or_not(self.by_name[key, country])

    def held(self, row: Organization) -> set[Identifier]:
        return set().union(*(self.holdings[each] for each in self.known_bodies.all_of([row.pk])))

    def bodies(self, row: Organization) -> Bodies:  # noqa: ARG002  (read once for all)
        return self.known_bodies

    def remaining(self, row: Organization) -> Organization:
        return self.rows.get(self.known_bodies.one(row.pk), row)

    def add(self, row: Organization, pairs: Iterable[Identifier]) -> None:
        """Let rows after it find a new one."""
        self.by_name[row.match_key, row.country].append(row)
        for pair in pairs:
            self.by_pair[pair.key] = row
            self.holdings[row.pk].add(pair.key)


_KEYS = ("scheme_key", "value_key")


class _Naming:
    """The organizations of one set, in their order."""

    def __init__(self, given: Sequence[OrganizationInput], attribution: Attribution) -> None:
        self.known, self.by, self.returning = _Read(given), attribution.by, Returning(attribution)
        self.fresh = Fresh(Organization, len(given))
        self.identifiers = Fresh(OrganizationIdentifier, sum(len(each.pairs) for each in given))

    def named(self, given: OrganizationInput) -> Answer:
        try:
            row = find_organization(given, self.known)
            if row is None:
                return self.created(given)
            return self.returning.found(as_named(row, given, self.known))
        except Refused as refused:
            return refused

    def created(self, given: OrganizationInput) -> Found[Organization]:
        row = drafted_organization(given, by=self.by)
        spelled = [OrganizationIdentifier(entered_by=self.by) for _ in given.pairs]
        for identifier, pair in zip(spelled, given.pairs, strict=True):
            spell_identifier(identifier, pair)
        self.fresh.add(row)
        for identifier in spelled:
            identifier.organization = row
            self.identifiers.add(identifier)
        self.known.add(row, given.pairs)
        return Found(row, created=True, warnings=odd_identifiers(given))

    def store(self) -> None:
        self.fresh.store()
        self.identifiers.store()
        self.returning.store()
