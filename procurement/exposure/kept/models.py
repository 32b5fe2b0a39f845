"""The kept totals: what the ledger comes to, by day, so that answers need not read it.

Both tables are derived: `refreshing.py` keeps them in step with the facts, `rebuilding.py` makes them anew, and nothing
in them is true that the ledger does not say. Which facts they do not know yet, StaleMark says (sources/models.py).
"""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q

from procurement.exposure.line_columns import AGE_COLUMNS, AMOUNTS, COVERED, ENDS, KEYS

#: The end of what has not ended. Days that can be asked for end long before.
FOREVER = dt.date(9999, 12, 31)
#: A share has six decimals and an amount four, so their products are stored to the last digit.
DIGITS, PLACES = 44, 10


#: What rules about flags ask of every line, contract by contract.
ASKED_OF_EACH = (
    "contract_status", "has_commitment", "committed", "paid", "outstanding", "unaccounted", "delivered",
    "advance_at_risk",
)  # fmt: skip


def amount() -> "models.DecimalField[Any, Any]":
    """A column for share-weighted amounts, unknown or known."""
    return models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, null=True)


class Span(models.Model):
    """A line as it stands from one day to before another."""

    contract_id = models.BigIntegerField()
    program_id = models.BigIntegerField(null=True)
    is_stock = models.BooleanField()
    from_on = models.DateField()
    until_on = models.DateField()

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
    has_commitment = models.BooleanField()
    paid_complete = models.BooleanField()
    estimated = models.BooleanField()

    # how old it is
    live = models.BooleanField()
    confirmed_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    paid_known_through = models.DateField(null=True)
    paid_basis = models.CharField(max_length=8)

    # what falls due next
    due_on = models.DateField(null=True)
    due_amount = amount()

    class Meta:
        indexes = [
            # one contract's lines: taking them back, and those of a day, of which few end later
            models.Index(fields=["contract_id", "until_on"], name="span_of_contract"),
            # the lines as they go on, with what rules about flags ask of each, so that a sweep reads nothing else
            models.Index(
                fields=["program_id", "contract_id"],
                include=["from_on", "until_on", "is_first", *ASKED_OF_EACH],
                condition=Q(is_stock=True, until_on__gte=FOREVER),
                name="span_that_goes_on",
            ),
            # how old the lines of the day are, of those that go on and of those that ended, so that no answer reads all
            models.Index(
                fields=["currency"],
                include=["from_on", "until_on", *AGE_COLUMNS, *KEYS[1:]],
                condition=Q(is_stock=True, until_on__gte=FOREVER),
                name="span_age_that_goes_on",
            ),
            models.Index(
                fields=["until_on", "from_on"],
                condition=Q(is_stock=True, until_on__lt=FOREVER),
                name="span_that_ended",
            ),
            # a program's lines at a day: filters by program, and which groups a dispute touches, for which the keys
            # are at hand: looked up in the table they were four fifths of an answer's time
            models.Index(
                fields=["program_id", "until_on", "from_on"],
                include=["contract_id", "is_stock", *KEYS],
                name="span_of_program",
            ),
        ]

    def __str__(self) -> str:
        return f"contract {self.contract_id}, program {self.program_id}, from {self.from_on}"


for _name in AMOUNTS:
    Span.add_to_class(_name, amount())


class DueSpan(models.Model):
    """What falls due next under a line, for as long as that and the line's keys stay the same."""

    contract_id = models.BigIntegerField()
    program_id = models.BigIntegerField(null=True)
    from_on = models.DateField()
    until_on = models.DateField()
    due_on = models.DateField()
    due_amount = amount()

    # the line's keys
    currency = models.CharField(max_length=3)
    method = models.CharField(max_length=24)
    buyer = models.BigIntegerField()
    country = models.CharField(max_length=2)
    supplier = models.BigIntegerField(null=True)
    supplier_country = models.CharField(max_length=2, null=True)  # noqa: DJ001  (as in Span)
    contract_status = models.CharField(max_length=26, null=True)  # noqa: DJ001
    fiscal_year = models.IntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["contract_id"], name="duespan_of_contract"),
            # the earliest of one program, and of everything: walked until one is open at the day
            models.Index(
                fields=["program_id", "currency", "due_on"],
                include=["from_on", "until_on", "due_amount"],
                name="duespan_of_program",
            ),
            models.Index(
                fields=["currency", "due_on"], include=["from_on", "until_on", "due_amount"], name="duespan_of_all"
            ),
            # all that are open at a day, for groupings
            models.Index(
                fields=["until_on", "from_on"],
                include=["program_id", "due_on", "due_amount", *KEYS],
                name="duespan_at_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"contract {self.contract_id}: {self.due_on}"


class Total(models.Model):
    """What changed in the lines of one key in a year, month, ten days or day.

    Changes up to a day sum to what stood then.
    """

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

    class Period(models.IntegerChoices):
        YEAR = 1, "Year"
        MONTH = 2, "Month"
        THIRD = 3, "Ten days, or what is left of a month"
        DAY = 4, "Day"

    # whose it is: a number or a word, as the dimension has it
    dimension = models.SmallIntegerField(choices=Dimension)
    key = models.BigIntegerField(null=True)
    word = models.TextField(null=True)  # noqa: DJ001  (unknown is a key of its own)
    currency = models.CharField(max_length=3)

    # when
    period = models.SmallIntegerField(choices=Period)
    starts_on = models.DateField()

    # how many; here and below null is nothing, which takes no room
    lines = models.BigIntegerField(null=True)
    contracts = models.BigIntegerField(null=True)
    contracts_without_commitment = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            # its index finds one key's periods, and the row that a change is added to
            models.UniqueConstraint(
                fields=["dimension", "key", "period", "starts_on", "word", "currency"],
                nulls_distinct=False,
                name="total_once",
            ),
        ]
        indexes = [
            # every key of a dimension, in the periods that make up a day
            models.Index(fields=["dimension", "period", "starts_on"], name="total_by_period"),
        ]

    def __str__(self) -> str:
        return f"{self.get_dimension_display()} {self.key} {self.word} {self.currency}, {self.starts_on}"


#: The sums of a total, in order -> whether it counts (else it is an amount).
SUMS: dict[str, bool] = (
    dict.fromkeys(AMOUNTS, False)
    | {f"{name}_known": True for name in AMOUNTS}
    | {f"{name}_open": True for name in ENDS}
    | {f"{name}_covered": False for name in COVERED}
    | {f"{name}_unknown": True for name in COVERED}
    | {"gross": False}
)
for _name, _counts in SUMS.items():
    Total.add_to_class(_name, models.BigIntegerField(null=True) if _counts else amount())

assert Decimal(1).scaleb(-PLACES) == Decimal("1e-4") * Decimal("1e-6")
