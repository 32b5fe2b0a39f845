"""What happened in between."""

import datetime as dt

import pytest

from procurement.alerts.between import Told, between

NOON = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
RADAR = {"program": {"code": "radar", "name": "Radar"}}


def status(minute, before, after):
    return Told(
        minute,
        "status.changed",
        NOON.replace(minute=minute),
        f"now {after}",
        RADAR | {"before": before, "after": after},
    )


def flag(minute, event, **more):
    return Told(minute, event, NOON.replace(minute=minute), event, RADAR | {"flag": 7, "rule": "late"} | more)


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (
            [status(1, "active", "suspended"), status(2, "suspended", "cancelled")],
            "Radar is now cancelled (was active), after 2 changes",
        ),
        (
            [status(2, "suspended", "active"), status(1, "active", "suspended")],
            "Radar is active again, after 2 changes",
        ),
        ([status(1, None, "active"), status(2, "active", "suspended")], "Radar is now suspended, after 2 changes"),
        (
            [flag(1, "flag.opened"), flag(2, "flag.resolved"), flag(3, "flag.reopened")],
            "Flag late of Radar is now open, after 3 changes",
        ),
        ([flag(1, "flag.resolved"), flag(2, "flag.reopened")], "Flag late of Radar is open again, after 2 changes"),
        ([flag(1, "flag.escalated"), flag(2, "flag.escalated")], "Flag late of Radar is open, after 2 changes"),
        (
            [
                Told(
                    1,
                    "contract.status_changed",
                    NOON,
                    "",
                    {"contract": {"id": 1, "reference": "A2"}, "after": "stop_work"},
                ),
                Told(
                    2,
                    "contract.status_changed",
                    NOON,
                    "",
                    {"contract": {"id": 1, "reference": "A2"}, "after": "active"},
                ),
            ],
            "Contract A2 is now active, after 2 changes",
        ),
    ],
)
def test_it_says_where_something_stands_that_changed_several_times(told, line):
    (found,) = between(told)
    assert (found["line"], len(found["steps"])) == (line, len(told))
    assert found["earlier"] == sorted(each.id for each in told)[:-1]
    assert found["steps"] == sorted(found["steps"], key=lambda step: step["happened_at"])


def test_what_changed_once_and_other_events_have_no_steps():
    disputed = Told(1, "status.disputed", NOON, "", RADAR)
    other = Told(2, "status.changed", NOON, "", {"program": {"code": "ship", "name": "Ship"}, "after": "active"})
    assert between([status(1, "active", "suspended"), other, flag(1, "flag.opened"), disputed, disputed]) == []
