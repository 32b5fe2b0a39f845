"""Batches: the record of one file read, what was wrong with it, and which rows it made."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField, BigIntegerRangeField
from django.contrib.postgres.indexes import GistIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest, Least, Now
from django.utils.translation import gettext as _

from procurement.common.editable import EditableModel
from procurement.contracts.models import Contract
from procurement.parties.models import Organization, OrganizationIdentifier
from procurement.programs.models import Program
from procurement.recorders import FACT_TABLES
from procurement.sources.facts import NEW_ROWS, Fact
from procurement.sources.models import Document
from procurement.sources.origin import BATCH

__all__ = ["BatchRows", "ColumnMapping", "DoubtfulMatch", "GivenName", "ImportBatch", "ImportIssue", "StatedEnd"]

#: The name of the setting that holds, within a transaction, the id of the batch that posts in it.
POSTING = BATCH
#: Each noted statement may have thousands of ids, so that few are read at once.
STATEMENTS_AT_ONCE = 20
NOTE_ROWS = f"""
IF COALESCE(current_setting('{POSTING}', true), '') <> '' THEN
    INSERT INTO procurement_batchrows (batch_id, table_name, ids, span)
    SELECT current_setting('{POSTING}')::bigint, TG_TABLE_NAME, array_agg(n.id ORDER BY n.id),
           int8range(min(n.id), max(n.id), '[]')
      {NEW_ROWS} HAVING count(*) > 0;
