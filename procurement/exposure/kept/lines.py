"""The SQL of the lines of the kept day: how the facts have them, and how they are read beside contracts that wait."""

from functools import cache

from psycopg import sql

from procurement.exposure.kept.settling import UNSETTLED
from procurement.exposure.kept.sums import LINE
from procurement.exposure.line_columns import names
from procurement.exposure.sql.grouping import Lines
from procurement.exposure.sql.lines import COLUMNS, STANDING, line_tables
from procurement.exposure.sql.visibility import ASKED

#: Over the lines of a contract: the programs that share it (0 for the rest that belongs to none), on the first of its
#: stock, and whether it is that.
_FRESH = sql.SQL(
    """
fresh AS MATERIALIZED (
    SELECT {columns},
           CASE WHEN is_stock AND row_number() OVER in_order = 1 AND count(*) OVER parts > 1
                THEN array_to_string(array_agg(COALESCE(program_id, 0)) OVER parts, ',') ELSE '' END AS companions,
           is_stock AND row_number() OVER in_order = 1 AS is_first
      FROM fresh_line
    WINDOW in_order AS (PARTITION BY contract_id, is_stock ORDER BY program_id NULLS LAST),
           parts AS (in_order ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
)"""
)
#: The lines of contracts that do not wait, as they are kept, and of those that do as the facts have them.
_LINES = sql.SQL("line AS NOT MATERIALIZED (SELECT {line} FROM procurement_line WHERE {which})")
_OTHERS = sql.SQL("contract_id NOT IN (SELECT contract_id FROM scope) UNION ALL SELECT {line} FROM fresh")

#: Whether something waits: a mark, the asked day, which is not the kept one, or first and last days to be found anew.
#: In the statement that reads what is kept, so of the same moment; if so, it reads nothing else. The least dimension is
#: looked up in its index, where EXISTS would read all totals: by its estimate one of the first has days to be found.
_WAIT = sql.SQL(
    """
wait AS MATERIALIZED (
    SELECT EXISTS (SELECT FROM procurement_stalemark)
           OR NOT EXISTS (SELECT FROM procurement_keptday k JOIN procurement_presumption p ON p.days = k.presumed_after
                           WHERE k.day = %(as_of)s::date)
           OR (SELECT min(dimension) FROM procurement_total WHERE {unsettled}) IS NOT NULL AS waits
)"""
).format(unsettled=UNSETTLED)
WAITS, NOTHING_WAITS = sql.SQL("(SELECT waits FROM wait)"), sql.SQL("(SELECT NOT waits FROM wait)")


@cache
def fresh_tables() -> tuple[sql.Composable, ...]:
    """The common tables up to `fresh`: the lines of the named contracts at a day, as the facts have them."""
    return (*line_tables(ASKED, "named", "fresh_line"), _FRESH.format(columns=names(COLUMNS)))


@cache
def kept_lines(*, waiting: bool) -> Lines:
    """The lines of a day; where contracts are waiting they are named (`contracts`)."""
    line = names(LINE)
    if not waiting:
        return Lines((STANDING, _WAIT, _LINES.format(line=line, which=NOTHING_WAITS)), kept=True, waits=WAITS)
    return Lines((*fresh_tables(), _LINES.format(line=line, which=_OTHERS.format(line=line))), kept=True)
