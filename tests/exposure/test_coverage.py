"""How much of an answer rests on known data."""

import pytest

from tests.exposure.asking import ask
from tests.makers import make_contract, post, state_complete

pytestmark = pytest.mark.django_db


def coverage():
    (row,) = ask("2021-01-01").rows
    return list(row.coverage().values())


def test_coverage_is_the_committed_share_for_which_payments_are_known_and_complete():
    make_contract(committed="500.00")
    make_contract(committed="250.00", paid="10.00")
    state_complete(make_contract(committed="250.00", paid="10.00"), "2020-12-31")
    # known: (250 + 250) / 1000; under a statement of completeness: 250 / 1000
    assert coverage() == ["0.5000", "0.2500"]


def test_coverage_is_truncated_so_that_one_means_complete():
    make_contract(committed="29999.00", paid="10.00")
    make_contract(committed="1.00")
    # 29999 / 30000 = 0.99996...
    assert coverage() == ["0.9999", "0.0000"]


def test_complete_coverage_is_one():
    state_complete(make_contract(committed="3.00", paid="1.00"), "2020-12-31")
    assert coverage() == ["1.0000", "1.0000"]


def test_there_is_no_coverage_of_nothing():
    contract = make_contract(committed="3.00", paid="1.00")
    post(contract, "-3.00", on="2020-01-01")
    assert coverage() == [None, None]
