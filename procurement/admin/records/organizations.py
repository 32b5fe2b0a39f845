"""The page of an organization: who it is, its contracts as supplier and buyer, its programs and their flags."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.http import HttpRequest

from procurement.admin.records.contracts import a_page
from procurement.cases.records.contract import Some
from procurement.cases.records.organization import (
    contracts_bought,
    contracts_supplied,
    organization_case,
    organization_on_record,
    rows_of_contracts,
)
from procurement.common.dates import Asked
from procurement.contracts.models import Contract
from procurement.flags.models import Flag
from procurement.flags.queue import WORST_FIRST
from procurement.parties.models import Organization
from procurement.parties.reading import bodies_at
from procurement.programs.models import Program
from procurement.programs.reading import standings
from procurement.sources.past_view import as_recorded

#: So many contracts of a kind, programs and flags are shown.
CONTRACTS, MOST = 25, 50
#: Of so many programs of a buyer the flags are looked for.
MOST_BOUGHT = 1_000
SUPPLIED, BOUGHT = "supplied", "bought"
#: The columns of money.
FIGURES = ("committed", "paid", "outstanding", "unaccounted")


def organization_record(request: HttpRequest, row: Organization, asked: Asked) -> Mapping[str, Any]:
    """Everything on record of an organization."""
    found = organization_on_record(row.pk, asked)
    if found is None:
        return {"organization": row, "case": None}
    one = list(bodies_at(asked).all_of([found.pk]))
    context: dict[str, Any] = {"organization": found, "case": organization_case(found, asked), "figures": FIGURES}
    context |= _contracts(request, SUPPLIED, contracts_supplied(found, asked), asked)
    context |= _contracts(request, BOUGHT, contracts_bought(found, asked), asked)
    return context | {"programs": programs_of(one, asked), "flags": flags_of(one, context[SUPPLIED])}


def _contracts(request: HttpRequest, name: str, rows: Any, asked: Asked) -> dict[str, Any]:
    contracts, pager = a_page(request, rows, CONTRACTS, name)
    return {name: rows_of_contracts(contracts, asked), f"{name}_pager": pager}


def programs_of(buyers: Sequence[int], asked: Asked) -> Some:
    """The programs of a buyer with their standing, by name."""
    rows = list(as_recorded(Program, asked).filter(buyer__in=buyers).order_by("name", "id")[: MOST + 1])
    known = standings(asked, [each.pk for each in rows[:MOST]]) if rows else {}
    return Some([(each, known.get(each.pk)) for each in rows[:MOST]], len(rows) > MOST)


def flags_of(one: Sequence[int], supplied: Sequence[tuple[Contract, Any]]) -> Some:
    """The unresolved flags of its programs as buyer, and of the contracts shown that it supplies; the worst first."""
    bought = list(Program.objects.filter(buyer__in=one).values_list("pk", flat=True)[:MOST_BOUGHT])
    about = Q(program__in=bought) | Q(contract__in=[contract.pk for contract, _row in supplied])
    rows = Flag.objects.unresolved().filter(about).select_related("program", "contract").order_by(*WORST_FIRST)
    found = list(rows[: MOST + 1])
    return Some(found[:MOST], len(found) > MOST)
