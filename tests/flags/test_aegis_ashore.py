"""The founding case, from the sample portfolio: what is flagged when."""

from pathlib import Path

import pytest

from procurement.common.dates import Asked
from procurement.contracts.models import Contract
from procurement.flags.rule import Finding
from procurement.flags.screening import backtest, screen_all
from procurement.imports.loading import load_folder
from tests.makers import day

pytestmark = pytest.mark.django_db

FIXTURES = Path(__file__).parents[2] / "fixtures"
SUSPENDED, CANCELLED = "suspended-program-active-contract", "cancelled-program-active-contract"


@pytest.fixture(autouse=True)
def sample():
    """The sample portfolio."""
    load_folder(FIXTURES)


def flagged(as_of: str, **more) -> dict[tuple[str, str], Finding]:
    """What is found at a day, by rule and the contract's reference."""
    references = dict(Contract.objects.values_list("id", "reference"))
    found = backtest(Asked(as_of=day(as_of), **more))
    return {(each.rule, references.get(each.contract_id or 0, "")): each for each in found}


def test_ten_days_after_the_stop_every_live_contract_is_flagged():
    found = flagged("2020-06-25")
    assert set(found) == {(SUSPENDED, f"AA-A{number}") for number in (1, 2, 3, 4)} | {("disputed-status", "")}
    radar = found[SUSPENDED, "AA-A3"]
    assert (radar.severity, radar.condition_since) == ("high", day("2020-06-15"))
    assert (radar.evidence["committed"], radar.evidence["paid"]) == ("34955000000.00", "6500000000.00")
    assert (radar.evidence["outstanding"], radar.evidence["days_stopped"]) == ("28455000000.00", 10)


def test_both_ministries_stand_side_by_side():
    positions = flagged("2020-06-25")["disputed-status", ""].evidence["positions"]
    said = {(each["organization"], each["status"]) for each in positions if each["side"] == "buyer"}
    assert {("Ministry of Defense", "cancelled"), ("Ministry of Foreign Affairs", "suspended")} <= said


def test_the_day_before_the_stop_nothing_was_flagged():
    assert flagged("2020-06-14") == {}


def test_the_cancellation_leaves_the_contracts_that_stayed():
    assert set(flagged("2020-12-18")) == {(CANCELLED, "AA-A2"), (CANCELLED, "AA-A4")}


def test_before_the_rehoming_was_public_the_radar_was_flagged_as_cancelled_too():
    assert (CANCELLED, "AA-A3") in flagged("2020-12-18", published_by=day("2021-06-17"))
    assert (CANCELLED, "AA-A3") not in flagged("2020-12-18", published_by=day("2021-06-18"))


def test_the_payments_of_fiscal_2020_may_have_been_made_after_the_stop():
    paid = flagged("2021-03-31")["payment-after-stop", "AA-A3"]
    assert (paid.evidence["total"], paid.evidence["overlapping"]) == ("7900000000.00", "7900000000.00")


def test_the_sweep_opens_what_the_backtest_finds():
    opened = {event.flag.rule for event in screen_all(day("2021-03-31"))}
    assert opened == {CANCELLED, "payment-after-stop"}
    assert screen_all(day("2021-03-31")) == []
