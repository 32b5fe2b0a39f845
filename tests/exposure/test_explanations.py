"""No null without a sentence: why a figure is unknown, and what would fill it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from procurement.contracts.models import LiabilityEstimate, Milestone
from procurement.contracts.recording import liability_estimates, milestones
from procurement.exposure.explanations import explained, nulls, reason
from procurement.exposure.line_columns import AMOUNTS, COVERED, ENDS
from procurement.exposure.presentation import PARTS, RANGES, SHOWN, shown_figures
from procurement.exposure.rows import Age, Due, Row
from tests.exposure.asking import ask
from tests.makers import day, decide, make_contract, make_program, make_source, post, put

#: Parts of one figure that are unknown for one reason.
TOGETHER = ["paid_known_through.earliest", "paid_known_through.latest", "confirmed_on.earliest", "confirmed_on.latest"]
EVERYTHING = [*(name for name in SHOWN if name not in PARTS or name == "next_due"), *TOGETHER, "presumed.outstanding",
              *(f"{name}.{end}" for name, ends in RANGES.items() for end in ends)]  # fmt: skip

UNKNOWN = Row(
    keys={},
    currency="JPY",
    contracts=7,
    contracts_without_commitment=0,
    amounts=dict.fromkeys(AMOUNTS),
    age=Age(presumed=7),
    covered=dict.fromkeys(COVERED, Decimal(0)),
    uncovered=dict.fromkeys(COVERED, 7),
    gross=Decimal(7),
    open_ends=dict.fromkeys(ENDS, 7),
)


def the_row(*group_by, as_of="2021-01-01"):
    (row,) = ask(as_of, *group_by).rows
    return row


def why(path, row):
    return reason(path, row).why


def shown(row):
    return {"currency": row.currency} | shown_figures(row) | {"coverage": row.coverage()}


def test_every_figure_that_is_null_has_its_own_sentence_and_what_fills_it():
    found = explained(shown(UNKNOWN), UNKNOWN)
    assert set(found) == set(EVERYTHING)
    assert all(each["why"] and each["fill"] for each in found.values())
    # the same is missing for the two of deliveries and payments, the three of payments since a stop, the five that tell
    # of payments and the two of a state's age
    assert len({each["why"] for each in found.values()}) == len(EVERYTHING) - 1 - 2 - 4 - 1


@pytest.mark.parametrize("path", EVERYTHING)
def test_without_contracts_everything_but_the_stop_says_so(path):
    none = replace(UNKNOWN, contracts=0)
    assert ("no contract has a share here" in why(path, none)) == ("_since" not in path)


def test_a_currency_is_null_only_without_contracts():
    assert "no contract" in why("currency", replace(UNKNOWN, contracts=0))


KEYS = ["program", "program_status", "domain", "supplier", "supplier_country", "contract_status", "fiscal_year"]


@pytest.mark.parametrize("key", KEYS)
def test_a_key_that_is_null_says_what_is_missing(key):
    assert explained({key: None}, UNKNOWN)[key]["fill"]


def test_the_status_of_a_program_is_explained_inside_its_key():
    found = explained({"program": {"code": "x", "status": None, "status_since": None}}, UNKNOWN)
    assert list(found) == ["program.status", "program.status_since"]


def test_coverage_of_nothing_is_explained_once():
    nothing = replace(UNKNOWN, gross=Decimal(0))
    assert list(nulls({"coverage": nothing.coverage()})) == ["coverage"]
    assert "nothing is committed" in why("coverage", nothing)


def test_an_amount_that_nobody_gave_of_what_falls_due_is_explained():
    due = replace(UNKNOWN, next_due=Due(day("2024-03-31"), None))
    assert "no amount is recorded" in explained(shown(due), due)["next_due.amount"]["why"]


def test_what_is_known_is_not_explained():
    days = (day("2020-01-01"), day("2020-02-01"))
    known = replace(
        UNKNOWN,
        amounts=dict.fromkeys(AMOUNTS, Decimal(1)),
        open_ends={},
        next_due=Due(day("2024-03-31"), Decimal(1)),
        age=Age(1, Decimal(1), days, days, frozenset({"stated"})),
    )
    assert explained(shown(known), known) == {}


@pytest.mark.parametrize(("keys", "contracts", "unknown", "said"), [
    ({"program": 1}, 7, 3, "for 3 of its 7 contracts,"),
    # a contract that two programs share counts twice
    ({}, 7, 3, "for up to 3 of its 7 contracts,"),
    ({}, 7, 1, "for 1 of its 7 contracts,"),
    ({}, 2, 3, "for up to 2 of its 2 contracts,"),
    ({}, 1, 2, "for its one contract,"),
    ({}, 7, 0, "for any of its 7 contracts,"),
])  # fmt: skip
def test_an_open_end_says_of_how_many_contracts_it_is_unknown(keys, contracts, unknown, said):
    row = replace(UNKNOWN, keys=keys, contracts=contracts, open_ends={"liability_low": unknown})
    assert said in why("termination_liability.low", row)


@pytest.mark.parametrize(("method", "sale", "elsewhere"), [
    (None, True, True), ("foreign_military_sale", True, False), ("domestic", False, True)
])  # fmt: skip
def test_a_row_by_method_knows_whether_a_cap_is_missing(method, sale, elsewhere):
    said = why("exit_exposure.high", replace(UNKNOWN, keys={"method": method} if method else {}))
    assert ("foreign military sale has no cap" in said, "outstanding amount" in said) == (sale, elsewhere)


# in stories


@pytest.mark.django_db
def test_a_foreign_military_sale_opens_the_high_end():
    program = make_program()
    make_contract(program, committed="10.00", paid="1.00")
    make_contract(program, committed="10.00", paid="1.00", method="foreign_military_sale")
    row = the_row("program")
    assert row.figures["exit_high"] is None
    assert why("exit_exposure.high", row).startswith("for 1 of its 2 contracts, nothing caps what leaving costs")


@pytest.mark.django_db
def test_a_withheld_estimate_is_among_the_reasons():
    contract = make_contract(committed="10.00")
    said = {"effective_on": day("2020-01-01"), "source": make_source("2020-01-01")}
    liability_estimates.record(LiabilityEstimate(contract=contract, withheld=True, **said))
    assert why("termination_liability.low", the_row()).endswith("there is none in view, or it withholds it")


@pytest.mark.django_db
def test_an_ended_contract_has_nothing_outstanding_to_tell():
    put(make_contract(committed="10.00", paid="4.00"), "terminated", "2020-01-01")
    row = the_row()
    assert (row.figures["outstanding"], row.figures["paid"]) == (None, 4)
    assert "ended without a closing entry" in why("outstanding", row)


@pytest.mark.django_db
def test_a_program_that_goes_on_has_no_stop_to_count_from():
    program = make_program()
    post(make_contract(program, committed="10.00"), "1.00", on="2020-07-01")
    assert "no stop to count from" in why("paid_since", the_row("program"))
    decide(program, "suspended", "2020-06-15")
    row = the_row("program")
    assert row.figures["committed_since"] == 1
    assert why("paid_since", row).startswith("payments are not known")


@pytest.mark.django_db
def test_a_milestone_of_an_ended_contract_is_not_open():
    contract = make_contract(committed="10.00", status="completed")
    said = {"effective_on": day("2020-01-01"), "source": make_source("2020-01-01")}
    milestones.record(Milestone(contract=contract, kind="payment", due_on=day("2022-01-01"), **said))
    assert "or the contracts have ended" in explained(shown(the_row()), the_row())["next_due"]["why"]


def test_a_sentence_can_be_said_in_another_language():
    german = {"for any of its %(count)s contracts": "für keinen der %(count)s Verträge"}
    said = why("committed", UNKNOWN).said(lambda text: german.get(text, text))
    assert said.startswith("no commitment is on record für keinen der 7 Verträge")
