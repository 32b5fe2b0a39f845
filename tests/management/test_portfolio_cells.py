"""How much of the stopped programs' cases is on record."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db.models import Q

from procurement.cases.cells import CELLS, filled
from procurement.cases.portfolio import Case, portfolio
from procurement.common.dates import Asked
from procurement.ledger.models import Completeness, LedgerEntry
from procurement.management.commands.portfolio_cells import FIRST_STOPPED
from tests.makers import day, decide, estimate, make_contract, make_program, put, report, say

pytestmark = pytest.mark.django_db

NOW = "2026-11-26"


def case(code: str = "radar") -> Case:
    (found,) = (each for each in portfolio(Asked(day(NOW))) if each.program.code == code)
    return found


@pytest.fixture
def radar():
    radar = make_program("radar")
    decide(radar, "cancelled", "2020-06-15")
    return radar


FILLING: dict[str, tuple[Any, set[str]]] = {
    "a sound decision": (lambda radar: decide(radar, "active", "2019-01-01"), set()),
    "a commitment": (lambda radar: make_contract(radar, committed="100"), {"committed"}),
    "what was said to be contracted": (lambda radar: report(radar, "contracted", "100"), {"committed"}),
    "what was said to be paid": (lambda radar: report(radar, "paid", "100"), {"paid"}),
    "what was said to be spent": (lambda radar: report(radar, "spent", "100"), {"paid"}),
    "an estimate": (lambda radar: estimate(make_contract(radar), "5"), {"estimated"}),
    "an estimate that is secret": (lambda radar: estimate(make_contract(radar), withheld=True), {"estimated"}),
    "what was said that terminating costs": (lambda radar: report(radar, "termination_cost", "5"), {"estimated"}),
    "a settlement that was said": (lambda radar: report(radar, "settlement", "5"), {"paid for leaving"}),
    "a settlement that is secret": (lambda radar: report(radar, "settlement", withheld=True), {"paid for leaving"}),
    "an act on a contract": (lambda radar: put(make_contract(radar), "terminated", "2020-07-01"), {"contract act"}),
    "a doubt": (lambda radar: say(radar, "under_review", "2020-05-01"), set()),
    "a claim": (lambda radar: report(radar, "claim_buyer", "5"), set()),
    "a budget": (lambda radar: report(radar, "budget", "5"), set()),
}


@pytest.mark.parametrize("what", FILLING)
def test_a_cell_is_filled_by_what_is_on_record(radar, what):
    enter, cells = FILLING[what]
    enter(radar)
    assert set(filled(case())) == cells | {"first doubt"}


@pytest.fixture(scope="module")
def sample(whole_sample, django_db_blocker) -> list[Case]:
    """The stopped programs of the sample."""
    with django_db_blocker.unblock():
        return [each for each in portfolio(Asked(day(NOW))) if each.standing.is_stopped]


def test_of_the_first_27_programs_that_were_stopped_more_than_half_of_the_cells_are_filled(sample, capsys):
    call_command("portfolio_cells", as_of=day(NOW))
    *lines, first, every = capsys.readouterr().out.splitlines()
    assert len(lines) == len(sample)
    known, of = map(int, re.search(r": (\d+) of (\d+) cells", first).groups())
    assert (of, known >= 85) == (162, True)
    assert re.match(r"all stopped programs: \d+ of \d+ cells \(\d+ %\): committed \d+", every)


def test_the_27_are_stopped_in_the_sample(sample):
    assert len(FIRST_STOPPED) == 27
    assert set(FIRST_STOPPED) <= {each.program.code for each in sample}
    assert len(CELLS) == 6


#: What the ledger must hold, by figure, for it to be known.
KNOWN = {
    "committed": Q(measure="commitment"),
    "paid": Q(measure__in=["payment", "refund"]),
    "exit_paid": Q(measure="compensation") | Q(measure="payment", reason__in=["settlement", "termination"]),
}


#: Or somebody must have stated that there was none.
STATED = {"committed": "commitment", "paid": "payment", "exit_paid": "compensation"}


def unknown_zeros(cases: list[Case], names: tuple[str, ...]) -> list[tuple[str, str]]:
    """The zeros of figures of which the ledger holds nothing."""
    zeros = []
    for each in cases:
        contracts = each.program.programallocation_set.values("contract")
        for name in names:
            shown = [getattr(money, name) for money in each.money]
            entries = LedgerEntry.objects.filter(KNOWN[name], contract__in=contracts).exists()
            stated = Completeness.objects.filter(contract__in=contracts, measure=STATED[name]).exists()
            if Decimal(0) in shown and not entries and not stated:
                zeros.append((each.program.code, name))
    return zeros


def test_no_cell_holds_a_false_zero(sample):
    assert unknown_zeros(sample, ("committed", "paid")) == []


def test_no_cell_of_what_leaving_cost_holds_a_false_zero(sample):
    assert unknown_zeros(sample, ("exit_paid",)) == []
