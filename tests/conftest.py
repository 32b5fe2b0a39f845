"""The database of the tests: one throw-away server for the run, one database for each process of it."""

import inspect
import os
import shutil
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections, transaction
from django.test import TransactionTestCase
from django.utils import translation

from procurement.recovery.restoring import OTHERS
from tests import emptying, fuzzing, service_role, sharing
from tests.samples import load_whole_sample
from tests.settings import MADE_HOME
from tracker.file_locks import Lock
from tracker.local.embedded import RUN_LOCK, Server

fuzzing.load_profile()

OWNED = pytest.StashKey[tuple[Server, Lock]]()


def pytest_configure(config: pytest.Config) -> None:
    """Start the server in the first process; those of xdist find it, as its lock says that it has an owner."""
    if not hasattr(config, "workerinput") and not settings.IN_EARNEST and not config.option.collectonly:
        server = Server(Path(os.environ[MADE_HOME]), durable=False)
        lock = server.lock(RUN_LOCK)
        lock.take(wait=False)
        config.stash[OWNED] = (server, lock)
        server.start(ends_with_caller=True)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the server and remove all it kept."""
    if OWNED in config.stash:
        server, lock = config.stash[OWNED]
        connections.close_all()
        server.stop()
        lock.release()
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ[MADE_HOME], ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Function]) -> Generator[None]:
    """Mark what lets writers race, so that `make races` forgets none; put in order what several processes share."""
    for item in items:
        if hasattr(item.module, "at_once") and "at_once(" in inspect.getsource(item.function):
            item.add_marker("chaos")
    yield  # pytest chooses by marks, and pytest-django sorts by what tests do to the database
    if hasattr(config, "workerinput"):
        sharing.longest_first(items)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """The database as the migrations leave it, and as it is again after every test."""
    patch = pytest.MonkeyPatch()
    with django_db_blocker.unblock():
        emptying.keep_what_migrations_left()
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _test: put_back())
        with service_role.taken():
            yield
            with service_role.as_owner():
                emptying.end_other_sessions()
    patch.undo()


def put_back() -> None:
    """The database as it was, and nothing remembered of what is gone."""
    with service_role.as_owner():
        emptying.put_back()
    ContentType.objects.clear_cache()


@pytest.fixture(autouse=True)
def in_english():
    """Each test begins in English: a page in Japanese leaves its language behind, until the next request."""
    translation.deactivate()


@pytest.fixture
def no_change_counted(db):
    """Nothing is known of facts that other tests changed or took away, which `verify` would tell of."""
    with service_role.as_owner(), connection.cursor() as cursor:
        for _ in range(100):  # a session that ends counts what it did as the last it does
            cursor.execute(OTHERS)
            if not cursor.fetchone()[0]:
                break
            time.sleep(0.05)
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute("SELECT pg_stat_reset()")


@pytest.fixture(scope="module")
def whole_sample(django_db_setup, django_db_blocker):
    """All files of the sample, for a module that only reads them; gives what became of their rows when loaded."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_whole_sample()
        transaction.set_rollback(True)
