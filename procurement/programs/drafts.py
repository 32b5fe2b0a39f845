"""Status changes that wait for the approval of a second person: no facts, so that no view, flag or alert knows them."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from procurement.access.roles import REVIEWER, reaches, role_of
from procurement.programs.models import Program, StatusChange
from procurement.sources.appending import NOT_CONTENT, drafted
from procurement.sources.models import Document
from procurement.sources.origin import Origin

__all__ = ["StatusDraft"]


def decides_on_drafts(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether a user's role may approve and refuse drafts; nobody may approve a draft of their own."""
    return reaches(role_of(user), REVIEWER)


class StatusDraftQuerySet(models.QuerySet["StatusDraft"]):
    """Drafts by who may see them, and by what is to be done with them."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> "StatusDraftQuerySet":
        """A user's own; everything for reviewers and administrators."""
        return self if decides_on_drafts(user) else self.filter(proposed_by=user.pk)

    def waiting(self) -> "StatusDraftQuerySet":
        """Those that nobody has decided."""
        return self.filter(state=StatusDraft.State.WAITING)


#: What nobody edits: who wants something else withdraws the draft and proposes again.
PROPOSED = (
    "act", "program", "amends", "columns", "source_key", "source", "cited_on", "published_on", "note",
    "proposed_by", "proposed_at", "historical", "batch_id",
)  # fmt: skip


class StatusDraft(models.Model):
    """An act on the status of a program that somebody proposed, and what a second person decided."""

    class Act(models.TextChoices):
        RECORD = "record", "Record a status change"
        CORRECT = "correct", "Correct a status change"
        REVERSE = "reverse", "Reverse a status change"

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for a second person"
        APPROVED = "approved", "Approved"
        REFUSED = "refused", "Refused"
        WITHDRAWN = "withdrawn", "Withdrawn"

    # what is proposed
    act = models.CharField(max_length=7, choices=Act)
    program = models.ForeignKey(Program, models.PROTECT, related_name="+")
    amends = models.ForeignKey(
        StatusChange, models.PROTECT, null=True, related_name="+", help_text="the status change to take back"
    )
    columns = models.JSONField(
        default=dict, encoder=DjangoJSONEncoder, help_text="of the status change to record, as they were checked"
    )
    source_key = models.CharField(max_length=200, blank=True, default="")

    # on what ground, and by whom
    source = models.ForeignKey(Document, models.PROTECT, related_name="+")
    cited_on = models.DateField(null=True, help_text="the date of the source by the citation that was given")
    published_on = models.DateField(null=True, help_text="of the reversal or correction, if it was given")
    note = models.TextField(blank=True, default="")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(editable=False, db_default=Now())

    # how it came in
    historical = models.BooleanField(default=False, help_text="whether its fact sends no alerts of its own")
    batch_id = models.BigIntegerField(null=True, help_text="the import that proposed it")

    # what was decided, by whom, and why
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")
    fact = models.ForeignKey(StatusChange, models.PROTECT, null=True, related_name="+", help_text="what was recorded")

    objects = StatusDraftQuerySet.as_manager()

    class Meta:
        verbose_name = "status change awaiting approval"
        verbose_name_plural = "status changes awaiting approval"
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(proposed_by=None) | ~Q(decided_by=F("proposed_by")),
                name="statusdraft_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", fact__isnull=False) | (~Q(state="approved") & Q(fact=None)),
                name="statusdraft_fact_when_approved",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None) | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="statusdraft_decided_when",
            ),
            models.CheckConstraint(
                condition=Q(act="record", amends=None) | (~Q(act="record") & Q(amends__isnull=False)),
                name="statusdraft_amends_something",
            ),
            models.UniqueConstraint(
                fields=["program", "source_key"],
                condition=Q(state="waiting", act="record") & ~Q(source_key=""),
                name="statusdraft_one_waits_per_key",
            ),
            models.UniqueConstraint(
                fields=["amends"],
                condition=Q(state="waiting", amends__isnull=False),
                name="statusdraft_one_waits_per_fact",
            ),
        ]
        indexes = [models.Index(fields=["state", "id"], name="statusdraft_queue")]
        triggers = [
            pgtrigger.ReadOnly(name="keep_proposed", fields=list(PROPOSED)),
            pgtrigger.FSM(
                name="decide_once",
                field="state",
                transitions=[("waiting", "approved"), ("waiting", "refused"), ("waiting", "withdrawn")],
            ),
            pgtrigger.Protect(name="keep_all", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        status = self.columns.get("status") or self.columns.get("kind") or ""
        return f"{self.get_act_display()}: {self.program} {status} {self.columns.get('effective_on', '')}".strip()

    @property
    def origin(self) -> Origin:
        """How its fact is stored: as an import would have stored it."""
        return Origin(self.historical, self.batch_id)

    @property
    def ground(self) -> Document:
        """The source, with the date of the citation that was given."""
        source = self.source
        source.cited_on = self.cited_on
        return source

    def row(self) -> StatusChange:
        """The status change that it would record, not stored."""
        fields = {field.attname: field for field in StatusChange._meta.concrete_fields}
        given: dict[str, Any] = {name: fields[name].to_python(value) for name, value in self.columns.items()}
        return drafted(StatusChange, given | {"entered_by_id": self.proposed_by_id})


def columns_of(row: StatusChange) -> dict[str, Any]:
    """What a draft keeps of a status change: what it says, its key and its revision."""
    kept = [f for f in row._meta.concrete_fields if f.name not in NOT_CONTENT or f.name == "revision"]
    return {field.attname: field.to_python(getattr(row, field.attname)) for field in kept}