END IF;
RETURN NULL;
"""


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """Batches by what is to be done with them."""

    def waiting(self) -> "ImportBatchQuerySet":
        """Those that have work to do, in the order in which they came; also those that a killed process began."""
        return self.filter(state__in=ImportBatch.WORK).order_by("id")

    def ended_before(self, moment: dt.datetime) -> "ImportBatchQuerySet":
        """Those that were read to their end before a moment, and have no work to do."""
        return self.filter(finished_at__lt=moment).exclude(state__in=ImportBatch.WORK)


class ImportBatch(models.Model):
    """One file that was read, or is to be: how, by whom, and what became of each of its rows."""

    class State(models.TextChoices):
        RECEIVED = "received", "Received: waits to be read"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed: could not be read to its end"
        UNDOING = "undoing", "Being taken back"
        UNDONE = "undone", "Taken back"

    #: In these a batch waits for a worker, or has one.
    WORK = (State.RECEIVED, State.RUNNING, State.UNDOING)
    #: In these a batch has stored what it will, so that it can be taken back.
    ENDED = (State.DONE, State.FAILED)

    # the file, which is kept by its hash
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField(help_text="bytes")

    # how it is read
    format = models.CharField(max_length=40)
    options = models.JSONField(default=dict, blank=True)
    dry_run = models.BooleanField(default=False, help_text="a preview: nothing is stored")

    # who, and when
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(editable=False, db_default=Now())
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="how often a process began to read it")

    # what became of it
    state = models.CharField(max_length=8, choices=State, default=State.RECEIVED)
    bytes_read = models.BigIntegerField(default=0)
    tables = models.JSONField(default=dict, blank=True, help_text="rows by table and outcome")
    records = models.JSONField(default=dict, blank=True, help_text="records of the file by outcome")
    warnings = models.JSONField(default=dict, blank=True, help_text="warnings by kind")
    refusals = models.BigIntegerField(default=0)
    queued = models.BigIntegerField(default=0, help_text="rows that wait for a person's decision")
    failure = models.TextField(blank=True, default="")
    preview = models.JSONField(null=True, blank=True, encoder=DjangoJSONEncoder, help_text="of a dry run: what changes")

    file_deleted_at = models.DateTimeField(
        null=True, blank=True, help_text="when the kept file was deleted, where an administrator keeps none for ever"
    )

    # taking it back
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undo_note = models.TextField(blank=True, default="")
    taken_back = models.JSONField(null=True, blank=True, help_text="rows taken back and left, by table")

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "import batches"
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="importbatch_sha256_is_hex"),
            models.CheckConstraint(
                condition=Q(failure="") | ~Q(state__in=["received", "running", "done"]), name="importbatch_failed_why"
            ),
        ]
        indexes = [
            # what is to be done next
            models.Index(
                fields=["id"], name="importbatch_waiting", condition=Q(state__in=["received", "running", "undoing"])
            ),
        ]

    def __str__(self) -> str:
        return _("import %(id)s of %(file)s") % {"id": self.pk, "file": self.file_name}

    @property
    def counts(self) -> dict[str, int]:
        """The rows of all tables by outcome."""
        totals: dict[str, int] = {}
        for counted in self.tables.values():
            for outcome, number in counted.items():
                totals[outcome] = totals.get(outcome, 0) + number
        return totals


class ImportIssue(models.Model):
    """Something that a batch said about a row of its file: why it was refused, or what is odd about it.

    All refusals are kept, and of each kind of warning the first (accounts.py says how many); the batch counts all.
    """

    class Kind(models.TextChoices):
        REFUSAL = "refusal", "Refusal: the row was not stored"
        QUEUED = "queued", "Queued: a person must decide"
        WARNING = "warning", "Warning: taken although it looks odd, or left out on purpose"
        UNDO = "undo", "Left standing when the batch was taken back"

    batch = models.ForeignKey(ImportBatch, models.CASCADE, db_index=False, related_name="issues")
    kind = models.CharField(max_length=7, choices=Kind)
    line = models.BigIntegerField()
    label = models.TextField(blank=True, default="", help_text="the row")
    column = models.TextField(blank=True, default="")
    value = models.TextField(blank=True, default="")
    reason = models.TextField(help_text="and what would be accepted")
    warning = models.CharField(max_length=80, blank=True, default="", help_text="the kind that a warning is counted by")

    class Meta:
        indexes = [models.Index(fields=["batch", "kind", "id"], name="importissue_of_batch")]

    def __str__(self) -> str:
        return f"{self.line}: {' '.join(part for part in (self.label, self.column) if part)}: {self.reason}"


class BatchRows(models.Model):
    """The rows that one statement of a batch put into one table, noted by a trigger in the same transaction.

    One row for each statement, so that noting thousands of facts costs as little as noting one (decision 12).
    """

    batch = models.ForeignKey(ImportBatch, models.PROTECT, db_index=False, related_name="+")
    table_name = models.CharField(max_length=63)
    ids = ArrayField(models.BigIntegerField())
    span = BigIntegerRangeField(help_text="from the first of them to the last")

    class Meta:
        indexes = [
            models.Index(fields=["batch", "table_name", "id"], name="batchrows_of_batch"),
            # whether a batch made a row
            GistIndex(fields=["span"], name="batchrows_by_id"),
        ]

    def __str__(self) -> str:
        return f"{len(self.ids)} of {self.table_name}"


class ColumnMappingQuerySet(models.QuerySet["ColumnMapping"]):
    """Saved mappings by the files that they are for."""

    def for_headings(self, possible: Iterable[Sequence[str]]) -> "ColumnMappingQuerySet":
        """Those whose headings are one of these, by name."""
        return self.filter(headings__in=[list(each) for each in possible]).order_by("name")


@pghistory.track()
class ColumnMapping(EditableModel):
    """What the columns of one kind of list mean; imports/mapped/mapping.py says what each part may be.

    Batches keep a copy of the mapping that they were read by, so that changing one changes no past import.
    """

    name = models.CharField(max_length=80, unique=True)
    prefix = models.CharField(
        max_length=40,
        blank=True,
        default="",
        help_text="begins the references that are made up; changing it makes others",
    )

    # the lists that it is for
    headings = ArrayField(
        models.TextField(), editable=False, help_text="the headings, by which such a file is recognised"
    )
    sheet = models.CharField(max_length=200, blank=True, default="", help_text="empty: every sheet with these headings")

    # what the columns mean
    columns = models.JSONField(default=list, blank=True)
    fixed = models.JSONField(default=dict, blank=True, help_text="fields that have one value in all lines")
    key = models.JSONField(default=list, blank=True, help_text="the columns that together name a contract")
    line_key = models.JSONField(
        default=list, blank=True, help_text="the columns that tell several lines of one contract apart"
    )

    # the file that it was made from
    sample_name = models.CharField(max_length=255, blank=True, default="", editable=False)
    sample_sha256 = models.CharField(max_length=64, blank=True, default="", editable=False)

    objects = ColumnMappingQuerySet.as_manager()

    class Meta(EditableModel.Meta):
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="columnmapping_is_named")]

    def __str__(self) -> str:
        return self.name


class Standing(models.TextChoices):
    """What became of a batch's word about a row when the batch was taken back."""

    STANDS = "", "Stands"
    TAKEN_BACK = "taken_back", "Taken back"
    LEFT = "left", "Taken back, but what it changed was left, because a person has changed it since"


