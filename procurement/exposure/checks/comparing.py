"""The SQL that holds what is kept against what it is made of: totals against lines, lines against the facts.

Each statement gives the rows that differ, as (what, ours, theirs), and how many were compared.
"""

from collections.abc import Iterable
from functools import cache

from psycopg import sql

from procurement.exposure.kept.lines import fresh_tables
from procurement.exposure.kept.models import SUMS
from procurement.exposure.kept.settling import UNSETTLED
from procurement.exposure.kept.sums import EXTREMES, LINE, summed
from procurement.exposure.line_columns import names

#: So many of the rows that differ are shown.
SHOWN = 20
#: A function takes at most a hundred arguments, two for each column.
AT_ONCE = 40

_DIFFER = sql.SQL(
    """
, compared AS (
    SELECT COALESCE(ours.what, theirs.what) AS what, ours.says AS ours, theirs.says AS theirs
      FROM ours FULL JOIN theirs ON theirs.what = ours.what
)
SELECT (SELECT count(*) FROM compared), what, ours, theirs
  FROM (SELECT true) one
  LEFT JOIN (SELECT * FROM compared WHERE ours IS DISTINCT FROM theirs ORDER BY what LIMIT {shown}) found ON true"""
).format(shown=sql.Literal(SHOWN))

_TOTALS = sql.SQL(
    """
WITH unsettled AS (
    SELECT dimension, key, currency FROM procurement_total WHERE {unsettled}
), ours AS (
    SELECT {what} AS what, {says} AS says FROM procurement_total WHERE dimension = {dimension}
), theirs AS (
    SELECT {what} AS what, {says} AS says FROM ({summed}) summed
)"""
)
_WHAT = sql.SQL("concat_ws(' ', 'dimension', dimension, key, currency)")
#: A first or last day that is yet to be found is no difference.
_DAY = "CASE WHEN (dimension, key, currency) NOT IN (SELECT dimension, key, currency FROM unsettled) THEN {} END"

_LINES = sql.SQL(
    """
WITH {fresh}, ours AS (
    {ours} WHERE contract_id IN (SELECT contract_id FROM scope)
), theirs AS ({theirs})"""
)
_LINE = sql.SQL(
    "SELECT concat_ws(' ', 'contract', contract_id, 'program', COALESCE(program_id::text, '-'), "
    "CASE WHEN is_stock THEN 'stock' ELSE 'since the stop' END, "
    "NULLIF(row_number() OVER (PARTITION BY contract_id, program_id, is_stock), 1)) AS what, "
    "to_jsonb(ROW({columns})) AS says FROM {table}"
)


@cache
def totals_against_lines(dimension: int) -> str:
    """A dimension's totals, by its keys, against the sums of the kept lines."""
    text = _TOTALS.format(
        unsettled=UNSETTLED,
        what=_WHAT,
        says=_says(),
        dimension=sql.Literal(dimension),
        summed=summed(dimension, "procurement_line"),
    )
    return (text + _DIFFER).as_string(None)


def _says() -> sql.Composed:
    """What a total says, what is nothing left out."""
    sums = ["lines", *SUMS]
    parts = [
        *(_object((name, sql.SQL("NULLIF({}, 0)")) for name in sums[start : start + AT_ONCE])
          for start in range(0, len(sums), AT_ONCE)),
        _object((name, sql.SQL(_DAY)) for name in EXTREMES),
    ]  # fmt: skip
    return sql.SQL(" || ").join(parts)


def _object(columns: Iterable[tuple[str, sql.SQL]]) -> sql.Composed:
    each = (sql.SQL("{}, ").format(sql.Literal(name)) + text.format(sql.Identifier(name)) for name, text in columns)
    return sql.SQL("jsonb_strip_nulls(jsonb_build_object({}))").format(sql.SQL(", ").join(each))


@cache
def lines_against_facts() -> str:
    """The kept lines of some `contracts` against what their facts say; takes the parameters of refreshing."""
    columns = names(LINE)
    text = _LINES.format(
        fresh=sql.SQL(",").join(fresh_tables()),
        ours=_LINE.format(columns=columns, table=sql.Identifier("procurement_line")),
        theirs=_LINE.format(columns=columns, table=sql.Identifier("fresh")),
    )
    return (text + _DIFFER).as_string(None)
