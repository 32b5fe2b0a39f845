"""A kept session of the database is found well without asking the server, and found ended as soon as it has."""

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ended():
    """This thread's session, whose server process was ended meanwhile."""
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    other.close()
    yield connection.connection
    connection.close()


def test_a_session_that_works_is_not_asked():
    connection.ensure_connection()
    before = _sent(connection.connection)
    assert connection.is_usable()
    assert _sent(connection.connection) == before


@pytest.mark.usefixtures("ended")
def test_a_session_that_the_server_ended_is_found_out():
    assert not connection.is_usable()


def test_a_session_that_we_closed_is_not_usable():
    connection.ensure_connection()
    connection.connection.close()
    assert not connection.is_usable()
    connection.close()


def test_a_transaction_that_failed_is_not_taken_for_a_session_that_works():
    with transaction.atomic():
        with pytest.raises(DatabaseError), connection.cursor() as cursor:
            cursor.execute("SELECT 1 / 0")
        assert not connection.is_usable()
        transaction.set_rollback(True)


def test_the_next_request_has_a_session_that_works(client, ended):
    connection.health_check_enabled, connection.health_check_done = True, False
    assert client.get("/healthz").status_code == 200
    assert connection.connection is not ended


def _sent(session: psycopg.Connection) -> object:
    """When the server last heard of the session: it keeps the moment at which the newest statement began."""
    with psycopg.connect(session.info.dsn, autocommit=True) as other:
        asked = "SELECT query_start FROM pg_stat_activity WHERE pid = %s"
        return other.execute(asked, [session.info.backend_pid]).fetchone()
