"""Flags: a condition found about a program or one of its contracts, its evidence, and its history."""

from collections.abc import Collection

import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce, Now, TruncDate, Upper
from django.utils import timezone

from procurement.contracts.models import DIGITS, PLACES, Contract
from procurement.flags import rule
from procurement.flags.queue import WORST_FIRST
from procurement.programs.models import Program

__all__ = ["Flag", "FlagEvent", "Severity", "SweptRule", "ThresholdChange"]


class Severity(models.TextChoices):
    """How serious a flag is."""

    LOW = rule.LOW, "Low"
    MEDIUM = rule.MEDIUM, "Medium"
    HIGH = rule.HIGH, "High"


assert tuple(Severity.values) == rule.SEVERITIES


class FlagQuerySet(models.QuerySet["Flag"]):
    """Ways to find flags."""

    def unresolved(self) -> "FlagQuerySet":
        """Flags whose condition holds, or that wait for somebody."""
        return self.exclude(state=Flag.State.RESOLVED)

    def waiting(self) -> "FlagQuerySet":
        """Flags that nobody has acknowledged or accepted."""
        return self.filter(state=Flag.State.OPEN)

    def of_programs(self, program_ids: Collection[int]) -> "FlagQuerySet":
        """Flags about these programs and their contracts."""
        return self.filter(program__in=program_ids)

    def of_contract(self, contract_id: int) -> "FlagQuerySet":
        """Flags about one contract, under whichever program."""
        return self.filter(contract=contract_id)


