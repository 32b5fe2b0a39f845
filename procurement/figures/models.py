"""Reported figures: totals as somebody reported them. Never summed; compared with the ledger."""

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from procurement.contracts.models import DIGITS, PLACES, Contract
from procurement.parties.models import Organization
from procurement.programs.models import Program
from procurement.sources.facts import Fact, recheck_trigger, source_key_constraint, stale_facts


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
        TARGET_PRICE = "target_price", "Target price"
        CEILING_PRICE = "ceiling_price", "Ceiling price"
        RECEIPT = "receipt", "Receipt: what came in from selling"
        LOSS = "loss", "Loss"
        GUARANTEE = "guarantee", "Guarantees held"
        COMMITMENT_AUTHORITY = "commitment_authority", "Commitment authority in a budget"
        OTHER = "other", "Other"

    SUBJECT: ClassVar[tuple[str, ...]] = ("program", "contract", "organization")
    CLAIM: ClassVar[tuple[str, ...]] = (
        "measure", "scope", "amount", "low", "high", "currency", "share", "withheld", "as_of_date"
    )  # fmt: skip

    # what it is about: exactly one of these
    program = models.ForeignKey(Program, models.PROTECT, null=True, blank=True, related_name="reported_figures")
    contract = models.ForeignKey(Contract, models.PROTECT, null=True, blank=True, related_name="reported_figures")
    organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="reported_figures"
    )

    # the figure
    measure = models.CharField(max_length=20, choices=Measure)
    amount = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    low = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    high = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True, blank=True)
    currency = models.CharField(max_length=3, help_text="ISO 4217, e.g. JPY")
    rounding = models.DecimalField(
        max_digits=DIGITS,
        decimal_places=PLACES,
        default=0,
        help_text="the unit to which the source rounded, e.g. 1000000; 0: it gave the exact amount",
    )
    scope = models.CharField(
        max_length=300,
        blank=True,
        default="",
        help_text="what the figure covers; only figures with the same scope are compared",
    )
    as_of_date = models.DateField(help_text="the day for which the source states the figure")
    as_of_precision = models.CharField(max_length=12, choices=Fact.Precision, default=Fact.Precision.DAY)
    withheld = models.BooleanField(default=False, help_text="the source says that the figure exists but is secret")
    share = models.DecimalField(
        max_digits=7,
        decimal_places=6,
        null=True,
        blank=True,
        help_text="0 to 1, where the source gives a share instead of an amount: 0.45 for 45 %",
    )
    share_of = models.CharField(
        max_length=300, blank=True, default="", help_text="what it is a share of, e.g. price of the contract"
    )

    # who said so
    speaker = models.CharField(max_length=200, blank=True, default="")
    speaker_organization = models.ForeignKey(
        Organization, models.PROTECT, null=True, blank=True, related_name="figures_spoken"
    )
    borne_by = models.ForeignKey(
        Organization,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="+",
        help_text="who bears the cost",
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
                | (Q(amount__isnull=True) & (Q(low__isnull=False) | Q(high__isnull=False)))
                | Q(amount__isnull=True, withheld=True)
                | Q(amount__isnull=True, share__isnull=False),
                name="figure_amount_or_range",
            ),
            models.CheckConstraint(
                condition=Q(withheld=False)
                | Q(amount__isnull=True, low__isnull=True, high__isnull=True, share__isnull=True),
                name="figure_withheld_has_no_amount",
            ),
            models.CheckConstraint(
                condition=Q(share__isnull=True, share_of="") | (Q(share__gte=0, share__lte=1) & ~Q(share_of="")),
                name="figure_share_of_something",
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
            models.Index(fields=["published_on", "id"], name="figure_published"),
        ]
        triggers = [
            *Fact.Meta.triggers,
            recheck_trigger(
                program="n.program_id",
                contract="n.contract_id",
                stale=stale_facts("contract", "n.contract_id", when="n.contract_id IS NOT NULL"),
            ),
        ]

    @property
    def buyer_country(self) -> str:
        """The country of its program's or contract's buyer; empty for a company, whose fiscal year is its own."""
        if self.contract is not None:
            return self.contract.buyer.country
        return self.program.buyer_country if self.program is not None else ""

    @property
    def ends(self) -> tuple[Decimal | None, Decimal | None]:
        """The least and the most that was said; both are the amount where one was."""
        return (self.low, self.high) if self.amount is None else (self.amount, self.amount)

    def __str__(self) -> str:
        return _("%(measure)s as of %(day)s") % {"measure": self.get_measure_display(), "day": self.as_of_date}
