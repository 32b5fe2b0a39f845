"""What terminating contracts would cost, as estimated."""

from collections.abc import Mapping
from typing import ClassVar

from rest_framework import serializers

from procurement.api.facts.viewset import CONTRACT_FACT_FILTERS, ContractFactBody, Facts
from procurement.api.http import filtering
from procurement.api.http.fields import Number, Text, YesNo
from procurement.api.http.filtering import Filter
from procurement.api.http.shapes import FactShape, Money
from procurement.contracts.models import LiabilityEstimate
from procurement.contracts.recording import liability_estimates


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
