"""Which programs contracts belong to, by shares, from days on."""

from collections.abc import Mapping
from typing import ClassVar

from rest_framework import serializers

from procurement.api.facts.viewset import CONTRACT_FACT_FILTERS, ContractFactBody, Facts
from procurement.api.http.fields import Number
from procurement.api.http.filtering import Code, Filter
from procurement.api.http.inline import ProgramField
from procurement.api.http.shapes import FactShape, Share
from procurement.contracts.models import ProgramAllocation
from procurement.contracts.recording import allocations


class AllocationShape(FactShape):
    """From a date, this share of the contract belongs to this program."""

    contract = serializers.IntegerField(source="contract_id")
    program = serializers.CharField(source="program__code")
    share = Share()


class AllocationBody(ContractFactBody):
    """An allocation as it is posted."""

    program = ProgramField()
    share = Number(required=False)


class Allocations(Facts):
    """Allocations of contracts to programs."""

    model = ProgramAllocation
    recorder = allocations
    shape = AllocationShape
    body = AllocationBody
    filters: ClassVar[Mapping[str, Filter]] = {**CONTRACT_FACT_FILTERS, "program": Code("program")}
