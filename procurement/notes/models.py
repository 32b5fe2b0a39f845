"""Notes on programs, contracts and flags. They are for people with an account: no public page, API or file has them."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from procurement.common.table_triggers import stamp_trigger
from procurement.contracts.models import Contract
from procurement.flags.models import Flag
from procurement.programs.models import Program

#: What a note may be about: its column -> the table.
SUBJECTS: dict[str, type[models.Model]] = {"program": Program, "contract": Contract, "flag": Flag}
#: What is never changed.
WRITTEN = (*SUBJECTS, "text", "written_by", "written_at")


class NoteQuerySet(models.QuerySet["Note"]):
    """Notes by what they are about."""

    def about(self, row: models.Model) -> "NoteQuerySet":
        """Those on one program, contract or flag, the latest first, with who wrote them and took them back."""
        rows = self.filter(**{subject_of(row): row.pk}).select_related("written_by", "taken_back_by")
        return rows.order_by("-id")


class Note(models.Model):
    """What a user wrote about one program, contract or flag. Its text stays as it is; it may be taken back."""

    # what it is about: one of them
    program = models.ForeignKey(Program, models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    contract = models.ForeignKey(Contract, models.PROTECT, null=True, blank=True, db_index=False, related_name="+")
    flag = models.ForeignKey(Flag, models.PROTECT, null=True, blank=True, db_index=False, related_name="+")

    # what it says
    text = models.TextField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField(editable=False, db_default=Now())

    # whether it still holds
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="+",
    )
    taken_back_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = NoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(program__isnull=False, contract=None, flag=None)
                | Q(program=None, contract__isnull=False, flag=None)
                | Q(program=None, contract=None, flag__isnull=False),
                name="note_is_about_one_thing",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="note_says_something"),
            models.CheckConstraint(
                condition=Q(taken_back_by=None, taken_back_at=None)
                | Q(taken_back_by__isnull=False, taken_back_at__isnull=False),
                name="note_taken_back_by_somebody",
            ),
        ]
        indexes = [
            # the notes on a record's page
            models.Index(fields=[name, "id"], name=f"note_on_{name}", condition=Q(**{f"{name}__isnull": False}))
            for name in SUBJECTS
        ]
        triggers = [
            stamp_trigger("written_at"),
            pgtrigger.ReadOnly(name="keep_written", fields=list(WRITTEN)),
            pgtrigger.Protect(name="keep_all", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"note {self.pk}: {self.text[:60]}"

    @property
    def subject(self) -> models.Model:
        """What it is about."""
        found: Any = self.program or self.contract or self.flag
        return found  # type: ignore[no-any-return]

    @property
    def holds(self) -> bool:
        """Whether nobody took it back."""
        return self.taken_back_at is None


def subject_of(row: models.Model) -> str:
    """The column that names what a note on this row is about."""
    return next(name for name, model in SUBJECTS.items() if isinstance(row, model))
