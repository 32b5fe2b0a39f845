"""Contracts, their parties, their states, and the programs they belong to."""

from decimal import Decimal
from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Collate
from django.utils.translation import gettext as _

from procurement.common.editable import EditableModel, changes_by_time
from procurement.common.money import in_full, range_in_full, trimmed
from procurement.common.ocds_extension import OCID, OCID_OR_NOTHING
from procurement.common.table_triggers import STATUSES, saying_trigger, screening_trigger, stale_trigger
from procurement.common.withdrawable import Present, Withdrawable
from procurement.contracts.allocation_rows import AllocationQuerySet
from procurement.contracts.currency import keep_currency_trigger
from procurement.parties.models import Organization
from procurement.parties.naming import match_key
from procurement.programs.models import Program
from procurement.sources.facts import (
    Fact,
    fact_indexes,
    recheck_trigger,
    source_key_constraint,
    stale_facts,
)
from procurement.sources.models import Document

#: Stored amounts (common/money.py says what an entry may hold).
DIGITS, PLACES = 24, 4
#: The columns of a contract by which exposure counts it.
COUNTED = ("buyer_id", "method", "currency", "signed_on", "ends_on", "source_id", "withdrawn_at")


class ContractQuerySet(models.QuerySet["Contract"]):
    """Ways to find contracts."""

    def of_program(self, program_id: int) -> "ContractQuerySet":
        """Contracts that were allocated to a program at any time."""
        return self.filter(programallocation_set__program=program_id).distinct()

    def referred_to(self, buyer_id: int, reference: str) -> "ContractQuerySet":
        """The contract of a buyer that has this reference, in any case, width and kind of dashes."""
        return self.filter(buyer=buyer_id, reference_key=match_key(reference))


_Contracts = models.Manager.from_queryset(ContractQuerySet)


class ContractManager(Present, _Contracts["Contract"]):
    """Those that were not withdrawn."""


