"""The portfolio: a line for each program and currency."""

from decimal import Decimal
from typing import Any

import pytest

from procurement.cases.lines import lines
from procurement.cases.portfolio import portfolio
from procurement.common.dates import Asked
from procurement.contracts.entering import liability_estimates
from procurement.contracts.models import LiabilityEstimate
from procurement.figures.models import ReportedFigure
from procurement.figures.reporting import reported_figures
from procurement.flags.screening import screen_all
from tests.makers import day, decide, make_contract, make_program, make_source, post, put, rehome, say

pytestmark = pytest.mark.django_db


def rows(as_of: str = "2020-12-31", **more) -> list[dict[str, Any]]:
    return list(lines(portfolio(Asked(day(as_of), **more))))


@pytest.fixture
def radar():
    """A program doubted on 2020-05-06 and cancelled on 2020-06-15, with one contract acted upon in July."""
    radar = make_program("radar", source=make_source("2019-01-01"))
    decide(radar, "active", "2019-01-01")
    say(radar, "under_review", "2020-05-06", speaker="Kono")
    decide(radar, "cancelled", "2020-06-15", term="断念")
    contract = make_contract(radar, committed="100", paid="40")
    put(contract, "terminated", "2020-07-01")
    post(contract, "5", "compensation", on="2020-08-01", reason="settlement")
    return radar


def test_a_case_tells_from_doubt_to_bill(radar):
    (row,) = rows()
    assert (row["status"], row["term"], row["stopped_on"]) == ("cancelled", "断念", day("2020-06-15"))
    assert (row["first_doubt_on"], row["contract_act_on"]) == (day("2020-05-06"), day("2020-07-01"))
    assert row["days_doubt_to_act"] == 56
    assert (row["committed_at_stop"], row["paid_at_stop"], row["exit_paid"]) == ("100.00", "40.00", "5.00")


def test_estimates_and_reports_stand_beside_what_was_paid(radar):
    source = make_source("2020-06-20", url="https://example.org/bill")
    common = {"effective_on": day("2020-06-20"), "source": source}
    contract = radar.programallocation_set.get().contract
    estimate = LiabilityEstimate(contract=contract, low=Decimal(4), high=Decimal(9), **common)
    liability_estimates.record(estimate)
    told = ReportedFigure(program=radar, measure="termination_cost", low=Decimal(3), high=Decimal(7), **common)
    told.currency, told.as_of_date, told.speaker = "JPY", day("2020-06-20"), "Boeing"
    reported_figures.record(told)
    (row,) = rows()
    assert (row["estimate_low"], row["estimate_high"]) == ("4.00", "9.00")
    assert row["reported"] == "termination cost 3.00 to 7.00 JPY, Boeing, 2020-06-20, https://example.org/bill"


def test_a_program_that_every_contract_has_left_keeps_what_it_had_at_the_stop():
    radar, ships = make_program("radar"), make_program("ships")
    contract = make_contract(radar, committed="100", paid="40")
    decide(radar, "suspended", "2020-06-15")
    rehome(contract, [(radar, "0"), (ships, "1")], "2020-12-18")
    found = {row["program"]: row for row in rows()}
    assert (found["radar"]["committed_at_stop"], found["radar"]["contracts"]) == ("100.00", 0)
    assert (found["ships"]["committed"], found["ships"]["committed_at_stop"]) == ("100.00", None)


def test_each_currency_has_a_line_and_only_the_first_counts_flags():
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    for currency in ("JPY", "USD"):
        make_contract(radar, committed="100", currency=currency)
    screen_all(day("2020-06-20"))
    first, second = rows("2020-06-20")
    assert {first["currency"], second["currency"]} == {"JPY", "USD"}
    assert first["flags_low"] + first["flags_medium"] + first["flags_high"] > 0
    assert second["flags_low"] is None


def test_those_that_stopped_last_come_first_and_one_without_contracts_is_there():
    for code, on in (("early", "2019-12-01"), ("late", "2020-06-15")):
        decide(make_program(code), "suspended", on)
    decide(make_program("sound"), "active", "2019-12-01")
    assert [row["program"] for row in rows()] == ["late", "early", "sound"]


def test_a_past_view_knows_only_what_was_public(radar):
    assert rows("2020-06-20", published_by=day("2019-06-01"))[0]["status"] == "active"
    assert rows("2018-12-31") == []
