"""Backtests: the rules at the asked dates, and nothing stored."""

import pytest

from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.flags.models import Flag
from procurement.flags.screening.screen import backtest
from procurement.ledger.recording import ledger_entries
from procurement.sources.recording import Amending
from tests.makers import day, decide, make_contract, make_program, make_source, post

ACTIVE = "suspended-program-active-contract"


def outstanding(as_of: str = "2020-06-25", **more) -> list[str]:
    """What a backtest finds outstanding."""
    asked = Asked(as_of=day(as_of), **more)
    return [flag.evidence["outstanding"] for flag in backtest(asked, rules=[ACTIVE])]


@pytest.fixture
def kept():
    """A contract of 100 under a program suspended on 2020-06-15, made public on the 20th."""
    radar = make_program("radar")
    contract = make_contract(radar, committed="100", paid="40")
    decide(radar, "suspended", "2020-06-15", published_on=day("2020-06-20"))
    return contract


@pytest.mark.django_db
def test_nothing_is_stored(kept):
    assert outstanding() == ["60.00"]
    assert Flag.objects.count() == 0


@pytest.mark.django_db
def test_what_was_not_public_is_not_known(kept):
    assert outstanding(published_by=day("2020-06-19")) == []
    assert outstanding(published_by=day("2020-06-20")) == ["60.00"]


@pytest.mark.django_db(transaction=True)
def test_what_was_recorded_then_is_found_as_then(kept):
    first = post(kept, "10", "payment", on="2020-06-01")
    ledger_entries.correct(first, Amending(source=make_source()), {"amount": first.amount * 2})
    assert outstanding(recorded_by=first.recorded_at) == ["50.00"]
    assert outstanding() == ["40.00"]


@pytest.mark.django_db
def test_programs_and_rules_can_be_chosen(kept):
    asked = Asked(as_of=day("2020-06-25"))
    assert backtest(asked, program_ids=[make_program().pk]) == []
    assert backtest(asked, rules=["disputed-status"]) == []
    with pytest.raises(Refused, match=r"unknown: nonsense; accepted: .*cancelled-program-active-contract, "):
        backtest(asked, rules=["nonsense"])
