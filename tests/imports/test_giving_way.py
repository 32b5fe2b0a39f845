"""Imports give way to whoever reads: how long they wait, and after what."""

import pytest
from django.db import connection

from procurement.imports.batches import giving_way as module
from procurement.imports.batches.giving_way import giving_way, others_at_work, pause
from procurement.imports.batches.running import run_next
from procurement.imports.models import ImportBatch
from tests.imports.orders import FIRST, HEAD, handed_in, orders
from tests.racing import open_transaction

__all__ = ["orders"]


@pytest.mark.parametrize(
    ("worked", "others", "seconds"), [(2, 0, 0), (2, 1, 2), (2, 2, 4), (2, 9, 6), (5, 3, 10), (60, 1, 10)]
)
def test_a_pause_grows_with_the_others_up_to_a_limit(worked, others, seconds):
    assert pause(worked, others) == seconds


@pytest.mark.django_db(transaction=True)
def test_another_session_is_at_work_while_its_transaction_goes_on():
    before = others_at_work()
    with open_transaction(writing=False) as cursor:
        cursor.execute("SELECT 1")
        assert others_at_work() == before + 1
        connection.cursor().execute("SELECT pg_sleep(1.1)")  # nobody works in it any more
        assert others_at_work() == before


def test_after_each_portion_something_is_done_and_a_while_is_waited(monkeypatch):
    done = []
    monkeypatch.setattr(module, "others_at_work", lambda: 2)
    monkeypatch.setattr(module.time, "sleep", lambda seconds: done.append(("slept", seconds >= 0)))
    portions = giving_way(iter("ab"), between=lambda: done.append("between"))
    done.extend(portions)
    assert done == ["a", "between", ("slept", True), "b", "between", ("slept", True)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("dry_run", "times"), [(False, 2), (True, 0)])
def test_it_is_called_outside_of_transactions_and_not_in_a_preview(orders, monkeypatch, dry_run, times):
    monkeypatch.setattr("procurement.imports.reading.PORTION", 2)
    inside = []
    batch = handed_in(FIRST if not dry_run else HEAD + FIRST.splitlines()[1] + "\n", dry_run=dry_run)
    run_next(lambda: inside.append(connection.in_atomic_block))
    assert ImportBatch.objects.get(pk=batch.pk).state == "done"
    assert inside == [False] * times
