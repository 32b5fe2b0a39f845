"""What a user has seen: from when on something is news to them, and noting that they have seen it."""

import datetime as dt

from django.contrib.auth.models import AbstractBaseUser
from django.db import connection
from django.db.models import F
from django.db.models.functions import Greatest

from procurement.common.errors import Refused
from procurement.desk.models import Look

#: How far back news goes for who never said that they have seen anything.
FIRST_LOOK = dt.timedelta(days=7)
#: As the horizon (sources/horizon.py), but earlier: what happens to flags, and edits, have the moment at which their
#: transaction began, so that one that has written nothing yet counts too.
CLOCK_AND_OLDEST = """
WITH clock AS MATERIALIZED (SELECT pg_stat_clear_snapshot(), clock_timestamp() AS now)
SELECT now, (
    SELECT min(xact_start) - interval '1 microsecond' FROM pg_stat_activity
     WHERE xact_start IS NOT NULL AND datname = current_database() AND pid <> pg_backend_pid()
       AND backend_type <> 'autovacuum worker' AND clock.now IS NOT NULL) AS oldest
  FROM clock
"""


def settled_through() -> dt.datetime:
    """The latest moment before which nothing can appear any more: no fact, nothing that happens to a flag, no edit."""
    with connection.cursor() as cursor:
        cursor.execute(CLOCK_AND_OLDEST)
        found: tuple[dt.datetime, dt.datetime | None] = cursor.fetchone()
    now, oldest = found
    return now if oldest is None else min(now, oldest)


def seen_through(user: AbstractBaseUser) -> dt.datetime | None:
    """Through which moment a user has seen what was recorded; None for who never said so."""
    return Look.objects.filter(user=user.pk).values_list("seen_through", flat=True).first()


def mark_seen(user: AbstractBaseUser, *, through: dt.datetime) -> Look:
    """Note that a user has seen what was recorded through a moment. Safe to repeat: it never goes back.

    Raises Refused for a moment of which a transaction that is still open may yet record something.
    """
    reached = settled_through()
    if through > reached:
        raise Refused(
            {"through": f"nothing is settled after {reached.isoformat()}; that moment or an earlier one is accepted"}
        )
    look, made = Look.objects.get_or_create(user_id=user.pk, defaults={"seen_through": through})
    if not made:
        Look.objects.filter(pk=look.pk).update(seen_through=Greatest(F("seen_through"), through))
        look.refresh_from_db()
    return look
