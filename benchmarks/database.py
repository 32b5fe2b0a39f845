"""A database of the measurements' own, on whatever server the settings name, and gone at the end."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

NAME = "tracker_benchmark"


@contextmanager
def own_database() -> Iterator[None]:
    """Make the database anew, with every migration, and drop it at the end, also after a failure."""
    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = NAME
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


def settle() -> None:
    """Give the planner what it would know of tables that are not new."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
