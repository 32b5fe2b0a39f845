"""The page of a contract: its facts with their states, its ledger with the running position, its figures and flags."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import Case, DecimalField, F, Q, QuerySet, Sum, When, Window
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from procurement.admin.records.fact_states import Stated, with_states
from procurement.admin.records.noting import notes_on
from procurement.cases.records.contract import Some, contract_case, contract_in_view, ledger_of
from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.common.words import Label
from procurement.contracts.models import Contract
from procurement.pages.contract import figures_of
from procurement.pages.pagers import Pager, paged

#: The facts about a contract but for its ledger: their table, what a case and the page call them, title and button.
PARTS: tuple[tuple[str, str, Label, Label], ...] = (
    ("contractstatuschange", "states", _("State"), _("Record a status change")),
    ("contractparty", "parties", _("Who is party to it"), _("Add a party")),
    ("programallocation", "allocations", _("Programs that it belongs to"), _("Add a share")),
    ("milestone", "milestones", _("What falls due"), _("Add a milestone")),
    ("guarantee", "guarantees", _("Guarantees"), _("Add a guarantee")),
    ("liabilityestimate", "estimates", _("What terminating it would cost"), _("Add an estimate")),
    (
        "completeness",
        "completeness",
        _("What is known to be complete"),
        _("Add a statement of completeness"),
    ),
    ("reportedfigure", "reported", _("Figures that somebody gave"), _("Add a reported figure")),
)
#: So many entries of the ledger stand on a page, and the parameter that says which page.
ENTRIES, LEDGER = 50, "ledger"


@dataclass(frozen=True)
class Part:
    """The facts of one table about a contract."""

    table: str
    place: str
    some: Some
    title: Label
    add: Label

    @property
    def rows(self) -> list[Stated]:
        """Each with what became of it."""
        return with_states(self.some.rows)


def contract_record(request: HttpRequest, row: Contract, asked: Asked) -> Mapping[str, Any]:
    """Everything on record of a contract."""
    notes = {"notes": notes_on(request, row)}
    found = contract_in_view(row.pk, asked)
    if found is None:
        return notes | {"contract": row, "case": None}
    case = contract_case(found, asked)
    ledger, pager = a_page(request, with_running_position(ledger_of(found, asked)), ENTRIES, LEDGER)
    program = case.programs[0].program if len(case.programs) == 1 else None
    figures = figures_of(case)
    figures["of"] = {"contract": found.pk}
    parts = [Part(table, place, getattr(case, place), title, add) for table, place, title, add in PARTS]
    about = {"contract": found, "case": case, "parts": parts, "in_program": program}
    return notes | figures | about | {"ledger": with_states(ledger), "pager": pager}


def with_running_position(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Entries in order, each with what its measure comes to up to it, by what stands: `position`."""
    stands = Q(reverses=None, taken_back_by=None)
    amount = Case(When(stands, then=F("amount")), default=Decimal(0), output_field=DecimalField())
    running = Window(Sum(amount), partition_by=F("measure"), order_by=[F("effective_on").asc(), F("id").asc()])
    found: QuerySet[Any] = rows.annotate(position=running).order_by("effective_on", "id")
    return found


def a_page(request: HttpRequest, rows: Any, size: int, name: str) -> tuple[Sequence[Any], Pager]:
    """The asked page of a list; for a page that does not exist, the first."""
    try:
        return paged(request, rows, size, name)
    except Refused as refused:
        messages.error(request, str(refused))
        rest = request.GET.copy()
        rest.pop(name)
        request.GET = rest  # type: ignore[assignment]
        return paged(request, rows, size, name)
