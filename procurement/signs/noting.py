"""Noting signs of life. All moments are the database's."""

import datetime as dt
import logging
from collections.abc import Mapping
from typing import Any

import orjson
from django.db import DatabaseError, connection, transaction

from procurement.signs.models import LifeSign

log = logging.getLogger(__name__)

#: A process that was not heard for so long is gone for good, as a container that was replaced.
FORGOTTEN = dt.timedelta(days=1)
_NOTE = """
INSERT INTO procurement_lifesign (kind, name, at, is_well, well_at, details)
VALUES (%(kind)s, %(name)s, clock_timestamp(), %(well)s, CASE WHEN %(well)s THEN clock_timestamp() END, %(details)s)
ON CONFLICT (kind, name) DO UPDATE
   SET at = EXCLUDED.at, is_well = EXCLUDED.is_well, details = EXCLUDED.details,
       well_at = COALESCE(EXCLUDED.well_at, procurement_lifesign.well_at)
"""


def note_work(name: str, *, is_well: bool = True, **details: Any) -> None:
    """Note that a piece of work has just ended, and whether well; never raises, as the work itself counts more."""
    try:
        with transaction.atomic():
            _note(LifeSign.Kind.WORK, name, is_well, details)
    except DatabaseError as error:
        log.warning("the end of a work could not be noted", extra={"work": name, "error": str(error)})


def hear(name: str, **details: Any) -> None:
    """Note that a process lives. Raises DatabaseError."""
    _note(LifeSign.Kind.PROCESS, name, True, details)


def forget_gone(now: dt.datetime) -> None:
    """Forget processes that were not heard for long."""
    LifeSign.objects.filter(kind=LifeSign.Kind.PROCESS, at__lt=now - FORGOTTEN).delete()


def _note(kind: str, name: str, well: bool, details: Mapping[str, Any]) -> None:  # noqa: FBT001
    values: dict[str, Any] = {"kind": kind, "name": name, "well": well, "details": orjson.dumps(details).decode()}
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, values)
