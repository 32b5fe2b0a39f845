"""What leaving Aegis Ashore would cost, what falls due, and how much of it the record says (see test_aegis_ashore.py).

No source gives an estimate of what termination would cost, the value of anything delivered, money made available, an
option or a security. So every exit is bounded by what is owed alone, and open where the sale is the US government's.
"""

import pytest

from tests.exposure.examples.asking import of_program, read, rows, some, total

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_sample")]

BOTH = "aegis-ashore,asev"
EIGHT = [
    "2019-04-25", "2019-04-30", "2019-10-31", "2020-06-14", "2020-06-15", "2020-06-25", "2020-12-18", "2021-03-31"
]  # fmt: skip
OPEN = {"low": None, "high": None}


@pytest.mark.parametrize("as_of", EIGHT)
def test_what_no_source_says_is_unknown(as_of):
    """Filled by entries of funding, ceiling and delivery, by an estimate, and by a guarantee: there is none of them."""
    row = total(as_of, program=BOTH)
    unknown = some(row, "funded", "ceiling", "delivered", "payable_now", "advance_at_risk", "guarantees_held")
    assert set(unknown) == {None}
    assert row["termination_liability"] == {"low": None, "point": None, "high": None}


#: Of two, of four of five, else of six of seven contracts.
COMMITMENTS_KNOWN = {"2019-04-25": "1.0000", "2019-04-30": "1.0000", "2019-10-31": "0.8000"}


@pytest.mark.parametrize("as_of", EIGHT)
def test_coverage_says_so_for_each_figure(as_of):
    """Payments are known and complete for all of C, at every date; everything else for nothing of it.

    Commitments are known of all contracts but A5, whose price no source gives.
    """
    covered = total(as_of, program=BOTH)["coverage"]
    committed = covered.pop("committed")
    assert covered == dict.fromkeys(covered, "0.0000") | {"paid": "1.0000", "paid_complete": "1.0000"}
    assert committed == COMMITMENTS_KNOWN.get(as_of, "0.8571")
    assert {"ceiling", "funded", "delivered", "termination_liability", "guarantees_held"} < set(covered)


@pytest.mark.parametrize("as_of", EIGHT[1:])
def test_with_a_foreign_military_sale_the_cost_of_leaving_is_open(as_of):
    """Low = D - P, and D is unknown; high has no cap for A1 and A2, so nothing is avoidable for sure."""
    row = total(as_of, program=BOTH)
    assert (row["exit_exposure"], row["avoidable"]) == (OPEN, OPEN)


def test_before_the_foreign_military_sales_it_was_what_is_owed():
    """A6 alone, high = outstanding = 2.7 - 0 billion; avoidable from 2.7 - 2.7 = 0 up."""
    row = of_program("aegis-ashore", "2019-04-25")
    assert row["exit_exposure"] == {"low": None, "high": "2700000000.00"}
    assert row["avoidable"] == {"low": "0.00", "high": None}


@pytest.mark.parametrize("code", ["aegis-ashore", "asev"])
@pytest.mark.parametrize("as_of", ["2020-12-18", "2021-03-31"])
def test_each_of_the_two_programs_kept_one_of_the_sales(code, as_of):
    """A2 (1.7 billion) stayed and A1 (138.2) moved: one unknown end with C above zero opens the end of its group."""
    assert of_program(code, as_of)["exit_exposure"] == OPEN


#: The high end on 25 June 2020 = outstanding, for each key (see test_aegis_ashore_groups.py)
HIGH = {
    "method": {
        "foreign_military_sale": None,
        "direct_commercial": "28455000000.00",  # A3: 34.955 - 6.5 billion
        "domestic": None,  # A4 would be 469,700,000; nobody knows what A5 adds
        "other": "-49140590.00",  # A6: 2.7 - 2.7 billion; remainder: 650,859,410 - 700,000,000
    },
    "fiscal_year": {2017: "0.00", 2019: None},  # A6: 2.7 - 2.7; both sales were signed in 2019
    "supplier": {
        "US Department of the Navy": None,
        "Mitsubishi Corporation": "28455000000.00",
        "Yamashita Sekkei": "469700000.00",
        "Nippon Koei": None,
        "Government of the United States": "0.00",
        None: "-49140590.00",
    },
}


