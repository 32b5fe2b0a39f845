"""The one clock that all processes share: the database's.

Work is claimed, put off and given up by comparing moments that different machines wrote. Their own clocks may differ,
or be set; the database's is the same for all, and it also dates every fact.
"""

import datetime as dt

from django.db import connection


def database_now() -> dt.datetime:
    """The moment by the database's clock, also inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (moment,) = cursor.fetchone()
    return moment  # type: ignore[no-any-return]
