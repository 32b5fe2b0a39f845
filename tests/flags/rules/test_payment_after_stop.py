"""payment-after-stop: facts in, flags out; and the near misses."""

from decimal import Decimal

import pytest

from procurement.flags.facts import Belonging
from procurement.flags.rules.payment_after_stop import CODE, RULE
from procurement.ledger.posting import ledger_entries
from procurement.sources.recording import Amending
from tests.flags.backtests import found
from tests.flags.made_facts import contract, entry, program, said, span
from tests.makers import decide, make_contract, make_program, make_source, post, rehome

STOP = said(1, "suspended", "2020-06-15")
RESUMED = said(2, "active", "2020-09-01")


@pytest.mark.django_db
def test_opens_on_a_payment_dated_by_a_year_that_overlaps_the_stop():
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    kept = make_contract(radar, committed="100", paid="10")
    post(kept, "7", "payment", on="2021-03-31", effective_precision="fiscal_year")
    (flag,) = found(CODE, "2021-03-31")
    assert (flag.severity, flag.evidence["total"], flag.evidence["overlapping"]) == ("medium", "7.00", "7.00")
    assert flag.evidence["entries"][0]["when"] == "overlapping"


@pytest.mark.django_db
def test_stays_closed_on_a_payment_dated_by_the_year_before():
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    kept = make_contract(radar, committed="100")
    post(kept, "7", "payment", on="2020-03-31", effective_precision="fiscal_year")
    assert found(CODE, "2021-03-31") == []


@pytest.mark.django_db
def test_stays_after_rehoming_and_ends_when_the_payment_is_taken_back():
    radar, ships = make_program("radar"), make_program("ships")
    decide(radar, "cancelled", "2020-06-15")
    kept = make_contract(radar, committed="100")
    paid = post(kept, "7", "payment", on="2020-07-01")
    rehome(kept, [(radar, "0"), (ships, "1")], "2020-12-18")
    post(kept, "9", "payment", on="2021-01-01")
    (flag,) = found(CODE, "2021-01-01")
    assert (flag.program_id, flag.evidence["total"]) == (radar.pk, "7.00")
    ledger_entries.reverse(paid, Amending(source=make_source("2021-01-01")))
    assert found(CODE, "2021-01-01") == []


@pytest.mark.parametrize(
    ("paid", "when"),
    [
        (entry(1, "2020-06-15"), None),
        (entry(1, "2020-06-16"), "after"),
        (entry(1, "2020-08-31"), "after"),
        (entry(1, "2020-09-01"), None),
        (entry(1, "2020-06-30", precision="month"), "overlapping"),
        (entry(1, "2020-07-31", precision="month"), "after"),
        (entry(1, "2020-09-30", precision="quarter"), "overlapping"),
        (entry(1, "2020-12-31", precision="quarter"), None),
        (entry(1, "2021-03-31", precision="fiscal_year"), "overlapping"),
    ],
)
def test_says_whether_a_payment_fell_into_the_stop_surely_or_perhaps(paid, when):
    found = RULE.findings(program("2021-04-01", STOP, RESUMED, contracts=(contract(None, paid),)))
    assert [row["when"] for flag in found for row in flag.evidence["entries"]] == ([when] if when else [])


def test_a_stop_of_one_day_leaves_no_day_after_it():
    paid = contract(None, entry(1, "2020-06-16"))
    assert RULE.findings(program("2021-04-01", STOP, said(2, "active", "2020-06-16"), contracts=(paid,))) == []


def test_two_stops_are_told_apart():
    again = said(3, "cancelled", "2021-01-01")
    paid = contract(None, entry(1, "2020-07-01"), entry(2, "2021-02-01"))
    (flag,) = RULE.findings(program("2021-04-01", STOP, RESUMED, again, contracts=(paid,)))
    assert [row["stopped_on"] for row in flag.evidence["entries"]] == ["2020-06-15", "2021-01-01"]


def test_totals_are_of_the_programs_share():
    half = (Belonging(span("2019-01-01"), Decimal("0.5")),)
    (flag,) = RULE.findings(
        program("2021-04-01", STOP, contracts=(contract(None, entry(1, "2020-07-01"), belonged=()),))
    )
    assert flag.evidence["total"] == "10.00"
    shared = contract(None, entry(1, "2020-07-01"))
    shared = type(shared)(**vars(shared) | {"belonged": half})
    (flag,) = RULE.findings(program("2021-04-01", STOP, contracts=(shared,)))
    assert (flag.evidence["total"], flag.evidence["entries"][0]["amount"]) == ("5.00", "10.00")


def test_lists_the_latest_of_very_many():
    paid = [entry(number, "2020-07-01", amount="1") for number in range(1, 151)]
    (flag,) = RULE.findings(program("2021-04-01", STOP, contracts=(contract(None, *paid),)))
    assert (flag.evidence["count"], flag.evidence["total"]) == (150, "150.00")
    assert [row["id"] for row in flag.evidence["entries"]] == list(range(51, 151))
