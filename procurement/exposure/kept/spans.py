"""The SQL of spans and totals: what the lines of contracts are from day to day, and what that adds to each total."""

from collections.abc import Iterable
from functools import cache

from psycopg import sql

from procurement.exposure.kept.models import SUMS, Total
from procurement.exposure.line_columns import AGES, COVERED, DUE, KEYS, MARKS, SHARED, SINCE, STOCK
from procurement.exposure.sql.lines import line_tables
from procurement.exposure.sql.visibility import EACH

#: Every column of a span but its id, in order.
SPAN = (
    "contract_id", "program_id", "is_stock", "from_on", "until_on", *KEYS, *SHARED, *MARKS, *AGES, *STOCK, *SINCE,
    *DUE,
)  # fmt: skip
#: What identifies a line among those of one day.
_LINE = ("contract_id", "program_id", "is_stock", "from_on")


def names(columns: Iterable[str], alias: str = "") -> sql.Composed:
    """Columns, each perhaps of an alias."""
    return sql.SQL(", ").join(sql.Identifier(alias, name) if alias else sql.Identifier(name) for name in columns)


#: Over the lines of a contract at a day: the programs that share it (0 for the rest that belongs to none), on the first
#: of its stock, and whether it is that.
COMPANIONS = sql.SQL(
    """CASE WHEN is_stock AND row_number() OVER in_order = 1 AND count(*) OVER parts > 1
                THEN array_to_string(array_agg(COALESCE(program_id, 0)) OVER parts, ',') ELSE '' END AS companions,
           is_stock AND row_number() OVER in_order = 1 AS is_first"""
)

#: The lines of each day of a contract's own, until the next of its days.
_FRESH = sql.SQL(
    """
until AS (
    SELECT contract_id, day, lead(day, 1, DATE '9999-12-31') OVER (PARTITION BY contract_id ORDER BY day) AS until_on
      FROM point
), fresh AS (
    SELECT {line}, line.day AS from_on, until.until_on,
           {companions}
      FROM line JOIN until ON until.contract_id = line.contract_id AND until.day = line.day
    WINDOW in_order AS (PARTITION BY line.contract_id, line.day, is_stock ORDER BY program_id NULLS LAST),
           parts AS (in_order ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
)"""
)


@cache
def fresh_tables() -> tuple[sql.Composable, ...]:
    """The common tables up to `fresh`: the spans of the contracts in scope, as the facts have them."""
    line = names((*_LINE[:3], *KEYS, *MARKS, *AGES, *STOCK, *SINCE, *DUE), "line")
    return (*line_tables(EACH, "named"), _FRESH.format(line=line, companions=COMPANIONS))


# what falls due next

DUE_SPAN = ("contract_id", "program_id", "from_on", "until_on", *DUE, *KEYS)
#: Neighbouring spans of a line of which the same is due, under the same keys, are one.
_DUE_SPANS = sql.SQL(
    """
SELECT contract_id, program_id, min(from_on) AS from_on, max(until_on) AS until_on, {due}
  FROM (SELECT *, sum(begins) OVER (PARTITION BY contract_id, program_id ORDER BY from_on) AS run
          FROM (SELECT contract_id, program_id, from_on, until_on, {due},
                       CASE WHEN lag(until_on) OVER line_days = from_on
                                 AND lag(ROW({due})::text) OVER line_days = ROW({due})::text
                            THEN 0 ELSE 1 END AS begins
                  FROM {spans} WHERE is_stock AND due_on IS NOT NULL
                WINDOW line_days AS (PARTITION BY contract_id, program_id ORDER BY from_on)) s) s
 GROUP BY contract_id, program_id, run, {due}"""
)


def due_spans(spans: str) -> sql.Composed:
    """The select that makes due spans of spans, which are a table or a common table."""
    return _DUE_SPANS.format(spans=sql.Identifier(spans), due=names((*DUE, *KEYS)))


def due_statement(spans: str, table: str) -> str:
    """The statement that makes the due spans of a table of spans."""
    text = sql.SQL("INSERT INTO {} ({}) SELECT {} FROM ({}) made")
    return text.format(sql.Identifier(table), names(DUE_SPAN), names(DUE_SPAN), due_spans(spans)).as_string(None)


# what a span adds to totals

