"""Finding and creating organizations: by id, by identifier, or by name and country."""

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction

from procurement.common.advisory_locks import lock_keys
from procurement.common.errors import Complaints, Conflict, Refused
from procurement.common.matching import Found
from procurement.common.money import is_country
from procurement.common.texts import text_fault
from procurement.common.validation import complain_of_fields, refuse_bad_texts
from procurement.common.withdrawable import bring_back
from procurement.parties.identifying import Identifier, as_written, oddity
from procurement.parties.matching import OrganizationInput, as_named, find_organization
from procurement.parties.models import Organization, OrganizationIdentifier
from procurement.parties.naming import bare_key, match_key


@transaction.atomic
def name_organization(given: OrganizationInput, *, by: User | None = None) -> Found[Organization]:
    """Find the organization meant, or create it; a match never edits the stored row, and reports differences.

    Safe to repeat and to race: writers take turns under an advisory lock on the name and on each identifier. Raises
    Refused, or Conflict as find_organization does.
    """
    lock_organization(given)
    row = find_organization(given)
    if row is None:
        return create_organization(given, by=by)
    bring_back([row])
    return as_named(row, given)


def find_or_create_organization(given: OrganizationInput, *, by: User | None = None) -> Organization:
    """Return the organization meant: see name_organization."""
    return name_organization(given, by=by).row


def lock_organization(given: OrganizationInput) -> None:
    """Take the locks under which it is decided whether an organization already exists. Raises Refused."""
    lock_keys(locks_of(given))


def locks_of(given: OrganizationInput) -> list[str]:
    """The names of these locks. Raises Refused when the organization cannot even be looked up."""
    refuse_bad_texts(name=given.name, local_name=given.local_name, country=given.country)
    _refuse_bad_identifiers(given.pairs)
    names = (name_lock(key, given.country) for key in sorted(given.keys))
    return [*names, *map(identifier_lock, given.pairs)]


def _refuse_bad_identifiers(pairs: Iterable[Identifier]) -> None:
    """Raise Refused when a part of an identifier cannot be looked up, or has no letter or digit to compare."""
    said = [fault for pair in pairs for part in pair if (fault := text_fault(part))]
    said += [
        f"“{pair.scheme} {pair.value}” is no identifier: name a scheme and a value"
        for pair in pairs
        if not all(pair.key)
    ]
    if said:
        raise Refused({"identifiers": said})


def name_lock(key: str, country: str) -> str:
    """The lock under which a name in a country is assigned."""
    return f"organization:{key}:{country}"


def identifier_lock(pair: Identifier) -> str:
    """The lock under which an identifier is assigned."""
    return f"identifier:{pair.key.scheme}:{pair.key.value}"


@transaction.atomic
def register_organization(given: OrganizationInput, *, by: User | None = None) -> Found[Organization]:
    """Create an organization that does not exist yet.

    Raises Refused, or Conflict naming the existing one. Two rows with one name in one country could not be told apart
    inline, unless they have identifiers.
    """
    lock_organization(given)
    known = find_organization(given) if given.identifiers else None
    if known is not None and bring_back([known]):
        return as_named(known, given)
    if not given.identifiers:
        refuse_another_of_the_name(Organization(match_key=match_key(given.name), country=given.country))
    return create_organization(given, by=by)


def refuse_another_of_the_name(row: Organization) -> None:
    """Raise Conflict when another organization has the name of one without identifiers, in its country."""
    known = _another_of_the_name(row)
    if known is not None:
        raise Conflict(
            {"name": f"organization {known.pk} has this name in this country; use it, or give an identifier"},
            existing=known.pk,
        )


def _another_of_the_name(row: Organization) -> Organization | None:
    others = Organization.objects.named(row.match_key, row.country).exclude(pk=row.pk).order_by("pk")
    return next((each for each in others if row._state.adding or not Organization.are_one(row.pk, each.pk)), None)


@transaction.atomic
def create_organization(given: OrganizationInput, *, by: User | None = None) -> Found[Organization]:
    """Create an organization with its identifiers. Raises Refused, or Conflict when an identifier is taken."""
    row = drafted_organization(given, by=by)
    row.save(force_insert=True)
    for pair in given.pairs:
        add_identifier(row, scheme=pair.scheme, value=pair.value, by=by)
    return Found(row, created=True, warnings=odd_identifiers(given))


def drafted_organization(given: OrganizationInput, *, by: User | None = None) -> Organization:
    """A sound organization, not stored yet. Raises Refused."""
    row = Organization(
        name=given.name.strip(),
        local_name=given.local_name.strip(),
        match_key=match_key(given.name),
        local_key=match_key(given.local_name),
        bare_key=bare_key(given.name),
        kind=given.kind or Organization.Kind.OTHER,
        country=given.country,
        entered_by=by,
    )
    refuse_bad_organization(row)
    return row