@pghistory.track(meta={"indexes": changes_by_time("contract")})
class Contract(Withdrawable):
    """One signed (or about to be signed) contract, or a balancing line for the unitemised rest of a total."""

    #: The columns by which facts about a contract are checked; posting one reads no others.
    CHECKED_BY: ClassVar[tuple[str, ...]] = ("id", "buyer", "currency", "signed_on", "is_remainder")

    class Method(models.TextChoices):
        DOMESTIC = "domestic", "Domestic"
        DIRECT_COMMERCIAL = "direct_commercial", "Direct commercial import"
        FOREIGN_MILITARY_SALE = "foreign_military_sale", "Foreign military sale"
        FRAMEWORK = "framework", "Framework"
        GRANT = "grant", "Grant"
        OTHER = "other", "Other"

    # what it is called
    reference = models.CharField(max_length=120)
    reference_key = models.CharField(max_length=300, editable=False, help_text="the normalised one, for matching")
    reference_generated = models.BooleanField(default=False, help_text="no source gives one; this service made it up")
    ocid = models.CharField(max_length=120, blank=True, default="", help_text="Open Contracting ID")
    title = models.CharField(max_length=500)
    local_title = models.CharField(max_length=500, blank=True, default="", help_text="in the original language")

    # whose it is
    buyer = models.ForeignKey(Organization, models.PROTECT, related_name="contracts")
    method = models.CharField(max_length=24, choices=Method, default=Method.OTHER)
    currency = models.CharField(max_length=3, help_text="ISO 4217, e.g. JPY")

    # when it runs
    signed_on = models.DateField(null=True, blank=True)
    signed_precision = models.CharField(max_length=12, choices=Fact.Precision, default=Fact.Precision.DAY)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    ends_precision = models.CharField(max_length=12, choices=Fact.Precision, default=Fact.Precision.DAY)

    # where it comes from
    is_remainder = models.BooleanField(
        default=False, help_text="no real contract: holds the part of a published total that is not itemised"
    )
    source = models.ForeignKey(Document, models.PROTECT, related_name="+")
    description = models.TextField(blank=True, default="")

    objects = ContractManager()
    everything = ContractQuerySet.as_manager()

    class Meta(EditableModel.Meta):
        constraints = [
            models.UniqueConstraint(fields=["buyer", "reference_key"], name="contract_unique_reference_of_buyer"),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="contract_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=Q(currency__regex="^[A-Z]{3}$"), name="contract_currency_is_a_code"),
            models.CheckConstraint(
                condition=~Q(reference="") & ~Q(title="") & ~Q(reference_key=""), name="contract_is_named"
            ),
        ]
        indexes = [
            models.Index(fields=["signed_on", "id"], name="contract_by_signature"),
            models.Index(fields=["ocid"], name="contract_by_ocid", condition=~Q(ocid="")),
            # exports as OCDS, whose order no server's language changes: with an ocid, another text, or neither
            models.Index(Collate("ocid", "C"), name="contract_by_ocid_in_order", condition=Q(ocid__regex=OCID)),
            models.Index(Collate("ocid", "C"), name="contract_other_text", condition=~Q(ocid__regex=OCID_OR_NOTHING)),
            models.Index(fields=["id"], name="contract_without_ocid", condition=Q(ocid="")),
            # whoever's contract has a reference: imports of those unique for all buyers, and the search over everything
            models.Index(fields=["reference_key"], name="contract_by_reference"),
            # the balancing lines, which rules about contracts exclude
            models.Index(fields=["id"], name="contract_remainder", condition=Q(is_remainder=True)),
        ]
        triggers = [
            *EditableModel.Meta.triggers,
            keep_currency_trigger(),
            stale_trigger("contract", "NEW.id", *COUNTED, insert=True),
            screening_trigger(
                "contract", "reference", "title", "currency", "method", "ends_on", "source", "is_remainder"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class ContractFact(Fact):
    """A fact about one contract."""

    SUBJECT: ClassVar[tuple[str, ...]] = ("contract",)

    # no index of its own: the one of fact_indexes() begins with the contract
    contract = models.ForeignKey(Contract, models.PROTECT, db_index=False, related_name="%(class)s_set")

    class Meta(Fact.Meta):
        abstract = True
        constraints = [source_key_constraint("contract")]
        indexes = fact_indexes("contract")
        triggers = [
            *Fact.Meta.triggers,
            recheck_trigger(contract="n.contract_id", stale=stale_facts("contract", "n.contract_id")),
        ]

    @property
    def buyer_country(self) -> str:
        """That of the contract's buyer."""
        return self.contract.buyer.country


class ContractParty(ContractFact):
    """From a date, an organization has a role in a contract (novation is a new lead supplier)."""

    CLAIM: ClassVar[tuple[str, ...]] = ("organization", "role")

    class Role(models.TextChoices):
        LEAD_SUPPLIER = "lead_supplier", "Lead supplier"
        SUPPLIER = "supplier", "Supplier"
        AGENT = "agent", "Agent"
        PAYEE = "payee", "Payee"
        GUARANTOR = "guarantor", "Guarantor"

    organization = models.ForeignKey(Organization, models.PROTECT, related_name="contract_roles")
    role = models.CharField(max_length=14, choices=Role)

    class Meta(ContractFact.Meta):
        verbose_name_plural = "contract parties"

    def __str__(self) -> str:
        return f"{self.organization}, {self.get_role_display()}"


class ContractStatusChange(ContractFact):
    """From a date, a contract is in a state."""

    CLAIM: ClassVar[tuple[str, ...]] = ("act", "status")

    class Status(models.TextChoices):
        PENDING = "pending", "Pending"
        ACTIVE = "active", "Active"
        STOP_WORK = "stop_work", "Stop-work order"
        SUSPENDED = "suspended", "Suspended"
        PARTIALLY_TERMINATED = "partially_terminated", "Partially terminated"
        TERMINATED = "terminated", "Terminated"
        COMPLETED = "completed", "Completed"
        CANCELLED_BEFORE_SIGNATURE = "cancelled_before_signature", "Cancelled before signature"

    class Ground(models.TextChoices):
        CONVENIENCE = "convenience", "For convenience"
        DEFAULT = "default", "For default"
        MUTUAL = "mutual", "By mutual agreement"
        RESCINDED = "rescinded", "Rescinded"
        LEGAL = "legal", "By law or judgment"

    class Act(models.TextChoices):
        STATE = "state", "State: the contract has this status from that day on"
        SHOW_CAUSE = "show_cause", "Show-cause notice: changes no state"
        CONFIRMATION = "confirmation", "Confirmation that it still runs: changes no state"

    class Suspends(models.TextChoices):
        WORK = "work", "Work"
        DELIVERIES = "deliveries", "Deliveries"
        PAYMENTS = "payments", "Payments"

    # the act, and the state that it puts the contract in; empty where the act changes none
    act = models.CharField(max_length=12, choices=Act, default=Act.STATE)
    status = models.CharField(max_length=26, choices=Status, blank=True, default="")
    termination_ground = models.CharField(max_length=12, choices=Ground, blank=True, default="")
    suspends = models.CharField(max_length=10, choices=Suspends, blank=True, default="")
    until = models.DateField(null=True, blank=True)

    # notice and decision
    notified_on = models.DateField(null=True, blank=True, help_text="the day on which the other side was notified")
    notified_precision = models.CharField(max_length=12, choices=Fact.Precision, default=Fact.Precision.DAY)
    decided_by = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="+", help_text="the court that decided it"
    )

    class Meta(ContractFact.Meta):
        triggers = [*ContractFact.Meta.triggers, saying_trigger(STATUSES)]
        constraints = [
            *ContractFact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(termination_ground="") | Q(status__in=["terminated", "partially_terminated"]),
                name="contractstatus_ground_needs_termination",
            ),
            models.CheckConstraint(
                condition=Q(suspends="") | Q(status__in=["suspended", "stop_work"]),
                name="contractstatus_suspends_when_suspended",
            ),
            models.CheckConstraint(
                condition=(Q(act="state") & ~Q(status="")) | (~Q(act="state") & Q(status="")),
                name="contractstatus_only_a_state_has_a_status",
            ),
        ]

    def __str__(self) -> str:
        what = self.get_status_display() if self.status else self.get_act_display().partition(":")[0]
        return f"{self.contract}: {what} {self.effective_on}"


