"""Documents, and the queues that facts fill by trigger: re-checks and stale marks."""

import datetime as dt
from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from procurement.common.editable import EditableModel, changes_by_time
from procurement.common.table_triggers import stale_trigger
from procurement.common.withdrawable import Present, Withdrawable

__all__ = ["DefaultedDate", "Document", "Recheck", "ScreeningMark", "StaleMark"]


class DocumentManager(Present, models.Manager["Document"]):
    """Those that were not withdrawn."""


@pghistory.track(meta={"indexes": changes_by_time("document")})
class Document(Withdrawable):
    """A published document that a fact rests on."""

    class Grade(models.TextChoices):
        PRIMARY = "primary", "Primary: the body's own record"
        SECONDARY = "secondary", "Secondary: a report of it"
        WEAK = "weak", "Weak: a copy, blog or aggregator"

    # what it is
    title = models.CharField(max_length=500)
    publisher = models.CharField(max_length=300, blank=True, default="")
    url = models.CharField(max_length=1000, blank=True, default="")
    language = models.CharField(max_length=12, blank=True, default="", help_text="language code (BCP 47), e.g. ja")
    published_on = models.DateField(null=True, blank=True)
    grade = models.CharField(max_length=10, choices=Grade, default=Grade.SECONDARY)

    # our copy of it
    retrieved_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(
        max_length=64, blank=True, default="", help_text="SHA-256 checksum of the archived copy, 64 hexadecimal digits"
    )
    archived_copy = models.CharField(
        max_length=1000, blank=True, default="", help_text="where an archived copy is kept"
    )
    copy_is_public = models.BooleanField(
        default=False, db_default=False, help_text="whether our archived copy is given to people without a login"
    )

    objects = DocumentManager()
    everything: ClassVar["models.Manager[Document]"] = models.Manager()

    #: The date given by the current citation, which may differ from the stored one (sources/documents.py: as_cited).
    cited_on: dt.date | None = None

    class Meta(EditableModel.Meta):
        constraints = [
            # inline sources are matched by url
            models.UniqueConstraint(fields=["url"], condition=~models.Q(url=""), name="document_unique_url"),
            models.CheckConstraint(condition=~models.Q(title=""), name="document_has_a_title"),
            models.CheckConstraint(
                condition=models.Q(sha256="") | models.Q(sha256__regex="^[0-9a-f]{64}$"), name="document_sha256_is_hex"
            ),
        ]
        indexes = [models.Index(fields=["published_on", "id"], name="document_by_date")]
        triggers = [*EditableModel.Meta.triggers, stale_trigger("document", "NEW.id", "published_on", "retrieved_at")]

    def __str__(self) -> str:
        return self.title

    @property
    def dated(self) -> dt.date | None:
        """When it was published, by this citation: a page that grows over time may be cited again with a later date."""
        return self.cited_on or self.published_on


#: The longest that a fact which could not be processed is put off.
LONGEST_GAP = dt.timedelta(hours=1)


#: The tables of facts that change a status.
STATUS_TABLES = ("procurement_statuschange", "procurement_contractstatuschange")


class RecheckQuerySet(models.QuerySet["Recheck"]):
    """Queued facts, by when they are due."""

    def due(self, now: dt.datetime) -> "RecheckQuerySet":
        """The facts that flags and alerts should process now: news before history, in order."""
        put_off_ahead = Q(failures__gt=0, not_before__gt=now + LONGEST_GAP)  # before the clock was set back
        return self.filter(Q(not_before=None) | Q(not_before__lte=now) | put_off_ahead).order_by("historical", "id")


class Recheck(models.Model):
    """A fact that flags and alerts have not processed yet, queued by a trigger in the fact's own transaction."""

    fact_table = models.CharField(max_length=63)
    fact_id = models.BigIntegerField()
    program_id = models.BigIntegerField(null=True)
    contract_id = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField()
    historical = models.BooleanField(default=False)

    # when to process it: a fact that takes effect later waits for its day, one that failed for its next try
    not_before = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(db_default=0)

    objects = RecheckQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fact_table", "fact_id"], name="recheck_once_per_fact"),
        ]
        indexes = [
            # the next batch, also while a large import waits behind what is urgent
            models.Index(fields=["historical", "id"], name="recheck_in_turn"),
            # the news of statuses, which are told at once
            models.Index(
                fields=["id"],
                name="recheck_of_status",
                condition=models.Q(fact_table__in=STATUS_TABLES, historical=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fact_table} {self.fact_id}"


class StaleMark(models.Model):
    """A change that the stored totals of exposure do not include yet, marked by a trigger in the same transaction.

    It names what has changed, not the contracts that this affects. The reader of the mark looks those up, and so also
    finds a contract that was allocated to the program at the same time.
    """

    class Kind(models.TextChoices):
        CONTRACT = "contract", "One contract"
        PROGRAM = "program", "Every contract that ever belonged to a program"
        DOCUMENT = "document", "Every contract whose source it is"
        ORGANIZATION = "organization", "Every contract of a buyer or lead supplier"
        EVERYTHING = "everything", "Every contract"

    kind = models.CharField(max_length=12, choices=Kind)
    key = models.BigIntegerField(default=0)
    #: since when answers are slower for it; null if it was left by a release that did not say
    left_at = models.DateTimeField(null=True, editable=False, db_default=Now())

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class ScreeningMark(models.Model):
    """Something whose flags the next sweep must evaluate again, although no fact was recorded about it.

    A trigger inserts it when a descriptive row is edited whose text the evidence contains, in the same transaction;
    flags/screening/marks.py says when else. As with StaleMark, the reader finds the contracts that it concerns.
    """

    class Kind(models.TextChoices):
        CONTRACT = "contract", "One contract"
        PROGRAM = "program", "What is said of a program itself"
        PROGRAM_NAME = "program_name", "A program, and every contract that ever belonged to it"
        ORGANIZATION = "organization", "The programs about which an organization spoke"

    kind = models.CharField(max_length=12, choices=Kind)
    key = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class DefaultedDate(models.Model):
    """A fact's publication date that was only a default, as it was before a migration set it to unknown.

    Needed to reverse that migration, and to explain why an answer by publication has changed.
    """

    fact_table = models.CharField(max_length=63)
    fact_id = models.BigIntegerField()
    published_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fact_table", "fact_id"], name="defaulteddate_once_per_fact"),
        ]

    def __str__(self) -> str:
        return f"{self.fact_table} {self.fact_id}: {self.published_on}"