class StatedEnd(models.Model):
    """What a file said of a contract's end, as of the day of its record: a later file is compared with this.

    The contract holds the end by the newest word that stands, unless a person has changed the end (posting/ends.py).
    """

    batch = models.ForeignKey(ImportBatch, models.PROTECT, db_index=False, related_name="+")
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="+")
    said_on = models.DateField(null=True, help_text="the day of the record that says so, if it is known")
    ends_on = models.DateField(null=True)
    ends_precision = models.CharField(max_length=12, default=Fact.Precision.DAY)

    # whether it replaced what another batch had said, and what that was
    is_update = models.BooleanField(default=False)
    replaced_on = models.DateField(null=True)
    replaced_precision = models.CharField(max_length=12, default=Fact.Precision.DAY)

    standing = models.CharField(max_length=10, choices=Standing, blank=True, default=Standing.STANDS)

    class Meta:
        indexes = [models.Index(fields=["batch", "id"], name="statedend_of_batch")]

    def __str__(self) -> str:
        return f"contract {self.contract_id} ends {self.ends_on}"


class GivenName(models.Model):
    """A name that a file gave to an organization which was known by its number only (imports/placeholders.py)."""

    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="+")
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    before = models.CharField(max_length=300)
    after = models.CharField(max_length=300)
    standing = models.CharField(max_length=10, choices=Standing, blank=True, default=Standing.STANDS)

    def __str__(self) -> str:
        return f"{self.before}: {self.after}"


class DoubtfulMatchQuerySet(models.QuerySet["DoubtfulMatch"]):
    """Doubtful matches by what is to be done with them."""

    def present(self) -> "DoubtfulMatchQuerySet":
        """Those of organizations that are in view."""
        return self.filter(organization__withdrawn_at=None, candidate__withdrawn_at=None)

    def undecided(self) -> "DoubtfulMatchQuerySet":
        """Those about which nobody has decided."""
        return self.filter(state=DoubtfulMatch.State.OPEN)


class DoubtfulMatch(models.Model):
    """Two organizations that may be one, found when an import made the first: a person decides.

    A pair is asked once: whatever a person has decided, no later import asks again.
    """

    class Why(models.TextChoices):
        IDENTIFIERS = "identifiers", "One name in one country, but no identifier joins them"
        LOCAL_NAME = "local_name", "The name in one language is a name of the other one"
        PLACE = "place", "An identifier of a place is the other one's"
        COUNTRY = "country", "One name, in another country or without one"
        LEGAL_FORM = "legal_form", "One name but for the legal form"
        SIMILAR = "similar", "Similar names"

    class State(models.TextChoices):
        OPEN = "open", "Open: a person must decide"
        SAME = "same", "The same organization"
        DIFFERENT = "different", "Two organizations"

    # which, why, and by which import
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="+", help_text="the newer one")
    candidate = models.ForeignKey(Organization, models.PROTECT, related_name="+")
    why = models.CharField(max_length=12, choices=Why)
    similarity = models.DecimalField(max_digits=4, decimal_places=3, default=1, help_text="of the names, up to 1")
    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="doubtful_matches")
    created_at = models.DateTimeField(editable=False, db_default=Now())

    # what was decided, by whom, and why
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True, default="")

    objects = DoubtfulMatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "doubtful matches"
        constraints = [
            models.UniqueConstraint(
                Least("organization", "candidate"), Greatest("organization", "candidate"), name="doubtfulmatch_once"
            ),
            models.CheckConstraint(condition=~Q(organization=F("candidate")), name="doubtfulmatch_of_two"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at=None) | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="doubtfulmatch_decided_when",
            ),
        ]
        indexes = [models.Index(fields=["state", "id"], name="doubtfulmatch_queue")]

    def __str__(self) -> str:
        return f"{self.organization} and {self.candidate}"


#: The descriptive tables that files fill.
DESCRIBED: tuple[type[EditableModel], ...] = (Organization, OrganizationIdentifier, Document, Program, Contract)

for _model in (*DESCRIBED, *(table.model for table in FACT_TABLES)):
    pgtrigger.register(
        pgtrigger.Trigger(
            name="note_batch",
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=pgtrigger.Insert,
            referencing=pgtrigger.Referencing(new="new_rows"),  # type: ignore[no-untyped-call]
            func=NOTE_ROWS,
        )
    )(_model)


def table_of(model: Any) -> str:
    """The name under which rows of a table are noted."""
    name: str = model._meta.db_table
    return name
