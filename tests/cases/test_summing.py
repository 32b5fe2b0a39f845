"""The rows behind a figure come to the figure, on the whole sample, to the last digit."""

from collections import defaultdict

import pytest

from procurement.cases.summing.answers import part_of
from procurement.cases.summing.formulas import FORMULAS, GUARANTEES
from procurement.cases.summing.rows import Cut, Rows, entries_of, guarantees_of
from procurement.cases.summing.shares import shares_of
from procurement.common.dates import Asked
from procurement.contracts.models import Contract
from procurement.exposure.answering import Question, answer
from procurement.programs.reading import standings
from tests.makers import day

pytestmark = pytest.mark.django_db

EVERY_ROW = Cut(size=10_000)
DAYS = ["2010-06-30", "2020-06-25", "2026-11-28"]
SINCE = [name for name, formula in FORMULAS.items() if formula.since_the_stop]


@pytest.mark.parametrize("on", DAYS)
def test_rows_times_shares_come_to_every_figure_of_every_program_of_the_sample(whole_sample, on):
    asked = Asked(day(on))
    totals = {(row.keys["program"], row.currency): row for row in answer(Question(asked, ("program",))).rows}
    rows, contracts = by_program(asked), Contract.objects.in_bulk()
    for name in FORMULAS:
        sums = dict.fromkeys(totals, None)
        for program, row, share, found in counted(name, asked, rows):
            part = part_of(name, row, contracts[row.keys["contract"]], share, found)
            assert part.amount is None or part.summed == part.amount
            key = program, row.currency
            sums[key] = sums[key] if part.amount is None else (sums[key] or 0) + part.summed
        for key, total in totals.items():
            assert key[1] is None or sums[key] == total.figures[name], (name, key)


def by_program(asked):
    found = defaultdict(list)
    for row in answer(Question(asked, ("program", "contract"))).rows:
        if row.keys["program"] is not None and row.keys["contract"] is not None:
            found[row.keys["program"]].append(row)
    return found


def counted(name, asked, rows):
    """Each row of exposure with the share and the ledger's rows that count: one query of these for all programs."""
    formula, ids = FORMULAS[name], {row.keys["contract"] for each in rows.values() for row in each}
    stops = {program: each.stopped_on for program, each in standings(asked).items()}
    stock = {} if name in SINCE else of_all(name, asked, ids)
    for program, each in rows.items():
        stop, own = stops.get(program), [row.keys["contract"] for row in each]
        shares = shares_of(formula, asked, program, own, stop)
        found = entries_of(formula, asked, own, stop, EVERY_ROW) if name in SINCE else stock
        yield from ((program, row, shares[c], found.get(c, Rows())) for row, c in zip(each, own, strict=True))


def of_all(name, asked, ids):
    return guarantees_of(asked, ids) if name == GUARANTEES else entries_of(FORMULAS[name], asked, ids, None, EVERY_ROW)
