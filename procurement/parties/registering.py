"""Registering organizations: by id, by identifier, by name and country, or anew."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.contrib.auth.models import User
from django.db import transaction

from procurement.common.claims import lock_keys
from procurement.common.cleaning import complain_of_fields, refuse_bad_texts
from procurement.common.errors import Complaints, Conflict, Refused
from procurement.common.money import is_country
from procurement.parties.models import Organization, OrganizationIdentifier
from procurement.parties.naming import match_key


@dataclass(frozen=True)
class OrganizationInput:
    """An organization as a request or a file names it."""

    name: str
    local_name: str = ""
    kind: str = ""
    country: str = ""
    identifiers: Sequence[tuple[str, str]] = field(default_factory=tuple)


def find_organization(given: OrganizationInput) -> Organization | None:
    """Match by any identifier, else by exact normalised name and country.

    Raises Conflict when the identifiers belong to different organizations.
    """
    found = {o for pair in given.identifiers for o in Organization.objects.identified_by(*pair)}
    if len(found) > 1:
        named = ", ".join(f"{o.pk} ({o.name})" for o in sorted(found, key=lambda o: o.pk))
        raise Conflict({"identifiers": f"belong to different organizations: {named}; give the ones of a single one"})
    if found:
        return found.pop()
    return Organization.objects.named(match_key(given.name), given.country).order_by("pk").first()


@transaction.atomic
def find_or_create_organization(given: OrganizationInput, *, by: User | None = None) -> Organization:
    """Return the organization meant, creating it when nothing matches; a match never edits the stored row.

    Safe to repeat and to race: an advisory lock on the name and on each identifier makes two writers one.
    """
    identifiers = "".join(part for pair in given.identifiers for part in pair)
    refuse_bad_texts(name=given.name, country=given.country, identifiers=identifiers)
    lock_keys(
        [f"organization:{match_key(given.name)}:{given.country}"]
        + [f"identifier:{scheme}:{value}" for scheme, value in given.identifiers]
    )
    return find_organization(given) or create_organization(given, by=by)


@transaction.atomic
def register_organization(given: OrganizationInput, *, by: User | None = None) -> Organization:
    """Create an organization that is not there yet. Raises Refused, or Conflict naming the one that is.

    Two rows of one name in one country could not be told apart inline, unless an identifier does.
    """
    lock_keys([f"organization:{match_key(given.name)}:{given.country}"])
    known = None if given.identifiers else find_organization(given)
    if known is not None:
        raise Conflict(
            {"name": f"organization {known.pk} has this name in this country; use it, or give an identifier"},
            existing=known.pk,
        )
    return create_organization(given, by=by)


@transaction.atomic
def create_organization(given: OrganizationInput, *, by: User | None = None) -> Organization:
    """Create an organization with its identifiers. Raises Refused, or Conflict when an identifier is taken."""
    row = Organization(
        name=given.name.strip(),
        local_name=given.local_name.strip(),
        match_key=match_key(given.name),
        kind=given.kind or Organization.Kind.OTHER,
        country=given.country,
        entered_by=by,
    )
    refuse_bad_organization(row)
    row.save(force_insert=True)
    for scheme, value in dict.fromkeys(given.identifiers):
        add_identifier(row, scheme=scheme, value=value, by=by)
    return row


def add_identifier(
    organization: Organization, *, scheme: str, value: str, by: User | None = None
) -> OrganizationIdentifier:
    """Give an organization one more identifier. Raises Conflict when another organization has it."""
    holder = Organization.objects.identified_by(scheme, value).first()
    if holder is not None:
        raise Conflict(
            {"identifiers": f"{scheme} {value} belongs to organization {holder.pk} ({holder.name})"}, existing=holder.pk
        )
    row = OrganizationIdentifier(organization=organization, scheme=scheme.strip(), value=value.strip(), entered_by=by)
    complaints = Complaints()
    complain_of_fields(row, complaints)
    if complaints.errors:
        raise Refused({"identifiers": [said for each in complaints.errors.values() for said in each]})
    row.save(force_insert=True)
    return row


def refuse_bad_organization(row: Organization) -> None:
    """Raise Refused when an organization's columns hold what they may not."""
    complaints = Complaints()
    complain_of_fields(row, complaints)
    if row.country and not is_country(row.country):
        complaints.add("country", f"“{row.country}” is not an ISO 3166-1 alpha-2 code; JP or US would be accepted")
    if not row.name:
        complaints.add("name", "must not be empty")
    complaints.refuse_if_any()


def rename(organization: Organization, *, name: str) -> list[str]:
    """Set the name and its match key together; returns the fields to save."""
    organization.name = name.strip()
    organization.match_key = match_key(name)
    return ["name", "match_key"]
