"""The schedule is an administrator's."""

import pytest
from django_celery_beat.models import IntervalSchedule, PeriodicTask, PeriodicTasks

from tracker import schedule

ADD = "/admin/django_celery_beat/periodictask/add/"


@pytest.fixture
def sweep(db):
    schedule.seed()
    return PeriodicTask.objects.get(task="procurement.tasks.sweep")


def form_of(task, **more):
    given = {"name": task.name, "regtask": task.task, "enabled": "on", "interval": task.interval_id, "args": "[]"}
    return given | {"kwargs": "{}", "headers": "{}", "expire_seconds": "600"} | more


def test_a_task_runs_as_often_as_an_administrator_says(administrator, sweep):
    hourly = IntervalSchedule.objects.create(every=1, period="hours")
    page = f"/admin/django_celery_beat/periodictask/{sweep.pk}/change/"
    administrator.post(page, form_of(sweep, interval=hourly.pk))
    sweep.refresh_from_db()
    assert sweep.interval == hourly
    assert PeriodicTasks.last_change() is not None  # beat reads the table again


def test_a_task_without_a_schedule_is_refused(administrator, sweep):
    answer = administrator.post(ADD, form_of(sweep, name="new", interval=""))
    assert answer.status_code == 200
    assert not PeriodicTask.objects.filter(name="new").exists()


def test_the_tasks_that_there_are_can_be_chosen(administrator, sweep):
    assert sweep.task in administrator.get(ADD).content.decode()


def test_analysts_do_not_touch_it(analyst, sweep):
    assert analyst.get(f"/admin/django_celery_beat/periodictask/{sweep.pk}/change/").status_code == 403
