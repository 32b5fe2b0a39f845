"""What exposure says of facts of unknown publication: as if they were not there, or as from their effective date."""

import pytest

from tests.api.test_facts import body_of
from tests.makers import make_contract, make_program, make_source

PUBLIC = "published_by=2020-12-31"
ON = "2020-06-15"


@pytest.fixture
def contract(db):
    make_program("two")
    return make_contract(make_program("one"), committed="100")


def post(analyst, contract, name, published=None, **more):
    return analyst.made(f"{name}/", body_of(name, contract.pk, make_source(published).pk) | more)["id"]


def figure(anonymous, asked, path):
    """A figure of the contract; a dot leads into a range."""
    (row,) = anonymous.read(f"exposure/?group_by=contract&{asked}")["rows"]
    for name in path.split("."):
        row = row and row[name]
    return row


PAYMENT = {"measure": "payment", "amount": "40"}
KINDS = [
    # an undated fact, and what it moves -> without it, and with it
    ("ledger-entries", {"amount": "5"}, "committed", "100.00", "105.00"),
    ("ledger-entries", PAYMENT, "paid", None, "40.00"),
    ("ledger-entries", PAYMENT, "outstanding", None, "60.00"),
    ("ledger-entries", {"measure": "ceiling"}, "ceiling", None, "5.00"),
    ("ledger-entries", {"measure": "compensation"}, "exit_paid", None, "5.00"),
    ("completeness", {"through": ON}, "paid", None, "0.00"),
    ("milestones", {}, "next_due.amount", None, "10.00"),
    ("liability-estimates", {}, "termination_liability.high", None, "2.00"),
    ("guarantees", {}, "guarantees_held", None, "5.00"),
]


@pytest.mark.parametrize("case", KINDS)
def test_a_figure_is_without_it_and_has_it_when_it_is_taken_in(anonymous, analyst, contract, case):
    name, more, path, without, with_it = case
    post(analyst, contract, name, **more)
    asked = {
        PUBLIC: without,
        f"{PUBLIC}&undated=include": with_it,
        "as_of=2020-12-31": with_it,
        "published_by=2020-06-14&undated=include": without,
        # what a statement of completeness says is known at any day (DESIGN.md section 5)
        f"{PUBLIC}&undated=include&as_of=2020-06-14": with_it if name == "completeness" else without,
    }
    assert {each: figure(anonymous, each, path) for each in asked} == asked


def test_a_share_is_where_it_was_known_to_be(anonymous, analyst, contract):
    moves = {"contract": contract.pk, "effective_on": ON, "source": make_source(None).pk}
    shares = [{"program": "one", "share": "0"}, {"program": "two", "share": "1"}]
    analyst.made("allocations/", [moves | each for each in shares])
    for asked, where in ((PUBLIC, "one"), (f"{PUBLIC}&undated=include", "two"), ("as_of=2020-12-31", "two")):
        rows = anonymous.read(f"exposure/?group_by=program&{asked}")["rows"]
        assert [(row["program"]["code"], row["committed"]) for row in rows] == [(where, "100.00")]


REVERSALS = [
    # when a payment and its reversal became public -> whether it counts: with published_by, and with undated=include
    ("2020-06-20", "2020-07-01", False, False),
    ("2020-06-20", "2021-07-01", True, True),
    ("2020-06-20", None, True, False),
    (None, "2020-07-01", False, False),
    (None, "2021-07-01", False, True),
    (None, None, False, False),
]


@pytest.mark.parametrize("case", REVERSALS)
def test_a_reversal_counts_only_where_its_fact_does(anonymous, analyst, contract, case):
    fact, reversal, plain, included = case
    post(analyst, contract, "ledger-entries", "2020-01-31", **PAYMENT | {"amount": "1", "effective_on": "2020-01-31"})
    row = post(analyst, contract, "ledger-entries", fact, **PAYMENT)
    analyst.made(f"ledger-entries/{row}/reverse/", {"source": make_source(reversal).pk})
    series = "exposure/series/?interval=year&from=2020-12-31&to=2020-12-31"
    for asked, counts in ((PUBLIC, plain), (f"{PUBLIC}&undated=include", included)):
        paid = "41.00" if counts else "1.00"
        assert figure(anonymous, asked, "paid") == paid
        assert [row["paid"] for row in points(anonymous.read(f"{series}&{asked}"))] == [paid]


def points(answer):
    return [row for point in answer["points"] for row in point["rows"]]


def test_a_state_of_unknown_publication_ends_nothing_for_those_who_did_not_know_it(anonymous, analyst, contract):
    post(analyst, contract, "ledger-entries", "2020-06-20", **PAYMENT)
    post(analyst, contract, "contract-status-changes", status="terminated")
    path = f"exposure/?group_by=contract_status&{PUBLIC}"
    for asked, status, unaccounted in (("", "active", "0.00"), ("&undated=include", "terminated", "60.00")):
        (row,) = anonymous.read(f"{path}{asked}")["rows"]
        assert (row["contract_status"], row["unaccounted"]) == (status, unaccounted)
