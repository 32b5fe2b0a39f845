"""The shapes of exposure answers, for the OpenAPI description."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from procurement.api.exposure.deferred import BY
from procurement.api.http.pagination import UNDATED_SAYS, ReproducedShape
from procurement.api.http.shapes import Money
from procurement.contracts.models import Contract, ContractStatusChange
from procurement.exposure.answering import GROUPINGS
from procurement.exposure.rows import SHARES
from procurement.fiscal.intervals import ENDS
from procurement.programs.models import StatusChange
from procurement.rates.models import ExchangeRate

_TEXT_OR_NULL = {"type": ["string", "null"]}
_AMOUNT = _TEXT_OR_NULL | {"pattern": r"^-?\d+\.\d{2,3}$", "example": "34955000000.00"}
_SHARE = _TEXT_OR_NULL | {"pattern": r"^[01]\.\d{4}$", "example": "1.0000"}
_DAY = {"type": ["string", "null"], "format": "date"}
LEFT_SAYS = "with unconverted=show: the currencies whose amounts had no rate and stay as they are, last"


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


@extend_schema_field(_object(low=_AMOUNT, high=_AMOUNT))
class Range(serializers.Field[Any, Any, Any, Any]):
    """A range; an end is null while it is unknown for any contract that has a commitment."""


@extend_schema_field(_object(low=_AMOUNT, point=_AMOUNT, high=_AMOUNT))
class Estimate(serializers.Field[Any, Any, Any, Any]):
    """A range with what lies between."""


@extend_schema_field(_object(**dict.fromkeys(SHARES, _SHARE)))
class Coverage(serializers.Field[Any, Any, Any, Any]):
    """For each figure the share of contracts, weighted by absolute commitment, for which it is known.

    Truncated; null without commitments. 1.0000 only if it is known for every contract. `committed` is the share of
    contracts, by number, whose commitment is known.
    """


@extend_schema_field(_object(earliest=_DAY, latest=_DAY))
class Days(serializers.Field[Any, Any, Any, Any]):
    """The earliest and the latest day over the contracts of a group."""


@extend_schema_field(_object(contracts={"type": "integer"}, outstanding=_AMOUNT))
class Presumed(serializers.Field[Any, Any, Any, Any]):
    """Live contracts that no fact has confirmed for so long that they are only presumed to run."""


@extend_schema_field(
    _object(due_on={"type": "string", "format": "date"}, amount=_AMOUNT) | {"type": ["object", "null"]}
)
class NextDue(serializers.Field[Any, Any, Any, Any]):
    """The next open milestones and the amount that falls due."""


@extend_schema_field(
    {"type": "object", "additionalProperties": _object(why={"type": "string"}, fill={"type": "string"})}
)
class Reasons(serializers.Field[Any, Any, Any, Any]):
    """Why each null of the row is null, and what would fill it, by path such as `exit_exposure.high`."""


@extend_schema_field(
    _object(
        by={"type": "string", "enum": [BY]},
        years={"type": "array", "items": _object(fiscal_year={"type": "integer"}, amount={"type": "string"})},
        unscheduled={"type": "string"},
    )
    | {"type": ["object", "null"]}
)
class Deferred(serializers.Field[Any, Any, Any, Any]):
    """What is outstanding, by the fiscal year in which it falls due; null while that is unknown."""


class ProgramKey(serializers.Serializer[Any]):
    """A program as rows name it, with its standing status."""

    code = serializers.CharField()
    name = serializers.CharField()
    status = serializers.ChoiceField(choices=StatusChange.Status.choices, allow_null=True)
    status_since = serializers.DateField(allow_null=True)
    disputed = serializers.BooleanField()
    stopped_by = serializers.ChoiceField(
        choices=StatusChange.Side.choices, required=False, help_text="only where it was not the buyer"
    )


class OrganizationKey(serializers.Serializer[Any]):
    """An organization as rows name it."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    country = serializers.CharField()


class ContractKey(serializers.Serializer[Any]):
    """A contract as rows name it."""

    id = serializers.IntegerField()
    reference = serializers.CharField()
    title = serializers.CharField()


class RateShape(serializers.Serializer[Any]):
    """A rate as it was used: amounts in base times the rate are in quote."""

    base = serializers.CharField()
    quote = serializers.CharField()
    rate = serializers.CharField()
    on = serializers.DateField()
    type = serializers.ChoiceField(choices=ExchangeRate.Type.choices)
    fiscal_year = serializers.IntegerField(required=False, help_text="of budget rates")
    age_days = serializers.IntegerField(
        required=False, help_text="of a rate more than 7 days older than the day of a question that names none"
    )
    stale = serializers.BooleanField(required=False, help_text="true of such a rate")


