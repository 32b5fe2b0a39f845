"""The page of a program: its standing, money, flags, words, contracts, and what is due, reported and unknown."""

from collections.abc import Mapping
from typing import Any, cast

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils import timezone

from procurement.admin.records.noting import notes_on
from procurement.admin.records.watching import watching_of
from procurement.cases.one_program.contracts import PAGE, ContractLine, most_owed
from procurement.cases.one_program.reading import OneProgram, one_program
from procurement.cases.one_program.sentence import known_through
from procurement.common.dates import Asked
from procurement.contracts.models import ProgramAllocation
from procurement.ledger.models import Completeness
from procurement.pages.program import FigureTable
from procurement.programs.models import Program
from procurement.programs.reading import program_in_view

#: So many contracts, and statements of completeness, are shown.
CONTRACTS, STATEMENTS = 50, 12


def program_record(request: HttpRequest, row: Program, asked: Asked) -> Mapping[str, Any]:
    """Everything on record of a program, and what belongs to who looks at it."""
    beside = {"notes": notes_on(request, row), "watching": watching_of(cast("User", request.user), row)}
    found = program_in_view(row.code, asked)
    if found is None:
        return beside | {"program": row, "shown": None}
    shown = one_program(found, asked, timezone.localdate(), with_facts=False)
    contracts = contracts_shown(shown)
    return beside | {
        "program": found,
        "shown": shown,
        "documents": shown.documents,
        "tables": [_table(money, shown) for money in shown.money],
        "contracts": contracts,
        "contracts_cut": shown.count > len(contracts),
        "by_amount": not shown.asking.is_large,
        "completeness": completeness_of(shown),
    }


def _table(money: Any, shown: OneProgram) -> FigureTable:
    return FigureTable(money, known_through(money.known_through), money.lines(is_stopped=bool(shown.stop_day)))


def contracts_shown(shown: OneProgram) -> list[ContractLine]:
    """The contracts owed most; of very many the first that were recorded, as each would have to be looked at."""
    if shown.count <= PAGE or shown.asking.is_large:
        return list(shown.contracts.lines[:CONTRACTS])
    return most_owed(shown.asked, shown.asking.program_id, CONTRACTS)


def completeness_of(shown: OneProgram) -> list[Completeness]:
    """The latest statements that the ledger of one of its contracts is complete; none where there are very many."""
    if shown.asking.is_large:
        return []
    held = ProgramAllocation.objects.standing(shown.asked).filter(program=shown.program.pk)
    rows = Completeness.objects.standing(shown.asked).filter(contract__in=held.values("contract"))
    return list(rows.select_related("contract", "source").order_by("-through", "-id")[: STATEMENTS + 1])
