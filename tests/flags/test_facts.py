"""Days of belonging, and periods in which something may have happened."""

from decimal import Decimal

import pytest

from procurement.flags.facts import belongings
from tests.flags.made_facts import contract, entry, span
from tests.makers import day

FOREVER = span("2020-01-01")
JUNE = span("2020-06-01", "2020-06-30")


@pytest.mark.parametrize(
    ("one", "other", "meet", "hold"),
    [
        (FOREVER, JUNE, True, True),
        (JUNE, FOREVER, True, False),
        (JUNE, JUNE, True, True),
        (JUNE, span("2020-06-30", "2020-07-01"), True, False),
        (JUNE, span("2020-07-01"), False, False),
        (FOREVER, span("2019-12-01", "2020-01-01"), True, False),
    ],
)
def test_spans_meet_and_hold(one, other, meet, hold):
    assert (one.meets(other), one.holds(other), bool(one.common(other))) == (meet, hold, meet)
    assert other.meets(one) == meet


@pytest.mark.parametrize(
    ("rows", "spans"),
    [
        ([("2020-01-01", "1")], [("2020-01-01", None)]),
        ([("2020-01-01", "1"), ("2020-03-01", "0")], [("2020-01-01", "2020-02-29")]),
        ([("2020-01-01", "0"), ("2020-01-01", "1")], [("2020-01-01", None)]),
        ([("2020-01-01", "1"), ("2020-01-01", "0")], []),
        (
            [("2020-01-01", "1"), ("2020-03-01", "0"), ("2020-05-01", "1")],
            [("2020-01-01", "2020-02-29"), ("2020-05-01", None)],
        ),
    ],
)
def test_the_latest_allocation_of_a_day_holds(rows, spans):
    found = belongings([(day(on), Decimal(share)) for on, share in rows])
    assert [each.span for each in found] == [span(*each) for each in spans]


def test_a_changed_share_does_not_break_belonging():
    changed = contract(belonged=(span("2020-01-01", "2020-02-29"), span("2020-03-01")))
    assert changed.runs == (span("2020-01-01"),)
    assert changed.belongs_since == day("2020-01-01")


def test_a_contract_that_came_back_belongs_since_then():
    assert contract(belonged=(span("2020-01-01", "2020-02-29"), span("2020-05-01"))).belongs_since == day("2020-05-01")


def test_a_contract_that_left_belongs_since_never():
    assert contract(belonged=(span("2020-01-01", "2020-02-29"),)).belongs_since is None


def test_a_fiscal_year_may_have_seen_it_on_any_day():
    assert entry(1, "2021-03-31", precision="fiscal_year").period == span("2020-04-01", "2021-03-31")
