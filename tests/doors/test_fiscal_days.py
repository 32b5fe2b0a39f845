"""A day with precision fiscal_year ends a fiscal year of the buyer's country, by whichever door it comes."""

import pytest

from tests.api.test_facts import FACTS, body_of
from tests.doors import contracts
from tests.makers import make_contract, make_program, make_source
from tests.matching.world import World

OFF = {"effective_on": "2020-12-31", "effective_precision": "fiscal_year"}
SAID = "does not end a fiscal year of JP, the buyer's country; with precision fiscal_year"
OTHERS = [
    ("milestones", "due_on", "due_precision"),
    ("contract-status-changes", "notified_on", "notified_precision"),
    ("reported-figures", "as_of_date", "as_of_precision"),
]


@pytest.fixture
def contract(db):
    program = make_program("one")
    make_program("two")
    return make_contract(program, share="0.4", committed="100")


def body(kind, contract, **more):
    part = {"share": "0.2"} if kind == "allocations" else {}
    return body_of(kind, contract.pk, make_source("2020-06-20").pk) | part | more


def test_a_day_inside_the_buyers_year_is_refused_of_every_fact(api, contract):
    for kind in FACTS:
        given = body(kind, contract, **OFF)
        for sent, name in ((given, "effective_on"), ([given], "0.effective_on")):
            assert SAID in str(api.errors(f"{kind}/", sent).get(name)), (kind, api.errors(f"{kind}/", sent))
    for kind, name, precision in OTHERS:
        given = body(kind, contract, **{name: "2019-12-31", precision: "fiscal_year"})
        assert SAID in api.errors(f"{kind}/", given)[name][0], kind


def test_a_correction_may_not_either(api, contract):
    fact = api.made("milestones/", body("milestones", contract, effective_on="2020-01-31"))
    assert SAID in api.errors(f"milestones/{fact['id']}/correct/", OFF)["effective_on"][0]


@pytest.mark.parametrize("door", contracts.DOORS)
def test_no_door_takes_a_contract_signed_or_ending_inside_one(api, site, door):
    for name in ("signed", "ends"):
        given = {f"{name}_on": "2019-12-31", f"{name}_precision": "fiscal_year"}
        taken, said = contracts.DOORS[door](World(api, site), given)
        assert (taken, "does not end a fiscal year of JP" in said.replace("&#x27;", "'")) == (False, True), said
