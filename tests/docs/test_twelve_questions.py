"""The twelve questions that an analyst asked, each answered by the service on its sample as it should be."""

from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from django.test import Client

from procurement.common.money import in_full
from tests.docs.asking import the_row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("whole_sample")]

TODAY = "2026-11-28"


@cache
def ask(address: str) -> Any:
    """What the service answers."""
    response = Client().get(f"/api/v1/{address}")
    assert response.status_code == 200, (address, response.content)
    return response.json()


def program(code: str, on: str = TODAY) -> Any:
    return ask(f"programs/{code}/?as_of={on}")


def case(code: str, on: str = TODAY) -> Any:
    """The first line of a program in the portfolio."""
    return ask(f"portfolio/?program={code}&as_of={on}")["rows"][0]


def exposed(code: str, on: str = TODAY) -> Any:
    return ask(f"exposure/?program={code}&group_by=program&as_of={on}&explain=true")["rows"][0]


def flags(code: str, on: str) -> list[Any]:
    found: list[Any] = ask(f"flags/?program={code}&as_of={on}&page_size=1000")["results"]
    return found


def figure(key: str, on: str = TODAY) -> Any:
    """What was reported, by its key."""
    (row,) = ask(f"reported-figures/?source_key={key}&as_of={on}")["results"]
    return row


def acts(code: str, on: str = TODAY) -> list[Any]:
    found: list[Any] = ask(f"contract-status-changes/?program={code}&as_of={on}&ordering=effective_on")["results"]
    return found


def test_q1_spike_for_spain_is_cancelled_and_no_longer_disputed():
    now = program("spike-lr2-spain")
    assert (now["status"], now["status_since"], now["disputed"]) == ("cancelled", "2025-09-09", False)
    paper = the_row(now["positions"], "speaker=Público")
    assert (paper["side"], paper["status"], paper["effective_on"]) == ("other", "approved", "2025-09-22")
    assert "never been formalised" in acts("spike-lr2-spain")[-1]["note"]
    assert case("spike-lr2-spain")["standing"] == "cancelled since 2025-09-09"


@pytest.mark.parametrize("on", ["2025-06-03", "2025-07-31", "2025-09-08"])
def test_q1_before_that_it_was_disputed_from_june_without_a_break(on):
    then = program("spike-lr2-spain", on)
    assert (then["status"], then["disputed"], then["disputed_since"]) == ("approved", True, "2025-06-03")


def test_q2_of_ajax_a_good_third_is_still_owed():
    row = exposed("ajax")
    assert (row["committed"], row["paid"]) == ("5522000000.00", "3647000000.00")
    assert row["outstanding"] == "1875000000.00"


def test_q2_how_old_that_is_stands_beside_it():
    age = {"earliest": "2023-03-31", "latest": "2023-03-31"}
    assert exposed("ajax")["paid_known_through"] == case("ajax")["paid_known_through"] == age


def test_q3_ajax_on_1_june_2022_has_a_page_and_stopped_payments():
    then = program("ajax", "2022-06-01")
    assert then["exposure"][0]["outstanding"] == "2355000000.00"
    assert case("ajax", "2022-06-01")["outstanding"] == "2355000000.00"
    assert b"/programs/ajax/" in Client().get("/en/?as_of=2022-06-01").content
    stopped = acts("ajax", "2022-06-01")[-1]
    assert (stopped["status"], stopped["suspends"]) == ("suspended", "payments")
    assert (stopped["effective_on"], stopped["effective_precision"]) == ("2020-12-31", "month")


def test_q3_it_is_flagged_as_a_contract_suspended_under_an_active_program():
    assert "suspended-contract-active-program" in {flag["rule"] for flag in flags("ajax", "2022-06-01")}


def test_q4_leaving_the_kf_16_upgrade_has_no_known_price_and_says_why():
    row = exposed("kf-16-upgrade", "2014-12-31")
    assert row["exit_exposure"]["high"] is None
    assert row["explain"]["exit_exposure.high"]["why"]


OWED = [
    ("eurohawk-open-obligations", "94000000.00", "open contractual obligations"),
    ("eurohawk-airworthiness", "54000000.00", "making it airworthy"),
    ("eurohawk-monthly-until-2013-09", "3300000.00", "a month, to be paid until the end of September 2013"),
]


@pytest.mark.parametrize(("key", "amount", "scope"), OWED)
def test_q5_what_the_euro_hawk_still_owed_was_reported(key, amount, scope):
    said = figure(key, "2013-05-31")
    assert (said["measure"], said["amount"], said["currency"], said["scope"]) == ("unsettled", amount, "EUR", scope)
    assert (said["as_of_date"], said["as_of_precision"]) == ("2013-05-31", "month")
    assert f"unsettled {in_full(Decimal(amount), 'EUR')} ({scope})" in case("euro-hawk", "2013-05-31")["reported"]


