"""The page of one contract: its state, who is party to it, its money with every row, and what nobody knows of it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from procurement.cases.records.contract import ContractCase, contract_case, contract_in_view, ledger_of
from procurement.exposure.presentation import RANGES
from procurement.exposure.rows import Row
from procurement.pages.asking import PAGE, refuse_others
from procurement.pages.dates import asked_in
from procurement.pages.pagers import paged
from procurement.pages.reading import readable
from procurement.pages.rendering import page

#: Figures that are sums of rows, in the order in which a reader asks for them, and estimates.
SUMS = (
    "ceiling", "committed", "funded", "paid", "outstanding", "unaccounted", "delivered", "payable_now",
    "advance_at_risk", "exit_paid", "guarantees_held",
)  # fmt: skip
LEDGER = 100


@require_safe
@readable()
def contract(request: HttpRequest, pk: int) -> HttpResponse:
    """One contract at the asked dates."""
    refuse_others(request, PAGE)
    asked = asked_in(request)
    found = contract_in_view(pk, asked)
    if found is None:
        raise Http404
    case = contract_case(found, asked)
    ledger, pager = paged(request, ledger_of(found, asked), LEDGER)
    context = {"case": case, "contract": found, "ledger": ledger, "pager": pager, **figures_of(case)}
    return page(request, "pages/contract.html", asked, context)


def figures_of(case: ContractCase) -> dict[str, Any]:
    """The figures of a contract: sums of rows, the ends of estimates, and which sums are unknown."""
    if case.row is None:
        return {}
    return {"of": {"contract": case.contract.pk}} | shown_of(case.row)


def shown_of(row: Row) -> dict[str, Any]:
    """The figures of a row of exposure, what is known first."""
    known = row.figures
    ranges = [(name, *_ends(name, known)) for name in RANGES]
    return {
        "currency": row.currency,
        "known": known,
        "sums": [(name, known[name]) for name in SUMS if known[name] is not None],
        "unknown_sums": [name for name in SUMS if known[name] is None],
        "ranges": [each for each in ranges if each[1:] != (None, None)],
    }


def _ends(name: str, known: Any) -> tuple[Any, Any]:
    """Both ends of a range; of an estimate that is one number, that number."""
    ends = RANGES[name]
    low, high = known[ends["low"]], known[ends["high"]]
    point = known[ends["point"]] if "point" in ends else None
    return (point, point) if low is None and high is None else (low, high)
