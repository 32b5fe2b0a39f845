"""Matching organizations by sets: by the rules of parties/recording.py, over rows read by a few statements.

An import does a little more than those rules: it gives a matched organization another identifier of a scheme of which
it may have several, and a name in place of a placeholder; and it notes which organizations may be one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from django.db.models import Q

from procurement.common.errors import Refused
from procurement.common.matching import Found
from procurement.imports.placeholders import is_placeholder
from procurement.imports.posting.attribution import Attribution, noted
from procurement.imports.posting.doubting import Near, Why, doubts_of, note_doubts
from procurement.imports.posting.edits import Told
from procurement.imports.posting.naming import Naming
from procurement.imports.posting.new_rows import Fresh, Returning
from procurement.parties.identifying import Holds, Identifier
from procurement.parties.linking import Bodies
from procurement.parties.matching import (
    Known,
    OrganizationInput,
    as_named,
    find_organization,
    others_named,
    present_or_not,
)
from procurement.parties.models import Organization, OrganizationIdentifier
from procurement.parties.reading import bodies_now
from procurement.parties.recording import drafted_organization, locks_of, odd_identifiers, spell_identifier

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
    matching = _Matching(sound, attribution)
    answers = [unfit.get(place) or matching.named(each) for place, each in enumerate(given)]
    return matching.stored(answers)


class _Read(Known):
    """The organizations that any of some inputs may mean, and those that are new."""

    takes_unidentified = True

    def __init__(self, given: Sequence[OrganizationInput]) -> None:
        pairs = {pair.key for each in given for pair in each.pairs}
        identifiers = OrganizationIdentifier.objects.filter(
            scheme_key__in={pair.scheme for pair in pairs}, value_key__in={pair.value for pair in pairs}
        )
        of_pairs = {Identifier(*found[:2]): found[2] for found in identifiers.values_list(*_KEYS, "organization")}
        keys = {key for each in given for key in each.keys}
        named = Organization.everything.filter(Q(match_key__in=keys) | Q(local_key__in=keys))
        self.rows = {row.pk: row for row in named}
        self.rows |= Organization.everything.in_bulk(set(of_pairs.values()) - self.rows.keys())
        self.known_bodies = bodies_now()
        family = self.known_bodies.all_of(self.rows)
        self.rows |= Organization.everything.in_bulk(set(family) - self.rows.keys())
        self.by_name: dict[tuple[str, str], dict[int, Organization]] = defaultdict(dict)
        for row in self.rows.values():
            self._file(row)
        self.by_pair = {pair: self.rows[pk] for pair, pk in of_pairs.items()}
        self.holdings: dict[int, dict[Identifier, int]] = defaultdict(dict)
        is_needed = pairs or any(len(rows) > 1 for rows in self.by_name.values())
        held = OrganizationIdentifier.objects.filter(organization__in=self.rows) if is_needed else ()
        for each in held:
            self.holdings[each.organization_id][Identifier(each.scheme_key, each.value_key)] = each.pk

    def identified_by(self, pair: Identifier) -> Iterable[Organization]:
        found = self.by_pair.get(pair.key)
        return [found] if found else []

    def named(self, key: str, country: str) -> Sequence[Organization]:
        found = self.by_name[key, country].values()
        return present_or_not(sorted((row for row in found if row.match_key == key), key=lambda row: row.pk))

    def named_locally(self, keys: Collection[str], country: str) -> Sequence[Organization]:
        found = {row.pk: row for key in keys for row in self.by_name[key, country].values()}
        return present_or_not(row for _, row in sorted(found.items()))

    def held(self, row: Organization) -> set[Identifier]:
        return {pair for each in self.known_bodies.all_of([row.pk]) for pair in self.holdings[each]}

    def bodies(self, row: Organization) -> Bodies:  # noqa: ARG002  (read once for all)
        return self.known_bodies

    def are_one(self, row: Organization, other: Organization) -> bool:
        """Whether two organizations are one."""
        return self.known_bodies.one(row.pk) == self.known_bodies.one(other.pk)

    def remaining(self, row: Organization) -> Organization:
        return self.rows.get(self.known_bodies.one(row.pk), row)

    def add(self, row: Organization, identifiers: Iterable[tuple[Identifier, OrganizationIdentifier]]) -> None:
        """Let rows after it find a new one, or a new name or identifiers of a stored one."""
        self._file(row)
        for pair, identifier in identifiers:
            self.by_pair[pair.key] = row
            self.holdings[row.pk][pair.key] = identifier.pk

    def _file(self, row: Organization) -> None:
        for key in filter(None, (row.match_key, row.local_key)):
            self.by_name[key, row.country][row.pk] = row


_KEYS = ("scheme_key", "value_key")


class _Matching:
    """The organizations of one set, in their order."""

    def __init__(self, given: Sequence[OrganizationInput], attribution: Attribution) -> None:
        self.known, self.attribution, self.returning = _Read(given), attribution, Returning(attribution)
        self.fresh = Fresh(Organization, len(given))
        self.identifiers = Fresh(OrganizationIdentifier, sum(len(each.pairs) for each in given))
        self.naming = Naming(attribution)
        self.made: set[int] = set()
        self.near: list[Near] = []

    def named(self, given: OrganizationInput) -> Answer:
        try:
            row = find_organization(given, self.known)
            if row is None:
                return self.created(given)
            return self.matched(row, given)
        except Refused as refused:
            return refused

    def matched(self, row: Organization, given: OrganizationInput) -> Found[Organization]:
        added = self.added_identifiers(row, given)
        self.near += [Near(row.pk, each.pk, Why.LOCAL_NAME) for each in others_named(row, given, self.known)]
        news = self.naming.news(row, given, is_fresh=row.pk in self.made)
        if row.match_key in given.keys:
            self.known.add(row, ())
        if is_placeholder(given.name):  # says nothing of the name
            given = replace(given, name=row.name)
        found = self.returning.found(as_named(row, given, self.known))
        updated = "; ".join(filter(None, (news.updated, added)))
        told = Told(found.row, found.created, found.warnings, found.named, updated=updated)
        return replace(told, queued=news.queued, column="name") if news.queued else told

    def created(self, given: OrganizationInput) -> Found[Organization]:
        row = drafted_organization(given, by=self.attribution.by)
        free = [pair for pair in given.pairs if not self.known.identified_by(pair)]
        spelled = [self.spelled(pair) for pair in free]
        self.made.add(self.fresh.add(row).pk)
        taken = [holder for pair in given.pairs if pair not in free for holder in self.known.identified_by(pair)]
        self.near += [Near(row.pk, holder.pk, Why.PLACE) for holder in taken]
        self.keep(row, free, spelled)
        return Found(row, created=True, warnings=odd_identifiers(replace(given, identifiers=free)))

    # identifiers

    def added_identifiers(self, row: Organization, given: OrganizationInput) -> str:
        """Give a matched organization its other identifiers of schemes of which it may have several; says which."""
        if self.attribution.batch_id is None:
            return ""
        several = [pair for pair in given.pairs if pair.holds != Holds.ONE]
        free = [pair for pair in several if not self.known.identified_by(pair)]
        taken = [other for pair in several for other in self.known.identified_by(pair)]
        self.near += [Near(row.pk, other.pk, Why.PLACE) for other in taken if not self.known.are_one(row, other)]
        named = [pair for pair in several if self.is_own(row, pair)]
        if free and not self.is_made(row):
            named += free
        self.keep(row, free, [self.spelled(pair) for pair in free])
        told = ", ".join(f"{pair.scheme} {pair.value}" for pair in named)
        return f"gives organization {row.pk} ({row.name}) the identifier {told}" if told else ""

    def is_made(self, row: Organization) -> bool:
        """Whether the batch itself made an organization."""
        return row.pk in self.made or bool(noted(Organization._meta.db_table, [row.pk], self.attribution.batch_id))

    def is_own(self, row: Organization, pair: Identifier) -> bool:
        """Whether the batch gave a row this identifier before it was broken off."""
        pk = self.known.holdings[row.pk].get(pair.key)
        made = self.attribution.made
        return pk is not None and made(_IDENTIFIERS, pk) and not made(Organization._meta.db_table, row.pk)

    def spelled(self, pair: Identifier) -> OrganizationIdentifier:
        identifier = OrganizationIdentifier(entered_by=self.attribution.by)
        spell_identifier(identifier, pair)
        return identifier

    def keep(self, row: Organization, pairs: Sequence[Identifier], spelled: Sequence[OrganizationIdentifier]) -> None:
        """Keep identifiers that are sound and nobody's."""
        for identifier in spelled:
            identifier.organization = row
            self.identifiers.add(identifier)
        self.known.add(row, zip(pairs, spelled, strict=True))

    # storing

    def stored(self, answers: list[Answer]) -> list[Answer]:
        """Store what is new; the answers, with which others each organization may be one with."""
        self.fresh.store()
        self.identifiers.store()
        self.returning.store()
        self.naming.store()
        said = dict(note_doubts([*self.fresh.rows, *self.naming.rows], self.near, self.attribution))
        if self.attribution.is_resumed:
            said |= doubts_of({each.row.pk for each in answers if not isinstance(each, Refused)}, self.attribution)
        return [each if isinstance(each, Refused) else _doubted(each, said.pop(each.row.pk, ())) for each in answers]


_IDENTIFIERS = OrganizationIdentifier._meta.db_table


def _doubted(found: Found[Organization], doubtful: tuple[str, ...]) -> Found[Organization]:
    if not doubtful:
        return found
    if isinstance(found, Told):
        return replace(found, doubtful=doubtful)
    return Told(found.row, found.created, found.warnings, found.named, doubtful=doubtful)
