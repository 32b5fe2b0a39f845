"""Names for organizations that were known by their number only: the first real name replaces a placeholder."""

from dataclasses import dataclass

from procurement.imports.models import GivenName, Standing
from procurement.imports.placeholders import is_placeholder
from procurement.imports.posting.attribution import Attribution, noted
from procurement.imports.posting.edits import edited_by_a_person, kept_as
from procurement.parties.matching import OrganizationInput
from procurement.parties.models import Organization
from procurement.parties.recording import rename


@dataclass(frozen=True)
class News:
    """What is to be said of a name: that it was taken, or that it waits for a person."""

    updated: str = ""
    queued: str = ""


class Naming:
    """The organizations of one set of rows that get a name."""

    def __init__(self, attribution: Attribution) -> None:
        self.attribution = attribution
        self.rows: list[Organization] = []
        self.notes: list[GivenName] = []

    def news(self, row: Organization, given: OrganizationInput, *, is_fresh: bool) -> News:
        """Take the name that is given to a row which has none, if an import made it and no person renamed it.

        A row that is not stored yet is stored under that name.
        """
        if self.attribution.batch_id is None or is_placeholder(given.name):
            return News()
        if not is_placeholder(row.name):
            return self._said_again(row, given)
        before, after = row.name, given.name.strip()
        if is_fresh:
            rename(row, name=after)
            return News()
        if edited_by_a_person(Organization, [row.pk], ["name"]):
            said = f"organization {row.pk}, which a person has renamed, is called otherwise (name: {after} given, "
            return News(queued=f"{said}{before} stored); edit it, or leave it")
        if not noted(Organization._meta.db_table, [row.pk]):
            return News()
        rename(row, name=after)
        self.rows.append(row)
        self.notes.append(
            GivenName(batch_id=self.attribution.batch_id, organization_id=row.pk, before=before, after=after)
        )
        return News(updated=_updated(row.pk, after, before))

    def _said_again(self, row: Organization, given: OrganizationInput) -> News:
        """What an earlier process said, if the batch was broken off after it had named the row."""
        if not self.attribution.is_resumed or row.name != given.name.strip():
            return News()
        named = GivenName.objects.filter(
            batch=self.attribution.batch_id, organization=row.pk, standing=Standing.STANDS
        ).first()
        return News(updated=_updated(row.pk, named.after, named.before)) if named else News()

    def store(self) -> None:
        """Store the names; the history of each organization keeps the batch."""
        if not self.rows:
            return
        with kept_as(self.attribution.batch_id):
            Organization.everything.bulk_update(self.rows, ["name", "match_key", "bare_key"])
        GivenName.objects.bulk_create(self.notes)


def _updated(pk: int, after: str, before: str) -> str:
    return f"names organization {pk} (name: {after} given, {before} stored before)"
