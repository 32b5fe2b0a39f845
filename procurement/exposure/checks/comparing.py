"""The SQL that holds what is kept against what it is made of: totals against spans, spans against the ledger.

Each statement gives the rows that differ, as (what, ours, theirs), and how many were compared.
"""

from functools import cache

from psycopg import sql

from procurement.exposure.kept.models import SUMS, Total
from procurement.exposure.kept.spans import (
    COUNTS,
    DUE_SPAN,
    PERIODS,
    SPAN,
    dimensions,
    due_spans,
    fresh_tables,
    names,
    periods,
    sums,
)

#: What a total says beside its keys. Where nothing is known a sum is zero or unknown, as it came to be.
_SAYS = (*COUNTS, *SUMS)
_GROUP = sql.SQL("dimension, key, word, currency")
#: So many of the rows that differ are shown.
SHOWN = 20

_DIFFER = sql.SQL(
    """
, compared AS (
    SELECT COALESCE(ours.what, theirs.what) AS what, ours.says AS ours, theirs.says AS theirs
      FROM ours FULL JOIN theirs ON theirs.what = ours.what
)
SELECT (SELECT count(*) FROM compared), what, ours, theirs
  FROM (SELECT true) one
  LEFT JOIN (SELECT * FROM compared WHERE ours IS DISTINCT FROM theirs ORDER BY what LIMIT {shown}) found ON true"""
)


def _says() -> sql.Composed:
    """A total's sums, those that are nothing left out."""
    each = (sql.SQL("{}, NULLIF(sum({}), 0)").format(sql.Literal(name), sql.Identifier(name)) for name in _SAYS)
    halves = list(each)
    parts = [halves[:40], halves[40:]]  # a function takes at most a hundred arguments
    texts = [sql.SQL("jsonb_strip_nulls(jsonb_build_object({}))").format(sql.SQL(", ").join(part)) for part in parts]
    return sql.SQL(" || ").join(texts)


_WHAT = sql.SQL("concat_ws(' ', 'dimension', dimension, COALESCE(key::text, word, '-'), currency)")


_PART = """SELECT dimension, key, word, currency, {columns} FROM procurement_total
     WHERE dimension = {dimension} AND period = {period} AND starts_on >= {since} AND starts_on {before} {until}"""


def _parts(dimension: int) -> sql.Composed:
    """The periods that make up everything up to the day: in the longer one that it lies in, those before its own."""
    found = []
    for longer, period in zip((None, *Total.Period), Total.Period, strict=False):
        since, until = (each and PERIODS[each].format(day="%(as_of)s::date") for each in (longer, period))
        part = sql.SQL(_PART).format(
            columns=names(_SAYS),
            dimension=sql.Literal(dimension),
            period=sql.Literal(int(period)),
            since=sql.SQL(since or "DATE '-infinity'"),
            before=sql.SQL("<=" if period == Total.Period.DAY else "<"),
            until=sql.SQL(until or ""),
        )
        found.append(part)
    return sql.SQL(" UNION ALL ").join(found)


@cache
def totals_against_spans(dimension: int) -> str:
    """A dimension's totals up to a day (`as_of`), by its keys, against the sums of the spans that hold on it."""
    text = sql.SQL(
        """
WITH c AS (
    SELECT 1 AS sign, procurement_span.* FROM procurement_span
     WHERE from_on <= %(as_of)s::date AND until_on > %(as_of)s::date
), summed AS (
    SELECT d.dimension, d.key, d.word, c.currency, {sums}
      FROM c CROSS JOIN LATERAL ({dimension}) d GROUP BY d.dimension, d.key, d.word, c.currency
), part AS (
    {parts}
), ours AS (
    SELECT {what} AS what, {says} AS says FROM part GROUP BY {group} HAVING {says} <> '{{}}'
), theirs AS (
    SELECT {what} AS what, {says} AS says FROM summed GROUP BY {group} HAVING {says} <> '{{}}'
)"""
    ).format(
        sums=sums(),
        dimension=dimensions([dimension]),
        group=_GROUP,
        parts=_parts(dimension),
        what=_WHAT,
        says=_says(),
    )
    return (text + _DIFFER.format(shown=sql.Literal(SHOWN))).as_string(None)


@cache
def periods_against_days(dimension: int) -> str:
    """A dimension's longer periods against the sums of its days."""
    text = sql.SQL(
        """
WITH ours AS (
    SELECT {what} || ' period ' || period || ' ' || starts_on AS what, {says} AS says
      FROM procurement_total
     WHERE dimension = {number} AND period <> {day}
     GROUP BY {group}, period, starts_on HAVING {says} <> '{{}}'
), theirs AS (
    SELECT {what} || ' period ' || p.period || ' ' || p.starts_on AS what, {says} AS says
      FROM procurement_total t CROSS JOIN LATERAL {periods}
     WHERE dimension = {number} AND t.period = {day}
     GROUP BY {group}, p.period, p.starts_on HAVING {says} <> '{{}}'
)"""
    ).format(
        what=_WHAT,
        says=_says(),
        group=_GROUP,
        number=sql.Literal(dimension),
        day=sql.Literal(int(Total.Period.DAY)),
        periods=periods("t.starts_on", [each for each in Total.Period if each != Total.Period.DAY]),
    )
    return (text + _DIFFER.format(shown=sql.Literal(SHOWN))).as_string(None)


@cache
def spans_against_ledger() -> str:
    """The spans of some `contracts` against what their facts say; takes the parameters of folding."""
    line = sql.SQL(
        "SELECT concat_ws(' ', 'contract', contract_id, 'program', COALESCE(program_id::text, '-'), "
        "CASE WHEN is_stock THEN 'stock' ELSE 'since the stop' END, 'from', from_on, "
        "NULLIF(row_number() OVER (PARTITION BY contract_id, program_id, is_stock, from_on), 1)) AS what, "
        "to_jsonb(ROW({columns})) AS says FROM {table}"
    )
    text = sql.SQL(
        "WITH {fresh}, ours AS ({ours} WHERE contract_id IN (SELECT contract_id FROM scope)), theirs AS ({theirs})"
    )
    columns = names(SPAN)
    return (
        text.format(
            fresh=sql.SQL(",").join(fresh_tables()),
            ours=line.format(columns=columns, table=sql.Identifier("procurement_span")),
            theirs=line.format(columns=columns, table=sql.Identifier("fresh")),
        )
        + _DIFFER.format(shown=sql.Literal(SHOWN))
    ).as_string(None)


@cache
def due_spans_against_spans() -> str:
    """Every due span against what its contract's spans say falls due."""
    line = sql.SQL(
        "SELECT concat_ws(' ', 'contract', contract_id, 'program', COALESCE(program_id::text, '-'), 'from', from_on, "
        "NULLIF(row_number() OVER (PARTITION BY contract_id, program_id, from_on), 1)) AS what, "
        "to_jsonb(ROW({columns})) AS says FROM {table}"
    )
    columns = names(DUE_SPAN)
    theirs = sql.SQL("({}) made").format(due_spans("procurement_span"))
    text = sql.SQL("WITH ours AS ({ours}), theirs AS ({theirs})").format(
        ours=line.format(columns=columns, table=sql.Identifier("procurement_duespan")),
        theirs=line.format(columns=columns, table=theirs),
    )
    return (text + _DIFFER.format(shown=sql.Literal(SHOWN))).as_string(None)
