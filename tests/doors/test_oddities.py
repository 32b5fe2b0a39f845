"""What is hardly meant is warned of by every door, naming the field, the value and what it is compared with."""

import pytest

from tests.api.test_facts import FACTS, body_of
from tests.doors import contracts
from tests.doors.facts import DOORS
from tests.makers import make_contract, make_organization, make_program, make_source, owe, post, report, state_complete
from tests.matching.world import World

FAR = "is after 20"  # so many years ahead of the day of the test


@pytest.fixture
def contract(db):
    program = make_program("one")
    make_program("two")
    return make_contract(program, share="0.4", committed="100")


def body(kind, contract, **more):
    part = {"share": "0.2"} if kind == "allocations" else {}
    return body_of(kind, contract.pk, make_source("2020-06-20").pk) | part | more


def starting(said, *expected):
    return all(any(each.startswith(one) for each in said) for one in expected)


# days


@pytest.mark.parametrize("kind", FACTS)
@pytest.mark.parametrize("door", DOORS)
def test_a_day_far_ahead_is_told_of_every_fact(api, site, contract, kind, door):
    given = body(kind, contract, effective_on="2099-12-31", effective_precision="year")
    said = DOORS[door](World(api, site), kind, given)
    assert starting(said, f"effective_on: 2099-12-31 {FAR}"), said
    assert "more than 30 years ahead" in " ".join(said)


DATES = [
    ("milestones", "due_on", "due_precision"),
    ("contract-status-changes", "notified_on", "notified_precision"),
    ("reported-figures", "as_of_date", "as_of_precision"),
    ("contract-status-changes", "until", None),
    ("guarantees", "valid_until", None),
    *((kind, "published_on", None) for kind in FACTS),
]


@pytest.mark.parametrize(("kind", "name", "precision"), DATES)
def test_every_other_date_is_looked_at_too(api, contract, kind, name, precision):
    given = body(kind, contract, **{name: "2099-12-31"} | ({precision: "year"} if precision else {}))
    assert starting(api.made(f"{kind}/", given)["warnings"], f"{name}: 2099-12-31 {FAR}")


def test_the_publication_of_a_reversal_is_looked_at_too(api, contract):
    made = api.made("milestones/", body("milestones", contract))
    address = f"milestones/{made['id']}/reverse/"
    back = api.made(address, {"source": made["source"], "published_on": "2099-01-01"})
    assert starting(back["warnings"], f"published_on: 2099-01-01 {FAR}")


SOUND = {
    "the end of the buyer's year": {"effective_on": "2020-03-31", "effective_precision": "fiscal_year"},
    "twenty years ahead": {"effective_on": "2046-01-01"},
    "the end of a calendar year": {"effective_on": "2020-12-31", "effective_precision": "year"},
}


@pytest.mark.parametrize("day", SOUND)
def test_these_days_are_not_odd(api, contract, day):
    assert "warnings" not in api.made("milestones/", body("milestones", contract, **SOUND[day]))


def test_a_country_without_a_calendar_of_its_own_counts_calendar_years(api, contract):
    abroad = make_contract(buyer=make_organization("Bundeswehr", "DE"))
    given = body("milestones", abroad, effective_precision="fiscal_year")
    (said,) = api.made("milestones/", given | {"effective_on": "2020-03-31"})["warnings"]
    assert said.startswith("effective_on: 2020-03-31 does not end a calendar year, and no other fiscal year of DE")


# amounts


LARGE = {
    "ledger-entries": {"measure": "commitment", "amount": "10000.00"},
    "milestones": {"amount": "10000.00"},
    "liability-estimates": {"high": "10000.00"},
    "guarantees": {"amount": "10000.00"},
    "reported-figures": {"amount": "10000.00"},
}


@pytest.mark.parametrize("kind", LARGE)
@pytest.mark.parametrize("door", DOORS)
def test_every_door_tells_of_an_amount_a_hundred_times_the_largest(api, site, contract, kind, door):
    said = DOORS[door](World(api, site), kind, body(kind, contract, **LARGE[kind]))
    (name,) = {"amount", "high"} & set(LARGE[kind])
    assert starting(said, f"{name}: 10,000 JPY is at least 100 times the contract's largest amount so far, 100"), said


