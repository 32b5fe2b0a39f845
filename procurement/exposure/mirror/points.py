"""The SQL of a series: the statement over facts, run once for all its days.

A contract is valued at those days of the series before which something changed, and what is found holds until the next
of them. Each contract at such a day is given to the statement as a contract of its own, with an id of its own and with
the facts that are in view on that day: `CODES` times the contract's id, plus the number of the day. Programs and
milestones likewise, as their standing and what meets them depend on the day.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from psycopg import sql

from procurement.exposure.line_columns import PRESUMED_AFTER, SINCE
from procurement.exposure.mirror.partials import ROWS, Statements, adding_up, of_supplier
from procurement.exposure.mirror.tables import TABLES, Table
from procurement.exposure.sql.dialects import DUCKDB
from procurement.exposure.sql.lines import line_tables
from procurement.exposure.sql.visibility import ANY, ASKED, MIRRORED, about

#: More than a series has days, and a power of two, so that ids are split by shifting.
CODES = 512
#: Ids that stand for themselves on a day, by table.
_CODED = {
    "procurement_milestone": ("id",),
    "procurement_ledgerentry": ("milestone_id",),
    "procurement_programallocation": ("program_id",),
}
#: A statement of completeness holds whatever the day, so all of them are given at each day.
_WHATEVER_THE_DAY = "procurement_completeness"

AT_POINTS = replace(
    ASKED,
    dialect=DUCKDB,
    day=sql.SQL("f.asked_on"),
    day_of_contract=sql.SQL("c.asked_on"),
    standing=sql.SQL("standing AS (SELECT * FROM standing_at_points)"),
)

#: The days of the series, numbered from 0.
SERIES = sql.SQL(
    """
CREATE TEMP TABLE series AS
SELECT unnest(range(len(%(days)s::DATE[])))::BIGINT AS number, unnest(%(days)s::DATE[]) AS day"""
)
#: Each span of days as the fewest blocks of 1, 2, 4, 8 ... days that begin at a multiple of their length: groups are
#: then of some hundred blocks, where there are ten thousand spans of 144 days.
BLOCKS = sql.SQL(
    """
