"""The cases in one currency: native sums times the one rate that the answer names, to be checked by hand.

The rates are made for these tests and no market's. Reference rates are per euro: with EUR/GBP 0.8 and EUR/USD 1.08, a
pound is 1.08 / 0.8 = 1.35 dollars.
"""

from decimal import Decimal

import pytest

from tests.api.conftest import caller
from tests.exposure.examples.ajax import enter_ajax
from tests.exposure.examples.asking import BALANCE, of_program, read, some
from tests.exposure.examples.attack_class import enter_attack_class
from tests.exposure.examples.kf16 import enter_guarantee, enter_kf16
from tests.makers import make_source

pytestmark = pytest.mark.django_db


def enter_euro(on, **worth):
    """What a euro is worth in each currency, entered by hand through the API."""
    administrator = caller("an-administrator", "admin")
    common = {"base": "EUR", "on": on, "rate_type": "ecb_reference", "source": make_source(on).pk}
    for quote, rate in worth.items():
        administrator.made("exchange-rates/", common | {"quote": quote, "rate": rate})


def test_ajax_in_dollars():
    """Each figure x 1.35, in millions: 5,522 = 7,454.70; 3,167 = 4,275.45; 2,355 = 3,179.25."""
    enter_ajax()
    enter_euro("2021-12-31", GBP="0.8", USD="1.08")
    found = read("programs/ajax/exposure/", "2021-12-31", currency="USD")
    (row,) = found["rows"]
    assert (found["currency"], row["currency"]) == ("USD", "USD")
    assert some(row, *BALANCE) == ["7454700000.00", "4275450000.00", "3179250000.00", "0.00"]
    assert row["exit_exposure"] == {"low": None, "high": "3179250000.00"}


def test_the_answer_names_the_rate_that_it_used():
    enter_ajax()
    enter_euro("2021-12-30", GBP="0.8", USD="1.08")
    (rate,) = read("programs/ajax/exposure/", "2021-12-31", currency="USD")["rates"]
    assert some(rate, "base", "quote", "on", "type") == ["GBP", "USD", "2021-12-30", "ecb_reference"]
    assert Decimal(rate["rate"]) == Decimal("1.35")


def test_pounds_and_dollars_merge_into_one_row():
    """Ajax as above and the KF-16 in its own dollars: C = 7,454.7 + 140; its P is unknown, so 140 are unaccounted for.

    Paid is covered for 7,454.7 / 7,594.7 = 0.98156..., and the KF-16 opens the high end.
    """
    enter_ajax()
    enter_guarantee(enter_kf16())
    enter_euro("2021-12-31", GBP="0.8", USD="1.08")
    (row,) = read("exposure/", "2021-12-31", currency="USD")["totals"]
    assert some(row, *BALANCE) == ["7594700000.00", "4275450000.00", "3179250000.00", "140000000.00"]
    assert some(row, "contracts", "guarantees_held", "exit_exposure") == [2, "43250000.00", {"low": None, "high": None}]
    assert row["coverage"]["paid"] == "0.9815"


def test_the_settlement_of_the_attack_class_in_euros():
    """EUR/AUD 1.5, so A$1 = 0.6666666667 euros, to ten digits, and what is shown is rounded once, half to even:

    830,000,000 x 0.6666666667 = 553,333,333.361, where 555 millions were reported; 450,000,000 x it = 300,000,000.015.
    """
    enter_attack_class()
    enter_euro("2022-06-10", AUD="1.5")  # the day of the settlement was a Saturday
    row = of_program("attack-class", "2022-06-11", currency="EUR")
    assert some(row, "exit_paid", "committed", "paid") == ["553333333.36", "300000000.02", None]


def test_a_rate_serves_for_seven_days_and_then_the_pair_and_the_day_are_named():
    enter_ajax()
    enter_euro("2021-12-24", GBP="0.8", USD="1.08")
    assert of_program("ajax", "2021-12-31", currency="USD")["committed"] == "7454700000.00"
    refused = caller("a-reader", "read").get("programs/ajax/exposure/?as_of=2022-01-01&currency=USD")
    (said,) = refused.json()["errors"]["currency"]
    assert refused.status_code == 400
    assert "GBP/USD" in said
    assert "2022-01-01" in said
