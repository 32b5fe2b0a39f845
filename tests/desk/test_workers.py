"""Whether workers keep up, as the first page says it."""

import datetime as dt

import pytest
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from procurement.desk.workers import Workers, workers
from procurement.sources.models import Recheck
from tests.makers import make_contract
from tracker.schedule import seed


def test_where_nothing_waits_and_tasks_are_sent_all_is_fine():
    quick, sweep = dt.timedelta(seconds=3), dt.timedelta(minutes=9)
    assert Workers(facts=quick, messages=quick, swept=sweep, beat=quick).faults == []


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        ({"facts": dt.timedelta(minutes=6)}, "facts"),
        ({"messages": dt.timedelta(hours=1)}, "messages"),
        ({"swept": dt.timedelta(hours=1)}, "sweep"),
        ({"swept": None}, "sweep"),
        ({"swept": None, "scheduled": dt.timedelta(hours=1)}, "sweep"),
        ({"beat": dt.timedelta(minutes=10)}, "beat"),
        ({"beat": None}, "beat"),
        ({"failing": 1}, "failing"),
    ],
)
def test_what_is_late_is_named(found, fault):
    fine = {"swept": dt.timedelta(minutes=1), "beat": dt.timedelta(0)}
    assert Workers(**fine | found).faults == [fault]


def test_a_sweep_that_was_just_scheduled_is_not_late():
    assert Workers(scheduled=dt.timedelta(minutes=1), beat=dt.timedelta(0)).faults == []


def test_a_task_that_was_sent_in_the_future_was_never_sent(db):
    seed()
    PeriodicTask.objects.update(last_run_at=timezone.now() + dt.timedelta(days=2))
    assert "beat" in workers(timezone.now()).faults


def test_what_waits_is_read_from_the_queues(db):
    seed()
    PeriodicTask.objects.filter(name="sweep").update(last_run_at=timezone.now() - dt.timedelta(minutes=3))
    make_contract(None)
    found = workers(timezone.now() + dt.timedelta(minutes=7))
    assert found.facts > dt.timedelta(minutes=6)
    assert dt.timedelta(minutes=9) < found.swept < dt.timedelta(minutes=11)
    assert found.messages is None
    Recheck.objects.update(failures=1)
    assert workers(timezone.now()).failing > 0
