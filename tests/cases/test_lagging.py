"""How long it took, as tables."""

from typing import Any

import pytest

from procurement.cases.lagging import Act, Lag, lag
from procurement.programs.standing import Said, Stop
from tests.makers import day

STOP = Said(0, "decision", "suspended", day("2020-06-15"), day("2020-06-15"))


def said(status: str, on: str, kind: str = "decision", **more: Any) -> Said:
    return Said(1, kind, status, day(on), day(on), **more)


def act(status: str, on: str, told: str | None = None, **more: Any) -> Act:
    kind = "state" if status else "show_cause"
    return Act(7, 3, kind, status, "", day(on), notified_on=day(told) if told else None, **more)


def of(*rows: Said | Act, stop: Said = STOP) -> Lag:
    """The lag of a stop, from what was said and done."""
    spoken = [stop, *(row for row in rows if isinstance(row, Said))]
    return lag(Stop(stop.effective_on, stop), spoken, [row for row in rows if isinstance(row, Act)])


@pytest.mark.parametrize(
    ("rows", "doubt"),
    [
        ([], "2020-06-15"),
        ([said("under_review", "2020-05-06", "statement")], "2020-05-06"),
        ([said("under_review", "2018-01-01"), said("approved", "2019-01-01")], "2020-06-15"),
        ([said("approved", "2019-01-01"), said("active", "2020-01-01", "statement")], "2020-06-15"),
        ([said("reduced", "2019-05-01")], "2019-05-01"),
        ([said("cancelled", "2020-06-16", "statement")], "2020-06-15"),
        ([said("", "2020-03-01", "statement", casts_doubt=True)], "2020-03-01"),
        ([said("", "2020-03-01", "statement")], "2020-06-15"),
        ([act("stop_work", "2020-03-01")], "2020-03-01"),
        ([act("suspended", "2020-03-01")], "2020-03-01"),
        ([act("", "2020-03-01")], "2020-03-01"),
        ([act("terminated", "2020-03-01")], "2020-06-15"),
        ([act("stop_work", "2018-03-01"), said("approved", "2019-01-01")], "2020-06-15"),
        ([said("approved", "2019-06-01", scope="part"), act("stop_work", "2019-03-01")], "2019-03-01"),
    ],
)
def test_the_first_doubt_is_the_first_since_the_program_was_last_sound(rows, doubt):
    found = of(*rows).first_doubt
    assert found is not None
    assert found.effective_on == day(doubt)


def test_a_halt_that_was_revoked_is_sound_again():
    halt = Said(5, "decision", "suspended", day("2018-01-01"), day("2018-01-01"))
    lift = Said(6, "decision", "", day("2018-06-01"), day("2018-06-01"), revokes_id=5)
    found = of(said("approved", "2017-01-01"), halt, lift).first_doubt
    assert found == STOP


@pytest.mark.parametrize(
    ("acts", "first", "days"),
    [
        ([act("terminated", "2020-07-01")], "2020-07-01", 16),
        ([act("active", "2020-06-20"), act("terminated", "2020-07-01")], "2020-07-01", 16),
        ([act("suspended", "2020-02-29"), act("terminated", "2020-07-01")], "2020-02-29", -107),
        ([act("stop_work", "2020-02-29")], "2020-02-29", -107),
        ([act("", "2020-04-04"), act("terminated", "2020-06-15")], "2020-04-04", -72),
        ([act("terminated", "2018-02-01"), act("terminated", "2020-06-15")], "2020-06-15", 0),
    ],
)
def test_the_contract_act_is_the_first_since_the_program_was_last_sound_also_before_the_stop(acts, first, days):
    told = of(said("approved", "2019-01-01"), *acts).distances()["contract_act"]
    assert told == {"on": day(first), "precision": "day", "days": days}


def test_all_acts_on_contracts_are_told_in_order():
    told = of(act("terminated", "2020-07-01"), act("", "2020-04-04"), act("suspended", "2020-02-29")).told_acts()
    assert [(each["act"], each["status"], each["days"]) for each in told] == [
        ("state", "suspended", -107), ("show_cause", "", -72), ("state", "terminated", 16),
    ]  # fmt: skip


def test_the_other_side_is_told_when_somebody_says_so_since_the_stop():
    acts = [act("active", "2020-06-20", "2020-06-18"), act("suspended", "2020-07-01", "2020-06-14")]
    assert of(*acts).distances()["other_side_notified"] == {"on": day("2020-06-18"), "precision": "day", "days": 3}


def test_what_nobody_says_has_no_day():
    assert of().distances()["contract_act"] == {"on": None, "precision": None, "days": None}


COARSE = [
    ({"effective_precision": "month"}, {}, "2020-06-30", "2020-07-08", {"low": 8, "high": 37}),
    ({}, {"effective_precision": "month"}, "2020-06-15", "2020-07-31", {"low": 16, "high": 46}),
    ({"effective_precision": "month"}, {"effective_precision": "month"}, "2020-06-30", "2020-07-31",
     {"low": 1, "high": 60}),
    ({"effective_precision": "year"}, {}, "2020-12-31", "2021-01-01", {"low": 1, "high": 366}),
    ({"effective_precision": "by"}, {}, "2020-06-30", "2020-07-08", {"low": 8, "high": None}),
    ({}, {"effective_precision": "by"}, "2020-06-15", "2020-07-31", {"low": None, "high": 46}),
    ({"effective_precision": "by"}, {"effective_precision": "by"}, "2020-06-15", "2020-07-31",
     {"low": None, "high": None}),
]  # fmt: skip


@pytest.mark.parametrize(("stopped", "acted", "stop", "on", "days"), COARSE)
def test_days_between_coarse_dates_are_a_range_and_by_leaves_an_end_open(stopped, acted, stop, on, days):
    began = Said(0, "decision", "cancelled", day(stop), day(stop), **stopped)
    found = of(act("terminated", on, **acted), stop=began)
    assert found.distances()["contract_act"]["days"] == days
    assert found.doubt_to_act is not None
    assert found.doubt_to_act.parts() == days
    assert found.distances()["stop"]["days"] == 0
