"""Finding organizations that may be one with those that an import makes, and noting them for a person."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Left

from procurement.imports.models import DoubtfulMatch
from procurement.imports.placeholders import is_placeholder
from procurement.imports.posting.attribution import Attribution
from procurement.imports.posting.near_names import Near, Neighbours, Party, Why, nearest
from procurement.parties.identifying import Identifier
from procurement.parties.linking import Bodies
from procurement.parties.models import Organization, OrganizationIdentifier
from procurement.parties.naming import BEGINNING, beginning
from procurement.parties.reading import bodies_now

_COLUMNS = ("pk", "match_key", "local_key", "bare_key", "country", "kind")


def note_doubts(
    made: Sequence[Organization], seen: Sequence[Near], attribution: Attribution
) -> Mapping[int, tuple[str, ...]]:
    """Note what may be one with organizations that a batch made or named; returns the remarks on each.

    `seen` was found by matching. Two statements for any number of them, and two more where something is near. A pair
    that was noted before is not noted again, whatever was decided. Needs the transaction that makes the organizations.
    """
    if attribution.batch_id is None:
        return {}
    bodies = bodies_now() if made or seen else Bodies()
    found = [each for each in (*seen, *_near(made)) if bodies.one(each.pk) != bodies.one(each.candidate)]
    if not found:
        return {}
    known = {frozenset(pair) for pair in _noted(found)}
    new = [each for each in nearest(found, _held(found)) if frozenset({each.pk, each.candidate}) not in known]
    DoubtfulMatch.objects.bulk_create(
        [
            DoubtfulMatch(
                organization_id=each.pk,
                candidate_id=each.candidate,
                why=each.why.value,
                similarity=round(each.similarity, 3),
                batch_id=attribution.batch_id,
            )
            for each in new
        ],
        ignore_conflicts=True,
    )
    return _remarks((each.pk, each.candidate, each.why.value) for each in new)


def doubts_of(organizations: Collection[int], attribution: Attribution) -> Mapping[int, tuple[str, ...]]:
    """The remarks of a batch that was broken off after it had noted them."""
    noted = DoubtfulMatch.objects.filter(batch=attribution.batch_id, organization__in=organizations)
    return _remarks(noted.order_by("pk").values_list("organization_id", "candidate_id", "why"))


def _near(made: Sequence[Organization]) -> list[Near]:
    named = [row for row in made if not is_placeholder(row.name)]
    parties = [Party(row.pk, row.match_key, row.local_key, row.bare_key, row.country, row.kind) for row in named]
    if not parties:
        return []
    names = {key for each in parties for key in each.keys}
    local = {each.local_key for each in parties} - {""}
    alike = {beginning(each.bare_key) for each in parties}
    stored = Organization.objects.annotate(begins=Left("bare_key", BEGINNING)).filter(
        Q(begins__in=alike) | Q(local_key__in=names) | Q(match_key__in=local)
    )
    neighbours = Neighbours([Party(*row) for row in stored.values_list(*_COLUMNS)])
    least = settings.IMPORT_SIMILAR_PERCENT / 100
    return [near for each in parties for near in neighbours.near(each, least)]


def _noted(found: Iterable[Near]) -> Iterable[tuple[int, int]]:
    """The pairs of some organizations that were noted before."""
    ids = {pk for each in found for pk in (each.pk, each.candidate)}
    rows = DoubtfulMatch.objects.filter(organization__in=ids, candidate__in=ids)
    return rows.values_list("organization_id", "candidate_id")


def _held(found: Iterable[Near]) -> Mapping[int, Collection[Identifier]]:
    """The identifiers of some organizations."""
    held: dict[int, set[Identifier]] = defaultdict(set)
    rows = OrganizationIdentifier.objects.filter(organization__in={pk for e in found for pk in (e.pk, e.candidate)})
    for pk, scheme, value in rows.values_list("organization_id", "scheme_key", "value_key"):
        held[pk].add(Identifier(scheme, value))
    return held


def _remarks(pairs: Iterable[tuple[int, int, str]]) -> dict[int, tuple[str, ...]]:
    listed = list(pairs)
    names = dict(Organization.everything.filter(pk__in={pair[1] for pair in listed}).values_list("pk", "name"))
    said: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for pk, candidate, why in listed:
        reason = DoubtfulMatch.Why(why).label
        told = f"organization {pk} may be organization {candidate} ({names[candidate]}): {reason}; a person decides"
        said[pk] = (*said[pk], told)
    return said


__all__ = ["Near", "Why", "doubts_of", "note_doubts"]
