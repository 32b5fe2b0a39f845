"""A day is the service's: what was recorded in the evening of another zone is of the day that it is here."""

import datetime as dt

import pytest
import time_machine

from procurement.contracts.models import Contract
from procurement.delivery.models import Attempt
from procurement.programs.models import Program
from tests.api.calling import entry
from tests.makers import make_contract, make_program, make_source

#: Sunday evening in Greenwich, Monday morning in Tokyo.
AT = dt.datetime(2020, 6, 14, 20, tzinfo=dt.UTC)


@pytest.fixture
def tokyo(settings):
    settings.TIME_ZONE = "Asia/Tokyo"


@pytest.fixture
def recorded(db, tokyo):
    """A program and a contract without facts and dated sources, in view from the day on which they were recorded."""
    source = make_source(None)
    make_program("x", source=source)
    contract = make_contract(status=None, source=source)
    for model in (Program, Contract):
        model.objects.update(created_at=AT)
    return contract


@pytest.mark.parametrize(("day", "seen"), [("2020-06-14", 0), ("2020-06-15", 1)])
def test_a_program_is_in_view_from_the_day_of_the_service_on_which_it_was_recorded(analyst, recorded, day, seen):
    assert len(analyst.rows(f"programs/?as_of={day}")) == seen


@pytest.mark.parametrize(("day", "seen"), [("2019-10-30", 0), ("2020-06-15", 1)])
def test_a_contract_too(analyst, recorded, day, seen):
    assert len(analyst.rows(f"contracts/?as_of={day}")) == seen


def test_today_is_the_services_day(analyst, db, tokyo):
    contract = make_contract(signed_on="2020-06-01")
    with time_machine.travel(AT, tick=False):
        analyst.made("ledger-entries/", entry(contract, make_source("2020-06-15"), effective_on="2020-06-15"))
        assert analyst.read("exposure/?group_by=none")["as_of"] == "2020-06-15"
        assert len(analyst.rows("ledger-entries/")) == 1


def test_an_attempt_is_told_in_the_services_time(tokyo):
    assert str(Attempt(outcome="sent", at=AT)).endswith("2020-06-15 05:00")
