"""The SQL of what falls due: open milestones, the shares of their contracts, and both summed by month and group.

Placeholders are those of statements.py, those of the conditions, and `page`: the texts of the wanted rows' keys, or
null for all. The milestones are read first, and of the lines only those of their contracts: all joins are hashed or by
index, so with 100,000 contracts and 60,000 milestones every program's took 0.6 s from kept lines, 2.0 s from facts.
"""

from collections.abc import Collection, Sequence

from psycopg import sql

from procurement.contracts.states import ENDED
from procurement.exposure.kept.lines import kept_lines
from procurement.exposure.sql.grouping import DIMENSIONS, FILTERS, GROUPS, Lines, tables_of_keys
from procurement.exposure.sql.lines import line_tables
from procurement.exposure.sql.visibility import ANY, ASKED, about

#: Stands between the keys in the text of a row's keys.
BETWEEN = "\x1f"
NO_KEY = "-"

#: The open milestones, as far as their contracts can pass the filters.
_OWING = sql.SQL(
    """
owing AS MATERIALIZED (
    SELECT f.id, f.contract_id, f.kind = 'payment' AS pays, f.due_on, f.amount
      FROM {table} f
     WHERE {seen} AND {stands} AND {unmet} AND {passing}
)"""
)
#: Filters that say of which contracts milestones need be read.
_PASSING = {
    "contract": sql.SQL("f.contract_id = ANY (%(contract)s)"),
    "program": sql.SQL(
        "f.contract_id IN (SELECT contract_id FROM procurement_programallocation WHERE program_id = ANY (%(program)s))"
    ),
}

#: The share of each program in a contract with open milestones, and the rest that belongs to none.
_OWED = sql.SQL(
    """
owed_part AS (
    SELECT * FROM (
        SELECT DISTINCT ON (f.contract_id, f.program_id) f.contract_id, f.program_id, f.share
          FROM {table} f
         WHERE f.contract_id IN (SELECT contract_id FROM owing) AND {seen} AND {stands}
         ORDER BY f.contract_id, f.program_id, f.effective_on DESC,
                  COALESCE(f.published_on, f.effective_on) DESC, f.id DESC) latest
     WHERE share > 0
), owed AS (
    SELECT contract_id, program_id, share FROM owed_part
    UNION ALL
    SELECT owing.contract_id, NULL, 1 - COALESCE(taken.share, 0)
      FROM (SELECT DISTINCT contract_id FROM owing) owing
      LEFT JOIN (SELECT contract_id, sum(share) AS share FROM owed_part GROUP BY contract_id) taken USING (contract_id)
     WHERE COALESCE(taken.share, 0) < 1
), calendar AS (
    SELECT * FROM unnest(%(fiscal_countries)s::text[], %(fiscal_months)s::int[], %(fiscal_labels)s::int[])
                  AS t(country, first_month, label)
)"""
)

#: The fiscal year goes into the groups by its rule: which period a month lies in, periods.py says.
_FALLING = sql.SQL(
    """
WITH {ctes}, falling AS (
    SELECT {columns} line.currency AS row_currency, {is_total} AS is_total, {row} AS row_text,
           COALESCE(calendar.first_month, 1) AS first_month, COALESCE(calendar.label, 0) AS label,
           date_trunc('month', owing.due_on)::date AS month,
           sum(owing.amount * owed.share) FILTER (WHERE pays AND line.outstanding IS NOT NULL) AS amount,
           count(DISTINCT owing.id) FILTER (WHERE pays AND owing.amount IS NULL) AS payments_without_amount,
           count(DISTINCT owing.id) FILTER (WHERE pays AND owing.amount IS NOT NULL AND line.outstanding IS NULL)
               AS payments_of_unknown_outstanding,
           count(DISTINCT owing.id) FILTER (WHERE NOT pays) AS deliveries
      FROM owing
      JOIN owed ON owed.contract_id = owing.contract_id
      JOIN line ON line.contract_id = owed.contract_id AND line.is_stock
               AND COALESCE(line.program_id, 0) = COALESCE(owed.program_id, 0)
      LEFT JOIN standing ON standing.program_id = line.program_id
      LEFT JOIN procurement_program program ON program.id = line.program_id
      LEFT JOIN calendar ON calendar.country = line.country
      {groups}
     WHERE COALESCE(line.contract_status, '') NOT IN ({ended}) AND {where}
     GROUP BY GROUPING SETS ({sets})
)
SELECT {waits} AS waits, falling.*
  FROM (SELECT true) one
  LEFT JOIN falling ON is_total OR %(page)s::text[] IS NULL OR row_text = ANY (%(page)s::text[])"""
)
#: What every group is split by, beside its keys.
_SPLIT = sql.SQL("line.currency, calendar.first_month, calendar.label, date_trunc('month', owing.due_on)::date")


def row_text(keys: Sequence[object]) -> str:
    """The text of a row's keys, its currency the last."""
    return BETWEEN.join(NO_KEY if key is None else str(key) for key in keys)


def falling_of_kept(own: Sequence[str], filters: Collection[str], *, waiting: bool) -> str:
    """The statement for what is known now, from kept lines; those of contracts that wait from the facts."""
    return _falling(own, filters, kept_lines(waiting=waiting))


def falling_of_facts(own: Sequence[str], filters: Collection[str]) -> str:
    """The statement for any dates, from the facts of the contracts that have open milestones."""
    return _falling(own, filters, Lines(line_tables(ASKED, "owing")))


def _falling(own: Sequence[str], filters: Collection[str], lines: Lines) -> str:
    keys = [DIMENSIONS[name] for name in own]
    passing = sql.SQL(" AND ").join([ANY, *(_PASSING[name] for name in sorted(filters) if name in _PASSING)])
    owing = about("procurement_milestone", _OWING, passing=passing)
    text = _FALLING.format(
        ctes=sql.SQL(",").join(
            [owing, about("procurement_programallocation", _OWED), *lines.tables, *tables_of_keys(own)]
        ),
        columns=sql.Composed([sql.SQL("{} AS {}, ").format(DIMENSIONS[n], sql.Identifier(n)) for n in own]),
        is_total=sql.SQL("GROUPING({}) = 1").format(keys[0]) if own else sql.SQL("false"),
        row=_row_text(keys),
        groups=sql.SQL(" ").join(GROUPS[name] for name in own if name in GROUPS),
        ended=sql.SQL(", ").join(map(sql.Literal, ENDED)),
        where=sql.SQL(" AND ").join([ANY, *(FILTERS[name] for name in sorted(filters))]),
        sets=sql.SQL(", ").join(sql.SQL("({})").format(each) for each in _sets(keys)),
        waits=lines.waits,
    )
    return text.as_string(None)


def _row_text(keys: Sequence[sql.SQL]) -> sql.Composed:
    parts = (sql.SQL("COALESCE({}::text, {})").format(key, NO_KEY) for key in (*keys, DIMENSIONS["currency"]))
    return sql.SQL("concat_ws({}, {})").format(BETWEEN, sql.SQL(", ").join(parts))


def _sets(keys: Sequence[sql.SQL]) -> list[sql.Composable]:
    """The groups' own, and the totals by currency."""
    return [sql.SQL(", ").join([*keys, _SPLIT]), *([_SPLIT] if keys else [])]
