"""KF-16: the contract ended, the program did not, and what was paid on it is not known."""

import pytest

from procurement.contracts.models import Guarantee
from tests.exposure.examples.asking import BALANCE, SINCE, of_program, rows, some
from tests.exposure.examples.kf16 import enter_guarantee, enter_kf16

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def contract():
    entered = enter_kf16()
    enter_guarantee(entered)
    return entered


@pytest.mark.parametrize(("as_of", "status"), [("2014-05-31", "active"), ("2014-11-05", "terminated")])
def test_phase_1_alone_was_under_contract(as_of, status):
    """C = 140 million; the sale of 1.7, later 2.4 to 2.5 billion is an estimate. P is unknown: all is unaccounted."""
    (row,) = rows(as_of, group_by="program,contract_status,method", program="kf-16-upgrade")
    assert some(row, "contract_status", "method") == [status, "foreign_military_sale"]
    assert some(row, *BALANCE, "exit_paid") == ["140000000.00", None, None, "140000000.00", None]


def test_no_source_says_that_the_program_was_stopped():
    row = of_program("kf-16-upgrade", "2014-11-05")
    assert (row["program"]["status"], some(row, *SINCE)) == (None, [None, None, None])


def test_before_may_2014_nothing_was_under_contract():
    assert rows("2014-05-30", group_by="program", program="kf-16-upgrade") == []


def test_the_guarantee_is_held_and_what_is_disputed_stands_beside_it(contract):
    assert Guarantee.objects.get().event == "given"
    assert contract.reported_figures.get().measure == "unsettled"
