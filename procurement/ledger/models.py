"""The ledger: every movement of money or value under a contract, and statements that it is complete."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from procurement.common.money import in_full
from procurement.contracts.models import DIGITS, PLACES, Contract, ContractFact, Milestone


class Measure(models.TextChoices):
    """What an entry moves (DESIGN.md section 5)."""

    CEILING = "ceiling", "Ceiling: the most it may come to, with all options"
    COMMITMENT = "commitment", "Commitment: what the buyer is legally bound to pay"
    FUNDING = "funding", "Funding: money made available"
    DELIVERY = "delivery", "Delivery: value of what was delivered and accepted"
    PAYMENT = "payment", "Payment: money paid out under the contract"
    REFUND = "refund", "Refund: money that the supplier paid back"
    COMPENSATION = "compensation", "Compensation: paid on top of the price because of a stop"


class LedgerEntry(ContractFact):
    """One movement of one measure of a contract, in the contract's currency."""

    CLAIM: ClassVar[tuple[str, ...]] = ("measure", "amount")

    class Reason(models.TextChoices):
        AWARD = "award", "Award"
        MODIFICATION = "modification", "Modification"
        OPTION = "option", "Option exercised"
        DE_OBLIGATION = "de_obligation", "De-obligation"
        TERMINATION = "termination", "Termination"
        SETTLEMENT = "settlement", "Settlement"
        NOVATION = "novation", "Novation"
        CORRECTION = "correction", "Correction"
        CLOSE_OUT = "close_out", "Close-out"
        TRANSFER = "transfer", "Transfer: moved to or from another contract of the buyer"
        OTHER = "other", "Other"

    # what moved
    measure = models.CharField(max_length=12, choices=Measure)
    amount = models.DecimalField(max_digits=DIGITS, decimal_places=PLACES)
    rounding = models.DecimalField(
        max_digits=DIGITS,
        decimal_places=PLACES,
        default=0,
        help_text="the unit to which the source rounded, e.g. 1000000; 0: it gave the exact amount",
    )
    in_kind = models.BooleanField(
        default=False, help_text="the compensation was paid in goods or services, not in money"
    )

    # why
    reason = models.CharField(max_length=13, choices=Reason, default=Reason.OTHER)
    milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, blank=True, related_name="met_by")
    counterpart = models.ForeignKey(
        Contract,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,  # asked of one row only
        related_name="+",
        help_text="for transfers: the contract of the same buyer that the money came from or went to",
    )

    class Meta(ContractFact.Meta):
        verbose_name_plural = "ledger entries"
        constraints = [
            *ContractFact.Meta.constraints,
            models.CheckConstraint(condition=~Q(amount=0), name="entry_moves_something"),
            models.CheckConstraint(condition=Q(rounding__gte=0), name="entry_rounding_not_negative"),
            models.CheckConstraint(
                condition=~Q(measure__in=["payment", "refund"]) | Q(amount__gt=0) | Q(reverses__isnull=False),
                name="entry_payment_and_refund_positive",
            ),
            models.CheckConstraint(
                condition=Q(in_kind=False) | Q(measure="compensation"), name="entry_in_kind_is_compensation"
            ),
            models.CheckConstraint(
                condition=Q(counterpart__isnull=True) | Q(measure__in=["payment", "refund"]),
                name="entry_counterpart_of_a_transfer",
            ),
        ]
        indexes = [
            *ContractFact.Meta.indexes,
            # what moved in a period: payments and commitments after a stop
            models.Index(fields=["measure", "effective_on"], name="entry_by_measure_and_day"),
        ]

    def __str__(self) -> str:
        given = {"measure": self.get_measure_display().partition(":")[0], "amount": in_full(self.amount)}
        return _("%(measure)s: %(amount)s on %(day)s") % (given | {"day": self.effective_on})


class Completeness(ContractFact):
    """A statement that the ledger holds every movement of one measure through a day, so that none means zero."""

    CLAIM: ClassVar[tuple[str, ...]] = ("measure", "through")

    class Basis(models.TextChoices):
        STATED = "stated", "Stated: the source says that nothing is missing"
        BALANCED = "balanced", "Balanced: a remainder contract holds what is not itemised"

    measure = models.CharField(max_length=12, choices=Measure)
    through = models.DateField()
    basis = models.CharField(max_length=8, choices=Basis)

    class Meta(ContractFact.Meta):
        verbose_name = "completeness statement"

    def __str__(self) -> str:
        given = {"measure": self.get_measure_display().partition(":")[0], "day": self.through}
        return _("%(measure)s complete through %(day)s") % given
