"""The SQL of lines: the stock of each contract's share, and beside it what moved on it since a program stopped.

Stands on the common tables of statements.py, with their placeholders.
"""

from functools import cache

from psycopg import sql

from procurement.exposure.line_columns import AGES, DUE, KEYS, MARKS, SINCE, STOCK, presumed
from procurement.exposure.sql.contract_values import tables
from procurement.exposure.sql.dialects import known
from procurement.exposure.sql.movements import is_by
from procurement.exposure.sql.visibility import ASKED, Days

#: Every column of a line at one day, in order.
COLUMNS = ("contract_id", "program_id", "is_stock", *KEYS, *MARKS, *AGES, "presumed", *STOCK, *SINCE, *DUE)

#: The standing of each program at the asked day.
STANDING = sql.SQL(
    """
standing AS (
    SELECT unnest(%(program_ids)s::bigint[]) AS program_id, unnest(%(statuses)s::text[]) AS status,
           unnest(%(stops)s::date[]) AS stopped_on, unnest(%(disputed)s::boolean[]) AS disputed
)"""
)

#: Every contract that belonged to a stopped program during its stop, at its share when the stop began, or at the
#: first share it got later; and what moved on it after that day. Re-homed: the part it no longer has.
_SINCE = sql.SQL(
    """
stopped AS (
    SELECT f.contract_id, f.program_id, stop.stopped_on,
           COALESCE(NULLIF((array_agg(f.share ORDER BY f.effective_on DESC)
                               FILTER (WHERE f.effective_on <= stop.stopped_on))[1], 0),
                    (array_agg(f.share ORDER BY f.effective_on)
                               FILTER (WHERE f.effective_on > stop.stopped_on AND f.share > 0))[1]) AS share
      FROM allocated f JOIN standing stop ON stop.program_id = f.program_id AND stop.stopped_on IS NOT NULL
     GROUP BY f.contract_id, f.program_id, stop.stopped_on
), since AS (
    SELECT stopped.contract_id, stopped.program_id, stopped.share,
           GREATEST(stopped.share - COALESCE(held.share, 0), 0) AS rehomed,
           COALESCE(sum(f.amount) FILTER (WHERE f.measure = 'commitment'), 0) AS committed,
           COALESCE(sum(CASE f.measure WHEN 'payment' THEN f.amount WHEN 'refund' THEN -f.amount END), 0) AS paid,
           COALESCE(sum(CASE f.measure WHEN 'payment' THEN f.amount WHEN 'refund' THEN -f.amount END)
                        FILTER (WHERE {is_by}), 0) AS paid_by
      FROM stopped
      LEFT JOIN held ON held.contract_id = stopped.contract_id AND held.program_id = stopped.program_id
      LEFT JOIN procurement_ledgerentry f
             ON f.contract_id = stopped.contract_id AND f.effective_on > stopped.stopped_on
            AND f.effective_on <= %(as_of)s::date AND {known}
     WHERE stopped.share IS NOT NULL
     GROUP BY stopped.contract_id, stopped.program_id, stopped.share, held.share
)"""
)

_LINES = sql.SQL(
    """
{name} AS (
    SELECT stock.contract_id, stock.program_id, true AS is_stock, stock.share, {keys}, {marks}, {ages},
           {presumed} AS presumed, {stock},
           {no_since},
           due_on, due_amount * share AS due_amount
      FROM stock
    UNION ALL
    SELECT since.contract_id, since.program_id, false, NULL, {since_keys}, false, false,
           {since_ages}, {since_presumed}, {no_stock},
           CASE WHEN v.committed IS NOT NULL THEN since.committed * since.share END,
           CASE WHEN v.paid IS NOT NULL THEN since.paid * since.share END,
           CASE WHEN v.paid IS NOT NULL THEN since.paid * since.rehomed END,
           CASE WHEN v.paid IS NOT NULL THEN since.paid_by * since.share END, NULL, NULL
      FROM since JOIN valued v ON v.contract_id = since.contract_id
)"""
)


def _each(pattern: str, names: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL(pattern).format(sql.Identifier(name)) for name in names)


def _no(days: Days, names: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(
        sql.SQL("{} AS {}").format(days.dialect.no_amount, sql.Identifier(name)) for name in names
    )


def _lines(days: Days, name: str) -> sql.Composed:
    return _LINES.format(
        name=sql.Identifier(name),
        keys=_each("stock.{}", KEYS),
        since_keys=_each("v.{}", KEYS),
        marks=_each("stock.{}", MARKS),
        ages=_each("stock.{}", AGES),
        presumed=presumed("stock"),
        since_presumed=presumed("v"),
        since_ages=_each("v.{}", AGES),
        stock=sql.SQL(", ").join(sql.SQL("stock.{0} * share AS {0}").format(sql.Identifier(name)) for name in STOCK),
        no_stock=_no(days, STOCK),
        no_since=_no(days, SINCE),
    )


@cache
def line_tables(days: Days = ASKED, scope: str = "", name: str = "line") -> tuple[sql.Composable, ...]:
    """The common tables up to `line`, or whatever it is to be called."""
    since = _SINCE.format(known=known("f"), is_by=is_by(days))
    return (days.standing or STANDING, *tables(days, scope), since, _lines(days, name))
