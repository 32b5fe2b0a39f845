"""Answers from what is kept: totals for single groupings, spans for everything else at a day.

What the totals do not know yet is found at the same moment: contracts with a mark are taken out as they were written
and put in as the ledger has them now. So an answer is that of one moment, also while facts are posted and folded. They
are named to the statement, and not found by it: so it is planned for as few as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from psycopg import sql

from procurement.exposure.kept.models import SUMS, Total
from procurement.exposure.kept.spans import COMPANIONS, COUNTS, PERIODS, dimensions, names, sums
from procurement.exposure.line_columns import AGE_COLUMNS, AGED, AMOUNTS, COVERED, DUE, ENDS, KEYS, PRESUMED
from procurement.exposure.sql.grouping import MARKED, aged
from procurement.exposure.sql.lines import COLUMNS, STANDING, line_tables
from procurement.exposure.sql.visibility import ASKED, SCOPES

#: Groupings that have totals of their own, and the filters that choose among their keys.
KEPT = {
    "program": Total.Dimension.PROGRAM,
    "supplier": Total.Dimension.SUPPLIER,
    "buyer": Total.Dimension.BUYER,
    "method": Total.Dimension.METHOD,
    "contract_status": Total.Dimension.CONTRACT_STATUS,
    "fiscal_year": Total.Dimension.FISCAL_YEAR,
    "country": Total.Dimension.COUNTRY,
    "supplier_country": Total.Dimension.SUPPLIER_COUNTRY,
}
#: Groupings whose rows are sums of programs' rows, less what companions count twice.
OF_PROGRAMS = ("domain", "program_status")
_WORDS = frozenset({"method", "contract_status", "country", "supplier_country"})

#: The periods that make up everything up to a day: whole years, then months, then tens of days, then days.
_PERIOD = sql.SQL(
    """SELECT dimension, key, word, currency, {sums} FROM procurement_total
     WHERE dimension = ANY ({dimensions}) AND {chosen} AND period = {period} AND {days}"""
)
_DAYS = {
    period: (
        PERIODS[longer].format(day="%(as_of)s::date") if longer else None,
        PERIODS[period].format(day="%(as_of)s::date"),
    )
    for longer, period in zip((None, *Total.Period), Total.Period, strict=False)
}
_PARTS = sql.SQL("kept_part AS ({periods} {corrected})")

#: What takes the place of what totals have of stale contracts.
_CORRECTED = sql.SQL(
    """
    UNION ALL
    SELECT d.dimension, d.key, d.word, c.currency, {sums}
      FROM change c CROSS JOIN LATERAL (SELECT * FROM ({dimensions}) all_of_them
                                         WHERE dimension = ANY (%(dimensions)s::smallint[])) d
     WHERE {chosen}
     GROUP BY d.dimension, d.key, d.word, c.currency"""
)
_CHANGE = sql.SQL(
    """
