"""What is kept of one day: every line, and what the lines of each key come to, so that answers need not read facts.

All of it is derived: `refreshing.py` keeps it in step with the facts, `rebuilding.py` makes it anew, and nothing in it
is true that the facts do not say. Which contracts wait to be refreshed, `waiting.py` says.
"""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q

from procurement.exposure.line_columns import AMOUNTS, BASES, COVERED, ENDS

#: A share has six decimals and an amount four, so their products are stored to the last digit.
DIGITS, PLACES = 44, 10

#: What rules about flags ask of every line, contract by contract.
ASKED_OF_EACH = (
    "contract_status", "live", "committed", "paid", "outstanding", "unaccounted", "delivered", "advance_at_risk",
)  # fmt: skip


def amount() -> "models.DecimalField[Any, Any]":
    """A column for share-weighted amounts, unknown or known."""
    return models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)


class KeptDay(models.Model):
    """The day whose lines are kept, and after how many days without a word a state was only presumed. One row."""

    day = models.DateField()
    presumed_after = models.PositiveIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="keptday_is_one")]

    def __str__(self) -> str:
        return f"{self.day}"


class Line(models.Model):
    """A contract's share of a program on the kept day, or beside it what moved on it since the program stopped."""

    contract_id = models.BigIntegerField()
    program_id = models.BigIntegerField(null=True)
    is_stock = models.BooleanField()

    # its keys, as they were when it was written: what is taken back is what was added
    currency = models.CharField(max_length=3)
    method = models.CharField(max_length=24)
    buyer = models.BigIntegerField()
    country = models.CharField(max_length=2)
    supplier = models.BigIntegerField(null=True)
    supplier_country = models.CharField(max_length=2, null=True)  # noqa: DJ001  (as the key of a row: no supplier)
    contract_status = models.CharField(max_length=26, null=True)  # noqa: DJ001  (no status is known)
    fiscal_year = models.IntegerField(null=True)
    companions = models.TextField()
    is_first = models.BooleanField()

    # what else it says of its contract
    paid_complete = models.BooleanField()
    estimated = models.BooleanField()

    # how old it is
    live = models.BooleanField()
    confirmed_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    paid_known_through = models.DateField(null=True)
    paid_basis = models.CharField(max_length=8)
    presumed = models.BooleanField()

    # what falls due next
    due_on = models.DateField(null=True)
    due_amount = amount()

    class Meta:
        indexes = [
            # one contract's lines: taking them back, and a page of contracts
            models.Index(fields=["contract_id"], name="line_of_contract"),
            # a program's, with what rules about flags ask of each, so that a sweep reads nothing else
            models.Index(
                fields=["program_id", "contract_id"],
                include=["is_stock", "is_first", *ASKED_OF_EACH],
                name="line_of_program",
            ),
            # a supplier's, when one of its contracts no longer is the one last heard of
            models.Index(fields=["supplier"], condition=Q(is_stock=True), name="line_of_supplier"),
            # the first and the last of everything that goes through a day: only the ends of these are read
            models.Index(
                fields=["currency", "confirmed_on"],
                include=["contract_id"],
                condition=Q(is_stock=True, live=True),
                name="line_by_confirmation",
            ),
            models.Index(
                fields=["currency", "paid_known_through"],
                include=["contract_id"],
                condition=Q(is_stock=True, paid_known_through__isnull=False),
                name="line_by_payment",
            ),
            models.Index(
                fields=["currency", "due_on"],
                include=["contract_id", "program_id", "due_amount"],
                condition=Q(due_on__isnull=False),
                name="line_by_due_day",
            ),
            # the same of a program
            models.Index(
                fields=["program_id", "currency", "due_on"],
                include=["due_amount"],
                condition=Q(due_on__isnull=False),
                name="line_of_program_by_due_day",
            ),
            # whose state becomes presumed when a day passes, beside those by confirmation
            models.Index(
                fields=["ends_on"], condition=Q(is_stock=True, live=True, ends_on__isnull=False), name="line_by_end"
            ),
            # lists of contracts with so much outstanding, and in a state
            models.Index(
                fields=["outstanding", "contract_id"],
                condition=Q(is_stock=True, outstanding__isnull=False),
                name="line_by_outstanding",
            ),
            models.Index(fields=["contract_status", "contract_id"], condition=Q(is_stock=True), name="line_by_status"),
            # the few contracts that several programs share, whose amounts are sums
            models.Index(fields=["contract_id"], condition=~Q(companions=""), name="line_of_shared_contract"),
        ]

    def __str__(self) -> str:
        return f"contract {self.contract_id}, program {self.program_id}"


for _name in AMOUNTS:
    Line.add_to_class(_name, amount())


class Total(models.Model):
    """What the lines of one key come to on the kept day."""

    class Dimension(models.IntegerChoices):
        ALL = 0, "Everything"
        PROGRAM = 1, "Program"
        SUPPLIER = 2, "Lead supplier"
        BUYER = 3, "Buyer"
        METHOD = 4, "Method"
        CONTRACT_STATUS = 5, "State of the contract"
        FISCAL_YEAR = 6, "Fiscal year of signature"
        COUNTRY = 7, "Country of the buyer"
        SUPPLIER_COUNTRY = 8, "Country of the lead supplier"
        COMPANIONS = 9, "Programs that share a contract"

    # whose it is; a dash is the key of lines that have none
    dimension = models.SmallIntegerField(choices=Dimension)
    key = models.TextField()
    currency = models.CharField(max_length=3)

    # how many; below, null is nothing, which takes no room
    lines = models.BigIntegerField()

    # the first and the last day on which a live contract was shown alive, and through which payments are known; null
    # where there is none, or where it is to be found anew
    confirmed_earliest = models.DateField(null=True)
    confirmed_latest = models.DateField(null=True)
    paid_known_earliest = models.DateField(null=True)
    paid_known_latest = models.DateField(null=True)

    class Meta:
        constraints = [
            # its index finds one key, and every key of a dimension
            models.UniqueConstraint(fields=["dimension", "key", "currency"], name="total_once"),
        ]
        indexes = [
            # those of which a first or a last day is to be found anew
            models.Index(
                fields=["dimension"],
                condition=(Q(alive__gt=0) & (Q(confirmed_earliest=None) | Q(confirmed_latest=None)))
                | (Q(paid_dated__gt=0) & (Q(paid_known_earliest=None) | Q(paid_known_latest=None))),
                name="total_unsettled",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_dimension_display()} {self.key} {self.currency}"


#: The sums of a total, in order -> whether it counts (else it is an amount).
SUMS: dict[str, bool] = (
    {"contracts": True, "contracts_without_commitment": True, "presumed": True}
    | dict.fromkeys(AMOUNTS, False)
    | {f"{name}_known": True for name in AMOUNTS}
    | {f"{name}_open": True for name in ENDS}
    | {f"{name}_covered": False for name in COVERED}
    | {f"{name}_unknown": True for name in COVERED}
    | {"gross": False, "presumed_outstanding": False, "presumed_outstanding_known": True}
    | {"alive": True, "paid_dated": True}
    | {f"paid_by_{basis}": True for basis in BASES}
)
for _name, _counts in SUMS.items():
    Total.add_to_class(_name, models.BigIntegerField(null=True) if _counts else amount())

assert Decimal(1).scaleb(-PLACES) == Decimal("1e-4") * Decimal("1e-6")
