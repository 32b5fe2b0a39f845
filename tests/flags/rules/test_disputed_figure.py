"""disputed-figure: facts in, flags out; and the near misses."""

from decimal import Decimal
from pathlib import Path

import pytest

from procurement.figures.recording import reported_figures
from procurement.flags.rule import Limits
from procurement.flags.screening.screen import screen
from procurement.imports.format import File
from procurement.imports.loading import load_files
from procurement.sources.recording import Amending
from tests.flags.backtests import found
from tests.makers import (
    day,
    decide,
    make_contract,
    make_program,
    make_source,
    post,
    rehome,
    report,
    state_complete,
)

FIXTURES = Path(__file__).parents[3] / "fixtures"

pytestmark = pytest.mark.django_db

CODE = "disputed-figure"
LATER = "2021-04-01"


@pytest.fixture
def radar():
    return make_program("radar")


def differences(as_of: str = LATER, **more) -> list[str]:
    """By how much what is found differs."""
    return [each["difference"] for flag in found(CODE, as_of, **more) for each in flag.evidence["disputes"]]


def test_opens_on_two_reports_of_one_total(radar):
    first = report(radar, "paid", "100", on="2020-06-16", speaker="Suga")
    second = report(radar, "paid", "110", on="2020-06-22")
    (flag,) = found(CODE, LATER)
    assert (flag.program_id, flag.contract_id, flag.severity) == (radar.pk, None, "low")
    assert (flag.condition_since, flag.outstanding) == (day("2020-06-22"), None)
    (said,) = flag.evidence["disputes"]
    assert (said["difference"], said["a"]["amount"], said["b"]["amount"]) == ("10.00", "100.00", "110.00")
    assert flag.evidence["sources"] == [first.source_id, second.source_id]
    assert flag.summary == "Radar: paid is 100 JPY (Suga, 2020-06-16) and 110 JPY (2020-06-22), 10 JPY apart"


@pytest.mark.parametrize(
    "near_miss",
    [
        {"amount": "101"},
        {"amount": "110", "rounding": "10"},
        {"amount": "110", "on": "2020-07-24"},
        {"amount": "110", "on": "2020-05-21"},
        {"amount": "110", "measure": "spent"},
        {"amount": "110", "currency": "USD"},
        {"amount": "110", "scope": "to the United States"},
        {"low": "90", "high": "100"},
        {"low": "100"},
        {"high": "100"},
    ],
)
def test_stays_closed_on_reports_that_agree_or_speak_of_something_else(radar, near_miss):
    report(radar, "paid", "100", on="2020-06-22")
    report(radar, **{"measure": "paid", "on": "2020-06-23"} | near_miss)
    assert differences() == []


@pytest.mark.parametrize(
    ("other", "difference"),
    [
        ({"amount": "101.02"}, "1.02"),
        ({"amount": "98.98"}, "1.02"),
        ({"amount": "110", "rounding": "9.99"}, "10.00"),
        ({"amount": "110", "on": "2020-07-23"}, "10.00"),
        ({"amount": "110", "on": "2020-05-22"}, "10.00"),
        ({"low": "120", "high": "150"}, "20.00"),
        ({"low": "120"}, "20.00"),
        ({"high": "70"}, "30.00"),
    ],
)
def test_the_distance_is_between_the_nearest_ends(radar, other, difference):
    report(radar, "paid", "100", on="2020-06-22")
    report(radar, **{"measure": "paid", "on": "2020-06-23"} | other)
    assert differences() == [difference]


def test_the_rounding_of_both_counts(radar):
    report(radar, "paid", "100", rounding="5")
    report(radar, "paid", "110", rounding="5")
    assert differences() == []
    report(radar, "paid", "110.01", rounding="5")
    assert differences() == ["10.01"]


def test_two_estimates_in_ranges_show_both(radar):
    report(radar, "termination_cost", low="450", high="680", currency="USD", scope="all")
    report(radar, "termination_cost", low="2000", currency="USD", scope="all")
    (flag,) = found(CODE, LATER)
    (said,) = flag.evidence["disputes"]
    assert (said["a"]["low"], said["a"]["high"], said["b"]["low"], said["b"]["high"]) == (
        "450.00", "680.00", "2000.00", None
    )  # fmt: skip
    assert "(all) is 450 to 680 USD (2020-06-22) and at least 2,000 USD (2020-06-22), 1,320" in flag.summary


