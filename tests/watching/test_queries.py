"""Statements are counted by a wrapper that stays out of the way of others."""

from contextlib import suppress

import pytest
from django.db import connection
from django.db.backends.signals import connection_created

from tracker.watching.queries import _counting, begin_tally

pytestmark = pytest.mark.django_db


def test_a_wrapper_that_was_there_when_the_connection_opened_is_gone_at_its_end():
    seen = []

    def noting(execute, *given):
        seen.append(given[0])
        return execute(*given)

    connection.ensure_connection()
    with suppress(ValueError):
        connection.execute_wrappers.remove(_counting)
    with connection.execute_wrapper(noting):
        connection_created.send(sender=type(connection), connection=connection)
        connection.cursor().execute("SELECT 1")
    tally = begin_tally()
    connection.cursor().execute("SELECT 2")
    assert seen == ["SELECT 1"]
    assert tally.queries == 1
