"""Who is party to contracts, and novations."""

from collections.abc import Mapping
from typing import ClassVar

from rest_framework import serializers

from procurement.api.facts.viewset import CONTRACT_FACT_FILTERS, ContractFactBody, Facts
from procurement.api.http import filtering
from procurement.api.http.fields import Word
from procurement.api.http.filtering import Filter
from procurement.api.http.inline import OrganizationField
from procurement.api.http.shapes import FactShape
from procurement.contracts.models import ContractParty
from procurement.contracts.recording import contract_parties


class ContractPartyShape(FactShape):
    """From a date, an organization has a role in a contract."""

    contract = serializers.IntegerField(source="contract_id")
    organization = serializers.IntegerField(source="organization_id")
    organization_name = serializers.CharField(source="organization__name")
    role = serializers.ChoiceField(choices=ContractParty.Role.choices)


class ContractPartyBody(ContractFactBody):
    """A party as it is posted."""

    organization = OrganizationField()
    role = Word(ContractParty.Role)


class ContractParties(Facts):
    """Parties of contracts."""

    model = ContractParty
    recorder = contract_parties
    shape = ContractPartyShape
    body = ContractPartyBody
    search = ("organization__name", "note", "source_key")
    filters: ClassVar[Mapping[str, Filter]] = {
        "organization": filtering.Organization("organization"),
        "role": filtering.Word("role", choices=ContractParty.Role),
        **CONTRACT_FACT_FILTERS,
    }
