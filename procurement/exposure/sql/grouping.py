"""The SQL of answers: sums over lines, by any keys and under any conditions.

Placeholders are those of statements.py, those of the conditions, `offset`, `limit`, and the contract `beyond` which a
page of contracts begins.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from psycopg import sql

from procurement.exposure.line_columns import (
    AMOUNTS,
    COUNTED,
    COVERED,
    ENDS,
    SHARED,
    SINCE,
    ages,
    covered,
    is_open,
    names,
    of,
)
from procurement.exposure.sql.lines import COLUMNS
from procurement.exposure.sql.organizations import MEMBER
from procurement.exposure.sql.visibility import ANY, about

NOTHING, NOTHING_WAITS = sql.SQL(""), sql.SQL("false")

#: The columns that a row can be grouped and filtered by -> their SQL. Programs' own columns come from the program
#: that the share belongs to.
DIMENSIONS = {
    "program": sql.SQL("line.program_id"),
    "program_status": sql.SQL("standing.status"),
    "domain": sql.SQL("program.domain"),
    "contract": sql.SQL("line.contract_id"),
    "supplier": sql.SQL("line.supplier"),
    "supplier_group": sql.SQL("COALESCE(member.top_id, line.supplier)"),
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
#: The same of groups, of which a filter is given the members.
GROUPS = {"supplier_group": sql.SQL("LEFT JOIN member ON member.organization_id = line.supplier")}
_STANDINGS = sql.SQL("LEFT JOIN standing ON standing.program_id = line.program_id")
#: Filters by the standing of the program that a share belongs to; shares that belong to none are in neither half.
OF_STANDING = {
    name: sql.SQL("line.program_id IS NOT NULL AND " + condition)
    for name, condition in {
        "is_stopped": "(standing.stopped_on IS NOT NULL) = ANY (%(is_stopped)s)",
        "is_disputed": "COALESCE(standing.disputed, false) = ANY (%(is_disputed)s)",
        "stopped_from": "standing.stopped_on >= ANY (%(stopped_from)s)",
        "stopped_until": "standing.stopped_on <= ANY (%(stopped_until)s)",
    }.items()
}
#: What needs the standings of programs beside the lines.
BY_STANDING = frozenset({"program_status", *OF_STANDING})

#: Groupings in which a program's row is kept even with no contract left.
OF_PROGRAMS = frozenset({"program", "program_status", "domain", "currency"})
#: Groupings and filters that a program without contracts has its place in, too.
ABOUT_PROGRAMS = OF_PROGRAMS | OF_STANDING.keys()

#: A line for each program with a standing and without contracts: nothing moved on it since it was stopped.
_PADDED = sql.SQL(
    """
padded AS NOT MATERIALIZED (
    SELECT {columns} FROM line
    UNION ALL
    SELECT {nothing}
      FROM standing
     WHERE NOT EXISTS (SELECT 1 FROM line WHERE line.program_id = standing.program_id)
)"""
)

_GROUPED = sql.SQL(
    """
SELECT {columns} line.currency AS row_currency, {is_total} AS is_total, {counts}, {figures}
  FROM {lines} line
  {joins}
 WHERE {where}
 GROUP BY GROUPING SETS ({sets})"""
)

_PAGE = sql.SQL(
    """