def test_ends_when_a_report_is_taken_back_and_knows_only_what_was_public(radar):
    report(radar, "paid", "100")
    wrong = report(radar, "paid", "110", source=make_source("2020-06-30"))
    assert differences(published_by=day("2020-06-29")) == []
    assert differences(published_by=day("2020-06-30")) == ["10.00"]
    reported_figures.reverse(wrong, Amending(source=make_source("2020-07-01")))
    assert differences() == []


@pytest.mark.parametrize(
    ("measure", "entries"),
    [
        ("contracted", [("commitment", "110"), ("commitment", "-20")]),
        ("paid", [("payment", "100"), ("refund", "10")]),
        ("delivered", [("delivery", "90")]),
    ],
)
def test_a_report_on_a_contract_is_held_against_the_ledger(radar, measure, entries):
    kept = make_contract(radar)
    posted = [post(kept, amount, what, on="2020-05-01", rounding=Decimal(1)) for what, amount in entries]
    told = report(kept, measure, "100")
    (flag,) = found(CODE, LATER)
    (said,) = flag.evidence["disputes"]
    assert (said["b"]["ledger"], said["b"]["rounding"]) == ("90.00", f"{len(posted)}.00")
    assert flag.evidence["sources"] == sorted([told.source_id, *(entry.source_id for entry in posted)])
    assert (flag.program_id, flag.contract_id) == (radar.pk, kept.pk)
    assert "100 JPY (2020-06-22) and 90 JPY by the ledger, 10 JPY apart" in flag.summary


@pytest.mark.parametrize(
    ("told", "posted"),
    [
        ({"scope": "to the United States"}, {}),
        ({"currency": "USD"}, {}),
        ({"measure": "spent"}, {}),
        ({"as_of_date": "2021-04-02"}, {}),
        ({"rounding": "10"}, {}),
        ({"amount": "90.5"}, {}),
        ({}, {"rounding": Decimal(10)}),
        ({}, {"measure": "refund", "amount": "1", "on": "2020-06-23"}),
        ({"amount": "40"}, {"on": "2021-03-31", "effective_precision": "fiscal_year"}),
    ],
)
def test_stays_closed_where_the_ledger_does_not_surely_say_otherwise(radar, told, posted):
    kept = make_contract(radar)
    post(kept, **{"amount": "90", "measure": "payment", "on": "2020-05-01"} | posted)
    report(kept, **{"measure": "paid", "amount": "100"} | told)
    assert differences() == []


def test_what_may_have_been_paid_by_then_makes_the_ledger_a_range(radar):
    kept = make_contract(radar)
    post(kept, "60", "payment", on="2020-03-31", effective_precision="fiscal_year")
    post(kept, "30", "payment", on="2021-03-31", effective_precision="fiscal_year")
    report(kept, "paid", "100")
    (flag,) = found(CODE, LATER)
    (said,) = flag.evidence["disputes"]
    assert (said["b"]["ledger_low"], said["b"]["ledger_high"], said["difference"]) == ("60.00", "90.00", "10.00")
    assert flag.condition_since == day("2021-03-31")


def test_nothing_paid_is_known_only_where_the_ledger_is_complete(radar):
    kept = make_contract(radar)
    report(kept, "paid", "100")
    assert differences() == []
    state_complete(kept, "2020-06-30", measure="delivery")
    assert differences() == []
    state_complete(kept, "2020-06-30")
    assert differences() == ["100.00"]


def test_a_programs_total_is_its_shares_of_that_day_with_the_balance(radar):
    make_contract(radar, committed="100")
    other = make_contract(radar, share="0.5", committed="100")
    make_contract(radar, committed="30", is_remainder=True)
    report(radar, "contracted", "180", on="2020-06-22")
    assert differences() == []
    rehome(other, [(radar, "0"), (make_program("ships"), "1")], "2020-06-24")
    report(radar, "contracted", "180", on="2020-06-24")
    (flag,) = found(CODE, LATER)
    (said,) = flag.evidence["disputes"]
    assert (said["b"]["ledger"], flag.condition_since) == ("130.00", day("2020-06-24"))
    assert (flag.program_id, flag.contract_id) == (radar.pk, None)


