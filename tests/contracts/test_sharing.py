"""How the shares of one contract add up, without a database."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.contracts.sharing import Share, first_excess
from tests.makers import day


def shares(*rows: tuple[int, str, str]) -> list[Share]:
    """(program, share, day) in order of entry."""
    return [Share(p, Decimal(s), day(on), day(on), number) for number, (p, s, on) in enumerate(rows)]


TABLE = [
    ("nothing", [], None),
    ("all to one", [(1, "1", "2020-01-01")], None),
    ("halves", [(1, "0.5", "2020-01-01"), (2, "0.5", "2020-01-01")], None),
    ("thirds", [(1, "0.333333", "2020-01-01"), (2, "0.333333", "2020-01-01"), (3, "0.333334", "2020-01-01")], None),
    ("a millionth too much", [(1, "0.5", "2020-01-01"), (2, "0.500001", "2020-01-01")], "2020-01-01"),
    ("too much later", [(1, "1", "2020-01-01"), (2, "0.1", "2021-01-01")], "2021-01-01"),
    ("the latest row holds", [(1, "1", "2020-01-01"), (1, "0.4", "2020-06-01"), (2, "0.6", "2020-06-01")], None),
    ("re-homing, in any order", [(1, "1", "2020-01-01"), (2, "1", "2021-01-01"), (1, "0", "2021-01-01")], None),
    ("moved back too early", [(1, "1", "2020-01-01"), (1, "0", "2021-01-01"), (2, "1", "2020-12-31")], "2020-12-31"),
    ("a gap is allowed", [(1, "1", "2020-01-01"), (1, "0", "2021-01-01"), (2, "1", "2022-01-01")], None),
    ("the later entry of a day holds", [(1, "0.2", "2020-01-01"), (1, "1", "2020-01-01"), (2, "0.5", "2020-01-01")],
     "2020-01-01"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "excess"), [each[1:] for each in TABLE], ids=[each[0] for each in TABLE])
def test_shares_never_exceed_one(rows, excess):
    found = first_excess(shares(*rows))
    assert (found and found.day.isoformat()) == excess


def test_an_excess_says_how_much():
    found = first_excess(shares((1, "0.6", "2020-01-01"), (2, "0.6", "2020-02-01")))
    assert found is not None
    assert found.total == Decimal("1.2")


def test_rows_of_one_day_count_by_publication():
    late = Share(1, Decimal(1), day("2020-01-01"), day("2020-02-01"), 1)
    early = Share(1, Decimal(0), day("2020-01-01"), day("2020-01-01"), 2)
    other = Share(2, Decimal(1), day("2020-01-01"), day("2020-01-01"), 3)
    assert first_excess([early, late, other]) is not None


tenths = st.integers(0, 10).map(lambda number: Decimal(number) / 10)
rows = st.lists(st.tuples(st.integers(1, 3), tenths, st.integers(0, 5)), max_size=8)


def total_on(found: list[Share], on: dt.date) -> Decimal:
    """The shares in force on a day, the slow way."""
    in_force = {
        share.program_id: share.share for share in sorted(found, key=lambda s: s.order) if share.effective_on <= on
    }
    return sum(in_force.values(), Decimal(0))


@given(rows)
def test_the_first_excess_is_the_first_day_with_more_than_one(given_rows):
    first = day("2020-01-01")
    found = [
        Share(p, s, first + dt.timedelta(days=on), first + dt.timedelta(days=on), number)
        for number, (p, s, on) in enumerate(given_rows)
    ]
    days = [first + dt.timedelta(days=number) for number in range(6)]
    over = [(on, total_on(found, on)) for on in days if total_on(found, on) > 1]
    excess = first_excess(found)
    assert (excess and (excess.day, excess.total)) == (over[0] if over else None)
