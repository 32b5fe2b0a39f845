"""Payments and deliveries that fall due."""

from collections.abc import Mapping
from typing import ClassVar

from rest_framework import serializers

from procurement.api.facts.viewset import CONTRACT_FACT_FILTERS, ContractFactBody, Facts
from procurement.api.http import filtering
from procurement.api.http.fields import Day, Number, Text, Word
from procurement.api.http.filtering import Filter
from procurement.api.http.shapes import FactShape, Money
from procurement.contracts.models import Milestone
from procurement.contracts.recording import milestones
from procurement.sources.facts import Fact


class MilestoneShape(FactShape):
    """A payment or delivery due."""

    contract = serializers.IntegerField(source="contract_id")
    currency = serializers.CharField(source="contract__currency")
    kind = serializers.ChoiceField(choices=Milestone.Kind.choices)
    due_on = serializers.DateField()
    due_precision = serializers.ChoiceField(choices=Fact.Precision.choices)
    amount = Money()
    description = serializers.CharField()


class MilestoneBody(ContractFactBody):
    """A milestone as it is posted."""

    kind = Word(Milestone.Kind)
    due_on = Day()
    due_precision = Word(Fact.Precision, required=False)
    amount = Number(required=False, allow_null=True)
    description = Text(required=False)


class Milestones(Facts):
    """Milestones of contracts."""

    model = Milestone
    recorder = milestones
    shape = MilestoneShape
    body = MilestoneBody
    search = ("description", "note", "source_key")
    filters: ClassVar[Mapping[str, Filter]] = {
        "kind": filtering.Word("kind", choices=Milestone.Kind),
        "due_on": filtering.Day("due_on"),
        "due_precision": filtering.Word("due_precision", choices=Fact.Precision),
        "amount": filtering.Amount("amount", nullable=True),
        **CONTRACT_FACT_FILTERS,
    }
