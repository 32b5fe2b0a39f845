"""Movements of money or value under contracts."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from procurement.api.facts.viewset import CONTRACT_FACT_FILTERS, ContractFactBody, Facts
from procurement.api.http import filtering
from procurement.api.http.fields import Number, Reference, Text, Word, YesNo
from procurement.api.http.filtering import Filter, Id
from procurement.api.http.shapes import FactShape, Money
from procurement.contracts.models import Contract, Milestone
from procurement.ledger.models import LedgerEntry, Measure
from procurement.ledger.recording import ledger_entries


class LedgerEntryShape(FactShape):
    """One movement, in the contract's currency."""

    contract = serializers.IntegerField(source="contract_id")
    currency = serializers.CharField(source="contract__currency")
    measure = serializers.ChoiceField(choices=Measure.choices)
    amount = Money()
    rounding = Money()
    in_kind = serializers.BooleanField()
    reason = serializers.ChoiceField(choices=LedgerEntry.Reason.choices)  # type: ignore[assignment]
    milestone = serializers.IntegerField(source="milestone_id", allow_null=True)
    counterpart = serializers.IntegerField(source="counterpart_id", allow_null=True)


class LedgerEntryBody(ContractFactBody):
    """A movement as it is posted; `currency` may be given and must then be the contract's."""

    measure = Word(Measure)
    amount = Number()
    currency = Text(required=False)
    rounding = Number(required=False)
    in_kind = YesNo(required=False)
    reason = Word(LedgerEntry.Reason, required=False)
    milestone = Reference(Milestone, required=False, allow_null=True)
    counterpart = Reference(Contract, required=False, allow_null=True)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        given = super().to_internal_value(data)
        contract: Contract | None = given.get("contract")
        currency = given.pop("currency", None)
        if contract is not None and currency is not None and currency != contract.currency:
            raise ValidationError(
                {"currency": f"contract {contract.pk} is in {contract.currency}; its entries are in the same currency"}
            )
        return given


class LedgerEntries(Facts):
    """Movements of money or value."""

    model = LedgerEntry
    recorder = ledger_entries
    shape = LedgerEntryShape
    body = LedgerEntryBody
    filters: ClassVar[Mapping[str, Filter]] = {
        "measure": filtering.Word("measure", choices=Measure),
        "reason": filtering.Word("reason", choices=LedgerEntry.Reason),
        "amount": filtering.Amount("amount"),
        "in_kind": filtering.YesNo("in_kind"),
        "milestone": Id("milestone", nullable=True),
        "counterpart": Id("counterpart", nullable=True),
        **CONTRACT_FACT_FILTERS,
    }