#: The totals that a line counts in -> the key and the word by which it does there, and whether it does at all.
_DIMENSIONS = {
    Total.Dimension.ALL: ("NULL", "NULL", "true"),
    Total.Dimension.PROGRAM: ("c.program_id", "NULL", "true"),
    Total.Dimension.SUPPLIER: ("c.supplier", "NULL", "true"),
    Total.Dimension.BUYER: ("c.buyer", "NULL", "true"),
    Total.Dimension.METHOD: ("NULL", "c.method", "true"),
    Total.Dimension.CONTRACT_STATUS: ("NULL", "c.contract_status", "true"),
    Total.Dimension.FISCAL_YEAR: ("c.fiscal_year", "NULL", "true"),
    Total.Dimension.COUNTRY: ("NULL", "c.country", "true"),
    Total.Dimension.SUPPLIER_COUNTRY: ("NULL", "c.supplier_country", "true"),
    Total.Dimension.COMPANIONS: ("NULL", "c.companions", "c.companions <> ''"),
}
#: Columns that a change of a total has beside its sums.
COUNTS = ("lines", "contracts", "contracts_without_commitment")


def dimensions(chosen: Iterable[int] = Total.Dimension) -> sql.Composed:
    """The rows (dimension, key, word) in which a changed line `c` counts."""
    rows = (
        sql.SQL("SELECT {}::smallint AS dimension, {}::bigint AS key, {}::text AS word WHERE {}").format(
            sql.Literal(int(each)), *map(sql.SQL, _DIMENSIONS[Total.Dimension(each)])
        )
        for each in chosen
    )
    return sql.SQL(" UNION ALL ").join(rows)


def _counted(name: str) -> str:
    """One line's part of a count or sum, whose sign is `c.sign`."""
    column, _, kind = name.rpartition("_") if SUMS.get(name) or name.endswith("_covered") else (name, "", "")
    if kind == "known":
        return f"CASE WHEN c.{column} IS NOT NULL THEN c.sign END"
    if kind == "open":
        return f"CASE WHEN c.is_stock AND c.committed IS DISTINCT FROM 0 AND c.{column} IS NULL THEN c.sign END"
    if kind == "covered":
        return f"CASE WHEN {COVERED[column].replace('line.', 'c.')} THEN c.sign * abs(c.committed) END"
    if kind == "unknown":
        return f"CASE WHEN c.is_stock AND NOT {COVERED[column].replace('line.', 'c.')} THEN c.sign END"
    if name == "gross":
        return "c.sign * abs(c.committed)"
    return f"c.sign * c.{name}"


def sums() -> sql.Composed:
    """The sums that lines `c` come to in the dimension `d` that they are grouped by.

    By program each line counts; elsewhere a contract counts once, by its first line.
    """
    counted = f"CASE WHEN d.dimension = {int(Total.Dimension.PROGRAM)} THEN c.is_stock ELSE c.is_first END"
    parts = [
        "sum(c.sign) AS lines",
        f"sum(c.sign) FILTER (WHERE {counted}) AS contracts",
        f"sum(c.sign) FILTER (WHERE {counted} AND NOT c.has_commitment) AS contracts_without_commitment",
    ]
    # a program's companions are counted and not summed up
    apart = int(Total.Dimension.COMPANIONS)
    parts += [f"sum({_counted(name)}) FILTER (WHERE d.dimension <> {apart}) AS {name}" for name in SUMS]
    return sql.SQL(", ").join(map(sql.SQL, parts))


#: The periods in which a day counts, with their first days.
PERIODS = {
    Total.Period.YEAR: "date_trunc('year', {day})::date",
    Total.Period.MONTH: "date_trunc('month', {day})::date",
    Total.Period.THIRD: "date_trunc('month', {day})::date + 10 * LEAST((extract(day FROM {day})::int - 1) / 10, 2)",
    Total.Period.DAY: "{day}",
}


def periods(day: str, chosen: Iterable[int] = Total.Period) -> sql.SQL:
    """The rows (period, starts_on) in which a day counts, for CROSS JOIN LATERAL."""
    rows = (f"({int(each)}::smallint, {PERIODS[Total.Period(each)].format(day=day)})" for each in chosen)
    return sql.SQL(f"(VALUES {', '.join(rows)}) AS p(period, starts_on)")


#: Adds changes `c` (sign, day and a span's columns) to the totals of every dimension and period.
_ADD = sql.SQL(
    """
INSERT INTO procurement_total AS t (dimension, key, word, currency, period, starts_on, {columns})
SELECT * FROM (
    SELECT d.dimension, d.key, d.word, c.currency, p.period, p.starts_on, {sums}
      FROM change c CROSS JOIN LATERAL ({dimensions}) d CROSS JOIN LATERAL {periods}
     GROUP BY d.dimension, d.key, d.word, c.currency, p.period, p.starts_on
) changed
 WHERE {something}
 ORDER BY dimension, key, word, currency, period, starts_on
    ON CONFLICT (dimension, key, period, starts_on, word, currency) DO UPDATE SET {added}"""
)

