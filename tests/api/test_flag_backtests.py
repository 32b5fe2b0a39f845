"""Backtests through the API: any rule at any date, as it was known then."""

import datetime as dt
from urllib.parse import quote

import pytest

from procurement.flags.rules import all_rules
from procurement.ledger.recording import ledger_entries
from procurement.sources.recording import Amending
from tests.makers import day, decide, make_contract, make_program, make_source, post

pytestmark = pytest.mark.django_db(transaction=True)

RULE = "suspended-program-active-contract"


@pytest.fixture
def corrected():
    """What was true on 2020-06-15 and public on the 20th, with a payment of 40 that was corrected to 70."""
    radar = make_program("radar")
    contract = make_contract(radar, committed="100")
    decide(radar, "suspended", "2020-06-15", published_on=day("2020-06-20"))
    paid = post(contract, "40", "payment", on="2020-05-01", published_on=day("2020-06-22"))
    ledger_entries.correct(paid, Amending(source=make_source("2020-06-24")), {"amount": paid.amount + 30})
    return paid


def evidence(anonymous, **given: object) -> list[tuple[str | None, str | None]]:
    asked = "&".join(f"{name}={quote(str(value))}" for name, value in given.items())
    found = anonymous.rows(f"flags/?rule={RULE}&{asked}")
    return [(flag["evidence"]["outstanding"], flag["evidence"]["unaccounted"]) for flag in found]


def test_the_three_dates_combine(anonymous, corrected):
    recorded = corrected.recorded_at.isoformat()
    asked = {"as_of": "2020-06-30", "published_by": "2020-06-30"}
    assert evidence(anonymous, **asked) == [("30.00", "0.00")]
    assert evidence(anonymous, **asked, recorded_by=recorded) == [("60.00", "0.00")]
    asked["published_by"] = "2020-06-21"
    assert evidence(anonymous, **asked) == evidence(anonymous, **asked, recorded_by=recorded) == [(None, "100.00")]
    asked["published_by"] = "2020-06-19"
    assert evidence(anonymous, **asked) == evidence(anonymous, **asked, recorded_by=recorded) == []


def test_before_anything_was_recorded_nothing_is_known(anonymous, corrected):
    earlier = (corrected.recorded_at - dt.timedelta(days=1)).isoformat()
    assert evidence(anonymous, as_of="2020-06-30", recorded_by=earlier) == []


@pytest.mark.parametrize("code", [rule.code for rule in all_rules()])
def test_any_rule_can_be_asked_for_alone(anonymous, corrected, code):
    when = quote(corrected.recorded_at.isoformat())
    for asked in ("as_of=2020-06-30", "published_by=2020-06-30", f"as_of=2020-06-30&recorded_by={when}"):
        assert {flag["rule"] for flag in anonymous.rows(f"flags/?rule={code}&{asked}")} <= {code}


def test_a_rule_that_is_none_is_refused_and_the_rules_are_named(anonymous, corrected):
    answer = anonymous.get("flags/?rule=nonsense&as_of=2020-06-30")
    assert answer.status_code == 400
    assert all(rule.code in answer.json()["errors"]["rule"][0] for rule in all_rules())
