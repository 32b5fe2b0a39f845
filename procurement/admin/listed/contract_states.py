"""Contracts as they stand today, for the rows of a page: in a handful of queries, however many rows there are."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone

from procurement.common.dates import Asked
from procurement.contracts.models import ContractParty
from procurement.exposure.valuing import ContractValue, value_contracts
from procurement.parties.models import Organization
from procurement.programs.models import Program
from procurement.sources.facts import PUBLISHED


@dataclass(frozen=True)
class ContractState:
    """One contract today; an amount that is None is unknown."""

    status: str | None = None
    outstanding: Decimal | None = None
    supplier: Organization | None = None
    programs: Sequence[Program] = ()


def contract_states(ids: Collection[int]) -> Mapping[int, ContractState]:
    """The states of contracts. Four queries."""
    asked = Asked(timezone.localdate())
    values: dict[int, list[ContractValue]] = defaultdict(list)
    for value in value_contracts(asked, contract_ids=ids) if ids else ():
        values[value.contract_id].append(value)
    suppliers, programs = _suppliers(ids, asked), _programs(value for each in values.values() for value in each)
    return {pk: _state(values.get(pk, ()), suppliers.get(pk), programs) for pk in ids}


def _state(
    values: Sequence[ContractValue], supplier: Organization | None, programs: Mapping[int, Program]
) -> ContractState:
    owed = [value.outstanding for value in values]
    known = [amount for amount in owed if amount is not None]
    return ContractState(
        status=values[0].contract_status if values else None,
        outstanding=sum(known, Decimal(0)) if known and len(known) == len(owed) else None,
        supplier=supplier,
        programs=[programs[each.program_id] for each in values if each.program_id and each.program_id in programs],
    )


def _suppliers(ids: Collection[int], asked: Asked) -> dict[int, Organization]:
    """The latest lead supplier of each contract."""
    rows = ContractParty.objects.standing(asked).filter(contract__in=ids, role=ContractParty.Role.LEAD_SUPPLIER)
    rows = rows.select_related("organization").order_by("effective_on", PUBLISHED, "id")
    return {row.contract_id: row.organization for row in rows}


def _programs(values: Iterable[ContractValue]) -> dict[int, Program]:
    return Program.everything.in_bulk({value.program_id for value in values if value.program_id is not None})