def odd_identifiers(given: OrganizationInput) -> tuple[str, ...]:
    """The warnings about the identifiers of a new organization."""
    return tuple(said for pair in given.pairs if (said := oddity(pair)))


def refuse_bad_organization(row: Organization) -> None:
    """Raise Refused when a column has an invalid value, Conflict when the new name is another organization's."""
    complaints = Complaints()
    complain_of_fields(row, complaints)
    if row.country and not is_country(row.country):
        complaints.add("country", f"“{row.country}” is not an ISO 3166-1 alpha-2 code; JP or US would be accepted")
    if not row.name:
        complaints.add("name", "must not be empty")
    complaints.refuse_if_any()
    if row.pk is not None:
        _refuse_taken_name(row)


def _refuse_taken_name(row: Organization) -> None:
    lock_keys([name_lock(row.match_key, row.country)])
    same = Organization.objects.named(row.match_key, row.country).filter(pk=row.pk)
    if not same.exists() and not row.identifiers.exists():
        refuse_another_of_the_name(row)


def rename(organization: Organization, *, name: str) -> list[str]:
    """Set the name and its match keys together; returns the fields to save."""
    organization.name = name.strip()
    organization.match_key, organization.bare_key = match_key(name), bare_key(name)
    return ["name", "match_key", "bare_key"]


def rename_locally(organization: Organization, *, name: str) -> list[str]:
    """Set the name in the original language and its match key together; returns the fields to save."""
    organization.local_name, organization.local_key = name.strip(), match_key(name)
    return ["local_name", "local_key"]


@transaction.atomic
def add_identifier(
    organization: Organization, *, scheme: str, value: str, by: User | None = None
) -> OrganizationIdentifier:
    """Give an organization one more identifier. Raises Refused, or Conflict when an organization has it."""
    row = OrganizationIdentifier(organization=organization, entered_by=by)
    write_identifier(row, scheme=scheme, value=value)
    row.save(force_insert=True)
    return row


def write_identifier(row: OrganizationIdentifier, *, scheme: str, value: str) -> list[str]:
    """Set an identifier as its scheme writes it; returns the fields to save. Raises as add_identifier."""
    given = Identifier(scheme, value)
    _refuse_bad_identifiers([given])
    lock_keys([identifier_lock(given)])
    taken = OrganizationIdentifier.objects.filter(scheme_key=given.key.scheme, value_key=given.key.value)
    stored = taken.exclude(pk=row.pk).select_related("organization").first()
    if stored is not None:
        holder = stored.organization
        said = f"{scheme} {value} belongs to organization {holder.pk} ({holder.name})"
        raise Conflict({"identifiers": said}, existing=holder.pk)
    return spell_identifier(row, given)


def spell_identifier(row: OrganizationIdentifier, given: Identifier) -> list[str]:
    """Set an identifier that nobody has; returns the fields to save. Raises Refused."""
    (row.scheme, row.value), (row.scheme_key, row.value_key) = as_written(given), given.key
    complaints = Complaints()
    complain_of_fields(row, complaints)
    if complaints.errors:
        raise Refused({"identifiers": [said for each in complaints.errors.values() for said in each]})
    return ["scheme", "value", "scheme_key", "value_key"]


@transaction.atomic
def change_identifier(row: OrganizationIdentifier) -> None:
    """Store an identifier that was edited. Raises as add_identifier and remove_identifier do."""
    before = OrganizationIdentifier.objects.select_related("organization").get(pk=row.pk)
    columns = write_identifier(row, scheme=row.scheme, value=row.value)
    row.save(update_fields=[*columns, "organization"])
    if before.organization_id != row.organization_id:
        _refuse_mistakable(before.organization)


@transaction.atomic
def remove_identifier(row: OrganizationIdentifier) -> None:
    """Remove an identifier. Raises Conflict when without it the organization cannot be told from another one."""
    row.delete()
    _refuse_mistakable(row.organization)


def _refuse_mistakable(row: Organization) -> None:
    """Raise Conflict when an organization that lost an identifier has the name of another, and no identifier left."""
    lock_keys([name_lock(row.match_key, row.country)])
    known = None if row.identifiers.exists() else _another_of_the_name(row)
    if known is not None:
        said = f"without it organization {row.pk} could not be told from organization {known.pk}, of the same name"
        raise Conflict({"organization": f"{said} and country; give it another identifier first"}, existing=known.pk)
