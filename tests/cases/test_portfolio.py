"""The portfolio: a line for each program and currency."""

from decimal import Decimal
from typing import Any

import pytest

from procurement.cases.lines import COLUMNS, answered, flat, flat_columns, lines
from procurement.cases.portfolio import portfolio
from procurement.common.dates import Asked
from procurement.common.dating import Dated, Days
from procurement.contracts.models import LiabilityEstimate
from procurement.contracts.recording import liability_estimates
from procurement.figures.models import ReportedFigure
from procurement.figures.recording import reported_figures
from procurement.flags.screening.screen import screen_all
from tests.makers import day, decide, estimate, make_contract, make_program, make_source, post, put, rehome, report, say

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
    assert (row["status"], row["term"], row["stopped_on"]) == ("cancelled", "断念", Dated(day("2020-06-15")))
    assert (row["first_doubt_on"], row["contract_act_on"]) == (Dated(day("2020-05-06")), Dated(day("2020-07-01")))
    assert row["days_doubt_to_act"] == Days(56, 56)
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
    assert row["reported"] == "termination cost 3 to 7 JPY, Boeing, 2020-06-20, https://example.org/bill"


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


def test_a_status_and_the_stop_that_began_otherwise_have_each_their_own_date():
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    decide(radar, "cancelled", "2020-12-18")
    (row,) = rows("2021-01-01")
    assert (row["status"], row["status_since"].on, row["stopped_as"]) == ("cancelled", day("2020-12-18"), "suspended")
    assert row["standing"] == "cancelled since 2020-12-18; stopped since 2020-06-15 (suspended)"


def test_a_dispute_says_since_when_and_when_it_was_last_said():
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    say(radar, "cancelled", "2020-06-30", speaker="Kono", effective_precision="month")
    row = answered(rows("2026-11-28")[0])
    month = {"on": day("2020-06-30"), "precision": "month"}
    assert (row["disputed"], row["disputed_since"], row["last_said_on"]) == (True, month, month)


def test_dates_keep_their_precision_and_days_between_them_are_a_range():
    radar = make_program("radar")
    decide(radar, "cancelled", "2009-07-31", effective_precision="month")
    put(make_contract(radar, signed_on="2009-01-01"), "terminated", "2009-08-08")
    (row,) = rows()
    assert answered(row)["stopped_on"] == {"on": day("2009-07-31"), "precision": "month"}
    assert answered(row)["days_doubt_to_act"] == {"low": 8, "high": 38}
    file = flat(row)
    assert (file["stopped_on"], file["stopped_on_precision"]) == (day("2009-07-31"), "month")
    assert [file[f"days_doubt_to_act{end}"] for end in ("", "_low", "_high")] == [None, 8, 38]


SAID = [
    ("contracted", "reported_committed"), ("target_price", "reported_committed"), ("paid", "reported_paid"),
    ("spent", "spent"), ("termination_cost", "reported_estimate"), ("settlement", "reported_exit"),
    ("estimated_total", "reported_total"), ("budget", "reported_total"),
]  # fmt: skip


@pytest.mark.parametrize(("measure", "column"), SAID)
def test_what_was_said_stands_beside_what_the_ledger_knows(measure, column):
    radar = make_program("radar")
    decide(radar, "cancelled", "2020-06-15")
    report(
        radar, measure, "700", speaker="Kono", scope="all", source=make_source("2020-06-22", url="https://a.example/")
    )
    (row,) = rows()
    assert [(each["low"], each["currency"], each["source"]) for each in row[column]] == [
        ("700.00", "JPY", "https://a.example/")
    ]
    words = f"{measure.replace('_', ' ')} 700 JPY (all), Kono, 2020-06-22, https://a.example/"
    assert flat(row)[column] == words
    assert [name for name in ("committed", "paid", "exit_paid") if row[name] is not None] == []


def test_what_is_secret_is_said_to_be_withheld():
    radar = make_program("radar")
    decide(radar, "cancelled", "2020-06-15")
    estimate(make_contract(radar), withheld=True, on="2020-06-20")
    report(radar, "settlement", withheld=True)
    (row,) = rows()
    assert [(each["measure"], each["low"]) for each in row["withheld"]] == [
        ("settlement", None), ("termination_liability", None),
    ]  # fmt: skip
    assert row["reported_exit"] == []


def test_a_share_of_a_price_is_no_amount():
    radar = make_program("radar")
    decide(radar, "cancelled", "2020-06-15")
    report(radar, "paid", share=Decimal("0.45"), share_of="the price")
    (row,) = rows()
    assert flat(row)["reported_paid"].startswith("paid 0.45 of the price, 2020-06-22")


def test_a_file_has_a_column_for_each_part(radar):
    assert list(flat(rows()[0])) == flat_columns()
    assert list(answered(rows()[0])) == [*COLUMNS]