class ProgramAllocation(ContractFact):
    """From a date, this share of the contract belongs to this program; the latest row of the pair holds."""

    CLAIM: ClassVar[tuple[str, ...]] = ("program", "share")

    program = models.ForeignKey(Program, models.PROTECT, related_name="programallocation_set")
    share = models.DecimalField(max_digits=7, decimal_places=6, default=Decimal(1))

    objects: ClassVar[AllocationQuerySet] = AllocationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(ContractFact.Meta):
        constraints = [
            *ContractFact.Meta.constraints,
            models.CheckConstraint(condition=Q(share__gte=0) & Q(share__lte=1), name="allocation_share_is_a_share"),
        ]
        indexes = [
            *ContractFact.Meta.indexes,
            # which contracts belong to a program: every answer by program begins here
            models.Index(fields=["program", "contract", "effective_on"], name="allocation_by_program"),
        ]
        triggers = [
            *Fact.Meta.triggers,
            recheck_trigger(
                program="n.program_id", contract="n.contract_id", stale=stale_facts("contract", "n.contract_id")
            ),
        ]

    def __str__(self) -> str:
        given = {"share": trimmed(self.share), "contract": self.contract, "program": self.program}
        return _("%(share)s of %(contract)s to %(program)s") % given


class Milestone(ContractFact):
    """A payment or delivery due; the ledger entry that meets it names it."""

    CLAIM: ClassVar[tuple[str, ...]] = ("kind", "due_on", "amount")

    class Kind(models.TextChoices):
        PAYMENT = "payment", "Payment"
        DELIVERY = "delivery", "Delivery"

    kind = models.CharField(max_length=8, choices=Kind)
    due_on = models.DateField()
    due_precision = models.CharField(max_length=12, choices=Fact.Precision, default=Fact.Precision.DAY)
    amount = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    description = models.CharField(max_length=500, blank=True, default="")

    class Meta(ContractFact.Meta):
        constraints = [
            *ContractFact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(amount__gt=0), name="milestone_amount_positive"
            ),
        ]
        indexes = [*ContractFact.Meta.indexes, models.Index(fields=["due_on"], name="milestone_by_due_day")]

    def __str__(self) -> str:
        return _("%(kind)s due %(day)s") % {"kind": self.get_kind_display(), "day": self.due_on}