WITH {ctes}, grouped AS MATERIALIZED ({select}), earliest AS MATERIALIZED ({due}),
dispute AS MATERIALIZED ({dispute}) {repeated}
SELECT {waits} AS waits, grouped.*, {counts} earliest.due_on, earliest.due_amount, dispute.disputed
  FROM (SELECT true) one LEFT JOIN ({totals}
        (SELECT * FROM grouped WHERE NOT is_total{beyond} ORDER BY {order} {page})) grouped ON true
  {joined}
 ORDER BY {order}"""
)
#: Where there are none, groups are summed in their order up to the end of the page.
_TOTALS = sql.SQL("SELECT * FROM grouped WHERE is_total AND row_currency IS NOT NULL UNION ALL")
#: A common table about the same groups; their keys as text, so that the join can be hashed.
_JOINED = sql.SQL(
    "LEFT JOIN {x} ON {x}.is_total = grouped.is_total "
    "AND COALESCE({x}.row_currency, '-') = COALESCE(grouped.row_currency, '-') {keys}"
)
_SAME_KEY = sql.SQL(" AND COALESCE({x}.{key}::text, '-') = COALESCE(grouped.{key}::text, '-')")
#: The same about contracts of a page, none of which has no key: a thousand rows are compared with as many, for planners
#: take such tables for small ones and join them in loops.
_JOINED_BY_CONTRACT = sql.SQL(
    "LEFT JOIN {x} ON {x}.contract = grouped.contract AND {x}.row_currency = grouped.row_currency"
)

#: The earliest day on which a milestone of a group falls due, and what falls due that day.
_DUE = sql.SQL(
    """
SELECT DISTINCT ON ({keys} row_currency, is_total) * FROM (
    SELECT {columns} line.currency AS row_currency, {is_total} AS is_total, line.due_on,
           sum(line.due_amount) AS due_amount
      FROM {lines} line
      {joins}
     WHERE line.due_on IS NOT NULL AND {where}
     GROUP BY line.due_on, GROUPING SETS ({sets})) each_day
 ORDER BY {keys} row_currency, is_total, due_on"""
)

#: Which disputed programs have lines in a group.
_DISPUTE = sql.SQL(
    """
SELECT {columns} line.currency AS row_currency, {is_total} AS is_total, array_agg(DISTINCT line.program_id) AS disputed
  FROM {lines} line
  JOIN standing disputing ON disputing.program_id = line.program_id AND disputing.disputed
  {joins}
 WHERE {where}
 GROUP BY GROUPING SETS ({sets})"""
)

#: Contracts of which several lines are in a group, by how many these are too many.
_REPEATED = sql.SQL(
    """
