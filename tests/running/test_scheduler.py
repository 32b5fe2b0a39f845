"""The scheduler when the machine's clock is put right."""

import datetime as dt

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from django_celery_beat.models import PeriodicTask, PeriodicTasks

from tracker import schedule
from tracker.celery import BEAT, DAILY, app
from tracker.scheduler import MOST_WAITING, Scheduler, TimedEntry

# beat closes old connections, and commits before it reads
pytestmark = pytest.mark.django_db(transaction=True)
NOW = dt.datetime(2026, 11, 29, 12, tzinfo=dt.UTC)
AHEAD = dt.timedelta(days=2)


class Beat(Scheduler):
    """A scheduler that remembers what it sent."""

    def __init__(self):
        super().__init__(app)
        self._finalize.cancel()  # it would note its times when the test run ends
        self.sent = []

    def apply_entry(self, entry, **how):
        super().apply_entry(entry, **how)
        self.sent.append(entry.name)

    def send_due(self):
        """Tick until nothing more is due at this moment; the names of what was sent."""
        self.sent.clear()
        while self.tick() == 0:
            pass
        return sorted(self.sent)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        PeriodicTask.objects.all().delete()
        call_command("seed_schedule", verbosity=0)
        yield clock


def row(name="drain-rechecks", **stored):
    PeriodicTask.objects.filter(name=name).update(**stored)
    return PeriodicTask.objects.get(name=name)


@pytest.mark.parametrize("name", [*BEAT, *DAILY])
def test_an_entry_that_ran_in_two_days_is_due_at_once(name):
    assert TimedEntry(row(name, last_run_at=NOW + AHEAD), app=app).is_due().is_due


def test_so_is_one_that_was_entered_in_two_days_and_never_ran():
    assert TimedEntry(row(last_run_at=None, date_changed=NOW + AHEAD), app=app).is_due().is_due


@pytest.mark.parametrize(("seconds", "due"), [(0, False), (4, False), (5, True)])
def test_one_that_ran_in_the_past_waits_for_its_interval(seconds, due):
    assert TimedEntry(row(last_run_at=NOW - dt.timedelta(seconds=seconds)), app=app).is_due().is_due is due


def test_what_is_sent_is_noted_at_the_right_time():
    PeriodicTask.objects.update(last_run_at=NOW + AHEAD)
    beat = Beat()
    assert beat.send_due() == sorted([*BEAT, *DAILY])
    beat.sync()
    assert set(PeriodicTask.objects.values_list("last_run_at", flat=True)) == {NOW}


def test_what_no_broker_takes_is_not_noted(monkeypatch, clock):
    PeriodicTask.objects.update(last_run_at=NOW - dt.timedelta(minutes=2))
    beat = Beat()
    with beat.connection:
        monkeypatch.setattr(beat.producer, "publish", refuse)
        assert set(beat.send_due()) >= {"drain-rechecks"}
        beat.sync()
        assert not PeriodicTask.objects.filter(last_run_at=NOW).exists()
        assert "drain-rechecks was due at 2026-11-29T11:58:05+00:00" in " ".join(schedule.faults())
        clock.move_to(NOW + dt.timedelta(seconds=5))
        assert "drain-rechecks" in beat.send_due()  # and it is tried again


def refuse(*_, **__):
    raise ConnectionRefusedError


def test_a_scheduler_that_runs_while_the_clock_is_set_back_goes_on(clock):
    clock.move_to(NOW + AHEAD)
    beat = Beat()
    beat.send_due()
    clock.move_to(NOW)
    assert set(beat.send_due()) >= set(BEAT)
    assert beat.send_due() == []
    clock.move_to(NOW + dt.timedelta(seconds=5))
    assert {"drain-rechecks", "send-deliveries", "refresh-totals", "pack-news"} == set(beat.send_due())


def test_a_row_that_is_edited_after_the_clock_was_set_back_is_read_again():
    PeriodicTasks.objects.update(last_update=NOW + AHEAD)
    beat = Beat()
    beat.tick()
    assert not beat.schedule_changed()
    PeriodicTask.objects.get(name="sweep").save()
    assert timezone.now() == PeriodicTasks.last_change()
    assert beat.schedule_changed()
    assert not beat.schedule_changed()


@pytest.mark.parametrize("slow", [dt.timedelta(), dt.timedelta(hours=2)])
def test_what_a_slow_scheduler_sends_does_not_expire(clock, slow):
    PeriodicTask.objects.update(expire_seconds=30)
    clock.move_to(NOW - slow)
    assert TimedEntry(row(), app=app).options["expires"] is None


def test_where_very_many_messages_wait_no_more_are_sent(monkeypatch):
    PeriodicTask.objects.update(last_run_at=NOW + AHEAD)
    beat, sent = Beat(), []
    monkeypatch.setattr(beat, "send_task", lambda *_, **__: sent.append(1))
    monkeypatch.setattr(beat, "waiting", lambda _: MOST_WAITING)
    assert set(beat.send_due()) >= set(BEAT)
    assert sent == []


def test_the_queue_uses_it():
    assert app.conf.beat_scheduler == f"{Scheduler.__module__}:{Scheduler.__name__}"
