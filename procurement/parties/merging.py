"""Recording that organizations are one, or parts of others: a merge is one fact, and its reversal undoes it.

Nothing else is written: what was recorded of the merged organization stays as it is, and is read as of the one that
remains (reading.py).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from procurement.common.advisory_locks import lock_keys
from procurement.common.errors import Complaints, Refused
from procurement.common.prepared_statements import Rows
from procurement.parties.linking import SAME_AS, Link, bodies
from procurement.parties.models import Organization, OrganizationIdentifier, OrganizationLink
from procurement.parties.reading import links_from
from procurement.sources.appending import Recorded
from procurement.sources.recording import Amending, Recorder

#: Since when two stored organizations are one if nothing else is said: two records of one body always were.
ALWAYS = dt.date(1900, 1, 1)
#: Writers of links take turns, as each decides by all others. Links are few.
LOCK = "organization-links"

Schemes = Mapping[str, set[str]]


class OrganizationLinks(Recorder[OrganizationLink]):
    """Merges, and the parts of groups. Circles and second wholes are refused under one lock for all links."""

    model = OrganizationLink
    reads = ("other",)

    def complain(self, row: OrganizationLink, complaints: Complaints) -> None:
        """Add what is wrong with a row."""
        if row.organization_id == row.other_id:
            complaints.add("other", "an organization cannot be linked to itself; name another organization")

    def lock(self, rows: Sequence[OrganizationLink], held: Collection[int] = ()) -> None:  # noqa: ARG002  (a hook)
        """Let one writer of links decide at a time."""
        lock_keys([LOCK])

    def settle(self, rows: Sequence[OrganizationLink]) -> None:
        """Refuse a second merge of one organization, two wholes from one day, and circles on any day."""
        links = links_from(row.organization_id for row in rows)
        for row in rows:
            if not row.is_reversal:
                _refuse_second(row, links)
        _refuse_circles(links)

    def gather(
        self,
        facts: Sequence[OrganizationLink],
        answers: Sequence[Rows],  # noqa: ARG002  (a hook)
    ) -> Mapping[int, Schemes]:
        """The identifiers of merged organizations and of those that remain, by scheme."""
        merged = {end for row in facts if row.kind == SAME_AS for end in (row.organization_id, row.other_id)}
        found: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        rows = OrganizationIdentifier.objects.filter(organization__in=merged) if merged else ()
        for each in rows:
            found[each.organization_id][each.scheme].add(each.value)
        return found

    def warnings(self, row: OrganizationLink, known: Mapping[int, Schemes]) -> Iterable[str]:
        """Warn of a merge of organizations that differ in what an organization has but one of."""
        if row.kind != SAME_AS or row.is_reversal:
            return
        one, other = known.get(row.organization_id, {}), known.get(row.other_id, {})
        for scheme in sorted(one.keys() & other.keys()):
            if not one[scheme] & other[scheme]:
                yield _differ(scheme, ", ".join(sorted(one[scheme])), ", ".join(sorted(other[scheme])))
        countries = row.organization.country, row.other.country
        if all(countries) and len(set(countries)) > 1:
            yield _differ("country", *countries)


def _differ(what: str, one: str, other: str) -> str:
    return f"their {what} differs, {one} and {other}: accepted as given; check that the two are one organization"


def _refuse_second(row: OrganizationLink, links: Iterable[Link]) -> None:
    """Raise Refused when another link says the like of the same organization."""
    for link in links:
        if link.id == row.pk or (link.organization, link.kind) != (row.organization_id, row.kind):
            continue
        if row.kind == SAME_AS:
            one, remains = _named(link.organization), _named(link.other)
            said = f"{one} is merged already, into {remains}, by link {link.id}; link {remains} instead, or first take"
            raise Refused({"organization": f"{said} link {link.id} back"})
        if link.effective_on == row.effective_on and link.other != row.other_id:
            one, whole = _named(link.organization), _named(link.other)
            said = f"{one} is part of {whole} from {link.effective_on.isoformat()}, by link {link.id}; another day,"
            raise Refused({"other": f"{said} from which it is part of this one, would be accepted"})


def _refuse_circles(links: Sequence[Link]) -> None:
    """Raise Refused when an organization leads to itself on any day."""
    for day in sorted({link.effective_on for link in links}):
        for link in bodies(links, day).circular:
            one, other = _named(link.organization), _named(link.other)
            said = f"on {day.isoformat()} {one} would lead to {other} (link {link.id}) and back to itself"
            raise Refused({"other": f"{said}; take back one of the links between them first, or link another one"})


def _named(organization: int) -> str:
    """An organization by id and name."""
    row = Organization.everything.get(pk=organization)
    return f"organization {row.pk} ({row.name})"


organization_links = OrganizationLinks()


def merge(
    organization: Organization, *, into: Organization, ground: Amending, since: dt.date = ALWAYS
) -> Recorded[OrganizationLink]:
    """Let an organization be one with another one, which remains; `unmerge` undoes it.

    Raises Refused when it is merged already, or when a circle would close. Safe to race: writers of links take turns.
    """
    return organization_links.record(
        OrganizationLink(
            organization=organization,
            kind=SAME_AS,
            other=into,
            effective_on=since,
            source=ground.source,
            note=ground.note,
            published_on=ground.published_on,
            entered_by=ground.by,
        )
    )


def unmerge(organization: Organization, ground: Amending) -> Recorded[OrganizationLink]:
    """Take the merge of an organization back. Raises Refused when it is not merged."""
    link = merge_of(organization)
    if link is None:
        raise Refused({"organization": f"{_named(organization.pk)} is not merged into another one"})
    return organization_links.take_back(link, ground)


def merge_of(organization: Organization) -> OrganizationLink | None:
    """The link by which an organization is merged, if it is."""
    rows = OrganizationLink.objects.unreversed().filter(organization=organization, kind=SAME_AS)
    found: OrganizationLink | None = rows.select_related("organization", "other", "source").first()
    return found