change AS MATERIALIZED (
    SELECT 1 AS sign, {line}, {companions} FROM fresh_line
    WINDOW in_order AS (PARTITION BY contract_id, is_stock ORDER BY program_id NULLS LAST),
           parts AS (in_order ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    UNION ALL
    SELECT -1, {line}, companions, is_first FROM procurement_span
     WHERE contract_id IN (SELECT contract_id FROM scope) AND {at_the_day}
)"""
)
_AT_THE_DAY = sql.SQL("from_on <= %(as_of)s::date AND until_on > %(as_of)s::date")

#: The lines of the day: as spans, but for stale contracts as the ledger has them.
_SPANS = sql.SQL("{name} AS {kind} (SELECT {line} FROM procurement_span WHERE {at_the_day} {others})")
_OTHERS = sql.SQL("AND contract_id NOT IN (SELECT contract_id FROM scope) UNION ALL SELECT {line} FROM fresh_line")


def span_lines(*, stale: bool, name: str = "line", kind: str = "") -> tuple[sql.Composable, ...]:
    """The common tables up to `standing` and `line`, from spans; with `stale` the named contracts from the ledger."""
    line = names(COLUMNS)
    before = line_tables(ASKED, "named", "fresh_line") if stale else (STANDING,)
    lines = _SPANS.format(
        name=sql.Identifier(name),
        kind=sql.SQL(kind),
        line=line,
        at_the_day=_AT_THE_DAY,
        others=_OTHERS.format(line=line) if stale else sql.SQL(""),
    )
    return (*before, lines)


@dataclass(frozen=True)
class Reading:
    """What is read of the totals: a dimension, with all its keys or some, and the totals of everything beside it."""

    dimension: int
    chosen: tuple[Any, ...] | None = None
    with_companions: bool = False

    @property
    def by_word(self) -> bool:
        """Whether its keys are words."""
        return _NAMES[self.dimension] in _WORDS

    @property
    def of_programs(self) -> bool:
        """Whether its keys are programs."""
        return self.dimension == Total.Dimension.PROGRAM

    @property
    def dimensions(self) -> list[int]:
        """The dimensions read together."""
        if self.chosen is not None:
            return [self.dimension]
        companions = [int(Total.Dimension.COMPANIONS)] if self.with_companions else []
        return sorted({int(Total.Dimension.ALL), self.dimension, *companions})

    @property
    def parameters(self) -> dict[str, Any]:
        """What its statement takes, beside the dates and standings."""
        return {"dimensions": self.dimensions, "chosen": list(self.chosen or ())}


_NAMES = {int(dimension): name for name, dimension in KEPT.items()} | {int(Total.Dimension.ALL): ""}

#: A key as text, so that joins by it can be hashed.
_TEXT = sql.SQL("COALESCE(key::text, word, '-') AS text")

_READ = sql.SQL(
    """
WITH {before}, {part}, summed AS (
    SELECT dimension, key, word, currency, {text}, {totals}
      FROM kept_part GROUP BY dimension, key, word, currency HAVING sum(lines) > 0
), earliest AS (
    {earliest}
), dispute AS (
    {dispute}
), age AS (
    {age}
)
SELECT {marked} AS is_stale, summed.currency AS row_currency, summed.*, earliest.due_on, earliest.due_amount,
       dispute.disputed, {ages}
  FROM (SELECT true) one LEFT JOIN summed ON true
  LEFT JOIN earliest ON earliest.is_total = (summed.dimension = 0) AND earliest.text = summed.text
                    AND earliest.currency = summed.currency
  LEFT JOIN dispute ON dispute.is_total = (summed.dimension = 0) AND dispute.text = summed.text
                   AND dispute.currency = summed.currency
  LEFT JOIN age ON age.is_total = (summed.dimension = 0) AND age.text = summed.text
               AND age.currency = summed.currency"""
)
#: How old what the lines of the day say is, by group: no sum over periods knows a first or a last day.
_AGE = sql.SQL(
    """SELECT {is_total} AS is_total, {key} AS text, currency, {aged}
      FROM {lines} line WHERE {chosen_lines} GROUP BY GROUPING SETS ({sets})"""
)
#: The stock lines of the day with what their ages need: those that go on, and those that have ended since, each by an
#: index of its own.
_AGE_LINES = sql.SQL(
    """(SELECT {columns} FROM procurement_span
         WHERE is_stock AND until_on >= DATE '9999-12-31' AND from_on <= %(as_of)s::date {others}
        UNION ALL
        SELECT {columns} FROM procurement_span
         WHERE is_stock AND until_on < DATE '9999-12-31' AND until_on > %(as_of)s::date
           AND from_on <= %(as_of)s::date {others} {fresh})"""
)
#: Of how many contracts that the same programs share it is only presumed that they run.
_AGE_OF_SHARED = sql.SQL(
    """SELECT false, companions, currency, count(*), {nothing}
      FROM (SELECT contract_id, currency,
                   string_agg(COALESCE(program_id, 0)::text, ',' ORDER BY program_id NULLS LAST) AS companions
              FROM {lines} line WHERE {presumed}
             GROUP BY contract_id, currency HAVING count(*) > 1) shared
     GROUP BY companions, currency"""
)
#: Which groups a disputed program has lines in.
_DISPUTE = sql.SQL(
    """SELECT {is_total} AS is_total, {key} AS text, currency, array_agg(DISTINCT program_id) AS disputed
      FROM day_line WHERE program_id = ANY (%(disputed_ids)s::bigint[]) AND {chosen_lines}
     GROUP BY GROUPING SETS ({sets})"""
)
#: Of everything, in its currencies, the programs' own totals say so; and of programs, who asks knows.
_DISPUTE_OF_ALL = sql.SQL(
    """SELECT true AS is_total, '-' AS text, currency, array_agg(key) AS disputed
      FROM (SELECT key, currency FROM ({periods}) of_programs GROUP BY key, currency HAVING sum(lines) > 0) in_view
     GROUP BY currency"""
)
#: Of many keys: of all that is open at the day, the earliest by a key and a currency.
_EARLIEST = sql.SQL(
    """SELECT {is_total} AS is_total, text, currency, due_on, sum(due_amount) AS due_amount
      FROM (SELECT {key} AS text, currency, due_on, due_amount,
                   min(due_on) OVER (PARTITION BY {key}, currency) AS first_on
              FROM {due_line} due_line WHERE due_on IS NOT NULL AND {chosen_lines}) due_line
     WHERE due_on = first_on GROUP BY text, currency, due_on"""
)
#: Of programs, and of everything: walk along what falls due until something is open at the day.
_EARLIEST_OF_ONE = sql.SQL(
    """SELECT {is_total} AS is_total, summed.text, summed.currency, first_due.due_on,
              (SELECT sum(due_amount) FROM procurement_duespan
                WHERE due_on = first_due.due_on AND currency = summed.currency AND {at_the_day} AND {one}) AS due_amount
         FROM summed CROSS JOIN LATERAL (
              SELECT due_on FROM procurement_duespan
               WHERE currency = summed.currency AND {at_the_day} AND {one} ORDER BY due_on LIMIT 1) first_due
        WHERE {whose}"""
)
#: Whose is walked: everything, the programs, or what belongs to none -> which totals, which due spans.
_OF_ALL = ("true", "summed.dimension = 0", "true")
_OF_PROGRAM = ("false", "summed.dimension = 1 AND summed.key IS NOT NULL", "program_id = summed.key")
_OF_NO_PROGRAM = ("false", "summed.dimension = 1 AND summed.key IS NULL", "program_id IS NULL")


@cache
def reading(dimension: int, *, chosen: bool, stale: bool) -> str:
    """The statement that reads a dimension's totals at a day, and beside them those of everything."""
    name = _NAMES[dimension]
    column = sql.Identifier({"program": "program_id"}.get(name, name)) if name else sql.SQL("")
    by_word = sql.SQL("word = ANY (%(chosen)s)" if name in _WORDS else "key = ANY (%(chosen)s::bigint[])")
    sets: list[sql.Composable] = [sql.SQL("({}, currency)").format(column)] if name else []
    sets += [] if chosen else [sql.SQL("(currency)")]
    is_total = sql.SQL("GROUPING({}) = 1").format(column) if name and not chosen else sql.SQL(str(not name))
    parts: dict[str, sql.Composable] = {
        "is_total": is_total,
        "key": sql.SQL("COALESCE({}::text, '-')").format(column) if name else sql.SQL("'-'"),
        "chosen_lines": sql.SQL("{} = ANY (%(chosen)s)").format(column) if chosen else sql.SQL("true"),
        "sets": sql.SQL(", ").join(sets),
    }
    walked = not stale and name in ("", "program")
    return _READ.format(
        **parts,
        before=sql.SQL(",").join(_before(stale=stale)),
        part=_part(by_word if chosen else sql.SQL("true"), stale=stale),
        text=_TEXT,
        totals=_summed(),
        earliest=_walked() if walked else _earliest(parts, is_all=not name, chosen=chosen, stale=stale),
        dispute=_dispute(name, parts, stale=stale),
        age=_age(parts, with_shared=name == "program" and not chosen, stale=stale),
        ages=names(AGED, "age"),
        marked=sql.SQL("true") if stale else MARKED,
    ).as_string(None)


def _age(parts: Mapping[str, sql.Composable], *, with_shared: bool, stale: bool) -> sql.Composed:
    columns = names((*AGE_COLUMNS, *KEYS))
    lines = _AGE_LINES.format(
        columns=columns,
        others=sql.SQL("AND contract_id NOT IN (SELECT contract_id FROM scope)" if stale else ""),
        fresh=sql.SQL("UNION ALL SELECT {} FROM fresh_line WHERE is_stock" if stale else "").format(columns),
    )
    of_groups = _AGE.format(**parts, aged=aged(), lines=lines)
    types = {"presumed_outstanding": "numeric", "paid_bases": "text[]"}
    nothing = sql.SQL(", ").join(sql.SQL("NULL::" + types.get(name, "date")) for name in AGED if name != "presumed")
    shared = _AGE_OF_SHARED.format(nothing=nothing, presumed=sql.SQL(PRESUMED), lines=lines)
    return sql.SQL(" UNION ALL ").join([of_groups, *([shared] if with_shared else [])])


def _earliest(parts: Mapping[str, sql.Composable], *, is_all: bool, chosen: bool, stale: bool) -> sql.Composed:
    """What falls due first by key, and, unless some are chosen, of everything."""
    lines, every = _due_lines(stale=stale), parts["chosen_lines"]
    by_key = _EARLIEST.format(is_total=sql.SQL("false"), key=parts["key"], due_line=lines, chosen_lines=every)
    of_all = _EARLIEST.format(is_total=sql.SQL("true"), key=sql.SQL("'-'"), due_line=lines, chosen_lines=every)
    return sql.SQL(" UNION ALL ").join([*([] if is_all else [by_key]), *([] if chosen else [of_all])])


def _walked() -> sql.Composed:
    return sql.SQL(" UNION ALL ").join(
        _EARLIEST_OF_ONE.format(
            is_total=sql.SQL(is_total), at_the_day=_AT_THE_DAY, whose=sql.SQL(whose), one=sql.SQL(one)
        )
        for is_total, whose, one in (_OF_ALL, _OF_PROGRAM, _OF_NO_PROGRAM)
    )


def _dispute(name: str, parts: Mapping[str, sql.Composable], *, stale: bool) -> sql.Composed:
    if stale or name not in ("", "program"):
        return _DISPUTE.format(**parts)
    of_programs = sql.SQL("key = ANY (%(disputed_ids)s::bigint[])")
    return _DISPUTE_OF_ALL.format(periods=_periods(names(["lines"]), of_programs, [Total.Dimension.PROGRAM]))


def _due_lines(*, stale: bool) -> sql.Composed:
    """Where what falls due next is read: of stale contracts from the ledger."""
    kept = sql.SQL("SELECT {} FROM procurement_duespan WHERE {}").format(names((*_DUE_KEYS, *DUE)), _AT_THE_DAY)
    if not stale:
        return sql.SQL("({})").format(kept)
    return sql.SQL(
        "({kept} AND contract_id NOT IN (SELECT contract_id FROM scope) UNION ALL SELECT {columns} FROM fresh_line)"
    ).format(kept=kept, columns=names((*_DUE_KEYS, *DUE)))


_DUE_KEYS = ("program_id", *KEYS)


def _before(*, stale: bool) -> tuple[sql.Composable, ...]:
    lines = span_lines(stale=stale, name="day_line", kind="NOT MATERIALIZED")
    change = _CHANGE.format(line=names(COLUMNS), companions=COMPANIONS, at_the_day=_AT_THE_DAY)
    return (*lines, change) if stale else lines


def _part(chosen: sql.Composable, *, stale: bool) -> sql.Composed:
    corrected = _CORRECTED.format(sums=sums(), dimensions=dimensions(), chosen=chosen)
    periods = _periods(names((*COUNTS, *SUMS)), chosen)
    return _PARTS.format(periods=periods, corrected=corrected if stale else sql.SQL(""))


def _periods(sums: sql.Composable, chosen: sql.Composable, dimensions: Sequence[int] | None = None) -> sql.Composed:
    """What changed in the periods up to the day, in the dimensions that are asked for, or in those named."""
    named = sql.SQL("ARRAY[{}]::smallint[]").format(sql.SQL(", ").join(map(sql.Literal, map(int, dimensions or ()))))
    return sql.SQL(" UNION ALL ").join(
        _PERIOD.format(
            sums=sums,
            dimensions=sql.SQL("%(dimensions)s::smallint[]") if dimensions is None else named,
            chosen=chosen,
            period=sql.Literal(int(period)),
            days=_days(period),
        )
        for period in Total.Period
    )


def _days(period: Total.Period) -> sql.Composed:
    """Which periods of a length count: those in the longer one that the day lies in, before its own; days up to it."""
    longer, own = _DAYS[period]
    since = sql.SQL("starts_on >= {}").format(sql.SQL(longer)) if longer else sql.SQL("true")
    until = "starts_on <= {}" if period == Total.Period.DAY else "starts_on < {}"
    return sql.SQL("{} AND {}").format(since, sql.SQL(until).format(sql.SQL(own)))


def _summed() -> sql.Composed:
    """The columns of a row: a kept sum is null for nothing, and its count says whether it is known at all."""
    return sql.SQL(", ").join(
        [
            *(sql.SQL("COALESCE(sum({0}), 0)::bigint AS {0}").format(sql.Identifier(name)) for name in COUNTS),
            *map(_amount, AMOUNTS),
            *(sql.SQL("COALESCE(sum({0}), 0)::bigint AS {0}").format(sql.Identifier(f"{name}_open")) for name in ENDS),
            *(sql.SQL("COALESCE(sum({0}), 0) AS {0}").format(sql.Identifier(f"{name}_covered")) for name in COVERED),
            *(
                sql.SQL("COALESCE(sum({0}), 0)::bigint AS {0}").format(sql.Identifier(f"{name}_unknown"))
                for name in COVERED
            ),
            sql.SQL("COALESCE(sum(gross), 0) AS gross"),
        ]
    )


def _amount(name: str) -> sql.Composed:
    text = "CASE WHEN sum({1}) > 0 THEN COALESCE(sum({0}), 0) END AS {0}"
    return sql.SQL(text).format(sql.Identifier(name), sql.Identifier(f"{name}_known"))


def stale_contracts_statement(*, of_programs: bool) -> str:
    """The statement that finds the contracts that are stale (those that ever belonged to `programs`), up to `most`."""
    ever = (
        "WHERE EXISTS (SELECT FROM procurement_programallocation a WHERE a.contract_id = scope.contract_id "
        "AND a.program_id = ANY (%(programs)s))"
    )
    text = sql.SQL("WITH {scope} SELECT contract_id FROM scope {ever} LIMIT %(most)s")
    return text.format(scope=SCOPES["stale"], ever=sql.SQL(ever if of_programs else "")).as_string(None)
