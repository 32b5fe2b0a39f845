"""Ajax: the contract was suspended for its payments only, and the program never was."""

import pytest

from tests.exposure.examples.ajax import enter_ajax
from tests.exposure.examples.asking import BALANCE, SINCE, of_program, rows, some

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def contract():
    return enter_ajax()


#: C is the firm price of 5,522 million throughout
DATES = {
    # the total paid is as of December 2021: until then it is unknown, and all of C is unaccounted for
    "2020-12-30": ["5522000000.00", None, None, "5522000000.00"],
    "2021-12-30": ["5522000000.00", None, None, "5522000000.00"],
    # 5,522 - 3,167 = 2,355 million; the 577 million "in the year to April" are a report, no part of the sum
    "2021-12-31": ["5522000000.00", "3167000000.00", "2355000000.00", "0.00"],
    "2023-03-20": ["5522000000.00", "3167000000.00", "2355000000.00", "0.00"],
    # 3,167 + 480 = 3,647; 5,522 - 3,647 = 1,875 million
    "2023-03-31": ["5522000000.00", "3647000000.00", "1875000000.00", "0.00"],
}


@pytest.mark.parametrize("as_of", DATES)
def test_what_is_owed(as_of):
    assert some(of_program("ajax", as_of), *BALANCE) == DATES[as_of]


STATES = {
    "2020-12-30": "active",
    "2020-12-31": "suspended",
    "2023-03-19": "suspended",
    "2023-03-20": "active",
}


@pytest.mark.parametrize("as_of", STATES)
def test_the_contract_is_suspended_and_the_program_is_not(as_of):
    (row,) = rows(as_of, group_by="program,contract_status", program="ajax")
    assert (row["program"]["status"], row["contract_status"]) == (None, STATES[as_of])
    assert some(row, *SINCE) == [None, None, None]


def test_all_is_covered_by_a_payment_and_nothing_by_a_statement_that_there_were_no_others():
    row = of_program("ajax", "2021-12-31")
    assert some(row["coverage"], "paid", "paid_complete") == ["1.0000", "0.0000"]


def test_neither_what_leaving_cost_nor_a_ceiling_is_known():
    assert some(of_program("ajax", "2023-03-31"), "exit_paid", "ceiling") == [None, None]


def test_what_others_said_is_kept_beside_the_ledger(contract):
    figures = contract.reported_figures.order_by("as_of_date").values_list("measure", "currency", "amount")
    assert list(figures) == [("paid", "GBP", 577_000_000), ("claim_supplier", "USD", 1_700_000_000)]