class Flag(models.Model):
    """One rule's condition on one program, or on one contract of it. It is reopened, never doubled."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        ACCEPTED = "accepted", "Accepted until a day"
        RESOLVED = "resolved", "Resolved"

    # what it is about
    rule = models.CharField(max_length=80)
    program = models.ForeignKey(
        Program,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="flags",
        help_text="empty if its contract belongs to no program",
    )
    contract = models.ForeignKey(Contract, models.PROTECT, null=True, blank=True, related_name="flags")

    # what was found
    severity = models.CharField(max_length=6, choices=Severity)
    condition_since = models.DateField(help_text="since when the condition holds")
    condition_holds = models.BooleanField(default=True, help_text="whether the last screening found it")
    summary = models.TextField()
    evidence = models.JSONField(
        default=dict, help_text="the figures behind it, as of when it was opened or last changed"
    )
    evidence_digest = models.CharField(
        max_length=64, help_text="checksum of the evidence, without what changes every day, such as its age"
    )

    # the amount, for the queue
    outstanding = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True, default="")

    # the payments and commitments seen so far: one more reopens an accepted flag
    movements = models.PositiveIntegerField(default=0, help_text="how many payments and commitments it counts")
    latest_movement = models.PositiveBigIntegerField(default=0, help_text="id of the last ledger entry that it counts")

    # its life
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(db_default=Now(), help_text="when it was first found")
    resolved_at = models.DateTimeField(null=True, blank=True)
    owner = models.CharField(
        max_length=200, blank=True, default="", help_text="who is responsible for an accepted flag"
    )
    accepted_until = models.DateField(null=True, blank=True, help_text="the last day of the acceptance")
    acceptance_reason = models.TextField(blank=True, default="")

    objects = FlagQuerySet.as_manager()

    class Meta:
        constraints = [
            # at most one flag each: a condition that returns reopens its flag, so that its history stays in one place
            models.UniqueConstraint(
                fields=["rule", "program", "contract"], nulls_distinct=False, name="flag_reopens_instead_of_doubling"
            ),
            models.CheckConstraint(
                condition=Q(state="resolved", resolved_at__isnull=False) | (~Q(state="resolved") & Q(resolved_at=None)),
                name="flag_resolved_has_its_time",
            ),
            models.CheckConstraint(
                condition=(Q(state="accepted", accepted_until__isnull=False) & ~Q(owner="") & ~Q(acceptance_reason=""))
                | (~Q(state="accepted") & Q(accepted_until=None)),
                name="flag_accepted_has_owner_reason_expiry",
            ),
            models.CheckConstraint(condition=Q(condition_holds=True) | Q(state="resolved"), name="flag_ends_resolved"),
        ]
        indexes = [
            # the work queue: what is unresolved, newest first
            models.Index(fields=["-opened_at", "-id"], name="flag_queue", condition=~Q(state="resolved")),
            # the same, the worst first
            models.Index(*WORST_FIRST, name="flag_worst_first", condition=~Q(state="resolved")),
            # what a screening compares with: the flags of a contract, and those of a program alone
            models.Index(fields=["contract", "rule"], name="flag_of_contract"),
            # a word of its summary (common/searching.py)
            GinIndex(OpClass(Func(F("summary"), function="searchable"), name="gin_trgm_ops"), name="flag_searched"),
            # the flags of somebody who is their owner, however they write the name
            models.Index(Upper("owner"), condition=~Q(owner=""), name="flag_by_owner"),
        ]

    def __str__(self) -> str:
        return self.summary


#: The day that an event is about.
ON = Coalesce("as_of", TruncDate("at"))


class FlagEventQuerySet(models.QuerySet["FlagEvent"]):
    """Queries for flag events."""

    def unrouted(self) -> "FlagEventQuerySet":
        """Events that alerts have not processed yet, in order."""
        return self.filter(routed_at=None).order_by("id")

    def in_order(self) -> "FlagEventQuerySet":
        """Events in the order of the days that they are about: replayed events were written later."""
        return self.order_by(ON, "id")

    def by_day(self) -> "FlagEventQuerySet":
        """Events with the day that they are about, as `on`."""
        return self.annotate(on=ON)


class FlagEvent(models.Model):
    """Something that happened to a flag, with the evidence at that time. Only alerts change it (as routed)."""

    class Kind(models.TextChoices):
        OPENED = "opened", "Opened"
        REFRESHED = "refreshed", "Refreshed"
        ESCALATED = "escalated", "Escalated"
        ACKNOWLEDGED = "acknowledged", "Acknowledged"
        ACCEPTED = "accepted", "Accepted"
        PROLONGED = "acceptance_prolonged", "Acceptance prolonged"
        SHORTENED = "acceptance_shortened", "Acceptance shortened"
        RESOLVED = "resolved", "Resolved"
        REOPENED = "reopened", "Reopened"

    # what happened
    flag = models.ForeignKey(Flag, models.PROTECT, related_name="events")
    kind = models.CharField(max_length=24, choices=Kind)
    at = models.DateTimeField(db_default=Now())
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="empty: the service did it, not a person",
    )
    reason = models.TextField(blank=True, default="")

    # the flag as it was then
    severity = models.CharField(max_length=6, choices=Severity)
    summary = models.TextField()
    evidence = models.JSONField(default=dict)

    # owner and last day of the acceptance then
    owner = models.CharField(max_length=200, blank=True, default="")
    accepted_until = models.DateField(null=True, blank=True)

    # the day it is about
    as_of = models.DateField(
        null=True, blank=True, help_text="the day for which the rules were evaluated; empty: a person acted"
    )
    replayed = models.BooleanField(
        default=False, help_text="added afterwards: what the rules would have found on a past day"
    )

    # for alerts
    historical = models.BooleanField(
        default=False, help_text="caused only by facts that were entered as history; appears in digests only"
    )
    routed_at = models.DateTimeField(null=True, blank=True)

    objects = FlagEventQuerySet.as_manager()

    class Meta:
        indexes = [
            # events that alerts have not processed yet
            models.Index(fields=["id"], name="flagevent_unrouted", condition=Q(routed_at=None)),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="keep_as_it_was", exclude=["routed_at"]),
            pgtrigger.Protect(name="keep_all", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {timezone.localtime(self.at):%Y-%m-%d}: {self.summary}"


class SweptRule(models.Model):
    """Through which day the flags of a rule are in step with the facts, but for what waits (screening/sweep.py)."""

    rule = models.CharField(max_length=80, unique=True)
    fingerprint = models.CharField(
        max_length=64, blank=True, help_text="checksum of the rule's SQL and thresholds at the last sweep"
    )
    through = models.DateField(
        null=True, help_text="the last day that was swept completely; empty: no sweep has finished yet"
    )
    # a screening of an older day than this may undo what a sweep found, and says so
    begun = models.DateField(help_text="the latest day for which a sweep began")

    def __str__(self) -> str:
        return f"{self.rule} through {self.through}"


class ThresholdChange(models.Model):
    """An administrator's value for a threshold of a rule, from then on; the latest one is in force."""

    # which threshold
    rule = models.CharField(max_length=80)
    name = models.CharField(max_length=40)
    currency = models.CharField(max_length=3, blank=True, default="", help_text="for thresholds in money: the currency")

    # what it is from then on
    value = models.DecimalField(
        max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True, help_text="empty: back to the default"
    )

    # who, when, why
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(db_default=Now())
    reason = models.TextField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="thresholdchange_says_why"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | Q(value__gte=0), name="thresholdchange_not_negative"
            ),
        ]
        indexes = [
            # the latest of each threshold
            models.Index(fields=["rule", "name", "currency", "-id"], name="thresholdchange_latest"),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="keep_as_it_was"),
            pgtrigger.Protect(name="keep_all", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.name} {self.currency}: {self.value}"
