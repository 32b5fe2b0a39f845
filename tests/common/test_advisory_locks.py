"""Locks named by what they guard."""

import pytest
from django.db import transaction

from procurement.common.advisory_locks import lock_keys
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_callers_with_the_same_keys_in_another_order_do_not_deadlock() -> None:
    done: list[str] = []

    def take(keys: list[str]) -> None:
        for _ in range(20):
            with transaction.atomic():
                lock_keys(keys)
        done.append(keys[0])

    at_once(lambda: take(["a", "b", "c"]), lambda: take(["c", "b", "a"]))
    assert sorted(done) == ["a", "c"]
