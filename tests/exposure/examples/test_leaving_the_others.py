"""What leaving would cost, and what is at risk, in the four other cases: bounded, open, or known to the last euro."""

import pytest

from procurement.ledger.models import Measure
from tests.exposure.examples.ajax import enter_ajax
from tests.exposure.examples.asking import cite, of_program, some
from tests.exposure.examples.attack_class import enter_attack_class
from tests.exposure.examples.kf16 import enter_guarantee, enter_kf16
from tests.exposure.examples.mistral import enter_mistral
from tests.makers import state_complete

pytestmark = pytest.mark.django_db

OPEN = {"low": None, "high": None}
NOTHING = {"low": "0.00", "high": "0.00"}
AT_RISK = ("delivered", "payable_now", "advance_at_risk")


def leaving(code, as_of):
    row = of_program(code, as_of)
    return row["exit_exposure"], row["avoidable"]


#: high = outstanding, as nobody gives an estimate; low = D - P, and D is unknown; avoidable from outstanding - high
AJAX = {
    "2020-12-30": (OPEN, OPEN),  # payments are not known yet
    # 5,522 - 3,167 = 2,355 million; 2,355 - 2,355 = 0
    "2021-12-31": ({"low": None, "high": "2355000000.00"}, {"low": "0.00", "high": None}),
    # 5,522 - 3,647 = 1,875 million
    "2023-03-31": ({"low": None, "high": "1875000000.00"}, {"low": "0.00", "high": None}),
}


@pytest.mark.parametrize("as_of", AJAX)
def test_leaving_ajax_costs_at_most_what_is_owed(as_of):
    enter_ajax()
    assert leaving("ajax", as_of) == AJAX[as_of]


def test_whether_an_advance_on_ajax_is_at_risk_hangs_on_deliveries_that_are_not_valued():
    """max(P - D, 0) needs D: an entry of accepted value, or a statement that there was none, would fill it."""
    enter_ajax()
    row = of_program("ajax", "2021-12-31")
    assert some(row, *AT_RISK, "guarantees_held", "funded", "next_due") == [None] * 6
    assert row["termination_liability"] == {"low": None, "point": None, "high": None}
    known = {name for name, share in row["coverage"].items() if share == "1.0000"}
    assert known == {"committed", "paid"}


@pytest.mark.parametrize("as_of", ["2021-09-14", "2021-09-15", "2022-06-11"])
def test_leaving_the_attack_class_was_open_even_when_it_had_been_paid_for(as_of):
    """Without P nothing bounds it, and the 830 million are what it did cost (exit_paid), no estimate of it."""
    enter_attack_class()
    assert leaving("attack-class", as_of) == (OPEN, OPEN)
    coverage = of_program("attack-class", as_of)["coverage"]
    assert {name for name, share in coverage.items() if share != "0.0000"} == {"committed"}


MISTRAL = {
    "2014-09-29": (OPEN, OPEN),
    # high = 1,200 - 893 = 307 million; 307 - 307 = 0
    "2014-11-25": ({"low": None, "high": "307000000.00"}, {"low": "0.00", "high": None}),
    # C = 0, P = 0: nothing is owed; D is unknown still
    "2015-08-05": ({"low": None, "high": "0.00"}, {"low": "0.00", "high": None}),
}


@pytest.mark.parametrize("as_of", MISTRAL)
def test_leaving_mistral_while_nobody_says_what_was_delivered(as_of):
    enter_mistral()
    assert leaving("mistral-russia", as_of) == MISTRAL[as_of]
    assert some(of_program("mistral-russia", as_of), *AT_RISK) == [None, None, None]


def enter_that_no_ship_was_delivered(contract):
    """Our notes say it in no words: that the export was not authorised does, by the primary source of the stop."""
    stop = cite("https://franceintheus.org/spip.php?article6316", "Embassy of France", "2014-11-25", "primary")
    state_complete(contract, "2014-11-25", Measure.DELIVERY, source=stop)


WITHOUT_A_SHIP = {
    # D = 0: max(0 - 893, 0) payable, max(893 - 0, 0) at risk
    "2014-11-25": ["0.00", "0.00", "893000000.00"],
    # P = 893 - 893 = 0: paid back, so at risk no more
    "2015-08-05": ["0.00", "0.00", "0.00"],
}


@pytest.mark.parametrize("as_of", WITHOUT_A_SHIP)
def test_without_a_ship_the_whole_advance_on_mistral_is_at_risk_until_it_is_paid_back(as_of):
    enter_that_no_ship_was_delivered(enter_mistral())
    assert some(of_program("mistral-russia", as_of), *AT_RISK) == WITHOUT_A_SHIP[as_of]


def test_without_a_ship_both_ends_of_leaving_mistral_are_known():
    """Low = D - P = -893 million: all comes back. High = 307. Avoidable: 307 - 307 = 0 up to 307 + 893 = 1,200."""
    enter_that_no_ship_was_delivered(enter_mistral())
    low_and_high = {"low": "-893000000.00", "high": "307000000.00"}
    assert leaving("mistral-russia", "2014-11-25") == (low_and_high, {"low": "0.00", "high": "1200000000.00"})
    assert leaving("mistral-russia", "2015-08-05") == (NOTHING, NOTHING)
    assert of_program("mistral-russia", "2014-11-25")["coverage"]["delivered"] == "1.0000"


@pytest.mark.parametrize("as_of", ["2014-05-31", "2014-11-05"])
def test_leaving_a_foreign_military_sale_has_no_cap(as_of):
    """Korea would be responsible for contract termination costs: no amount, so open above; P is unknown, so below."""
    enter_kf16()
    assert leaving("kf-16-upgrade", as_of) == (OPEN, OPEN)


#: given 43,250,000 - called 0 - released 0; before the day it is dated with, no guarantee is in view
HELD = {
    "2014-11-04": (None, "0.0000"),
    "2014-11-05": ("43250000.00", "1.0000"),
    "2020-01-01": ("43250000.00", "1.0000"),
}


@pytest.mark.parametrize("as_of", HELD)
def test_the_guarantee_of_the_kf_16_is_held_while_courts_decide(as_of):
    """It has no end of validity. Coverage is by C: 140 of 140 million have a guarantee, of whatever size."""
    enter_guarantee(enter_kf16())
    row = of_program("kf-16-upgrade", as_of)
    assert (row["guarantees_held"], row["coverage"]["guarantees_held"]) == HELD[as_of]
