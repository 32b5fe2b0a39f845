"""How much of an answer rests on known data."""

from decimal import Decimal

import pytest

from procurement.contracts.models import Guarantee, LiabilityEstimate
from procurement.contracts.recording import guarantees, liability_estimates
from tests.exposure.asking import ask
from tests.makers import day, make_contract, make_source, post, state_complete

pytestmark = pytest.mark.django_db


def said(on):
    return {"effective_on": day(on), "source": make_source(on)}


def coverage(*names):
    (row,) = ask("2021-01-01").rows
    return [row.coverage()[name] for name in names or ("paid", "paid_complete")]


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


def test_each_figure_that_can_be_unknown_has_its_coverage():
    contract = make_contract(committed="300.00")
    make_contract(committed="100.00")
    for measure in ("ceiling", "funding", "delivery"):
        post(contract, "5.00", measure)
    liability_estimates.record(LiabilityEstimate(contract=contract, low=Decimal(1), **said("2020-01-01")))
    guarantees.record(Guarantee(contract=contract, kind="performance", amount=Decimal(1), **said("2020-01-01")))
    # 300 / 400
    assert set(coverage("ceiling", "funded", "delivered", "termination_liability", "guarantees_held")) == {"0.7500"}
    assert coverage() == ["0.0000", "0.0000"]


def test_there_is_no_coverage_of_nothing():
    contract = make_contract(committed="3.00", paid="1.00")
    post(contract, "-3.00", on="2020-01-01")
    assert coverage() == [None, None]


def test_coverage_is_a_share_also_where_commitments_are_negative():
    state_complete(make_contract(committed="100.00"), "2020-12-31")
    post(make_contract(), "-300.00", on="2020-01-01")
    # known of 100 of the absolute 100 + 300
    assert coverage() == ["0.2500", "0.2500"]


def test_what_is_unknown_of_a_contract_with_nothing_committed_is_not_complete():
    make_contract(committed="100.00", paid="10.00")
    state_complete(make_contract(), "2020-12-31", "commitment")
    assert coverage() == ["0.9999", "0.0000"]


def test_commitments_are_covered_by_number():
    make_contract(committed="100.00")
    make_contract()
    make_contract()
    assert coverage("committed") == ["0.3333"]