, repeated AS MATERIALIZED (
    SELECT {columns} line.currency AS row_currency, {is_total} AS is_total, {counts}
      FROM {lines} line
      {joins}
     WHERE is_stock AND (NOT is_first OR companions <> '') AND {where}
     GROUP BY GROUPING SETS ({sets})
)"""
)
#: How contracts are counted: each once; by their first lines, where all lines of one are in one group; by all lines,
#: less those that are too many.
_ONCE = sql.SQL("count(DISTINCT line.contract_id) FILTER (WHERE is_stock AND {which}) AS {name}")
_FIRST = sql.SQL("count(*) FILTER (WHERE is_first AND {which}) AS {name}")
_ALL = sql.SQL("count(*) FILTER (WHERE is_stock AND {which}) AS {all}")
_TOO_MANY = sql.SQL(
    "count(*) FILTER (WHERE {which}) - count(DISTINCT line.contract_id) FILTER (WHERE {which}) AS {name}"
)
_LESS = sql.SQL("grouped.{all} - COALESCE(repeated.{name}, 0) AS {name}, ")


def _counts(text: sql.SQL, between: str = ", ") -> sql.Composed:
    return sql.SQL(between).join(
        text.format(which=of(which, "line"), name=sql.Identifier(name), all=sql.Identifier(f"all_{name}"))
        for name, which in COUNTED.items()
    )


def _sum(name: str) -> sql.Composed:
    return sql.SQL("sum(line.{0}) AS {0}").format(sql.Identifier(name))


def _open(name: str) -> sql.Composed:
    """How many contracts have an end of a range unknown, but those with nothing committed."""
    return sql.SQL("count(*) FILTER (WHERE {}) AS {}").format(is_open(name, "line"), sql.Identifier(f"{name}_open"))


def _covered(name: str) -> sql.Composed:
    """For how much of what is committed a figure is known, and of how many shares of contracts it is not."""
    text = (
        "COALESCE(sum(abs(line.committed)) FILTER (WHERE {known}), 0) AS {covered}, "
        "count(*) FILTER (WHERE is_stock AND NOT {known}) AS {unknown}"
    )
    return sql.SQL(text).format(
        known=covered(name, "line"),
        covered=sql.Identifier(f"{name}_covered"),
        unknown=sql.Identifier(f"{name}_unknown"),
    )


def aged() -> sql.Composed:
    """What ages come to in a group of lines."""
    return sql.SQL(", ").join(sql.SQL("{} AS {}").format(each, sql.Identifier(n)) for n, each in ages("line").items())


_GROSS = sql.SQL("COALESCE(sum(abs(line.committed)), 0) AS gross")
#: What lines come to in a group, beside numbers of contracts.
FIGURES = sql.SQL(", ").join([*map(_sum, AMOUNTS), *map(_open, ENDS), *map(_covered, COVERED), _GROSS, aged()])

#: Nothing moved since the stop on a program whose contracts have all left; where it never had one, nobody knows.
_LEFT = about(
    "procurement_programallocation",
    sql.SQL(
        "CASE WHEN standing.stopped_on IS NOT NULL AND EXISTS (SELECT 1 FROM {table} f "
        "WHERE f.program_id = standing.program_id AND {seen} AND {stands}) THEN 0 END"
    ),
)
#: What the line of a program without contracts says, where it is not nothing.
_EMPTY_SAYS = {
    "program_id": sql.SQL("standing.program_id"),
    "is_stock": sql.SQL("false"),
    **dict.fromkeys(SINCE, _LEFT),
}


def _padded(columns: Sequence[str]) -> sql.Composed:
    nothing = sql.SQL(", ").join(_EMPTY_SAYS.get(name, sql.SQL("NULL")) for name in columns)
    return _PADDED.format(columns=names(columns), nothing=nothing)


#: The currency every row has anyway, and `none` is no key.
NO_KEYS = ("currency", "none")


def own_keys(dimensions: Sequence[str]) -> list[str]:
    """The dimensions that are keys of a row beside its currency."""
    return [name for name in dimensions if name not in NO_KEYS]


@dataclass(frozen=True)
class Lines:
    """Where a statement over lines reads them, and what it knows of them."""

    #: the common tables up to `standing` and `line`
    tables: Sequence[sql.Composable]
    #: whether lines say which of them is the first of a contract
    kept: bool = False
    #: the condition that some contracts are not read as they are now
    waits: sql.Composable = field(default_factory=lambda: NOTHING_WAITS)


#: The contracts of a page of them, of whose lines alone its rows are made. They mostly follow one another, so their
#: lines are read in the order of an index, and once.
_PAGE_OF_CONTRACTS = sql.SQL(
    """