@pytest.mark.parametrize(("given", "count"), [({"paid": "50"}, 1), ({}, 0), ({"paid": "50", "currency": "USD"}, 0)])
def test_a_programs_payments_are_compared_when_all_are_known_in_its_currency(radar, given, count):
    make_contract(radar, paid="50")
    make_contract(radar, **given)
    report(radar, "paid", "70")
    assert len(differences()) == count


def test_a_program_without_a_commitment_on_the_day_is_not_compared(radar):
    make_contract(radar)
    report(radar, "contracted", "100")
    assert differences() == []
    make_contract(radar, committed="90")
    assert differences() == ["10.00"]


def test_a_contract_is_flagged_under_each_program_that_it_belongs_to_now(radar):
    ships, planes = make_program("ships"), make_program("planes")
    kept = make_contract(radar, committed="100", share="0.4")
    report(kept, "contracted", "120")
    rehome(kept, [(radar, "0"), (ships, "0.5"), (planes, "0.5")], "2020-12-18")
    assert [flag.program_id for flag in found(CODE, "2020-12-17")] == [radar.pk]
    flags = [(flag.program_id, flag.contract_id) for flag in found(CODE, "2020-12-18")]
    assert flags == [(ships.pk, kept.pk), (planes.pk, kept.pk)]


def test_a_contract_of_no_program_is_flagged_and_a_balancing_line_is_not():
    kept, line = make_contract(committed="100"), make_contract(committed="100", is_remainder=True)
    for contract in (kept, line):
        report(contract, "contracted", "120")
    (flag,) = found(CODE, LATER)
    assert (flag.program_id, flag.contract_id, flag.evidence["currency"]) == (None, kept.pk, "JPY")


def test_a_screening_of_one_contract_finds_what_the_sweep_finds(radar):
    kept, _ = make_contract(radar, committed="100"), make_contract(radar, committed="100")
    decide(radar, "active", "2020-01-01")
    for about, amount in ((kept, "120"), (radar, "220")):
        report(about, "contracted", amount)
    found_by_screening = {event.flag.contract_id for event in screen([radar.pk], today=day(LATER))}
    assert found_by_screening == {flag.contract_id for flag in found(CODE, LATER)} == {None, kept.pk}


def test_lists_the_latest_of_very_many(radar):
    for number in range(12):
        report(radar, "paid", str(100 + 10 * number), on=f"2020-06-{number + 1:02}")
    (flag,) = found(CODE, LATER)
    assert (flag.evidence["count"], len(flag.evidence["disputes"])) == (66, 50)
    assert flag.condition_since == day("2020-06-02")
    assert flag.evidence["disputes"][0]["b"]["as_of_date"] == "2020-06-12"
    assert flag.summary.endswith("; 65 more differences")


def test_the_worked_example_is_in_the_sample_with_one_more_and_a_near_miss():
    names = ("organizations", "organizations-more", "euro-hawk", "comanche")
    load_files([File.at(FIXTURES / f"{name}.yaml") for name in names])
    said = {flag.evidence["program"]: flag.evidence for flag in found(CODE, LATER)}
    assert {program: [each["difference"] for each in shown["disputes"]] for program, shown in said.items()} == {
        "Euro Hawk": ["307000000.00"],
        "RAH-66 Comanche": ["1320000000.00", "1320000000.00"],  # officials, against the press and against the AP
    }


def test_thresholds_can_be_changed(radar):
    report(radar, "paid", "100", on="2020-06-22")
    report(radar, "paid", "110", on="2020-06-24")
    for changed, count in (({"near": 1}, 0), ({"tolerance": Decimal(10)}, 0), ({"tolerance": Decimal(9)}, 1)):
        assert len(differences(limits={CODE: Limits(changed)})) == count
