"""Valuing contracts at the asked dates."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from procurement.common.dates import Asked
from procurement.common.prepared_statements import fetched, fetched_as_prepared
from procurement.contracts.models import ProgramAllocation
from procurement.contracts.states import is_live
from procurement.exposure.organizations import NONE_MERGED, merged_parameters
from procurement.exposure.sql.contract_values import contract_values
from procurement.fiscal.reading import fiscal_years
from procurement.programs.standing import Standing


@dataclass(frozen=True)
class ContractValue:
    """One contract's share of one program (None: the unallocated rest), in the contract's currency; None is unknown."""

    contract_id: int
    program_id: int | None
    reference: str
    title: str
    currency: str
    is_remainder: bool
    contract_status: str | None
    share: Decimal
    committed: Decimal | None
    paid: Decimal | None
    outstanding: Decimal | None
    unaccounted: Decimal | None
    #: the last payment or what a statement of completeness covers, and the ground: stated, balanced, entries or nothing
    paid_known_through: dt.date | None
    paid_basis: str
    #: the newest fact that shows a live contract alive, and whether that is so long ago that it is only presumed to run
    confirmed_on: dt.date | None
    presumed: bool

    @property
    def live(self) -> bool:
        """Whether the contract is live (DESIGN.md section 3)."""
        return is_live(self.contract_status, self.committed)


def parameters(asked: Asked, standings: Mapping[int, Standing], *, of_facts: bool = True) -> dict[str, Any]:
    """The parameters that every statement of exposure takes. Two queries, where it reads facts and not only lines."""
    known = sorted(standings.items())
    return {
        "as_of": asked.as_of,
        "published_by": asked.published_by,
        "recorded_by": asked.recorded_by,
        "undated": asked.undated,
        "presumed_after": None,
        "zone": timezone.get_default_timezone_name(),
        "program_ids": [program for program, _ in known],
        "statuses": [standing.status for _, standing in known],
        "stops": [standing.stopped_on for _, standing in known],
        "disputed": [standing.disputed for _, standing in known],
        "disputed_ids": [program for program, standing in known if standing.disputed],
    } | (fiscal_parameters() | merged_parameters(asked) if of_facts else {})


def fiscal_parameters() -> dict[str, Any]:
    """The fiscal years of countries. One query."""
    fiscal = fiscal_years()
    return {
        "fiscal_countries": list(fiscal),
        "fiscal_months": [year.first_month for year in fiscal.values()],
        "fiscal_labels": [year.label for year in fiscal.values()],
    }


def value_contracts(
    asked: Asked, *, program_ids: Collection[int] | None = None, contract_ids: Collection[int] | None = None
) -> list[ContractValue]:
    """Value the contracts in view, one row per contract and program that has a share of it on the asked day.

    With `program_ids` only those programs' shares are given. Two queries, or three with `program_ids`; in a transaction
    the statement is prepared, as planning it takes longer than running it for a few contracts.
    """
    if contract_ids is None and program_ids is not None:
        contract_ids = list(ProgramAllocation.objects.contracts_of(program_ids))
    if contract_ids is not None and not contract_ids:
        return []
    # whose contracts they are does not matter
    values = parameters(asked, {}, of_facts=False) | fiscal_parameters() | NONE_MERGED
    values["contracts"] = list(contract_ids or [])
    statement = contract_values("" if contract_ids is None else "named")
    read = fetched_as_prepared if connection.in_atomic_block and contract_ids is not None else fetched
    found = [ContractValue(*row) for row in read(statement, values)]
    return found if program_ids is None else [value for value in found if value.program_id in set(program_ids)]


def ages_of(asked: Asked, contract_ids: Collection[int]) -> dict[int, tuple[dt.date | None, bool]]:
    """Of each live contract in view the newest fact that shows it alive, and whether it is only presumed to run.

    Two queries.
    """
    values = value_contracts(asked, contract_ids=contract_ids) if contract_ids else []
    return {value.contract_id: (value.confirmed_on, value.presumed) for value in values}
