"""Batches: the record of one file read, what was wrong with it, and which rows it made."""

import datetime as dt
from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField, BigIntegerRangeField
from django.contrib.postgres.indexes import GistIndex
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from procurement.common.editable import EditableModel
from procurement.contracts.models import Contract
from procurement.parties.models import Organization, OrganizationIdentifier
from procurement.programs.models import Program
from procurement.recorders import FACT_TABLES
from procurement.sources.facts import NEW_ROWS
from procurement.sources.models import Document

__all__ = ["BatchRows", "ImportBatch", "ImportIssue"]

#: The name of the setting that holds, within a transaction, the id of the batch that posts in it.
POSTING = "procurement.batch"
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
        return f"import {self.pk} of {self.file_name}"

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
