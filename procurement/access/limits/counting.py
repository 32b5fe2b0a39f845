"""Units counted in a table, where there is no Redis."""

from django.db import DatabaseError, connection
from limits.storage import Storage

#: One statement, so that processes cannot pass each other; a count that has ended begins anew.
ADD = """
INSERT INTO procurement_spentunits AS spent (key, units, until)
VALUES (%s, %s, clock_timestamp() + make_interval(secs => %s))
ON CONFLICT (key) DO UPDATE SET
  units = CASE WHEN spent.until < clock_timestamp() THEN excluded.units ELSE spent.units + excluded.units END,
  until = CASE WHEN spent.until < clock_timestamp() THEN excluded.until ELSE spent.until END
RETURNING units
"""
FORGET = "DELETE FROM procurement_spentunits WHERE until < clock_timestamp()"
READ = "SELECT units, extract(epoch FROM until)::float8 FROM procurement_spentunits WHERE key = %s"


class TableStorage(Storage):
    """Counts in procurement_spentunits, an unlogged table: a crash of the database forgets them, a commit is cheap."""

    STORAGE_SCHEME = ["table"]

    @property
    def base_exceptions(self) -> type[Exception]:
        """What is raised where it does not answer."""
        return DatabaseError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Add units; the first of a key also forgets the keys that have ended."""
        with connection.cursor() as cursor:
            cursor.execute(ADD, [key, amount, expiry])
            units: int = cursor.fetchone()[0]
            if units == amount:
                cursor.execute(FORGET)
        return units

    def get(self, key: str) -> int:
        """The units of a key."""
        return int(self._row(key)[0])

    def get_expiry(self, key: str) -> float:
        """When a key ends, in seconds of the epoch."""
        return float(self._row(key)[1])

    def _row(self, key: str) -> tuple[int, float]:
        with connection.cursor() as cursor:
            cursor.execute(READ, [key])
            return cursor.fetchone() or (0, 0.0)

    def check(self) -> bool:
        """Whether it answers."""
        try:
            self._row("")
        except DatabaseError:
            return False
        return True

    def reset(self) -> int | None:
        """Forget everything."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procurement_spentunits")
            return int(cursor.rowcount)

    def clear(self, key: str) -> None:
        """Forget one key."""
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procurement_spentunits WHERE key = %s", [key])
