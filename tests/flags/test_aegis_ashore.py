"""The founding case, from the sample portfolio: what is flagged when."""

from pathlib import Path

import pytest
from django.db import transaction

from procurement.common.dates import Asked
from procurement.contracts.models import Contract
from procurement.flags.rule import Finding
from procurement.flags.screening.screen import backtest, screen_all
from procurement.imports.format import File
from procurement.imports.loading import load_files
from tests.makers import day

pytestmark = pytest.mark.django_db

FIXTURES = Path(__file__).parents[2] / "fixtures"
SUSPENDED, CANCELLED = "suspended-program-active-contract", "cancelled-program-active-contract"


@pytest.fixture(scope="module", autouse=True)
def sample(django_db_setup, django_db_blocker):
    """The founding case and its successor alone: the sample holds other programs too, which are flagged as well."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_files([File.at(FIXTURES / name) for name in ("aegis-ashore.yaml", "asev.yaml")])
        yield
        transaction.set_rollback(True)


def flagged(as_of: str, **more) -> dict[tuple[str, str], Finding]:
    """What is found at a day, by rule and the contract's reference."""
    references = dict(Contract.objects.values_list("id", "reference"))
    found = backtest(Asked(as_of=day(as_of), **more))
    return {(each.rule, references.get(each.contract_id or 0, "")): each for each in found}


def found_by(rule: str, as_of: str) -> set[str]:
    """The contracts that one rule finds at a day, by reference; empty for the program itself."""
    return {reference for found, reference in flagged(as_of) if found == rule}


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
    assert found_by(CANCELLED, "2020-12-18") == {"AA-A2", "AA-A4"}
    assert found_by(SUSPENDED, "2020-12-18") == set()


def test_before_the_rehoming_was_public_the_radar_was_flagged_as_cancelled_too():
    assert (CANCELLED, "AA-A3") in flagged("2020-12-18", published_by=day("2021-06-17"))
    assert (CANCELLED, "AA-A3") not in flagged("2020-12-18", published_by=day("2021-06-18"))


def test_the_payments_of_fiscal_2020_may_have_been_made_after_the_stop():
    paid = flagged("2021-03-31")["payment-after-stop", "AA-A3"]
    assert (paid.evidence["total"], paid.evidence["overlapping"]) == ("7900000000.00", "7900000000.00")


def test_the_sweep_opens_what_the_backtest_finds():
    opened = {(event.flag.rule, event.flag.contract_id) for event in screen_all(day("2021-03-31")).events}
    assert opened == {(each.rule, each.contract_id) for each in flagged("2021-03-31").values()}
    assert {CANCELLED, "payment-after-stop"} <= {rule for rule, _ in opened}
    assert screen_all(day("2021-03-31")).events == []


def test_nobody_says_what_leaving_costs_and_only_a_sale_between_governments_has_no_cap():
    four, two = {"AA-A1", "AA-A2", "AA-A3", "AA-A4"}, {"AA-A2", "AA-A4"}
    turns = {"2020-07-14": set(), "2020-07-15": four, "2020-12-17": four, "2020-12-18": two}
    turns |= {"2021-04-25": {"AA-A4"}, "2021-11-28": set()}  # of what is only presumed to run none is asked for
    assert {on: found_by("no-exit-estimate", on) for on in turns} == turns
    found = flagged("2020-07-15")
    caps = {reference: found["no-exit-estimate", reference].evidence["cap"] for reference in four}
    assert caps == {"AA-A1": None, "AA-A2": None, "AA-A3": "28455000000.00", "AA-A4": "469700000.00"}


def test_nothing_was_said_of_the_two_contracts_that_stayed_for_three_years():
    turns = {
        "2022-01-06": False, "2022-01-07": True, "2024-12-09": True, "2024-12-10": False,
        "2025-09-26": False, "2025-09-27": True,
    }  # fmt: skip
    assert {on: found_by("stale-sources", on) == {""} for on in turns} == turns


def test_reported_totals_agree_within_their_scopes_and_no_day_of_payment_is_public():
    for as_of in ("2020-06-25", "2020-12-18", "2021-03-31", "2026-11-26"):
        assert found_by("disputed-figure", as_of) == found_by("payment-due-under-stop", as_of) == set()
