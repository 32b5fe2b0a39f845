"""What terminating contracts would cost, as estimated."""

from collections.abc import Mapping
from typing import ClassVar

from rest_framework import serializers

from procurement.api import filtering
from procurement.api.facts import CONTRACT_FACT_FILTERS, ContractFactBody, Facts
from procurement.api.fields import Number, Text, YesNo
from procurement.api.filtering import Filter
from procurement.api.shapes import FactShape, Money
from procurement.contracts.entering import liability_estimates
from procurement.contracts.models import LiabilityEstimate


class LiabilityEstimateShape(FactShape):
    """One estimate; each end may be unknown."""

    contract = serializers.IntegerField(source="contract_id")
    currency = serializers.CharField(source="contract__currency")
    low = Money()
    point = Money()
    high = Money()
    withheld = serializers.BooleanField()
    method = serializers.CharField()
    clause = serializers.CharField()


class LiabilityEstimateBody(ContractFactBody):
    """An estimate as it is posted."""

    low = Number(required=False, allow_null=True)
    point = Number(required=False, allow_null=True)
    high = Number(required=False, allow_null=True)
    withheld = YesNo(required=False)
    method = Text(required=False)
    clause = Text(required=False)


class LiabilityEstimates(Facts):
    """Estimates of termination liability."""

    model = LiabilityEstimate
    recorder = liability_estimates
    shape = LiabilityEstimateShape
    body = LiabilityEstimateBody
    search = ("method", "clause", "note", "source_key")
    filters: ClassVar[Mapping[str, Filter]] = {
        "withheld": filtering.YesNo("withheld"),
        "low": filtering.Amount("low", nullable=True),
        "point": filtering.Amount("point", nullable=True),
        "high": filtering.Amount("high", nullable=True),
        **CONTRACT_FACT_FILTERS,
    }
