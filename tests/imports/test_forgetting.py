"""Files of imports that ended long ago are deleted only where an administrator says so."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from procurement.common.errors import TryAgain
from procurement.imports.assignment.models import AssignmentRule
from procurement.imports.assignment.rules import request_assignment
from procurement.imports.batches import running
from procurement.imports.batches.forgetting import forget_files
from procurement.imports.batches.kept_files import keep, path_of
from procurement.imports.batches.undoing import request_undo
from procurement.imports.models import ImportBatch
from tests.imports.orders import FIRST, handed_in, imported, orders, worked_on
from tests.makers import make_program, make_source

pytestmark = pytest.mark.django_db
__all__ = ["orders"]

NOW = timezone.now()


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.IMPORT_FOLDER = tmp_path / "imports"


def aged(batch, days):
    ImportBatch.objects.filter(pk=batch.pk).update(finished_at=NOW - dt.timedelta(days=days))
    return batch


def forgotten(days=30):
    return forget_files(days=days, now=NOW)


def test_for_ever_is_the_default():
    batch = aged(imported(FIRST), 10_000)
    assert (forgotten(0), path_of(batch.sha256).exists()) == (0, True)


def test_an_old_file_is_deleted_and_its_batches_say_so():
    first, second = aged(imported(FIRST), 31), aged(imported(FIRST), 40)
    assert forgotten() == 1
    assert not path_of(first.sha256).exists()
    assert set(ImportBatch.objects.values_list("file_deleted_at", flat=True)) == {NOW}
    assert (second.sha256, forgotten()) == (first.sha256, 0)


def test_a_file_stays_while_one_of_its_imports_is_young_or_waits():
    batch = aged(imported(FIRST), 31)
    young = aged(imported(FIRST), 29)
    assert forgotten() == 0
    aged(young, 31)
    waiting = handed_in(FIRST)
    assert forgotten() == 0
    aged(worked_on(waiting), 31)
    assert (forgotten(), path_of(batch.sha256).exists()) == (1, False)


def test_a_batch_that_applied_a_rule_had_no_file():
    rule = AssignmentRule.objects.create(program=make_program(), text="radar", source=make_source())
    aged(worked_on(request_assignment(rule, by=None)), 31)
    assert forgotten() == 0
    assert ImportBatch.objects.get().file_deleted_at is None


def test_what_was_stored_can_still_be_taken_back():
    batch = aged(imported(FIRST), 31)
    forgotten()
    request_undo(batch.pk, by=None)
    assert worked_on(batch).state == "undone"


def test_the_same_file_handed_in_later_is_kept_anew():
    batch = aged(imported(FIRST), 31)
    forgotten()
    again = imported(FIRST)
    assert (again.state, again.file_deleted_at, path_of(batch.sha256).exists()) == ("done", None, True)


def test_a_file_that_is_deleted_between_keeping_and_noting_is_asked_for_again(monkeypatch):
    kept = keep([FIRST.encode()])
    real = running.lock_keys

    def deleted(keys):
        path_of(kept.sha256).unlink()
        real(keys)

    monkeypatch.setattr(running, "lock_keys", deleted)
    with pytest.raises(TryAgain, match="hand it in again"):
        handed_in(FIRST)
    assert not ImportBatch.objects.exists()


def test_the_command_says_how_many(settings):
    aged(imported(FIRST), 31)
    with pytest.raises(CommandError, match="kept for ever"):
        call_command("forget_files")
    out = StringIO()
    call_command("forget_files", "--days", "30", stdout=out)
    assert out.getvalue() == "1 files deleted\n"


def test_the_task_does_what_the_setting_says(settings):
    from procurement.tasks import forget_files as task

    aged(imported(FIRST), 31)
    task()
    assert ImportBatch.objects.get().file_deleted_at is None
    settings.IMPORT_KEEP_DAYS = 30
    task()
    assert ImportBatch.objects.get().file_deleted_at is not None
