"""The SQL of answers: sums over lines, by any keys and under any conditions.

Placeholders are those of statements.py, those of the conditions, and `offset` and `limit`.
"""

from collections.abc import Collection, Sequence

from psycopg import sql

from procurement.exposure.line_columns import AGED, AMOUNTS, COVERED, ENDS, PRESUMED, SINCE
from procurement.exposure.sql.lines import COLUMNS
from procurement.exposure.sql.visibility import ANY, about

#: The columns that a row can be grouped and filtered by -> their SQL. Programs' own columns come from the program
#: that the share belongs to.
DIMENSIONS = {
    "program": sql.SQL("line.program_id"),
    "program_status": sql.SQL("standing.status"),
    "domain": sql.SQL("program.domain"),
    "contract": sql.SQL("line.contract_id"),
    "supplier": sql.SQL("line.supplier"),
    "supplier_country": sql.SQL("line.supplier_country"),
    "buyer": sql.SQL("line.buyer"),
    "country": sql.SQL("line.country"),
    "contract_status": sql.SQL("line.contract_status"),
    "method": sql.SQL("line.method"),
    "fiscal_year": sql.SQL("line.fiscal_year"),
    "currency": sql.SQL("line.currency"),
}
#: What a dimension needs beside the lines and the standings.
JOINS = {"domain": sql.SQL("LEFT JOIN procurement_program program ON program.id = line.program_id")}

#: Groupings in which a program's row is kept even with no contract left.
OF_PROGRAMS = frozenset({"program", "program_status", "domain", "currency"})

#: A line for each program with a standing and without contracts: nothing moved on it since it was stopped.
_KEPT = sql.SQL(
    """
kept AS (
    SELECT {columns} FROM line
    UNION ALL
    SELECT {nothing}
      FROM standing
     WHERE NOT EXISTS (SELECT 1 FROM line WHERE line.program_id = standing.program_id)
)"""
)

_GROUPED = sql.SQL(
    """
SELECT {columns} line.currency AS row_currency, {is_total} AS is_total,
       count(DISTINCT line.contract_id) FILTER (WHERE is_stock) AS contracts,
       count(DISTINCT line.contract_id) FILTER (WHERE is_stock AND NOT has_commitment) AS contracts_without_commitment,
       array_agg(DISTINCT line.program_id) FILTER (WHERE standing.disputed) AS disputed,
       {figures}
  FROM {lines} line
  LEFT JOIN standing ON standing.program_id = line.program_id
  {joins}
 WHERE {where}
 GROUP BY GROUPING SETS ({sets})"""
)

#: Whether totals knew less than the facts when the statement began; in the same statement, so of the same moment.
MARKED = sql.SQL("EXISTS (SELECT 1 FROM procurement_stalemark)")
UNMARKED = sql.SQL("false")

_PAGE = sql.SQL(
    """
WITH {ctes}, grouped AS MATERIALIZED ({select}), earliest AS ({due})
SELECT {marked} AS is_stale, grouped.*, earliest.due_on, earliest.due_amount
  FROM (SELECT true) one LEFT JOIN (SELECT * FROM grouped WHERE is_total AND row_currency IS NOT NULL
        UNION ALL
        (SELECT * FROM grouped WHERE NOT is_total ORDER BY {order} {page})) grouped ON true
  LEFT JOIN earliest ON earliest.is_total = grouped.is_total AND earliest.row_currency = grouped.row_currency {same}
 ORDER BY {order}"""
)

#: The earliest day on which a milestone of a group falls due, and what falls due that day.
_DUE = sql.SQL(
    """
SELECT DISTINCT ON ({keys} row_currency, is_total) * FROM (
    SELECT {columns} line.currency AS row_currency, {is_total} AS is_total, line.due_on,
           sum(line.due_amount) AS due_amount
      FROM line
      LEFT JOIN standing ON standing.program_id = line.program_id
      {joins}
     WHERE line.due_on IS NOT NULL AND {where}
     GROUP BY line.due_on, GROUPING SETS ({sets})) each_day
 ORDER BY {keys} row_currency, is_total, due_on"""
)


#: As text, so that the join can be hashed; no key is a dash.
_SAME_KEY = " AND COALESCE(earliest.{0}::text, '-') = COALESCE(grouped.{0}::text, '-')"


def _sum(name: str) -> sql.Composed:
    return sql.SQL("sum(line.{0}) AS {0}").format(sql.Identifier(name))


def _open(name: str) -> sql.Composed:
    """How many contracts have an end of a range unknown, but those with nothing committed."""
    return sql.SQL(
        "count(*) FILTER (WHERE is_stock AND line.committed IS DISTINCT FROM 0 AND line.{} IS NULL) AS {}"
    ).format(sql.Identifier(name), sql.Identifier(f"{name}_open"))


def _covered(name: str) -> sql.Composed:
    """For how much of what is committed a figure is known, and of how many shares of contracts it is not."""
    text = (
        "COALESCE(sum(abs(line.committed)) FILTER (WHERE {known}), 0) AS {covered}, "
        "count(*) FILTER (WHERE is_stock AND NOT {known}) AS {unknown}"
    )
    return sql.SQL(text).format(
        known=sql.SQL(COVERED[name]),
        covered=sql.Identifier(f"{name}_covered"),
        unknown=sql.Identifier(f"{name}_unknown"),
    )


