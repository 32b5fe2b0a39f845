"""Statements that the ledger holds every movement of one measure of a contract through a day."""

from collections.abc import Mapping
from typing import ClassVar

from rest_framework import serializers

from procurement.api.facts.viewset import CONTRACT_FACT_FILTERS, ContractFactBody, Facts
from procurement.api.http import filtering
from procurement.api.http.fields import Day, Word
from procurement.api.http.filtering import Filter
from procurement.api.http.shapes import FactShape
from procurement.ledger.models import Completeness, Measure
from procurement.ledger.recording import completeness_statements


class CompletenessShape(FactShape):
    """One statement."""

    contract = serializers.IntegerField(source="contract_id")
    measure = serializers.ChoiceField(choices=Measure.choices)
    through = serializers.DateField()
    basis = serializers.ChoiceField(choices=Completeness.Basis.choices)


class CompletenessBody(ContractFactBody):
    """A statement as it is posted."""

    measure = Word(Measure)
    through = Day()
    basis = Word(Completeness.Basis)


class CompletenessStatements(Facts):
    """Statements of completeness."""

    model = Completeness
    recorder = completeness_statements
    shape = CompletenessShape
    body = CompletenessBody
    filters: ClassVar[Mapping[str, Filter]] = {
        "measure": filtering.Word("measure", choices=Measure),
        "basis": filtering.Word("basis", choices=Completeness.Basis),
        "through": filtering.Day("through"),
        **CONTRACT_FACT_FILTERS,
    }
