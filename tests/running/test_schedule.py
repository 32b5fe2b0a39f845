import datetime as dt

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from django_celery_beat.models import CrontabSchedule, IntervalSchedule, PeriodicTask

from procurement.alerts.models import Delivery, Subscription
from procurement.imports.models import ImportBatch
from procurement.sources.models import Recheck
from tests.alerts.news import changed, tell
from tests.alerts.subscribers import subscribe
from tests.delivery.outbox import make_delivery
from tests.makers import make_program
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


# the health check


def ran(ago, *names):
    """Note that rows, or all, were sent so many minutes ago."""
    rows = PeriodicTask.objects.filter(name__in=names) if names else PeriodicTask.objects.all()
    rows.update(last_run_at=timezone.now() - dt.timedelta(minutes=ago))


def check():
    call_command("check_schedule", verbosity=0)


def test_a_scheduler_that_sent_all_in_time_is_well(capsys):
    ran(0.5)
    check()
    assert capsys.readouterr().out == "well\n"


def test_a_scheduler_that_never_sent_anything_is_not():
    with pytest.raises(CommandError, match="has sent nothing yet"):
        check()


@pytest.mark.parametrize("names", [(), ("drain-rechecks",), ("verify",)], ids=["all", "one", "a daily one"])
def test_nor_one_whose_times_lie_ahead(names):
    ran(0.5)
    ran(-2 * 24 * 60, *names)
    with pytest.raises(CommandError, match="which lies in the future"):
        check()


@pytest.mark.parametrize(("name", "minutes", "late"), [
    ("drain-rechecks", 1, False),
    ("drain-rechecks", 2, True),
    ("sweep", 10, False),
    ("sweep", 12, True),
    ("verify", 3 * 24 * 60, False),  # the machine may have been off at that hour
])  # fmt: skip
def test_an_entry_is_late_a_minute_after_its_time(name, minutes, late):
    ran(0.5)
    ran(minutes, name)
    assert [name for said in schedule.faults() if "has not been sent" in said] == [name] * late


def test_what_has_never_run_is_due_after_its_interval():
    ran(0.5)
    PeriodicTask.objects.filter(name="sweep").update(last_run_at=None)
    assert schedule.faults() == []
    PeriodicTask.objects.filter(name="sweep").update(date_changed=timezone.now() - dt.timedelta(minutes=12))
    assert "sweep was due at " in schedule.faults()[0]


@pytest.mark.parametrize("change", [{"enabled": False}, {"one_off": True}])
def test_what_is_not_to_run_again_is_not_missed(change):
    ran(0.5)
    ran(-2 * 24 * 60, "sweep")
    PeriodicTask.objects.filter(name="sweep").update(**change)
    assert schedule.faults() == []


def test_where_nothing_is_enabled_nothing_is_missed():
    PeriodicTask.objects.update(enabled=False)
    check()


# what shows that nobody works


def test_a_scheduler_whose_messages_no_worker_takes_is_not_well():
    ran(0)
    Recheck.objects.create(fact_table="t", fact_id=1, recorded_at=timezone.now() - dt.timedelta(minutes=11))
    make_delivery(next_try_at=timezone.now() - dt.timedelta(minutes=11))
    with pytest.raises(CommandError, match=r"facts wait since .*messages wait since"):
        check()


def test_news_that_were_grouped_and_that_nobody_puts_in_a_message_are_such_a_sign():
    ran(0)
    subscription, program = subscribe(), make_program()
    for _ in range(2):
        tell(changed(program), at=timezone.now() - dt.timedelta(minutes=12))
    Delivery.objects.all().delete()
    with pytest.raises(CommandError, match="news wait since"):
        check()
    Subscription.objects.filter(pk=subscription.pk).update(quiet_from="22:00", quiet_until="07:00")
    check()


def test_history_that_is_loaded_and_messages_that_are_put_off_are_no_such_sign():
    ran(0)
    old = timezone.now() - dt.timedelta(minutes=11)
    Recheck.objects.create(fact_table="t", fact_id=1, recorded_at=old, historical=True)
    Recheck.objects.create(fact_table="t", fact_id=2, recorded_at=old, failures=1, not_before=timezone.now())
    make_delivery(next_try_at=timezone.now() + dt.timedelta(minutes=1))
    check()


def make_batch(**given):
    known = {"file_name": "a.yaml", "sha256": "0" * 64, "size": 1, "format": "portfolio", "state": "received"}
    return ImportBatch.objects.create(**known | given)


@pytest.mark.parametrize(("queue", "what"), [("default", "facts"), ("delivery", "messages"), ("imports", "files")])
def test_workers_of_one_queue_are_asked_for_what_waits_there(queue, what):
    late = timezone.now() - dt.timedelta(minutes=11)
    call_command("check_schedule", queue=queue)
    Recheck.objects.create(fact_table="t", fact_id=1, recorded_at=late)
    make_delivery(next_try_at=late)
    make_batch(created_at=late)
    with pytest.raises(CommandError, match=f"the queue {queue} is not well: {what} wait since [^;]*$"):
        call_command("check_schedule", queue=queue)


def test_a_file_may_wait_while_another_is_read():
    make_batch(created_at=timezone.now() - dt.timedelta(hours=2))
    make_batch(state=ImportBatch.State.RUNNING)
    call_command("check_schedule", queue="imports")
