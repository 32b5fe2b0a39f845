"""The states of contracts."""

from collections.abc import Mapping
from typing import ClassVar

from rest_framework import serializers

from procurement.api.facts.viewset import CONTRACT_FACT_FILTERS, ContractFactBody, Facts
from procurement.api.http import filtering
from procurement.api.http.fields import Day, Word
from procurement.api.http.filtering import Filter
from procurement.api.http.inline import OrganizationField
from procurement.api.http.shapes import FactShape
from procurement.contracts.models import ContractStatusChange
from procurement.contracts.recording import contract_status_changes
from procurement.sources.facts import Fact


class ContractStatusChangeShape(FactShape):
    """From a date, a contract is in a state; or an act that changes none, whose status is empty."""

    contract = serializers.IntegerField(source="contract_id")
    act = serializers.ChoiceField(choices=ContractStatusChange.Act.choices)
    status = serializers.ChoiceField(choices=ContractStatusChange.Status.choices, allow_blank=True)
    termination_ground = serializers.ChoiceField(choices=ContractStatusChange.Ground.choices, allow_blank=True)
    suspends = serializers.ChoiceField(choices=ContractStatusChange.Suspends.choices, allow_blank=True)
    until = serializers.DateField(allow_null=True)
    notified_on = serializers.DateField(allow_null=True)
    notified_precision = serializers.ChoiceField(choices=Fact.Precision.choices)
    decided_by = serializers.IntegerField(source="decided_by_id", allow_null=True)


class ContractStatusChangeBody(ContractFactBody):
    """A state as it is posted; the acts show_cause and confirmation come without a status."""

    act = Word(ContractStatusChange.Act, required=False)
    status = Word(ContractStatusChange.Status, blank=True, required=False)
    termination_ground = Word(ContractStatusChange.Ground, blank=True, required=False)
    suspends = Word(ContractStatusChange.Suspends, blank=True, required=False)
    until = Day(required=False, allow_null=True)
    notified_on = Day(required=False, allow_null=True)
    notified_precision = Word(Fact.Precision, required=False)
    decided_by = OrganizationField(required=False, allow_null=True)


class ContractStatusChanges(Facts):
    """The states of contracts."""

    model = ContractStatusChange
    recorder = contract_status_changes
    shape = ContractStatusChangeShape
    body = ContractStatusChangeBody
    filters: ClassVar[Mapping[str, Filter]] = {
        "act": filtering.Word("act", choices=ContractStatusChange.Act),
        "status": filtering.Word("status", choices=ContractStatusChange.Status),
        "termination_ground": filtering.Word("termination_ground", choices=ContractStatusChange.Ground),
        "suspends": filtering.Word("suspends", choices=ContractStatusChange.Suspends),
        "until": filtering.Day("until", nullable=True),
        "notified_on": filtering.Day("notified_on", nullable=True),
        "notified_precision": filtering.Word("notified_precision", choices=Fact.Precision),
        "decided_by": filtering.Organization("decided_by", nullable=True),
        **CONTRACT_FACT_FILTERS,
    }
