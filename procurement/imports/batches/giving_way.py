"""How an import leaves room for whoever reads: after each portion it waits, as long as others are at work."""

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from django.db import connection

T = TypeVar("T")

#: A pause is at most so many times as long as the portion before it, and at most so many seconds.
MOST_TIMES, MOST_SECONDS = 3, 10.0
#: Sessions of this database, beside our own, that are in the middle of something: a statement that waits for no lock,
#: or a transaction that went on within the last second. On two cores two of them leave nothing for others.
AT_WORK = """
SELECT count(*) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
   AND (state = 'active' AND wait_event_type IS DISTINCT FROM 'Lock'
        OR state = 'idle in transaction' AND state_change > clock_timestamp() - interval '1 second')
"""


def giving_way(portions: Iterator[T], between: Callable[[], object] = lambda: None) -> Iterator[T]:
    """The portions; `between` is called, and others are given way to, after each was worked on."""
    for portion in portions:
        began = time.monotonic()
        yield portion
        between()
        time.sleep(pause(time.monotonic() - began, others_at_work()))


def pause(worked: float, others: int) -> float:
    """For how many seconds to wait, after so many of work beside so many others."""
    return min(worked * min(others, MOST_TIMES), MOST_SECONDS)


def others_at_work() -> int:
    """How many sessions of this database are in the middle of something; those of other roles may not be seen."""
    with connection.cursor() as cursor:
        cursor.execute(AT_WORK)
        return int(cursor.fetchone()[0])
