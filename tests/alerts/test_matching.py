"""Which subscription asks for what."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from procurement.alerts.events import Happening
from procurement.alerts.matching import Criteria, Place, asks_for, covers

NOON = dt.datetime(2026, 1, 5, 12, tzinfo=dt.UTC)
AN_HOUR = dt.timedelta(hours=1)


def criteria(**more: Any) -> Criteria:
    given: dict[str, Any] = {"subscription_id": 1, "since": NOON, "events": frozenset({"flag.opened"})} | more
    return Criteria(**given)


def happening(**more: Any) -> Happening:
    given: dict[str, Any] = {
        "event": "flag.opened",
        "origin_table": "t",
        "origin_id": 1,
        "happened_at": NOON,
        "summary": "s",
    }
    return Happening(**given | {"programs": frozenset({7}), "rule": "r", "severity": "medium"} | more)


FROM_ACTIVE_TO_SUSPENDED = {"from_statuses": frozenset({"active"}), "to_statuses": frozenset({"suspended"})}


@pytest.mark.parametrize(
    ("asked", "happened", "asks"),
    [
        ({}, {}, True),
        ({"events": frozenset({"status.changed"})}, {}, False),
        ({"since": NOON + AN_HOUR}, {}, False),
        ({"since": NOON - AN_HOUR}, {}, True),
        ({}, {"late": True}, False),
        ({"is_digest": True}, {"late": True}, True),
        ({"programs": frozenset({7, 8})}, {}, True),
        ({"programs": frozenset({8})}, {}, False),
        ({"programs": frozenset({8})}, {"programs": frozenset()}, False),
        ({"rules": frozenset({"r"})}, {}, True),
        ({"rules": frozenset({"q"})}, {}, False),
        ({"rules": frozenset({"q"})}, {"rule": ""}, True),
        ({"min_severity": "medium"}, {}, True),
        ({"min_severity": "high"}, {}, False),
        ({"min_severity": "high"}, {"rule": "", "severity": ""}, True),
        ({"from_statuses": frozenset({"active"})}, {"turned": ("active", "suspended")}, True),
        ({"from_statuses": frozenset({"active"})}, {"turned": ("planned", "suspended")}, False),
        ({"to_statuses": frozenset({"suspended"})}, {"turned": ("unknown", "suspended")}, True),
        ({"to_statuses": frozenset({"suspended"})}, {"turned": ("suspended", "active")}, False),
        (FROM_ACTIVE_TO_SUSPENDED, {"turned": ("active", "suspended")}, True),
        (FROM_ACTIVE_TO_SUSPENDED, {"turned": ("active", "cancelled")}, False),
        (FROM_ACTIVE_TO_SUSPENDED, {}, True),
    ],
)
def test_a_subscription_asks_for_its_kind_of_events(asked, happened, asks):
    assert asks_for(criteria(**asked), happening(**happened)) is asks


RATES = {("EUR", "JPY"): Decimal(125)}
MINIMUM = {"min_outstanding": Decimal(100), "currency": "JPY"}


@pytest.mark.parametrize(
    ("asked", "place", "covered"),
    [
        ({}, {}, True),
        ({"organizations": frozenset({3})}, {"organizations": frozenset({3, 4})}, True),
        ({"organizations": frozenset({3})}, {"organizations": frozenset({4})}, False),
        ({"countries": frozenset({"JP"})}, {"countries": frozenset({"JP", "US"})}, True),
        ({"countries": frozenset({"JP"})}, {}, False),
        (MINIMUM, {"outstanding": {"JPY": Decimal(100)}}, True),
        (MINIMUM, {"outstanding": {"JPY": Decimal(99)}}, False),
        (MINIMUM, {}, False),
        (MINIMUM, {"outstanding": {"JPY": Decimal(99)}, "unknown": frozenset({"JPY"})}, True),
        (MINIMUM, {"outstanding": {"USD": Decimal(1)}}, True),
        (MINIMUM, {"outstanding": {"EUR": Decimal("0.8")}}, True),
        (MINIMUM, {"outstanding": {"EUR": Decimal("0.7")}}, False),
        (MINIMUM, {"outstanding": {"EUR": Decimal("0.7"), "JPY": Decimal(20)}}, True),
        (MINIMUM, {"outstanding": {"EUR": Decimal("0.7"), "USD": Decimal(1)}}, True),
        (MINIMUM, {"outstanding": {"EUR": Decimal("0.7")}, "unknown": frozenset({"EUR"})}, True),
        ({"domains": frozenset({"naval"})}, {"domains": frozenset({"naval", "air"})}, True),
        ({"domains": frozenset({"naval"})}, {}, False),
        ({"words": (("aegis",), ("radar",))}, {"text": "a radar on land"}, True),
        ({"words": (("aegis", "ashore"),)}, {"text": "aegis afloat"}, False),
        ({"words": (("aegis", "ashore"),)}, {"text": "ashore, aegis"}, True),
    ],
)
def test_a_subscription_covers_its_places(asked, place, covered):
    assert covers(criteria(**asked), Place(**place), RATES) is covered
