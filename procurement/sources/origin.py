"""What a transaction says of the facts that it stores: whether they are history, and which import posts them.

Triggers read it from settings of the transaction. An act that waits for approval keeps it, so that the fact is stored
as it would have been without waiting.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction

#: The settings of a transaction: "on" for history, and the id of the batch that posts.
HISTORICAL, BATCH = "procurement.historical", "procurement.batch"
_READ = "SELECT COALESCE(current_setting(%s, true), ''), COALESCE(current_setting(%s, true), '')"
_SET = "SELECT set_config(%s, %s, true), set_config(%s, %s, true)"


@dataclass(frozen=True)
class Origin:
    """Whether facts are history, and the batch that posts them."""

    historical: bool = False
    batch_id: int | None = None


def origin() -> Origin:
    """What the current transaction says."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [HISTORICAL, BATCH])
        historical, batch = cursor.fetchone()
    return Origin(historical == "on", int(batch) if batch else None)


@contextmanager
def posting_as(said: Origin) -> Iterator[None]:
    """Say so of the facts that are stored in the block. Needs a transaction."""
    before = origin()
    with transaction.atomic():
        _say(said)
        yield
        _say(before)


def _say(said: Origin) -> None:
    batch = "" if said.batch_id is None else str(said.batch_id)
    with connection.cursor() as cursor:
        cursor.execute(_SET, [HISTORICAL, "on" if said.historical else "off", BATCH, batch])
