"""The shape of a contract: its own columns, and its parties and programs at the requested dates."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from rest_framework import serializers

from procurement.api.http.pagination import UNDATED_SAYS
from procurement.api.http.shapes import AnyField, Shape
from procurement.common.dates import Asked
from procurement.common.money import trimmed
from procurement.contracts.models import Contract, ContractParty, ContractStatusChange, ProgramAllocation
from procurement.exposure.kept.contract_rows import ContractRows, contract_rows
from procurement.exposure.valuing import ages_of
from procurement.sources.facts import PUBLISHED, Fact


class PartyShape(serializers.Serializer[Any]):
    """A party of a contract."""

    organization = serializers.IntegerField()
    name = serializers.CharField()
    role = serializers.ChoiceField(choices=ContractParty.Role.choices)


class HeldShareShape(serializers.Serializer[Any]):
    """A share that a program has of a contract."""

    program = serializers.CharField()
    share = serializers.CharField()

    def get_fields(self) -> dict[str, AnyField]:
        return super().get_fields() | {"from": serializers.DateField()}


class ContractShape(Shape):
    """A contract with its state, its parties (the lead supplier first) and its programs at the asked dates."""

    attached = frozenset({"suppliers", "allocations", "confirmed_on", "presumed"})

    id = serializers.IntegerField()
    reference = serializers.CharField()
    reference_generated = serializers.BooleanField()
    ocid = serializers.CharField()
    title = serializers.CharField()
    local_title = serializers.CharField()
    buyer = serializers.IntegerField(source="buyer_id")
    buyer_name = serializers.CharField(source="buyer__name")
    suppliers = PartyShape(many=True)
    method = serializers.ChoiceField(choices=Contract.Method.choices)
    currency = serializers.CharField()
    signed_on = serializers.DateField(allow_null=True)
    signed_precision = serializers.ChoiceField(choices=Fact.Precision.choices)
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    ends_precision = serializers.ChoiceField(choices=Fact.Precision.choices)
    status = serializers.ChoiceField(
        choices=ContractStatusChange.Status.choices, source="standing_status", allow_null=True
    )
    confirmed_on = serializers.DateField(
        allow_null=True, help_text="the day of the newest fact that shows a live contract alive; null if it is not live"
    )
    presumed = serializers.BooleanField(
        help_text="no fact has confirmed the live contract for so long that it is only presumed to run"
    )
    allocations = HeldShareShape(many=True)
    is_remainder = serializers.BooleanField()
    description = serializers.CharField()
    source = serializers.IntegerField(source="source_id")  # type: ignore[assignment]
    created_at = serializers.DateTimeField()

    @classmethod
    def attach(cls, rows: Sequence[dict[str, Any]], asked: Asked) -> None:
        ids = [row["id"] for row in rows]
        parties, shares, ages = parties_of(ids, asked), shares_of(ids, asked), ages_of(asked, ids)
        for row in rows:
            row["confirmed_on"], row["presumed"] = ages.get(row["id"], (None, False))
            row["suppliers"] = parties[row["id"]]
            row["allocations"] = shares[row["id"]]


def quick_rows(ids: Sequence[int], asked: Asked) -> ContractRows | None:
    """The same rows as JSON that PostgreSQL writes; None where it cannot, of other dates or while something waits."""
    if asked.published_by is not None or asked.recorded_by is not None:
        return None
    return contract_rows(ids, as_of=asked.as_of)


class ContractDetailShape(ContractShape):
    """A contract with what its own page says besides."""

    undated = serializers.IntegerField(required=False, help_text=UNDATED_SAYS)


def parties_of(contract_ids: Collection[int], asked: Asked) -> dict[int, list[dict[str, Any]]]:
    """The parties of each contract; only the latest lead supplier, as after a novation."""
    rows = ContractParty.objects.standing(asked).filter(contract__in=contract_ids)
    rows = rows.order_by("effective_on", PUBLISHED, "id")
    leads: dict[int, dict[str, Any]] = {}
    others: dict[int, dict[tuple[int, str], dict[str, Any]]] = defaultdict(dict)
    for contract, organization, name, role in rows.values_list(
        "contract", "organization", "organization__name", "role"
    ):
        party = {"organization": organization, "name": name, "role": role}
        if role == ContractParty.Role.LEAD_SUPPLIER:
            leads[contract] = party
        else:
            others[contract][organization, role] = party
    lead = {contract: [party] for contract, party in leads.items()}
    return defaultdict(list, {c: [*lead.get(c, []), *others[c].values()] for c in contract_ids})


def shares_of(contract_ids: Collection[int], asked: Asked) -> dict[int, list[dict[str, Any]]]:
    """The shares of each contract that programs have, each with its first day."""
    rows = ProgramAllocation.objects.standing(asked).filter(contract__in=contract_ids)
    latest: dict[tuple[int, str], tuple[Any, Any]] = {}
    for contract, program, share, day in rows.order_by("effective_on", PUBLISHED, "id").values_list(
        "contract", "program__code", "share", "effective_on"
    ):
        latest[contract, program] = (share, day)
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for (contract, program), (share, day) in sorted(latest.items()):
        if share:
            found[contract].append({"program": program, "share": trimmed(share), "from": day})
    return found
