"""Events of flags, and what is late."""

import pytest

from procurement.alerts.events import EVENTS, FLAG_EVENTS
from procurement.alerts.flagged import flag_events
from procurement.alerts.rechecks import is_late
from tests.makers import day


@pytest.mark.parametrize(
    ("kind", "rule", "events"),
    [
        ("opened", "paid-exceeds-committed", ("flag.opened",)),
        ("escalated", "disputed-status", ("flag.escalated",)),
        ("opened", "disputed-status", ("status.disputed", "flag.opened")),
        ("reopened", "disputed-status", ("status.disputed", "flag.reopened")),
        ("resolved", "disputed-status", ("flag.resolved",)),
        ("opened", "disputed-figure", ("figure.disputed", "flag.opened")),
        ("refreshed", "disputed-status", ()),
        ("acknowledged", "disputed-status", ()),
        ("accepted", "disputed-status", ()),
    ],
)
def test_what_happens_to_a_flag_is_an_event(kind, rule, events):
    assert flag_events(kind, rule) == events


def test_every_event_of_a_flag_can_be_subscribed_to():
    assert set(FLAG_EVENTS.values()) <= set(EVENTS)


@pytest.mark.parametrize(
    ("effective_on", "late"),
    [("2026-01-31", False), ("2026-01-01", False), ("2025-12-31", True), ("2026-03-01", False)],
)
def test_a_fact_is_late_after_thirty_days(effective_on, late):
    assert is_late(day(effective_on), day("2026-01-31")) is late
