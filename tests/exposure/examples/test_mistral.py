"""Mistral: the seller stopped, the contract went on for eight months, and the buyer got its advance back."""

import pytest

from tests.exposure.examples.asking import BALANCE, SINCE, of_program, rows, some
from tests.exposure.examples.mistral import enter_mistral

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def contract():
    return enter_mistral()


NEVER = [None, None, None]
DATES = {
    # the advance is dated with the last month in which it can have been paid: before, unknown
    "2014-09-29": (["1200000000.00", None, None, "1200000000.00"], NEVER),
    # 1,200 - 893 = 307 million
    "2014-11-24": (["1200000000.00", "893000000.00", "307000000.00", "0.00"], NEVER),
    # Russia pays nothing any more, and France has not ended the contract
    "2014-11-25": (["1200000000.00", "893000000.00", "307000000.00", "0.00"], ["0.00", "0.00", "0.00"]),
    "2015-08-04": (["1200000000.00", "893000000.00", "307000000.00", "0.00"], ["0.00", "0.00", "0.00"]),
    # 1,200 - 1,200 = 0 committed, 893 - 893 = 0 paid; since the stop, -1,200 committed and -893 paid
    "2015-08-05": (["0.00", "0.00", "0.00", "0.00"], ["-1200000000.00", "-893000000.00", "0.00"]),
}


@pytest.mark.parametrize("as_of", DATES)
def test_what_is_owed_before_and_after_the_settlement(as_of):
    row = of_program("mistral-russia", as_of)
    assert (some(row, *BALANCE), some(row, *SINCE)) == DATES[as_of]


def test_the_buyer_received_what_leaving_paid():
    """56.7 million to Russia, so minus; 893 + 56.7 = the 949.7 million that were reported. The refund is no exit."""
    row = of_program("mistral-russia", "2015-08-05")
    assert row["exit_paid"] == "-56700000.00"
    assert of_program("mistral-russia", "2015-08-04")["exit_paid"] is None


STATES = {
    "2014-11-24": (None, "active"),  # in September the seller only said so, and a copy is all that we have
    "2014-11-25": ("suspended", "active"),
    "2015-08-05": ("cancelled", "terminated"),
}


@pytest.mark.parametrize("as_of", STATES)
def test_the_contract_was_active_while_delivery_was_suspended(as_of):
    (row,) = rows(as_of, group_by="program,contract_status", program="mistral-russia")
    assert (row["program"]["status"], row["contract_status"]) == STATES[as_of]


def test_the_row_says_that_the_seller_stopped_it():
    assert of_program("mistral-russia", "2014-11-25")["program"]["stopped_by"] == "seller"


def test_there_is_no_coverage_of_nothing():
    """After the end C = 0, which is known of its one contract."""
    coverage = of_program("mistral-russia", "2015-08-05")["coverage"]
    assert coverage == dict.fromkeys(coverage) | {"committed": "1.0000"}