class LiabilityEstimate(ContractFact):
    """What terminating would cost, as somebody estimated it; each end may be unknown."""

    CLAIM: ClassVar[tuple[str, ...]] = ("low", "point", "high", "withheld")

    low = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    point = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    high = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    withheld = models.BooleanField(default=False, help_text="the source says that an estimate exists but is secret")
    method = models.CharField(max_length=300, blank=True, default="")
    clause = models.CharField(max_length=300, blank=True, default="", help_text="what it rests on, e.g. FAR 49.207")

    class Meta(ContractFact.Meta):
        constraints = [
            *ContractFact.Meta.constraints,
            models.CheckConstraint(
                condition=Q(withheld=True) | Q(low__isnull=False) | Q(point__isnull=False) | Q(high__isnull=False),
                name="estimate_says_something",
            ),
            models.CheckConstraint(
                condition=(Q(low__isnull=True) | Q(low__gte=0))
                & (Q(point__isnull=True) | Q(low__isnull=True) | Q(point__gte=F("low")))
                & (Q(high__isnull=True) | Q(point__isnull=True) | Q(high__gte=F("point")))
                & (Q(high__isnull=True) | Q(low__isnull=True) | Q(high__gte=F("low"))),
                name="estimate_ends_in_order",
            ),
        ]

    @property
    def amounts(self) -> str:
        """The estimate in words: its range, or its point."""
        if self.withheld:
            return "withheld"
        low, high = (self.point, self.point) if self.low is None and self.high is None else (self.low, self.high)
        return range_in_full(low, high, self.contract.currency)

    def __str__(self) -> str:
        return _("termination of %(contract)s: %(amount)s") % {"contract": self.contract, "amount": self.amounts}


class Guarantee(ContractFact):
    """Security held for a contract; a call on it, or its release, is a new row."""

    CLAIM: ClassVar[tuple[str, ...]] = ("kind", "event", "amount")

    class Kind(models.TextChoices):
        ADVANCE_PAYMENT = "advance_payment", "Advance payment"
        PERFORMANCE = "performance", "Performance"
        WARRANTY = "warranty", "Warranty"
        UNKNOWN = "unknown", "Unknown: the source does not say which"

    class Event(models.TextChoices):
        GIVEN = "given", "Given"
        CALLED = "called", "Called"
        RELEASED = "released", "Released"

    kind = models.CharField(max_length=15, choices=Kind)
    event = models.CharField(max_length=8, choices=Event, default=Event.GIVEN)
    amount = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES)
    guarantor = models.ForeignKey(Organization, models.PROTECT, null=True, blank=True, related_name="+")
    valid_until = models.DateField(null=True, blank=True)

    class Meta(ContractFact.Meta):
        constraints = [
            *ContractFact.Meta.constraints,
            models.CheckConstraint(condition=Q(amount__gt=0), name="guarantee_amount_positive"),
        ]

    def __str__(self) -> str:
        given = {"kind": self.get_kind_display(), "event": self.get_event_display(), "amount": in_full(self.amount)}
        return _("%(kind)s guarantee %(event)s: %(amount)s") % given