_CHANGED = (*COUNTS, *SUMS)


def _something() -> sql.Composed:
    """That a change does not come to nothing."""
    return sql.SQL(" OR ").join(sql.SQL("COALESCE({}, 0) <> 0").format(sql.Identifier(name)) for name in _CHANGED)


def add_changes() -> sql.Composed:
    """The INSERT that adds `change` to the totals; what comes to nothing is left out."""
    added = sql.SQL(", ").join(
        sql.SQL("{0} = COALESCE(t.{0} + EXCLUDED.{0}, t.{0}, EXCLUDED.{0})").format(sql.Identifier(name))
        for name in _CHANGED
    )
    return _ADD.format(
        columns=names(_CHANGED),
        sums=sums(),
        dimensions=dimensions(),
        periods=periods("c.day"),
        something=_something(),
        added=added,
    )


#: Compares the spans of the contracts in scope with what the facts say, writes what differs, and adds it to the totals:
#: one statement, so one moment of the facts.
_FOLD = sql.SQL(
    """
WITH {fresh}, old AS MATERIALIZED (
    SELECT * FROM procurement_span WHERE contract_id IN (SELECT contract_id FROM scope)
), pair AS MATERIALIZED (
    SELECT old.id AS old_id, {fresh_columns}
      FROM old FULL JOIN fresh
        ON old.contract_id = fresh.contract_id AND old.from_on = fresh.from_on AND old.is_stock = fresh.is_stock
       AND COALESCE(old.program_id, 0) = COALESCE(fresh.program_id, 0)
     WHERE ({old_columns}) IS DISTINCT FROM ({fresh_columns})
), gone AS (
    DELETE FROM procurement_span WHERE id IN (SELECT old_id FROM pair) RETURNING {columns}
), born AS (
    INSERT INTO procurement_span ({columns}) SELECT {columns} FROM pair WHERE contract_id IS NOT NULL
    RETURNING {columns}
), due_gone AS (
    DELETE FROM procurement_duespan WHERE contract_id IN (SELECT contract_id FROM scope)
), due_born AS (
    INSERT INTO procurement_duespan ({due_columns}) SELECT {due_columns} FROM ({due_spans}) made
), change AS (
    SELECT 1 AS sign, from_on AS day, born.* FROM born
    UNION ALL
    SELECT -1, until_on, born.* FROM born WHERE until_on < DATE '9999-12-31'
    UNION ALL
    SELECT -1, from_on, gone.* FROM gone
    UNION ALL
    SELECT 1, until_on, gone.* FROM gone WHERE until_on < DATE '9999-12-31'
)
{add}"""
)


@cache
def fold_statement() -> str:
    """The statement that brings the spans and totals of the contracts in scope in step with their facts."""
    return _FOLD.format(
        fresh=sql.SQL(",").join(fresh_tables()),
        columns=names(SPAN),
        old_columns=names(SPAN, "old"),
        due_columns=names(DUE_SPAN),
        due_spans=due_spans("fresh"),
        fresh_columns=names(SPAN, "fresh"),
        add=add_changes(),
    ).as_string(None)


# making them anew


def fresh_statement(table: str) -> str:
    """The statement that writes the spans of the contracts in scope into an empty table."""
    text = sql.SQL("WITH {fresh} INSERT INTO {table} ({columns}) SELECT {columns} FROM fresh")
    fresh = sql.SQL(",").join(fresh_tables())
    return text.format(fresh=fresh, table=sql.Identifier(table), columns=names(SPAN)).as_string(None)


#: What changes in a line from one span to the next, and where it begins or ends: what stays as it was is null, so
#: that sums over it cost little.
_CHANGES = sql.SQL(
    """
CREATE UNLOGGED TABLE {changes} AS
SELECT COALESCE(n.from_on, p.until_on) AS day, {keys},
       {lines} AS lines, {by_program} AS contracts_by_program, {first} AS contracts,
       {open_by_program} AS without_by_program, {open_first} AS contracts_without_commitment, {sums}
  FROM {spans} n
  FULL JOIN {spans} p ON p.contract_id = n.contract_id AND p.until_on = n.from_on AND p.is_stock = n.is_stock
                     AND COALESCE(p.program_id, 0) = COALESCE(n.program_id, 0) AND p.is_first = n.is_first AND {same}
 WHERE COALESCE(n.from_on, p.until_on) < DATE '9999-12-31'"""
)
#: The keys of a change: a line whose key changes ends under one and begins under the other.
_CHANGE_KEYS = ("program_id", *KEYS, "companions")