@pytest.mark.parametrize("door", DOORS)
def test_every_door_tells_of_a_payment_above_what_is_committed(api, site, contract, door):
    given = body("ledger-entries", contract, measure="payment", amount="101.00")
    said = DOORS[door](World(api, site), "ledger-entries", given)
    assert starting(
        said, "amount: with this payment of 101 JPY, 101 JPY are paid in all, more than what is committed, 100"
    )


def test_a_first_payment_on_a_contract_of_unknown_value_is_no_false_alarm(api, contract):
    given = body("ledger-entries", make_contract(), measure="payment", amount="1000000.00")
    assert "warnings" not in api.made("ledger-entries/", given)


def test_the_ceiling_stands_in_for_an_unknown_commitment(api, contract):
    other = make_contract()
    post(other, "50", "ceiling")
    (said,) = api.made("ledger-entries/", body("ledger-entries", other, measure="payment", amount="51"))["warnings"]
    assert "51 JPY are paid in all, more than its ceiling, 50" in said


def test_a_statement_that_nothing_was_committed_is_compared_with(api, contract):
    other = make_contract()
    state_complete(other, "2020-12-31", measure="commitment")
    (said,) = api.made("ledger-entries/", body("ledger-entries", other, measure="payment", amount="51"))["warnings"]
    assert "more than what is committed, 0" in said


def test_a_list_is_looked_at_as_a_whole(api, contract):
    other = make_contract()
    bodies = [
        body("ledger-entries", other, measure=measure, amount=amount)
        for measure, amount in (("payment", "60"), ("commitment", "50"), ("commitment", "10"))
    ]
    assert not [row for row in api.made("ledger-entries/", bodies) if "warnings" in row]


def test_amounts_are_compared_within_their_kind_and_with_the_worth(api, contract):
    owe(contract, "2021-03-31", "0.01")
    assert "warnings" not in api.made("milestones/", body("milestones", contract, amount="50.00"))
    report(contract, "paid", "1", currency="USD")
    figure = body("reported-figures", contract, currency="USD", amount="99.00")
    assert "warnings" not in api.made("reported-figures/", figure)
    assert "100 times" in api.made("reported-figures/", figure | {"amount": "9900.00"})["warnings"][0]


def test_the_balancing_line_of_a_total_is_not_overpaid(api, db):
    rest = make_contract(committed="1", is_remainder=True)
    given = body_of("ledger-entries", rest.pk, make_source().pk) | {"measure": "payment", "amount": "2.00"}
    assert "warnings" not in api.made("ledger-entries/", given)


# contracts


CONTRACTS = {
    "signed after its end": (
        {"signed_on": "2020-07-01", "ends_on": "2020-06-30"},
        "signed_on: 2020-07-01 is after ends_on, 2020-06-30",
    ),
    "ending far ahead": ({"signed_on": "2020-07-01", "ends_on": "2099-06-30"}, f"ends_on: 2099-06-30 {FAR}"),
    "in marks of 2010": (
        {"currency": "DEM", "signed_on": "2010-01-01"},
        "signed_on: 2010-01-01 is after 2002-03-31, by when DEM had been withdrawn",
    ),
}


@pytest.mark.parametrize("case", CONTRACTS)
@pytest.mark.parametrize("door", contracts.DOORS)
def test_every_door_tells_what_is_odd_about_a_contract(api, site, door, case):
    given, expected = CONTRACTS[case]
    taken, said = contracts.DOORS[door](World(api, site), given)
    assert taken, said
    assert expected in said


NOT_ODD = [
    {"signed_on": "2020-12-31", "signed_precision": "year", "ends_on": "2020-06-30"},  # it may be of January
    {"signed_on": "2020-12-31", "signed_precision": "by", "ends_on": "2020-06-30"},
    {"signed_on": "2020-06-30", "ends_on": "2020-06-30"},
    {"signed_on": "1998-01-01", "currency": "DEM"},
    {"signed_on": "2010-12-31", "signed_precision": "by", "currency": "DEM"},
]


@pytest.mark.parametrize("given", NOT_ODD)
def test_these_contracts_are_not_odd(api, db, given):
    assert contracts.posted(World(api), given) == (True, "")


def test_what_was_odd_before_is_not_told_again_with_every_change(api, db):
    row = make_contract(ends_on="2019-01-01")
    assert "warnings" not in api.patch(f"contracts/{row.pk}/", {"title": "Other"}).json()
