"""What the facts of one moment changed."""

import datetime as dt

import pytest

from procurement.alerts.changes import Change, Entered, State, change_at, counts_from


def hour(number: int) -> dt.datetime:
    return dt.datetime(2026, 1, 5, number, tzinfo=dt.UTC)


def entered(pk, status, at, back_at=None, back_by=None):
    return Entered(pk, (pk, status), hour(at), hour(back_at) if back_at else None, back_by)


def latest(rows):
    return State(rows[-1][1], rows[-1][0]) if rows else State()


ACTIVE = entered(1, "active", 1)
TAKEN_BACK = entered(2, "suspended", 2, back_at=5, back_by=3)


@pytest.mark.parametrize(
    ("rows", "moment", "change"),
    [
        ([ACTIVE], 1, Change(State(), State("active", 1), 1)),
        ([ACTIVE], 2, None),
        ([ACTIVE, entered(2, "active", 2)], 2, None),
        ([ACTIVE, entered(2, "suspended", 2)], 2, Change(State("active", 1), State("suspended", 2), 2)),
        ([ACTIVE, entered(2, "suspended", 2)], 1, Change(State(), State("active", 1), 1)),
        # two rows of one transaction change the status together
        (
            [ACTIVE, entered(2, "suspended", 2), entered(3, "cancelled", 2)],
            2,
            Change(State("active", 1), State("cancelled", 3), 3),
        ),
        # a reversal, whose id is 3, brings back what stood before
        ([ACTIVE, TAKEN_BACK], 5, Change(State("suspended", 2), State("active", 1), 3)),
        # a correction with the same status is no change, one with another status is one
        ([ACTIVE, TAKEN_BACK, entered(4, "suspended", 5)], 5, None),
        ([ACTIVE, TAKEN_BACK, entered(4, "cancelled", 5)], 5, Change(State("suspended", 2), State("cancelled", 4), 4)),
        # a row that was taken back before it began to count never did
        ([ACTIVE, entered(2, "suspended", 9, back_at=5, back_by=3)], 9, None),
        ([ACTIVE, entered(2, "suspended", 9, back_at=5, back_by=3)], 5, None),
    ],
)
def test_the_facts_of_a_moment_change_a_status(rows, moment, change):
    assert change_at(hour(moment), rows, latest) == change


@pytest.mark.parametrize(
    ("effective_on", "moment"),
    [
        (dt.date(2020, 6, 15), hour(9)),
        (dt.date(2026, 1, 5), hour(9)),
        (dt.date(2026, 1, 6), dt.datetime(2026, 1, 6, tzinfo=dt.UTC)),
    ],
)
def test_a_fact_counts_when_recorded_or_on_its_day(effective_on, moment):
    assert counts_from(hour(9), effective_on, dt.UTC) == moment