def _difference(expression: str) -> sql.SQL:
    """What an expression over a line `c` is on the later span less what it is on the earlier one; null for nothing."""
    later, earlier = expression.replace("c.", "n."), expression.replace("c.", "p.")
    return sql.SQL(f"NULLIF(COALESCE({later}, 0) - COALESCE({earlier}, 0), 0)")


def changes_statement(spans: str, changes: str) -> str:
    """The statement that makes the table of what changes from span to span."""
    one = {name: _counted(name).replace("c.sign * ", "").replace("c.sign", "1") for name in SUMS}
    counted = {"by_program": "c.is_stock", "first": "c.is_first"}
    return _CHANGES.format(
        changes=sql.Identifier(changes),
        spans=sql.Identifier(spans),
        keys=sql.SQL(", ").join(
            sql.SQL("COALESCE(n.{0}, p.{0}) AS {0}").format(sql.Identifier(k)) for k in _CHANGE_KEYS
        ),
        lines=_difference("CASE WHEN c.contract_id IS NOT NULL THEN 1 END"),
        **{name: _difference(f"CASE WHEN {which} THEN 1 END") for name, which in counted.items()},
        **{
            f"open_{name}": _difference(f"CASE WHEN {which} AND NOT c.has_commitment THEN 1 END")
            for name, which in counted.items()
        },
        sums=sql.SQL(", ").join(
            sql.SQL("{} AS {}").format(_difference(each), sql.Identifier(n)) for n, each in one.items()
        ),
        same=sql.SQL(" AND ").join(
            sql.SQL("COALESCE(p.{0}::text, '-') = COALESCE(n.{0}::text, '-')").format(sql.Identifier(name))
            for name in (*KEYS, "companions")
        ),
    ).as_string(None)


_TOTAL = sql.SQL(
    """
INSERT INTO {totals} (dimension, key, word, currency, period, starts_on, {columns})
SELECT * FROM (
    SELECT d.dimension, d.key, d.word, c.currency, {day}, c.day, {sums}
      FROM {changes} c CROSS JOIN LATERAL ({dimension}) d
     GROUP BY d.dimension, d.key, d.word, c.currency, c.day
) changed
 WHERE {something}"""
)


def total_statement(changes: str, totals: str, dimension: int) -> str:
    """The statement that sums changes into the days of one dimension."""
    by_program = dimension == Total.Dimension.PROGRAM
    counts = ("lines", "contracts_by_program", "without_by_program") if by_program else COUNTS
    summed = {name: name for name in SUMS} if dimension != Total.Dimension.COMPANIONS else dict.fromkeys(SUMS)
    columns = [(name, column) for name, column in (*zip(COUNTS, counts, strict=True), *summed.items())]
    return _TOTAL.format(
        totals=sql.Identifier(totals),
        changes=sql.Identifier(changes),
        columns=names(_CHANGED),
        sums=sql.SQL(", ").join(
            sql.SQL("NULLIF(sum(c.{}), 0) AS {}").format(sql.Identifier(column), sql.Identifier(name))
            if column
            else sql.SQL("NULL::numeric AS {}").format(sql.Identifier(name))
            for name, column in columns
        ),
        dimension=dimensions([dimension]),
        day=sql.Literal(int(Total.Period.DAY)),
        something=_something(),
    ).as_string(None)


_COARSER = sql.SQL(
    """
INSERT INTO {totals} (dimension, key, word, currency, period, starts_on, {columns})
SELECT * FROM (
    SELECT dimension, key, word, currency, p.period, p.starts_on, {sums}
      FROM {totals} t CROSS JOIN LATERAL {periods}
     WHERE dimension = {dimension} AND t.period = {day}
     GROUP BY dimension, key, word, currency, p.period, p.starts_on
) changed
 WHERE {something}"""
)


def coarser_statement(totals: str, dimension: int) -> str:
    """The statement that sums a dimension's days into its longer periods."""
    summed = sql.SQL(", ").join(sql.SQL("NULLIF(sum({0}), 0) AS {0}").format(sql.Identifier(name)) for name in _CHANGED)
    return _COARSER.format(
        totals=sql.Identifier(totals),
        columns=names(_CHANGED),
        sums=summed,
        dimension=sql.Literal(dimension),
        periods=periods("t.starts_on", [each for each in Total.Period if each != Total.Period.DAY]),
        day=sql.Literal(int(Total.Period.DAY)),
        something=_something(),
    ).as_string(None)
