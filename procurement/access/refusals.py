"""Counting what was refused, so that the audit log names each kind of refusal without an entry for every request."""

from django.db import connection

#: So many clients without a name are counted one by one within an hour; all further ones are counted together.
STRANGERS = 1_000
OTHERS = "further clients without a name"
#: So many operations of one of them, likewise.
OPERATIONS, FURTHER = 50, "further operations"
#: Counts are kept for so long.
KEPT = "2 days"

_AGAIN = """
UPDATE procurement_refusalcount SET times = times + 1
 WHERE hour = date_trunc('hour', now()) AND who = %s AND operation = %s
RETURNING times
"""
_STRANGERS = """
SELECT count(DISTINCT who), count(*) FILTER (WHERE who = %s) FROM procurement_refusalcount
 WHERE hour = date_trunc('hour', now()) AND who NOT LIKE 'user %%'
"""
_FIRST = """
INSERT INTO procurement_refusalcount AS counted (hour, who, operation, times)
VALUES (date_trunc('hour', now()), %s, %s, 1)
    ON CONFLICT (hour, who, operation) DO UPDATE SET times = counted.times + 1
RETURNING times
"""
_FORGET = "DELETE FROM procurement_refusalcount WHERE hour < now() - %s::interval"


def count_refusal(who: str, operation: str, *, is_known: bool) -> int:
    """Count one more; gives how many there were within this hour. Safe to race: one statement counts."""
    with connection.cursor() as cursor:
        cursor.execute(_AGAIN, [who, operation])
        if found := cursor.fetchone():
            return int(found[0])
        cursor.execute(_FORGET, [KEPT])
        if not is_known:
            cursor.execute(_STRANGERS, [who])
            strangers, mine = cursor.fetchone()
            if not mine and strangers >= STRANGERS:
                who, operation = OTHERS, ""
            elif mine >= OPERATIONS:
                operation = FURTHER
        cursor.execute(_FIRST, [who, operation])
        return int(cursor.fetchone()[0])
