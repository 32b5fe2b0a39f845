"""To whom the rows of a load are attributed: the batch that posts them, and the person who handed in its file."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property

from django.contrib.auth.models import User
from django.db import connection, models
from django.db.backends.postgresql.psycopg_any import NumericRange

from procurement.common.advisory_locks import lock_keys
from procurement.imports.models import POSTING, STATEMENTS_AT_ONCE, BatchRows
from procurement.sources.recording import historical

#: Of some rows of a table those that a batch put in, or any batch.
_NOTED = """
SELECT u.id, max(r.batch_id)
  FROM unnest(%s::bigint[]) u (id)
  JOIN procurement_batchrows r ON r.span @> u.id AND r.table_name = %s AND u.id = ANY (r.ids)
 WHERE r.batch_id = COALESCE(%s, r.batch_id)
 GROUP BY u.id
"""


@dataclass(frozen=True)
class Attribution:
    """Whose rows are posted: a batch's and a person's, or (the sample portfolio) nobody's."""

    batch_id: int | None = None
    by: User | None = None
    #: Whether an earlier process began to post for the batch, so that rows may be found that it made.
    is_resumed: bool = False
    is_preview: bool = False

    @contextmanager
    def posting(self) -> Iterator[None]:
        """A transaction whose facts are history, and whose new rows are noted as the batch's."""
        with historical(), as_batch(self.batch_id) if self.batch_id else nullcontext():
            yield

    def lock(self, keys: Iterable[str]) -> None:
        """Take locks to the end of the transaction.

        A preview takes none: its one transaction holds thousands of rows, the server's table of locks is small, and
        what it stores is rolled back.
        """
        if not self.is_preview:
            lock_keys(keys)

    def note(self, rows: Sequence[models.Model]) -> None:
        """Note rows of one table that were not inserted, but returned to view, as the batch's."""
        if self.batch_id is not None:
            ids = sorted(row.pk for row in rows)
            span = NumericRange(ids[0], ids[-1], "[]")
            table = rows[0]._meta.db_table
            BatchRows.objects.create(batch_id=self.batch_id, table_name=table, ids=ids, span=span)

    def made(self, table: str, pk: int) -> bool:
        """Whether the batch itself made a row, before it was broken off."""
        if not self.is_resumed:
            return False
        if table not in self._made:
            self._made[table] = Ids.of(self.batch_id, table)
        return self._made[table].has(pk)

    @cached_property
    def _made(self) -> "dict[str, Ids]":
        return {}


@contextmanager
def as_batch(batch_id: int | None) -> Iterator[None]:
    """Note new rows of the transaction as those of a batch, or of none, until the end of the block."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s, true)", [POSTING])
        before = cursor.fetchone()[0] or ""
        cursor.execute(_SET, [POSTING, "" if batch_id is None else str(batch_id)])
        yield
        cursor.execute(_SET, [POSTING, before])


_SET = "SELECT set_config(%s, %s, true)"


@dataclass
class Ids:
    """Ids in runs: mostly thousands in a row, so that millions take little memory."""

    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, batch_id: int | None, table: str) -> "Ids":
        """The rows that a batch made in a table."""
        found = cls()
        noted = BatchRows.objects.filter(batch=batch_id, table_name=table).order_by("span")
        for ids in noted.values_list("ids", flat=True).iterator(chunk_size=STATEMENTS_AT_ONCE):
            found.add(ids)
        return found

    def add(self, ids: Sequence[int]) -> None:
        """Add ids that come in order."""
        for pk in ids:
            if self.ends and self.ends[-1] == pk - 1:
                self.ends[-1] = pk
            else:
                self.starts.append(pk)
                self.ends.append(pk)

    def has(self, pk: int) -> bool:
        """Whether an id is among them."""
        place = bisect_right(self.starts, pk) - 1
        return place >= 0 and pk <= self.ends[place]


def noted(table: str, ids: Collection[int], batch_id: int | None = None) -> set[int]:
    """Of some rows of a table those that a batch put in, or any batch; reversals are rows too."""
    return set(batches_of(table, ids, batch_id))


def batches_of(table: str, ids: Collection[int], batch_id: int | None = None) -> dict[int, int]:
    """The batch that put in each of some rows of a table; or only those of one batch."""
    if not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_NOTED, [sorted(ids), table, batch_id])
        return dict(cursor.fetchall())
