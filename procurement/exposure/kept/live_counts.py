"""How many contracts of a program are live, counted from kept lines: of a large program the sums take much longer."""

from collections.abc import Sequence
from functools import cache, partial

from django.db import connection
from psycopg import sql

from procurement.common.dates import Asked
from procurement.exposure.kept.lines import kept_lines
from procurement.exposure.kept.waiting import read_kept
from procurement.exposure.valuing import parameters

_COUNTED = sql.SQL(
    """
WITH {tables}
SELECT {waits} AS waits, found.*
  FROM (SELECT true) one
  LEFT JOIN (SELECT line.currency, count(*) AS live FROM line
              WHERE line.program_id = %(program)s AND line.is_stock AND line.live
              GROUP BY line.currency) found ON true"""
)


def live_by_currency(asked: Asked, program_id: int) -> dict[str, int] | None:
    """The live contracts with a share in a program, by currency; None where nothing is kept of the asked dates."""
    return read_kept(asked, {"program": [program_id]}, partial(_counted, asked, program_id))


def _counted(asked: Asked, program_id: int, contracts: Sequence[int] | None) -> dict[str, int] | None:
    values = parameters(asked, {}, of_facts=contracts is not None) | {"program": program_id, "contracts": contracts}
    with connection.cursor() as cursor:
        cursor.execute(_statement(waiting=contracts is not None), values)
        found = cursor.fetchall()
    return None if found[0][0] else {currency: live for _, currency, live in found if currency}


@cache
def _statement(*, waiting: bool) -> str:
    lines = kept_lines(waiting=waiting)
    return _COUNTED.format(tables=sql.SQL(",").join(lines.tables), waits=lines.waits).as_string(None)
