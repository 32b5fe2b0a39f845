"""Security held for contracts."""

from collections.abc import Mapping
from typing import ClassVar

from rest_framework import serializers

from procurement.api.facts.viewset import CONTRACT_FACT_FILTERS, ContractFactBody, Facts
from procurement.api.http import filtering
from procurement.api.http.fields import Day, Number, Word
from procurement.api.http.filtering import Filter
from procurement.api.http.inline import OrganizationField
from procurement.api.http.shapes import FactShape, Money
from procurement.contracts.models import Guarantee
from procurement.contracts.recording import guarantees


class GuaranteeShape(FactShape):
    """Security given, called or released."""

    contract = serializers.IntegerField(source="contract_id")
    currency = serializers.CharField(source="contract__currency")
    kind = serializers.ChoiceField(choices=Guarantee.Kind.choices)
    event = serializers.ChoiceField(choices=Guarantee.Event.choices)
    amount = Money()
    guarantor = serializers.IntegerField(source="guarantor_id", allow_null=True)
    valid_until = serializers.DateField(allow_null=True)


class GuaranteeBody(ContractFactBody):
    """Security as it is posted."""

    kind = Word(Guarantee.Kind)
    event = Word(Guarantee.Event, required=False)
    amount = Number()
    guarantor = OrganizationField(required=False, allow_null=True)
    valid_until = Day(required=False, allow_null=True)


class Guarantees(Facts):
    """Guarantees of contracts."""

    model = Guarantee
    recorder = guarantees
    shape = GuaranteeShape
    body = GuaranteeBody
    filters: ClassVar[Mapping[str, Filter]] = {
        "kind": filtering.Word("kind", choices=Guarantee.Kind),
        "event": filtering.Word("event", choices=Guarantee.Event),
        "amount": filtering.Amount("amount"),
        "guarantor": filtering.Organization("guarantor", nullable=True),
        "valid_until": filtering.Day("valid_until", nullable=True),
        **CONTRACT_FACT_FILTERS,
    }