def test_q6_mrh90_and_its_successor_stand_side_by_side_with_the_scope_of_each_figure():
    old, new = case("mrh90-taipan"), case("black-hawk-australia")
    costs = {(each["scope"], each["low"]) for each in old["reported_total"]}
    assert {
        ("acquisition", "3700000000.00"),
        ("sustainment to 2037", "11300000000.00"),
        ("acquisition and sustainment to 2037", "15000000000.00"),
    } <= costs
    assert [(each["scope"], each["low"]) for each in new["reported_total"]] == [("acquisition", "2800000000.00")]


def test_q6_the_receipt_for_spares_is_reported_and_disputed_and_its_terms_are_withheld():
    row = case("mrh90-taipan")
    assert "receipt 405,000,000 AUD (spare parts sold to NHIndustries)" in row["reported"]
    (secret,) = row["withheld"]
    assert (secret["measure"], secret["scope"]) == ("receipt", "spare parts sold to NHIndustries, and the terms")
    said = ask(f"status-changes/?program=mrh90-taipan&source_key=apdr-2024-10-close-to-zero&as_of={TODAY}")["results"]
    assert said[0]["quotation"] == "would have been close to zero"


def test_q7_the_maker_of_the_mi_17_was_told_by_26_october_2022_at_the_latest():
    told = program("mi-17-philippines")["lag"]["other_side_notified"]
    assert (told["on"], told["precision"]) == ("2022-10-26", "by")
    assert told["days"]["low"] is None
    assert acts("mi-17-philippines")[-1]["status"] == "terminated"


def test_q8_aw101_was_doubted_and_its_payments_frozen_long_before_it_was_cancelled():
    found = program("aw101-india")
    doubt, act = (found["lag"][name] for name in ("first_doubt", "contract_act"))
    assert (doubt["on"], doubt["precision"]) == (act["on"], act["precision"]) == ("2013-02-28", "month")
    assert doubt["days"] == {"low": -334, "high": -307}
    told = [(each["act"], each["suspends"], each["on"], each["days"]) for each in found["contract_acts"]]
    assert told == [
        ("state", "payments", "2013-02-28", {"low": -334, "high": -307}),
        ("show_cause", "", "2013-10-21", -72),
        ("state", "", "2014-01-01", 0),
    ]


def test_q9_on_what_ground_the_a_12_ended_was_unsettled_on_1_january_2012():
    *_, affirmed, last = acts("a-12", "2012-01-01")
    assert (affirmed["termination_ground"], affirmed["effective_on"]) == ("default", "2009-11-24")
    assert (last["status"], last["termination_ground"]) == ("terminated", "")
    assert (last["effective_on"], last["effective_precision"]) == ("2011-05-31", "month")
    assert "unsettled" in last["note"]


def test_q10_ending_the_efv_was_said_to_cost_184_million_by_its_maker():
    (said,) = case("efv", "2011-01-31")["reported_estimate"]
    assert (said["low"], said["high"], said["currency"]) == ("184000000.00", "184000000.00", "USD")
    assert said["speaker"].endswith("General Dynamics Land Systems")
    assert said["as_of"] == {"on": "2011-01-25", "precision": "day"}


def test_q11_what_canada_has_committed_is_unknown_in_the_ledger_and_reported_beside_it():
    row = case("f35a-canada")
    assert (row["status"], row["committed"], row["outstanding"]) == ("under_review", None, None)
    (said,) = row["reported_committed"]
    assert (said["low"], said["currency"], said["as_of"]["on"]) == ("14000000000.00", "USD", "2023-01-09")
    assert "14 more aircraft" in acts("f35a-canada")[-1]["note"]


def test_q11_exposure_says_so_too():
    row = exposed("f35a-canada")
    assert (row["committed"], row["outstanding"], row["unaccounted"]) == (None, None, None)
    assert row["explain"]["committed"]["why"]


def test_q12_of_the_comanches_contract_nothing_was_entered_since_2004():
    now = program("comanche")
    assert (now["status"], now["lag"]["contract_act"]["on"]) == ("cancelled", None)
    dated = ask(f"programs/comanche/timeline/?as_of={TODAY}&page_size=1000")["results"]
    assert max(row["effective_on"] for row in dated) < "2005-01-01"


def test_q12_whether_it_is_alive_nobody_has_said_since_so_it_is_presumed_at_severity_low():
    active = the_row(flags("comanche", TODAY), "rule=cancelled-program-active-contract")
    assert active["severity"] == "low"
    assert "2004" in active["summary"]


def test_q12_exposure_counts_it_as_presumed():
    assert exposed("comanche")["presumed"]["contracts"] == 1