class UnconvertedShape(serializers.Serializer[Any]):
    """A currency that has no rate."""

    currency = serializers.CharField()
    contracts = serializers.IntegerField()


class TotalShape(serializers.Serializer[Any]):
    """The figures of a group; those that `figures` does not name are left out."""

    currency = serializers.CharField(allow_null=True, help_text="null for a program without contracts")
    contracts = serializers.IntegerField()
    contracts_without_commitment = serializers.IntegerField()
    disputes = serializers.IntegerField()
    ceiling = Money(required=False)
    committed = Money(required=False)
    funded = Money(required=False)
    paid = Money(required=False)
    paid_known_through = Days(required=False)
    paid_basis = serializers.ListField(
        child=serializers.ChoiceField(choices=["balanced", "entries", "stated"]),
        required=False,
        allow_null=True,
        help_text="how payments are known: by a completeness statement (stated, balanced) or by entries alone",
    )
    paid_uncommitted = Money(required=False, help_text="of paid, under contracts whose commitment is not known")
    outstanding = Money(required=False)
    unaccounted = Money(required=False)
    delivered = Money(required=False)
    payable_now = Money(required=False)
    advance_at_risk = Money(required=False)
    termination_liability = Estimate(required=False)
    exit_exposure = Range(required=False)
    avoidable = Range(required=False)
    exit_paid = Money(required=False)
    guarantees_held = Money(required=False)
    committed_since = Money(required=False)
    paid_since = Money(required=False)
    paid_since_rehomed = Money(required=False)
    paid_since_uncertain = Money(
        required=False, help_text="of paid_since, what is known only to have been paid by a day after the stop"
    )
    confirmed_on = Days(required=False)
    presumed = Presumed(required=False)
    next_due = NextDue(required=False)
    deferred = Deferred(required=False, help_text="of a program's own exposure, or with figures=deferred there")
    coverage = Coverage()
    explain = Reasons(required=False)
    unconverted = serializers.BooleanField(
        required=False, help_text="with unconverted=show: whether its amounts had no rate"
    )


class RowShape(TotalShape):
    """A group with the keys that were asked for."""

    program = ProgramKey(required=False, allow_null=True)
    program_status = serializers.ChoiceField(choices=StatusChange.Status.choices, required=False, allow_null=True)
    domain = serializers.CharField(required=False, allow_null=True)
    contract = ContractKey(required=False)
    supplier = OrganizationKey(required=False, allow_null=True)
    supplier_group = OrganizationKey(required=False, allow_null=True)
    supplier_country = serializers.CharField(required=False, allow_null=True)
    buyer = OrganizationKey(required=False)
    country = serializers.CharField(required=False)
    contract_status = serializers.ChoiceField(
        choices=ContractStatusChange.Status.choices, required=False, allow_null=True
    )
    method = serializers.ChoiceField(choices=Contract.Method.choices, required=False)
    fiscal_year = serializers.IntegerField(required=False, allow_null=True)


class PointShape(serializers.Serializer[Any]):
    """The answer at one day of a series."""

    as_of = serializers.DateField()
    rates = RateShape(many=True)
    unconverted = UnconvertedShape(many=True, required=False, help_text=LEFT_SAYS)
    rows = RowShape(many=True)
    totals = TotalShape(many=True)


class SeriesShape(ReproducedShape):
    """The same question at the end of each interval, and last at `to`."""

    interval = serializers.ChoiceField(choices=list(ENDS))
    to = serializers.DateField()
    points = PointShape(many=True)
    undated = serializers.IntegerField(required=False, help_text=f"{UNDATED_SAYS}; as of the last day")

    def get_fields(self) -> dict[str, Any]:
        """With `from`, which no attribute can be named."""
        return {"from": serializers.DateField(), **super().get_fields()}


class ExposureShape(ReproducedShape):
    """An answer: one row per group and currency, and the totals by currency."""

    as_of = serializers.DateField()
    published_by = serializers.DateField(allow_null=True)
    recorded_by = serializers.DateTimeField(allow_null=True)
    currency = serializers.CharField(
        allow_null=True, help_text="that asked for, else that of all rows; null where they have several"
    )
    rates = RateShape(many=True)
    unconverted = UnconvertedShape(many=True, required=False, help_text=LEFT_SAYS)
    group_by = serializers.ListField(child=serializers.ChoiceField(choices=GROUPINGS))
    rows = RowShape(many=True)
    totals = TotalShape(many=True)
    undated = serializers.IntegerField(required=False, help_text=UNDATED_SAYS)
    next = serializers.CharField(allow_null=True)