page AS MATERIALIZED (
    SELECT DISTINCT line.contract_id
      FROM line {joins}
     WHERE {where} AND line.contract_id > %(beyond)s ORDER BY line.contract_id OFFSET %(offset)s LIMIT %(limit)s
), paged AS MATERIALIZED (
    SELECT * FROM line WHERE contract_id IN (SELECT contract_id FROM page)
       AND contract_id BETWEEN (SELECT min(contract_id) FROM page) AND (SELECT max(contract_id) FROM page)
)"""
)


def grouped(dimensions: Sequence[str], filters: Collection[str], lines: Lines, *, with_totals: bool = True) -> str:
    """The statement that sums lines by dimensions and currency, perhaps with the totals by currency beside them.

    `filters` name the conditions, whose parameters are the caller's, as are `offset` and `limit`, which cut the rows
    when there are dimensions other than currency. Without totals a page of contracts is made of their lines alone.
    """
    own = own_keys(dimensions)
    by_page = own == ["contract"] and not with_totals
    keeps = "program" in own and OF_PROGRAMS.issuperset(own)
    source = "padded" if keeps else "paged" if by_page else "line"
    parts = _parts(own, filters, with_totals=with_totals) | {"lines": sql.Identifier(source)}
    columns = (*COLUMNS, *SHARED) if lines.kept else COLUMNS
    of_programs = not ABOUT_PROGRAMS.isdisjoint((*own, *filters))
    counts = _ONCE if not lines.kept else _ALL if of_programs else _FIRST
    beside = ["earliest", "dispute", *(["repeated"] if counts is _ALL else [])]
    text = _PAGE.format(
        ctes=sql.SQL(",").join(
            [
                *lines.tables,
                *tables_of_keys(own),
                *([_padded(columns)] if keeps else []),
                *([_PAGE_OF_CONTRACTS.format(**parts)] if by_page else []),
            ]
        ),
        select=_GROUPED.format(**parts, figures=FIGURES, counts=_counts(counts)),
        due=_DUE.format(**parts, keys=sql.Composed([sql.SQL("{}, ").format(sql.Identifier(name)) for name in own])),
        dispute=_DISPUTE.format(**parts),
        repeated=_REPEATED.format(**parts, counts=_counts(_TOO_MANY)) if counts is _ALL else NOTHING,
        counts=_counts(_LESS, "") if counts is _ALL else NOTHING,
        order=sql.SQL(", ").join([*map(sql.Identifier, own), sql.SQL("row_currency")]),
        waits=lines.waits,
        totals=_TOTALS if with_totals else NOTHING,
        joined=sql.SQL(" ").join(_joined(each, own, by_page=by_page) for each in beside),
        beyond=sql.SQL(" AND contract > %(beyond)s" if own == ["contract"] and with_totals else ""),
        page=sql.SQL("OFFSET %(offset)s LIMIT %(limit)s" if own and not by_page else ""),
    )
    return text.as_string(None)


def tables_of_keys(own: Collection[str]) -> list[sql.Composable]:
    """The common tables that keys of rows are found by, beside those of lines and standings."""
    return [MEMBER] if not GROUPS.keys().isdisjoint(own) else []


def _joined(x: str, own: Sequence[str], *, by_page: bool) -> sql.Composed:
    if by_page:
        return _JOINED_BY_CONTRACT.format(x=sql.Identifier(x))
    keys = [_SAME_KEY.format(x=sql.Identifier(x), key=sql.Identifier(name)) for name in own]
    return _JOINED.format(x=sql.Identifier(x), keys=sql.Composed(keys))


def _parts(own: Sequence[str], filters: Collection[str], *, with_totals: bool) -> dict[str, sql.Composable]:
    """What the two selects over lines have in common."""
    keys = [DIMENSIONS[name] for name in own]
    joins = [join for name, join in JOINS.items() if name in {*own, *filters}]
    joins += [] if BY_STANDING.isdisjoint((*own, *filters)) else [_STANDINGS]
    by_rows = sql.SQL("({})").format(sql.SQL(", ").join([*keys, DIMENSIONS["currency"]]))
    return {
        "columns": sql.Composed([sql.SQL("{} AS {}, ").format(DIMENSIONS[n], sql.Identifier(n)) for n in own]),
        "is_total": sql.SQL("GROUPING({}) = 1").format(keys[0]) if own else sql.SQL("false"),
        "joins": sql.SQL(" ").join([*joins, *(GROUPS[name] for name in own if name in GROUPS)]),
        "where": sql.SQL(" AND ").join([ANY, *(FILTERS[name] for name in sorted(filters))]),
        "sets": sql.SQL(", ").join([by_rows, *([sql.SQL("(line.currency)")] if own and with_totals else [])]),
    }


#: Conditions on lines by filter name; each takes an array parameter of the same name. A supplier filter matches any
#: party of the contract in view, not only the lead. Organizations are given with all that they stand for
#: (exposure/organizations.py).
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
    "supplier_group": sql.SQL("line.supplier = ANY (%(supplier_group)s)"),
    "presumed": sql.SQL("line.presumed = ANY (%(presumed)s)"),
    **OF_STANDING,
}
