"""The service's role in the database of the tests, which are themselves the owner and a superuser.

With TEST_AS_SERVICE=1 every ordinary connection takes that role, so that a test fails where the service needs more than
it is given. What only the owner may do in a test stands in `as_owner()`.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg
from django.db import connection, transaction
from django.db.backends.signals import connection_created
from psycopg import sql

from procurement.common import granting
from tracker.local.embedded import SERVICE_ROLE

AS_SERVICE = os.environ.get("TEST_AS_SERVICE") == "1"
TAKE = sql.SQL("SET ROLE {}").format(sql.Identifier(SERVICE_ROLE))


def make() -> None:
    """Make the role and give it its rights, as `migrate` does."""
    with connection.cursor() as cursor, suppress(psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation):
        cursor.connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(SERVICE_ROLE)))
    with transaction.atomic():
        granting.guard_functions()
        granting.grant(SERVICE_ROLE)


@contextmanager
def taken() -> Iterator[None]:
    """Let every connection to the database of the tests take the role in the block, if that was asked for."""
    if not AS_SERVICE:
        yield
        return
    make()
    connection.close()
    connection_created.connect(take, dispatch_uid="service role")
    yield
    connection_created.disconnect(dispatch_uid="service role")
    connection.close()


def take(connection, **_):
    if connection.alias == "default":
        with connection.cursor() as cursor:
            cursor.execute(TAKE)


@contextmanager
def as_owner() -> Iterator[None]:
    """Do something as the owner on the connection of this test."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        yield
        if AS_SERVICE:
            cursor.execute(TAKE)
