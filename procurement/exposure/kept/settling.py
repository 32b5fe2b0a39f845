"""Finding anew the first and last days that went from totals, of which a sum keeps no trace."""

from functools import cache

from django.db import connection, transaction
from psycopg import sql

from procurement.exposure.kept.models import Total
from procurement.exposure.kept.sums import EXTREMES, WHICH, extremes, is_one_of, key_of
from procurement.exposure.line_columns import of

#: That a total's first or last day is to be found anew; total_unsettled is the index of these.
UNSETTLED = sql.SQL(
    """((alive > 0 AND (confirmed_earliest IS NULL OR confirmed_latest IS NULL))
        OR (paid_dated > 0 AND (paid_known_earliest IS NULL OR paid_known_latest IS NULL)))"""
)
_FIND = sql.SQL("SELECT dimension, array_agg(DISTINCT key) FROM procurement_total WHERE {unsettled} GROUP BY dimension")
_SETTLE = sql.SQL(
    """
UPDATE procurement_total t SET {columns} FROM ({found}) found
 WHERE t.dimension = found.dimension AND t.key = found.key AND t.currency = found.currency"""
)
_OF_KEYS = sql.SQL(
    """SELECT {dimension}::smallint AS dimension, {key} AS key, c.currency, {extremes} FROM procurement_line c
        WHERE {chosen} AND c.is_stock GROUP BY {key}, c.currency"""
)
#: Of everything an index has the days in order.
_OF_EVERYTHING = sql.SQL(
    "SELECT {dimension}::smallint AS dimension, {key} AS key, currency, {ends} "
    "FROM {totals} each_currency WHERE dimension = {dimension}"
)
_END = "(SELECT {find}(c.{day}) FROM procurement_line c WHERE c.currency = each_currency.currency AND {which} {but})"


@transaction.atomic
def settle() -> None:
    """Find the first and last days of the totals that lack some. Hold the lock of refreshing; safe to repeat."""
    with connection.cursor() as cursor:
        cursor.execute(_FIND.format(unsettled=UNSETTLED).as_string(None))
        for dimension, keys in cursor.fetchall():
            cursor.execute(_settle(dimension), {"keys": keys})


@cache
def _settle(dimension: int) -> str:
    found = ends_of_everything(waiting=False) if dimension == Total.Dimension.ALL else _of_keys(dimension)
    columns = (sql.SQL("{0} = found.{0}").format(sql.Identifier(name)) for name in EXTREMES)
    return _SETTLE.format(columns=sql.SQL(", ").join(columns), found=found).as_string(None)


def _of_keys(dimension: int) -> sql.Composed:
    return _OF_KEYS.format(
        dimension=sql.Literal(dimension),
        key=key_of(dimension, "c"),
        extremes=extremes("c"),
        chosen=is_one_of(dimension, "c", "keys"),
    )


def ends_of_everything(*, waiting: bool) -> sql.Composed:
    """The select of the first and last days of everything, those of contracts that wait as the facts have them."""
    return _OF_EVERYTHING.format(
        dimension=sql.Literal(int(Total.Dimension.ALL)),
        key=key_of(Total.Dimension.ALL, ""),
        ends=sql.SQL(", ").join(_end(name, waiting=waiting) for name in EXTREMES),
        totals=sql.Identifier("summed" if waiting else "procurement_total"),
    )


def _end(name: str, *, waiting: bool) -> sql.Composed:
    find, (day, which) = EXTREMES[name], WHICH[name.rpartition("_")[0]]
    but = "AND c.contract_id NOT IN (SELECT contract_id FROM scope)" if waiting else ""
    kept = sql.SQL(_END).format(find=sql.SQL(find), day=sql.Identifier(day), which=of(which, "c"), but=sql.SQL(but))
    if not waiting:
        return sql.SQL("{} AS {}").format(kept, sql.Identifier(name))
    fresh = sql.SQL(
        "(SELECT {find}(c.{day}) FROM fresh c WHERE c.currency = each_currency.currency AND {which})"
    ).format(find=sql.SQL(find), day=sql.Identifier(day), which=of(which, "c"))
    better = sql.SQL("LEAST" if find == "min" else "GREATEST")
    return sql.SQL("{}({}, {}) AS {}").format(better, kept, fresh, sql.Identifier(name))