@pytest.mark.parametrize("group", HIGH)
def test_the_high_end_of_each_group_on_25_june(group):
    found = rows("2020-06-25", group_by=group, program="aegis-ashore")
    names = [row[group]["name"] if isinstance(row[group], dict) else row[group] for row in found]
    shown = dict(zip(names, (row["exit_exposure"]["high"] for row in found), strict=True))
    assert shown == HIGH[group]


@pytest.mark.parametrize("group", HIGH)
def test_what_is_surely_avoidable_is_nothing_where_all_that_is_owed_may_be_lost(group):
    """Low = outstanding - high = 0, or unknown with it; high = outstanding - low is unknown throughout."""
    for row in rows("2020-06-25", group_by=group, program="aegis-ashore"):
        low = None if row["exit_exposure"]["high"] is None else "0.00"
        assert row["avoidable"] == {"low": low, "high": None}


def test_the_radars_alone_after_they_were_re_homed():
    """34,955,000,000 - 6,500,000,000 - 7,900,000,000 = 20,555,000,000."""
    found = rows("2021-03-31", group_by="method", program="asev")
    highs = {row["method"]: row["exit_exposure"]["high"] for row in found}
    assert highs == {"foreign_military_sale": None, "direct_commercial": "20555000000.00"}


RADARS, DESIGN = {"due_on": "2024-03-31", "amount": None}, {"due_on": "2021-03-31", "amount": None}
#: day -> of Aegis Ashore, of the vessels, of both. Deliveries only, without amounts: a dated payment would give one
NEXT_DUE = {
    "2019-10-31": (RADARS, RADARS),  # fiscal 2023 ends on 31 March 2024
    "2020-06-14": (DESIGN, DESIGN),  # A4 is due in March 2021, before the radars
    "2020-06-25": (DESIGN, DESIGN),
    "2020-12-18": (DESIGN, DESIGN),  # the radars fall due on the vessels now
    "2021-03-31": (DESIGN, DESIGN),  # due today, and nobody says that it was met
    "2026-01-01": (DESIGN, DESIGN),  # overdue is still due
}


@pytest.mark.parametrize("as_of", NEXT_DUE)
def test_what_falls_due_next(as_of):
    alone, together = NEXT_DUE[as_of]
    assert of_program("aegis-ashore", as_of)["next_due"] == alone
    assert total(as_of, program=BOTH)["next_due"] == together


@pytest.mark.parametrize(("as_of", "code", "due"), [
    ("2019-04-25", "aegis-ashore", None), ("2019-04-30", "aegis-ashore", None),
    ("2020-12-18", "asev", RADARS), ("2021-03-31", "asev", RADARS),
])  # fmt: skip
def test_what_falls_due_before_there_was_a_milestone_and_after_it_moved(as_of, code, due):
    assert of_program(code, as_of)["next_due"] == due


def test_no_payment_is_scheduled_so_all_that_is_owed_is_unscheduled():
    """178.7 - 19.6 = 159.1 billion, in no fiscal year: milestones of kind payment, with amounts, would place it."""
    found = read("exposure/schedule/", "2020-06-25", by="fiscal_year", program="aegis-ashore")
    assert found["totals"][0]["unscheduled"] == "159100000000.00"


def test_on_20_june_not_even_the_radars_had_a_high_end():
    """Payments were not public, so neither was what is owed; that the design is due in March 2021 was."""
    row = of_program("aegis-ashore", "2020-06-20", published_by="2020-06-20")
    assert (row["exit_exposure"], row["avoidable"], row["next_due"]) == (OPEN, OPEN, DESIGN)
    assert {share for name, share in row["coverage"].items() if name != "committed"} == {"0.0000"}
    (radars,) = rows("2020-06-20", published_by="2020-06-20", method="direct_commercial", program="aegis-ashore")
    assert some(radars, "committed", "exit_exposure") == ["34955000000.00", OPEN]
