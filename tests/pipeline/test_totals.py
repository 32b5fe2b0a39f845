"""The tasks that keep totals and verify them."""

import datetime as dt
from functools import partial

import pytest
import time_machine
from django.db.models import F
from django.utils import timezone

from procurement import tasks
from procurement.alerts.models import Delivery
from procurement.exposure.kept.models import KeptDay, Line
from procurement.exposure.kept.refreshing import refresh, refreshing_alone
from procurement.sources.models import StaleMark
from tests.alerts.test_failed_verifications import make_administrator
from tests.makers import make_contract, make_program
from tests.racing import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_change_counted")]


@pytest.fixture
def contract():
    return make_contract(make_program(), committed="100")


@pytest.fixture
def nudged(monkeypatch):
    """Which tasks are nudged."""
    found = []
    monkeypatch.setattr(tasks, "nudge", found.append)
    return found


def test_a_drain_of_facts_nudges_the_refresh(contract, nudged):
    tasks.drain()
    tasks.drain()
    assert nudged == ["refresh"]


def test_the_day_of_what_is_kept_is_that_of_the_databases_clock(contract, nudged):
    with time_machine.travel(timezone.now() + dt.timedelta(days=2)):
        tasks.refresh()
    assert abs(KeptDay.objects.get().day - timezone.localdate()) <= dt.timedelta(days=1)


def test_a_refresh_that_leaves_marks_nudges_itself(contract, nudged, monkeypatch):
    make_contract(make_program(), committed="100")
    refresh()
    StaleMark.objects.create(kind="everything")
    monkeypatch.setattr(tasks, "BATCHES_AT_ONCE", 1)
    monkeypatch.setattr(tasks, "refresh_waiting", partial(refresh, batch=1))
    for _ in range(3):
        tasks.refresh()
    assert (nudged, StaleMark.objects.exists()) == (["refresh"], False)


def test_a_refresh_leaves_the_work_to_whoever_refreshes(contract, nudged):
    with refreshing_alone(wait=False):
        at_once(tasks.refresh)
    assert (StaleMark.objects.exists(), nudged) == (True, [])


def test_a_night_on_which_all_holds_sends_nothing(contract, nudged):
    make_administrator()
    tasks.verify()
    assert (nudged, Delivery.objects.count()) == ([], 0)


def test_a_night_on_which_something_differs_tells_administrators(contract, nudged):
    make_administrator()
    refresh()
    Line.objects.update(committed=F("committed") + 1)
    tasks.verify()
    tasks.verify()
    assert (nudged, Delivery.objects.count()) == (["deliver"], 1)


def test_a_refresh_killed_in_a_batch_is_made_by_the_next(pipeline, contract):
    assert (
        pipeline.dies_in(
            "procurement.exposure.kept.refreshing",
            "kept_parameters",
            work="from procurement.exposure.kept.refreshing import refresh; refresh()",
        )
        == -9
    )
    assert StaleMark.objects.exists()
    assert refresh() == 1
    assert not StaleMark.objects.exists()