CREATE TEMP TABLE block AS
WITH every AS (
    SELECT place * width AS from_number, (place + 1) * width AS until_number, 2 * width AS double
      FROM (SELECT 1::BIGINT << level AS width, unnest(range(({codes} >> level)::BIGINT)) AS place
              FROM (SELECT unnest(range(10)) AS level) levels) places
     WHERE (place + 1) * width <= (SELECT count(*) FROM series)
)
SELECT began.number AS began, ended.number + 1 AS ended, every.from_number, every.until_number
  FROM series began
  JOIN series ended ON ended.number >= began.number
  JOIN every ON every.from_number >= began.number AND every.until_number <= ended.number + 1
 WHERE NOT (every.from_number // double * double >= began.number
            AND (every.from_number // double + 1) * double <= ended.number + 1)"""
).format(codes=CODES)
#: The standing of each program at each day.
STANDINGS = sql.SQL(
    """
CREATE TEMP TABLE standing_at_points AS
SELECT program * {codes} + series.number AS program_id, status, stopped_on, disputed
  FROM (SELECT unnest(%(programs)s::BIGINT[]) AS program, unnest(%(froms)s::BIGINT[]) AS from_number,
               unnest(%(untils)s::BIGINT[]) AS until_number, unnest(%(statuses)s::VARCHAR[]) AS status,
               unnest(%(stops)s::DATE[]) AS stopped_on, unnest(%(disputes)s::BOOLEAN[]) AS disputed) known
  JOIN series ON series.number >= known.from_number AND series.number < known.until_number"""
).format(codes=CODES)

_OWN_DAYS = sql.SQL("SELECT f.contract_id, f.effective_on AS day FROM {table} f WHERE f.contract_id {among}")
#: Those on which what its buyer or a party stands for changes, or the group of that.
_TURNS = sql.SQL(
    """SELECT turned.contract_id, turn.day
  FROM (SELECT c.id AS contract_id, c.buyer_id AS organization_id FROM {contract} c WHERE c.id {among}
        UNION
        SELECT f.contract_id, f.organization_id FROM {party} f WHERE f.contract_id {among}) turned
  JOIN (SELECT unnest(%(turning)s::BIGINT[]) AS organization_id, unnest(%(turning_days)s::DATE[]) AS day) turn
    ON turn.organization_id = turned.organization_id"""
)
#: The days on which a line of a contract can change, each put off to the next day of the series; and those on which the
#: standing of a program that it ever belonged to has changed.
_POINTS = sql.SQL(
    """
CREATE OR REPLACE TEMP TABLE point AS
SELECT *, contract_id * {codes} + number AS id,
       lead(number, 1, (SELECT count(*) FROM series)) OVER (PARTITION BY contract_id ORDER BY number) AS until_number
  FROM (SELECT own.contract_id, series.number, series.day
          FROM ({own_days}
                UNION
                SELECT c.id, COALESCE(d.published_on, (c.created_at AT TIME ZONE %(zone)s)::DATE)
                  FROM {contract} c JOIN {document} d ON d.id = c.source_id WHERE c.id {among}
                UNION
                SELECT f.contract_id, f.valid_until + 1 FROM {guarantee} f WHERE f.contract_id {among}
                UNION
                SELECT f.contract_id, f.through FROM {completeness} f WHERE f.contract_id {among}) own
          ASOF JOIN series ON own.day <= series.day
        UNION
        SELECT f.contract_id, series.number, series.day
          FROM {allocation} f
          JOIN (SELECT unnest(%(programs)s::BIGINT[]) AS program, unnest(%(froms)s::BIGINT[]) AS number) changed
            ON changed.program = f.program_id
          JOIN series ON series.number = changed.number
         WHERE f.contract_id {among}) found"""
)
_FACTS_AT_POINTS = sql.SQL(
    """
CREATE OR REPLACE TEMP VIEW {view} AS
SELECT f.* REPLACE ({ids}), point.day AS asked_on
  FROM {table} f JOIN point ON point.contract_id = f.contract_id {seen}
 WHERE f.contract_id {among}"""
)
_CONTRACTS_AT_POINTS = sql.SQL(
    """
CREATE OR REPLACE TEMP VIEW {view} AS
SELECT f.* REPLACE (point.id AS id), point.day AS asked_on
  FROM {table} f JOIN point ON point.contract_id = f.id WHERE f.id {among}"""
)
_CODE = sql.SQL("f.{name} * {codes} + point.number AS {name}")
_AMONG = sql.SQL("BETWEEN {first} AND {last}")

#: Lines by the ids of what they are of, in each block of days in which they hold, and whether their contracts are
#: only presumed to run then: that begins on a day that is none of the contract's own.
_LINES = sql.SQL(
    """
span AS (
    SELECT * EXCLUDE (began, ended, presumed_number),
           CASE WHEN presumed THEN GREATEST(began, presumed_number) ELSE began END AS from_number,
           CASE WHEN presumed THEN ended ELSE LEAST(ended, presumed_number) END AS until_number
      FROM (SELECT l.* EXCLUDE (presumed)
                          REPLACE (point.contract_id AS contract_id, l.program_id // {codes} AS program_id),
                   l.program_id AS program_then, l.contract_id AS contract_then,
                   point.number AS began, point.until_number AS ended,
                   COALESCE(series.number, {codes}) AS presumed_number, half.presumed
              FROM (SELECT *, CASE WHEN live AND confirmed_on IS NOT NULL THEN GREATEST(confirmed_on + {presumed_after},
                                                          COALESCE(ends_on + 1, DATE '0001-01-01')) END AS presumed_on
                      FROM fresh) l
              JOIN point ON point.id = l.contract_id
              ASOF LEFT JOIN series ON l.presumed_on <= series.day
             CROSS JOIN (SELECT unnest([false, true]) AS presumed) half) halves
     WHERE CASE WHEN presumed THEN GREATEST(began, presumed_number) ELSE began END
           < CASE WHEN presumed THEN ended ELSE LEAST(ended, presumed_number) END
),
line AS (
    SELECT span.* EXCLUDE (from_number, until_number), block.from_number, block.until_number
      FROM span JOIN block ON block.began = span.from_number AND block.ended = span.until_number
)"""
).format(codes=CODES, presumed_after=sql.SQL(PRESUMED_AFTER))

#: A row for each program at each day on which it has a standing and no contract.
_EMPTY = sql.SQL(
    """
INSERT INTO partial BY NAME
SELECT {part} AS part, {columns} line.number AS from_number, line.number + 1 AS until_number, {since},
       CASE WHEN standing.disputed THEN [line.program_id] END AS disputed
  FROM (SELECT program_id AS program_then, program_id // {codes} AS program_id, program_id % {codes} AS number
          FROM standing_at_points
         WHERE program_id NOT IN (
               SELECT program * {codes} + number
                 FROM (SELECT program, unnest(range(from_number, until_number)) AS number FROM partial)
                WHERE program IS NOT NULL)) line
  JOIN standing_at_points standing ON {of_program}
  JOIN series ON series.number = line.number
  LEFT JOIN ({left}) allocated ON allocated.program_id = line.program_id {joins}
 WHERE {where}"""
)
_TOGETHER = sql.SQL(
    """
WITH spread AS (
    SELECT * EXCLUDE (from_number, until_number), unnest(range(from_number, until_number)) AS number
      FROM (SELECT {names} row_currency, from_number, until_number, {merged}, due_on, sum(due_amount) AS due_amount
              FROM partial WHERE part <> {other}
             GROUP BY {names} row_currency, from_number, until_number, due_on)
), summed AS (
    SELECT {names} row_currency, number, {merged} FROM spread GROUP BY {names} row_currency, number
), first_due AS (
    SELECT {names} row_currency, number, min(due_on) AS due_on, arg_min_null(due_amount, due_on) AS due_amount
      FROM (SELECT {names} row_currency, number, due_on, sum(due_amount) AS due_amount
              FROM spread WHERE due_on IS NOT NULL GROUP BY {names} row_currency, number, due_on)
     GROUP BY {names} row_currency, number
)
SELECT summed.*, first_due.due_on, first_due.due_amount
  FROM summed
  LEFT JOIN first_due ON {same} summed.row_currency = first_due.row_currency AND summed.number = first_due.number
 WHERE {shown}
 ORDER BY summed.number, {order} summed.row_currency {page}"""
)

#: The first day on which each program had a contract.
_ALLOCATED = about(
    "base_procurement_programallocation",
    sql.SQL("SELECT f.program_id, min(f.effective_on) AS day FROM {table} f WHERE {seen} AND {stands} GROUP BY 1"),
    MIRRORED,
)
_LEFT = sql.SQL("CASE WHEN standing.stopped_on IS NOT NULL AND allocated.day <= series.day THEN 0 END AS {}")

#: The group of a supplier holds like all of a line from its first day on.
_OF_GROUPS = {
    "supplier_group": sql.SQL(
        "JOIN series of_line ON of_line.number = line.from_number "
        "LEFT JOIN member ON member.organization_id = line.supplier "
        "AND member.from_day <= of_line.day AND of_line.day < member.until_day"
    )
}


def statements(dimensions: Sequence[str], filters: Collection[str]) -> Statements:
    """The statements of a question whose lines hold from one day of a series to before another."""
    return Statements(
        dimensions,
        filters,
        split=("from_number", "until_number"),
        of_program=sql.SQL("standing.program_id = line.program_then"),
        of_supplier=of_supplier(AT_POINTS, "contract_then"),
        of_groups=_OF_GROUPS,
    )


def base(table: str) -> sql.Identifier:
    """Where the rows of a table are, whatever the day."""
    return sql.Identifier(f"base_{table}")


def of_range(first: int, last: int) -> Iterator[sql.Composed]:
    """What makes the contracts of a range at their points, with their facts."""
    among = _AMONG.format(first=first, last=last)
    own_days = (_OWN_DAYS.format(table=base(table.name), among=among) for table in TABLES if table.is_facts)
    contract, party = base("procurement_contract"), base("procurement_contractparty")
    turns = _TURNS.format(contract=contract, party=party, among=among)
    yield _POINTS.format(
        codes=CODES,
        own_days=sql.SQL(" UNION ").join([*own_days, turns]),
        contract=contract,
        document=base("procurement_document"),
        guarantee=base("procurement_guarantee"),
        completeness=base("procurement_completeness"),
        allocation=base("procurement_programallocation"),
        among=among,
    )
    for table in TABLES:
        if table.key_of_contract:
            yield _at_points(table, among)


def _at_points(table: Table, among: sql.Composed) -> sql.Composed:
    names = {"view": sql.Identifier(table.name), "table": base(table.name), "among": among}
    if not table.is_facts:
        return _CONTRACTS_AT_POINTS.format(**names)
    ids: list[sql.Composable] = [sql.SQL("point.id AS contract_id")]
    ids += [_CODE.format(name=sql.Identifier(name), codes=CODES) for name in _CODED.get(table.name, ())]
    seen = ANY if table.name == _WHATEVER_THE_DAY else sql.SQL("f.effective_on <= point.day")
    return _FACTS_AT_POINTS.format(**names, ids=sql.SQL(", ").join(ids), seen=sql.SQL("AND {}").format(seen))


def sums(of: Statements) -> sql.Composed:
    """The sums of the range whose facts are in place."""
    return of.over([*line_tables(AT_POINTS, "", "fresh"), _LINES])


def empty_programs(of: Statements) -> sql.Composed | None:
    """Adds the programs without contracts, where rows are of programs."""
    if not of.of_programs:
        return None
    since = sql.SQL(", ").join(_LEFT.format(sql.Identifier(name)) for name in SINCE)
    keys = replace(of, split=()).holes(of.own)
    return _EMPTY.format(part=ROWS, codes=CODES, since=since, left=_ALLOCATED, **keys)


def together(of: Statements, *, totals: bool) -> sql.Composed:
    """The rows of all days, each with the number of its day, or the totals by currency."""
    own = [] if totals else of.own
    page = sql.SQL("LIMIT %(limit)s" if own else "")
    return _TOGETHER.format(**adding_up(own, totals=totals), page=page)