def aged() -> sql.Composed:
    """What ages come to in a group of lines."""
    return sql.SQL(", ").join(sql.SQL("{} AS {}").format(sql.SQL(text), sql.Identifier(n)) for n, text in AGED.items())


_GROSS = sql.SQL("COALESCE(sum(abs(line.committed)), 0) AS gross")
#: What lines come to in a group: sums, and numbers of lines.
SUMS = sql.SQL(", ").join([*map(_sum, AMOUNTS), *map(_open, ENDS), *map(_covered, COVERED), _GROSS])
_FIGURES = sql.SQL(", ").join([SUMS, aged()])

#: Nothing moved since the stop on a program whose contracts have all left; where it never had one, nobody knows.
_LEFT = about(
    "procurement_programallocation",
    sql.SQL(
        "CASE WHEN standing.stopped_on IS NOT NULL AND EXISTS (SELECT 1 FROM {table} f "
        "WHERE f.program_id = standing.program_id AND {seen} AND {stands}) THEN 0 END"
    ),
)
#: What the line of a program without contracts says, where it is not nothing.
_KEPT_SAYS = {
    "program_id": sql.SQL("standing.program_id"),
    "is_stock": sql.SQL("false"),
    **dict.fromkeys(SINCE, _LEFT),
}
_KEPT_LINES = _KEPT.format(
    columns=sql.SQL(", ").join(map(sql.Identifier, COLUMNS)),
    nothing=sql.SQL(", ").join(_KEPT_SAYS.get(name, sql.SQL("NULL")) for name in COLUMNS),
)


def own_keys(dimensions: Sequence[str]) -> list[str]:
    """The dimensions that are keys of a row: the currency every row has anyway, and `none` is no key."""
    return [name for name in dimensions if name not in ("currency", "none")]


def grouped(
    dimensions: Sequence[str], filters: Collection[str], lines: Sequence[sql.Composable], marked: sql.SQL = UNMARKED
) -> str:
    """The statement that sums lines by dimensions and currency, with the totals by currency beside them.

    `filters` name the conditions, whose parameters are the caller's, as are `offset` and `limit`, which cut the rows
    when there are dimensions other than currency. `lines` are the common tables up to `line` and `standing`.
    """
    own = own_keys(dimensions)
    keeps = "program" in own and OF_PROGRAMS.issuperset(own)
    parts = _parts(own, filters)
    order = sql.SQL(", ").join([*map(sql.Identifier, own), sql.SQL("row_currency")])
    text = _PAGE.format(
        ctes=sql.SQL(",").join([*lines, *([_KEPT_LINES] if keeps else [])]),
        select=_GROUPED.format(**parts, figures=_FIGURES, lines=sql.Identifier("kept" if keeps else "line")),
        due=_DUE.format(**parts, keys=sql.Composed([sql.SQL("{}, ").format(sql.Identifier(name)) for name in own])),
        order=order,
        marked=marked,
        same=sql.Composed([sql.SQL(_SAME_KEY).format(sql.Identifier(name)) for name in own]),
        page=sql.SQL("OFFSET %(offset)s LIMIT %(limit)s" if own else ""),
    )
    return text.as_string(None)


def _parts(own: Sequence[str], filters: Collection[str]) -> dict[str, sql.Composable]:
    """What the two selects over lines have in common."""
    keys = [DIMENSIONS[name] for name in own]
    by_rows = sql.SQL("({})").format(sql.SQL(", ").join([*keys, DIMENSIONS["currency"]]))
    return {
        "columns": sql.Composed([sql.SQL("{} AS {}, ").format(DIMENSIONS[n], sql.Identifier(n)) for n in own]),
        "is_total": sql.SQL("GROUPING({}) = 1").format(keys[0]) if own else sql.SQL("false"),
        "joins": sql.SQL(" ").join(join for name, join in JOINS.items() if name in {*own, *filters}),
        "where": sql.SQL(" AND ").join([ANY, *(FILTERS[name] for name in sorted(filters))]),
        "sets": sql.SQL(", ").join([by_rows, *([sql.SQL("(line.currency)")] if own else [])]),
    }


#: Conditions on lines by filter name; each takes an array parameter of the same name. A supplier filter matches any
#: party of the contract in view, not only the lead.
FILTERS = {
    name: sql.SQL("{} = ANY (%({})s)").format(column, sql.SQL(name))
    for name, column in DIMENSIONS.items()
    if name != "currency"  # `currency=` asks for conversion
} | {
    "supplier": about(
        "procurement_contractparty",
        sql.SQL(
            "EXISTS (SELECT 1 FROM {table} f WHERE f.contract_id = line.contract_id "
            "AND f.organization_id = ANY (%(supplier)s) AND {seen} AND {stands})"
        ),
    ),
    "presumed": sql.SQL("{} = ANY (%(presumed)s)").format(sql.SQL(PRESUMED)),
}
