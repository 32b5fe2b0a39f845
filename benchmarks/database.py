"""A database of the measurements' own, on whatever server the settings name: gone at the end, or kept."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from urllib.parse import quote

from django.conf import settings
from django.db import connection
from psycopg import sql

from benchmarks.size import Size

NAME = "tracker_benchmark"


class NothingKept(RuntimeError):
    """There is no kept database with a whole portfolio in it."""


@contextmanager
def own_database(*, reuse: bool = False, keep: bool = False) -> Iterator[None]:
    """Make the database anew, or take the kept one and apply what migrations it lacks; drop it at the end or keep it.

    A new one is dropped after a failure too, unless it is to be kept. Raises NothingKept.
    """
    before = connection.settings_dict["NAME"]
    if reuse and kept_size() is None:
        raise NothingKept("no database was kept; run once with --keep")
    connection.settings_dict["TEST"]["NAME"] = NAME
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False, keepdb=reuse)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0, keepdb=keep)


def kept_size() -> Size | None:
    """The size of the portfolio in the kept database; None where none was kept."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [NAME])
        row = cursor.fetchone()
    return Size(**json.loads(row[0])) if row and row[0] else None


def remember(size: Size) -> None:
    """Note in the database that it holds a whole portfolio of this size."""
    with connection.cursor() as cursor:
        name, said = sql.Identifier(NAME), sql.Literal(json.dumps(asdict(size)))
        cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, said))


def service_environment() -> dict[str, str]:
    """What processes of the service are told, so that they work on this database."""
    found = connection.settings_dict
    where = f"{quote(found['HOST'] or 'localhost', safe='')}:{found['PORT'] or 5432}"
    who = quote(found["USER"]) + (f":{quote(found['PASSWORD'])}" if found["PASSWORD"] else "")
    return {
        "DATABASE_URL": f"postgresql://{who}@{where}/{found['NAME']}",
        "SECRET_KEY": settings.SECRET_KEY,
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS": "off",
    }
