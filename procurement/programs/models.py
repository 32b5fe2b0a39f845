"""Programs, links between them, and decisions and statements about their status."""

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q

from procurement.common.editable import EditableModel, changes_by_time
from procurement.common.table_triggers import STATUSES, saying_trigger, screening_trigger
from procurement.common.withdrawable import Present, Withdrawable
from procurement.parties.models import Organization
from procurement.sources.facts import (
    PUBLISHED,
    Fact,
    FactQuerySet,
    fact_indexes,
    recheck_trigger,
    source_key_constraint,
    stale_facts,
)
from procurement.sources.models import Document


class ProgramManager(Present, models.Manager["Program"]):
    """Those that were not withdrawn."""


@pghistory.track(meta={"indexes": changes_by_time("program")})
class Program(Withdrawable):
    """A defence program whose status and contracts are tracked."""

    # what it is called
    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=300)
    local_name = models.CharField(max_length=300, blank=True, default="", help_text="in the original language")

    # whose it is
    buyer = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="programs",
        help_text="empty for an umbrella program that buys nothing itself",
    )
    country = models.CharField(max_length=2, blank=True, default="", help_text="ISO 3166-1 alpha-2, e.g. JP")

    # what it is about
    domain = models.CharField(max_length=60, blank=True, default="", help_text="e.g. missile_defence, naval, air, land")
    description = models.TextField(blank=True, default="")
    source = models.ForeignKey(Document, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ProgramManager()
    everything: ClassVar["models.Manager[Program]"] = models.Manager()

    class Meta(Withdrawable.Meta):
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="program_has_a_name"),
            models.CheckConstraint(condition=~Q(code=""), name="program_has_a_code"),
        ]
        indexes = [models.Index(fields=["domain"], name="program_by_domain")]
        triggers = [*EditableModel.Meta.triggers, screening_trigger("program_name", "name")]

    def __str__(self) -> str:
        return self.name

    @property
    def buyer_country(self) -> str:
        """The country that buys; an umbrella of several nations may have none."""
        return self.buyer.country if self.buyer else self.country


class ProgramFact(Fact):
    """A fact about one program."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("program",)

    # no index of its own: the one of fact_indexes() begins with the program
    program = models.ForeignKey(Program, models.PROTECT, db_index=False, related_name="%(class)s_set")

    class Meta(Fact.Meta):
        abstract = True
        constraints = [source_key_constraint("program")]
        indexes = fact_indexes("program")
        triggers = [*Fact.Meta.triggers, recheck_trigger(program="n.program_id")]

    @property
    def buyer_country(self) -> str:
        """That of the program's buyer."""
        return self.program.buyer_country


class ProgramLink(ProgramFact):
    """From a date, one program has a relation to another."""

    CLAIM: ClassVar[tuple[str, ...]] = ("kind", "other")

    class Kind(models.TextChoices):
        SUCCESSOR = "successor", "is succeeded by"
        REPLACES = "replaces", "replaces"
        PART_OF = "part_of", "is part of"

    kind = models.CharField(max_length=10, choices=Kind)
    other = models.ForeignKey(Program, models.PROTECT, related_name="links_from_others")

    class Meta(ProgramFact.Meta):
        constraints = [
            *ProgramFact.Meta.constraints,
            models.CheckConstraint(condition=~Q(program=F("other")), name="programlink_joins_two"),
        ]

    def __str__(self) -> str:
        return f"{self.program} {self.get_kind_display()} {self.other}"


class StatusChangeQuerySet(FactQuerySet):
    """Decisions and statements."""

    def in_order(self) -> "StatusChangeQuerySet":
        """In the order in which they count (DESIGN.md section 4)."""
        return self.order_by("effective_on", PUBLISHED, "sequence", "id")


class StatusChange(ProgramFact):
    """One decision or statement about a program's status."""

    CLAIM: ClassVar[tuple[str, ...]] = (
        "kind",
        "status",
        "scope",
        "revokes",
        "casts_doubt",
        "speaker",
        "organization",
        "quotation",
    )

    class Kind(models.TextChoices):
        DECISION = "decision", "Decision: the deciding body's own recorded act"
        STATEMENT = "statement", "Statement: what somebody said about it"

    class Status(models.TextChoices):
        PLANNED = "planned", "Planned"
        APPROVED = "approved", "Approved"
        ACTIVE = "active", "Active"
        UNDER_REVIEW = "under_review", "Under review"
        SUSPENDED = "suspended", "Suspended"
        REDUCED = "reduced", "Reduced"
        CANCELLED = "cancelled", "Cancelled"
        COMPLETED = "completed", "Completed"

    class Side(models.TextChoices):
        BUYER = "buyer", "Buyer"
        SELLER = "seller", "Seller"
        PARTNER = "partner", "Partner"
        OTHER = "other", "Other"

    class Scope(models.TextChoices):
        WHOLE = "whole", "The whole program"
        PART = "part", "A part of it"

    # what was decided or said
    kind = models.CharField(max_length=10, choices=Kind)
    status = models.CharField(max_length=12, choices=Status, blank=True, default="")
    scope = models.CharField(max_length=5, choices=Scope, default=Scope.WHOLE)
    revokes = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="revoked_by")
    casts_doubt = models.BooleanField(
        default=False, help_text="the statement names no status but casts doubt on the program"
    )

    # by whom
    speaker = models.CharField(max_length=200, blank=True, default="")
    role = models.CharField(max_length=200, blank=True, default="")
    organization = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="status_changes")
    side = models.CharField(max_length=7, choices=Side, blank=True)

    # in which words
    term = models.CharField(
        max_length=200, blank=True, default="", help_text="the word used in the original language, e.g. 停止"
    )
    quotation = models.TextField(blank=True, default="")
    sequence = models.PositiveSmallIntegerField(
        default=0, help_text="the order of decisions and statements of one day: 0 first"
    )

    objects: ClassVar[StatusChangeQuerySet] = StatusChangeQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(ProgramFact.Meta):
        constraints = [
            *ProgramFact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind="statement") | ~Q(status="") | Q(revokes__isnull=False),
                name="statuschange_decision_decides",
            ),
            models.CheckConstraint(condition=~Q(side=""), name="statuschange_has_a_side"),
            models.CheckConstraint(
                condition=Q(casts_doubt=False) | Q(kind="statement"), name="statuschange_statements_cast_doubt"
            ),
        ]
        triggers = [
            *Fact.Meta.triggers,
            recheck_trigger(
                program="n.program_id", stale=stale_facts("program", "n.program_id", when="n.kind = 'decision'")
            ),
            saying_trigger(STATUSES),
        ]

    def __str__(self) -> str:
        return f"{self.program}: {self.get_status_display() or self.kind} {self.effective_on}"
