"""Contracts are read from the ledger or from what is kept: what is found is the same, to the last digit."""

import pytest

from procurement.common.dates import Asked
from procurement.common.prepared_statements import fetched
from procurement.exposure.kept.refreshing import refresh
from procurement.flags.evaluation.evaluate import differing, evaluate
from procurement.flags.evaluation.scope import EVERYTHING, of_contracts
from procurement.flags.rules import all_rules
from procurement.flags.screening.screen import screen
from tests.makers import day, decide, make_contract, make_program, owe, post, put, state_complete

pytestmark = pytest.mark.django_db

TODAY = day("2021-01-01")


@pytest.fixture
def contracts():
    """Contracts of a stopped program on which many rules find something: nothing paid, and too much paid."""
    radar = make_program("radar")
    unpaid = make_contract(radar, committed="100", ends_on=day("2020-01-01"), share="0.5")
    state_complete(unpaid, "2020-05-01")
    put(unpaid, "stop_work", "2020-01-01")
    overpaid = make_contract(radar, committed="100", paid="120", share="0.333333")
    state_complete(overpaid, "2020-05-01", "delivery")
    owe(overpaid, "2020-03-31", None, "delivery")
    decide(radar, "suspended", "2020-06-15")
    post(overpaid, "7", "payment", on="2020-07-01", rounding="1")
    return [unpaid.pk, overpaid.pk]


def test_the_same_is_found_either_way(contracts):
    asked = Asked(as_of=TODAY)
    of_ledger = evaluate(asked, of_contracts(contracts), all_rules())
    refresh()
    assert evaluate(asked, EVERYTHING, all_rules()) == of_ledger
    assert len({finding.rule for finding in of_ledger}) >= 6


def setting_during(scope):
    """Whether the planner may join by merging while a statement about a scope runs, however it is run."""
    said = []

    def fetch(text, values):
        said.extend(fetched("SELECT current_setting('enable_mergejoin')", {}))
        return fetched(text, values)

    evaluate(Asked(as_of=TODAY), scope, all_rules(), fetch=fetch)
    return said


def test_of_many_contracts_nothing_is_joined_by_merging(contracts):
    assert setting_during(of_contracts(contracts)) == [("on",)]
    assert setting_during(EVERYTHING) == [("off",)]


def test_a_sweep_has_nothing_to_look_at_again_when_what_was_screened_is_kept(contracts):
    screen(of_contracts(contracts), today=TODAY)
    refresh()
    assert differing(Asked(as_of=TODAY), EVERYTHING, all_rules(), {}) == []
