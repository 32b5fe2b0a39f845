"""Reported figures: what somebody said a total was. Never summed; compared with the ledger."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from procurement.contracts.models import DIGITS, PLACES, Contract
from procurement.parties.models import Organization
from procurement.programs.models import Program
from procurement.sources.facts import Fact, recheck_trigger, source_key_constraint


class ReportedFigure(Fact):
    """One total, as one speaker or document gave it, about one program, contract or organization."""

    class Measure(models.TextChoices):
        CONTRACTED = "contracted", "Contracted"
        PAID = "paid", "Paid"
        BUDGET = "budget", "Budget"
        PROGRAM_COST = "program_cost", "Program cost"
        SPENT = "spent", "Spent"
        ESTIMATED_TOTAL = "estimated_total", "Estimated total"
        TERMINATION_COST = "termination_cost", "Termination cost"
        CLAIM_BUYER = "claim_buyer", "Buyer's claim"
        CLAIM_SUPPLIER = "claim_supplier", "Supplier's claim"
        UNSETTLED = "unsettled", "Unsettled"
        UNPAID = "unpaid", "Unpaid"
        DELIVERED = "delivered", "Delivered"
        SETTLEMENT = "settlement", "Settlement"
        OTHER = "other", "Other"

    SUBJECT: ClassVar[tuple[str, ...]] = ("program", "contract", "organization")

    # what it is about: exactly one of these
    program = models.ForeignKey(Program, models.PROTECT, null=True, blank=True, related_name="reported_figures")
    contract = models.ForeignKey(Contract, models.PROTECT, null=True, blank=True, related_name="reported_figures")
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="reported_figures"
    )

    # the figure
    measure = models.CharField(max_length=16, choices=Measure)
    amount = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    low = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    high = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    currency = models.CharField(max_length=3, help_text="ISO 4217, e.g. JPY")
    rounding = models.DecimalField(
        max_digits=DIGITS, decimal_places=PLACES, default=0, help_text="how coarse the source was, in currency units"
    )
    scope = models.CharField(max_length=300, blank=True, default="", help_text="what it covers; same words, same scope")
    as_of_date = models.DateField(help_text="the day the total is as of")

    # who said so
    speaker = models.CharField(max_length=200, blank=True, default="")
    speaker_organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="figures_spoken"
    )

    class Meta(Fact.Meta):
        constraints = [
            source_key_constraint("program", "contract", "organization"),
            models.CheckConstraint(
                condition=Q(program__isnull=False, contract__isnull=True, organization__isnull=True)
                | Q(program__isnull=True, contract__isnull=False, organization__isnull=True)
                | Q(program__isnull=True, contract__isnull=True, organization__isnull=False),
                name="figure_has_one_subject",
            ),
            models.CheckConstraint(
                condition=Q(amount__isnull=False, low__isnull=True, high__isnull=True)
                | (Q(amount__isnull=True) & (Q(low__isnull=False) | Q(high__isnull=False))),
                name="figure_amount_or_range",
            ),
            models.CheckConstraint(
                condition=Q(low__isnull=True) | Q(high__isnull=True) | Q(high__gte=F("low")),
                name="figure_range_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["program", "measure", "as_of_date"], name="figure_of_program"),
            models.Index(fields=["contract", "measure", "as_of_date"], name="figure_of_contract"),
            models.Index(fields=["recorded_at", "id"], name="figure_recorded"),
        ]
        triggers = [
            *Fact.Meta.triggers,
            recheck_trigger(program="NEW.program_id", contract="NEW.contract_id"),
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()} as of {self.as_of_date}"
