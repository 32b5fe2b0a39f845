"""Each task of the schedule does its work as a worker calls it: in no transaction but its own."""

import pytest

from tracker.celery import BEAT, DAILY, app

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("task", sorted({task for task, _ in [*BEAT.values(), *DAILY.values()]}))
def test_it_runs(task, settings, tmp_path):
    settings.EXPORT_FOLDER = tmp_path
    app.tasks[task]()
