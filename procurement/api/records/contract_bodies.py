"""The body of a new contract: its own fields, its suppliers, its first state and its programs."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from procurement.api.facts.viewset import NEEDS_SOURCE
from procurement.api.http.fields import Body, Day, Part, Several, Text, Word, YesNo
from procurement.api.http.inline import DocumentField, OrganizationField, ProgramField
from procurement.api.http.shapes import AnyField
from procurement.common.errors import Complaints
from procurement.contracts.allocating import ending
from procurement.contracts.models import Contract, ContractParty, ContractStatusChange, ProgramAllocation
from procurement.contracts.recording import ContractParts, first_day, first_precision
from procurement.sources.facts import Fact

NEEDS_A_DAY = "needs a first day: give signed_on, or a source with published_on"


class AllocationPart(Body):
    """A program's share of the new contract; `to` is its last day."""

    program = ProgramField()
    share = Part(required=False)

    def get_fields(self) -> dict[str, AnyField]:
        return super().get_fields() | {"from": Day(required=False), "to": Day(required=False, allow_null=True)}


class ContractBody(Body):
    """A contract as it is posted; its parts take its source, and begin at signature, else at the source's date."""

    reference = Text(allow_blank=False)
    reference_generated = YesNo(required=False)
    ocid = Text(required=False)
    title = Text(allow_blank=False)
    local_title = Text(required=False)
    buyer = OrganizationField()
    suppliers = Several(child=OrganizationField(), required=False)
    method = Word(Contract.Method, required=False)
    currency = Text()
    signed_on = Day(required=False, allow_null=True)
    signed_precision = Word(Fact.Precision, required=False)
    starts_on = Day(required=False, allow_null=True)
    ends_on = Day(required=False, allow_null=True)
    ends_precision = Word(Fact.Precision, required=False)
    status = Word(ContractStatusChange.Status, required=False)
    allocations = AllocationPart(many=True, required=False)
    is_remainder = YesNo(required=False)
    description = Text(required=False)
    source = DocumentField(error_messages={"required": NEEDS_SOURCE, "null": NEEDS_SOURCE})  # type: ignore[assignment]


def parts_of(contract: Contract, given: Mapping[str, Any]) -> ContractParts:
    """The first facts of a new contract. Raises Refused when there is no day on which they could begin."""
    day, precision = first_day(contract), first_precision(contract)
    _refuse_without_day(day, given)
    common: dict[str, Any] = {"effective_on": day, "effective_precision": precision, "source": contract.source}
    common |= {"entered_by": contract.entered_by}
    status = given.get("status")
    return ContractParts(
        parties=list(_parties(given.get("suppliers") or (), common)),
        statuses=[ContractStatusChange(status=status, **common)] if status else [],
        allocations=[row for each in given.get("allocations") or () for row in _allocations(each, common)],
    )


def _refuse_without_day(day: dt.date | None, given: Mapping[str, Any]) -> None:
    complaints = Complaints()
    for name in ("suppliers", "status"):
        if given.get(name) and day is None:
            complaints.add(name, NEEDS_A_DAY)
    for index, each in enumerate(given.get("allocations") or ()):
        begins = each.get("from") or day
        if begins is None:
            complaints.add(f"allocations.{index}.from", "give the day from which the program has this share")
        elif each.get("to") is not None and each["to"] < begins:
            complaints.add(f"allocations.{index}.to", f"must not be before from, {begins.isoformat()}")
    complaints.refuse_if_any()


def _parties(suppliers: Sequence[Any], common: Mapping[str, Any]) -> Iterator[ContractParty]:
    roles = ContractParty.Role
    for index, organization in enumerate(suppliers):
        role = roles.SUPPLIER if index else roles.LEAD_SUPPLIER
        yield ContractParty(organization=organization, role=role, **common)


def _allocations(each: Mapping[str, Any], common: Mapping[str, Any]) -> Iterator[ProgramAllocation]:
    begins = {"effective_on": each["from"], "effective_precision": Fact.Precision.DAY} if "from" in each else {}
    row = ProgramAllocation(program=each["program"], share=each.get("share", Decimal(1)), **{**common, **begins})
    yield row
    if each.get("to") is not None:
        yield ending(row, each["to"])
