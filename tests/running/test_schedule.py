import datetime as dt

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from tracker import schedule
from tracker.celery import BEAT, DAILY, app

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def seeded():
    PeriodicTask.objects.all().delete()
    call_command("seed_schedule", verbosity=0)


def test_every_entry_becomes_a_row():
    rows = PeriodicTask.objects.filter(interval__isnull=False).values_list("name", "task", "interval__every")
    assert {name: (task, every) for name, task, every in rows} == BEAT


def test_daily_entries_come_at_a_time_of_the_services_zone(settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    PeriodicTask.objects.all().delete()
    schedule.seed()
    rows = PeriodicTask.objects.filter(crontab__isnull=False).select_related("crontab")
    found = {row.name: (row.task, f"{row.crontab.hour:>02}:{row.crontab.minute:>02}") for row in rows}
    assert found == DAILY
    assert {str(row.crontab.timezone) for row in rows} == {"Asia/Tokyo"}


def test_an_edited_time_of_day_survives_a_restart():
    noon = CrontabSchedule.objects.create(hour="12", minute="0")
    PeriodicTask.objects.filter(name="verify").update(crontab=noon)
    assert schedule.seed() == []
    assert PeriodicTask.objects.get(name="verify").crontab == noon


def test_an_edited_row_survives_a_restart():
    hourly = IntervalSchedule.objects.create(every=3600, period=IntervalSchedule.SECONDS)
    PeriodicTask.objects.filter(name="sweep").update(interval=hourly, enabled=False)
    assert schedule.seed() == []
    assert PeriodicTask.objects.get(name="sweep", enabled=False).interval == hourly


def test_a_deleted_row_comes_back():
    PeriodicTask.objects.filter(name="sweep").delete()
    assert schedule.seed() == ["sweep"]


def test_beat_is_given_nothing_to_write_over_the_rows():
    assert not app.conf.beat_schedule


def test_a_silent_scheduler_is_noticed():
    with pytest.raises(CommandError, match="nothing lately"):
        call_command("check_schedule")


@pytest.mark.parametrize(("minutes", "alive"), [(1, True), (11, False)])
def test_a_scheduler_is_alive_while_it_sends(minutes, alive):
    PeriodicTask.objects.filter(name="sweep").update(last_run_at=timezone.now() - dt.timedelta(minutes=minutes))
    assert schedule.is_alive() is alive
