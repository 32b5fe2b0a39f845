"""The SQL of answers from the mirror: sums of one range of contracts after another, then of all ranges together.

All figures are of single contracts, so those of ranges add up. What a statement over a range gives are rows of one
table, `partial`: sums of groups, numbers of contracts with several lines, the next day on which something falls due,
and disputes. Rows of part `both` count in the groups and in the totals, the others in only one of them.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from psycopg import sql

from procurement.exposure.line_columns import AMOUNTS, COUNTED, COVERED, ENDS, SINCE, of
from procurement.exposure.sql.grouping import (
    ABOUT_PROGRAMS,
    DIMENSIONS,
    FIGURES,
    FILTERS,
    GROUPS,
    JOINS,
    own_keys,
    tables_of_keys,
)
from procurement.exposure.sql.lines import STANDING, line_tables
from procurement.exposure.sql.visibility import ANY, MIRRORED, RANGE, Days, about

BOTH, ROWS, TOTALS = "both", "rows", "totals"
#: A contract with a single line is counted by it, and one with several apart, as its lines may be in one group.
_WHOLE = "count(*) FILTER (WHERE is_stock AND line.share = 1 AND {which}) AS {name}"
_DISTINCT = "count(DISTINCT line.contract_id) FILTER (WHERE is_stock AND {which}) AS {name}"
_SHARED = sql.SQL("is_stock AND line.share < 1")
#: The contracts of a page that begins after one.
_BEYOND = sql.SQL("line.contract_id > %(beyond)s")
_DISPUTED = sql.SQL("array_agg(DISTINCT line.program_id) FILTER (WHERE standing.disputed) AS disputed")
_DUE = sql.SQL("min(line.due_on) AS due_on, sum(line.due_amount) AS due_amount")

_GROUP = sql.SQL(
    """
SELECT {part} AS part, {columns} line.currency AS row_currency, {figures}
  FROM line LEFT JOIN standing ON {of_program} {joins}
 WHERE {where} AND {which}
 GROUP BY {keys} line.currency"""
)
#: Of each group only its first day: the first of all groups is among them.
_FIRST_DUE = sql.SQL(
    """
SELECT * EXCLUDE first_on FROM (
    SELECT *, min(due_on) OVER (PARTITION BY {names} row_currency) AS first_on FROM ({days})) WHERE due_on = first_on"""
)


def of_supplier(days: Days, contract: str) -> sql.Composed:
    """That an asked supplier is a party of a line's contract, and not only its lead."""
    text = sql.SQL(
        "{contract} IN (SELECT f.contract_id FROM {table} f "
        "WHERE f.organization_id = ANY (%(supplier)s) AND {seen} AND {stands})"
    )
    return about("procurement_contractparty", text, days, contract=sql.Identifier("line", contract))


def _counts(pattern: str) -> sql.Composed:
    return sql.SQL(", ").join(
        sql.SQL(pattern).format(which=of(which, "line"), name=sql.Identifier(name)) for name, which in COUNTED.items()
    )


#: How the columns of parts become one.
_MERGED = {
    **dict.fromkeys((*COUNTED, *(f"{name}_open" for name in ENDS)), "COALESCE(sum({0}), 0)::BIGINT"),
    **dict.fromkeys((f"{name}_unknown" for name in COVERED), "COALESCE(sum({0}), 0)::BIGINT"),
    **dict.fromkeys((*AMOUNTS, "presumed_outstanding"), "sum({0})"),
    **dict.fromkeys((*(f"{name}_covered" for name in COVERED), "gross"), "COALESCE(sum({0}), 0)"),
    **dict.fromkeys(("confirmed_earliest", "paid_known_earliest"), "min({0})"),
    **dict.fromkeys(("confirmed_latest", "paid_known_latest"), "max({0})"),
    **dict.fromkeys(("paid_bases", "disputed"), "list_distinct(flatten(list({0}) FILTER ({0} IS NOT NULL)))"),
}
MERGED = sql.SQL(", ").join(sql.SQL(text + " AS {0}").format(sql.Identifier(name)) for name, text in _MERGED.items())
_TOGETHER = sql.SQL(
    """
WITH summed AS (
    SELECT {names} row_currency, {merged} FROM partial WHERE part <> {other} GROUP BY {names} row_currency
), first_due AS (
    SELECT {names} row_currency, min(due_on) AS due_on, arg_min_null(due_amount, due_on) AS due_amount
      FROM (SELECT {names} row_currency, due_on, sum(due_amount) AS due_amount
              FROM partial WHERE part <> {other} AND due_on IS NOT NULL GROUP BY {names} row_currency, due_on)
     GROUP BY {names} row_currency
)
SELECT summed.*, first_due.due_on, first_due.due_amount
  FROM summed LEFT JOIN first_due ON {same} summed.row_currency = first_due.row_currency
 WHERE {shown}
 ORDER BY {order} summed.row_currency {page}"""
)


def adding_up(own: Sequence[str], *, totals: bool) -> dict[str, sql.Composable]:
    """What statements that add up parts have in common: the keys, and which parts are left out and shown."""
    return {
        "names": listed(own),
        "order": sql.Composed([sql.SQL("summed.{}, ").format(sql.Identifier(name)) for name in own]),
        "merged": MERGED,
        "other": sql.Literal(ROWS if totals else TOTALS),
        "same": sql.SQL(" ").join(
            sql.SQL("summed.{0} IS NOT DISTINCT FROM first_due.{0} AND").format(sql.Identifier(name)) for name in own
        ),
        "shown": sql.SQL("summed.row_currency IS NOT NULL") if totals else ANY,
    }


#: A row for each program with a standing and without contracts: nothing moved on it since it was stopped.
_EMPTY = sql.SQL(
    """
INSERT INTO partial BY NAME
WITH {standing}
SELECT {part} AS part, {columns} {since}, CASE WHEN standing.disputed THEN [standing.program_id] END AS disputed
  FROM (SELECT program_id FROM standing) line JOIN standing ON standing.program_id = line.program_id {joins}
 WHERE {where} AND line.program_id NOT IN (SELECT program FROM partial WHERE program IS NOT NULL)"""
)
_LEFT = about(
    "procurement_programallocation",
    sql.SQL(
        "CASE WHEN standing.stopped_on IS NOT NULL AND standing.program_id IN "
        "(SELECT f.program_id FROM {table} f WHERE {seen} AND {stands}) THEN 0 END"
    ),
    MIRRORED,
)
OF_PROGRAM = sql.SQL("standing.program_id = line.program_id")
OF_SUPPLIER = of_supplier(MIRRORED, "contract_id")


@dataclass(frozen=True, eq=False)
class Statements:
    """The statements of one question: by which dimensions, and under which filters."""

    dimensions: Sequence[str]
    filters: Collection[str]
    #: what groups are split by beside their keys, and how a line finds its program's standing and its parties then
    split: tuple[str, ...] = ()
    of_program: sql.Composable | None = None
    of_supplier: sql.Composable | None = None
    #: how the group of a line's supplier is found then, by each key that is one
    of_groups: Mapping[str, sql.Composable] = field(default_factory=lambda: GROUPS)

    @cached_property
    def own(self) -> list[str]:
        """The keys of a row beside its currency."""
        return own_keys(self.dimensions)

    @property
    def by_contract(self) -> bool:
        """Whether there may be as many rows as lines: then each range gives only those that can be on the page."""
        return "contract" in self.own

    @property
    def of_programs(self) -> bool:
        """Whether a program has a row even with no contract."""
        return "program" in self.own and ABOUT_PROGRAMS.issuperset({*self.own, *self.filters})

    def of_range(self) -> sql.Composed:
        """The sums of a range of contracts: parameters are those of any statement over facts, `first` and `last`."""
        return self.over(line_tables(MIRRORED, RANGE), paged=self.by_contract)

    def over(self, lines: Sequence[sql.Composable], *, paged: bool = False) -> sql.Composed:
        """The sums of `line`, which is the last of some common tables; `paged`, of no more groups than are shown."""
        parts = self._page_and_totals() if paged else self._parts()
        tables = sql.SQL(",").join([*lines, *tables_of_keys(self.own)])
        return sql.SQL("WITH {} {}").format(tables, sql.SQL(" UNION ALL BY NAME ").join(parts))

    def empty_programs(self) -> sql.Composed | None:
        """Adds the programs without contracts, where rows are of programs."""
        if not self.of_programs:
            return None
        since = sql.SQL(", ").join(sql.SQL("{} AS {}").format(_LEFT, sql.Identifier(name)) for name in SINCE)
        return _EMPTY.format(standing=STANDING, part=ROWS, since=since, **self.holes(self.own))

    def together(self, *, totals: bool) -> sql.Composed:
        """The rows of the page, from `offset` on, or the totals by currency."""
        own = [] if totals else self.own
        page = sql.SQL("LIMIT %(limit)s OFFSET %(offset)s" if own else "")
        return _TOGETHER.format(**adding_up(own, totals=totals), page=page)

    def _parts(self) -> list[sql.Composed]:
        sums = sql.SQL(", ").join([_counts(_WHOLE), FIGURES])
        # with no keys of its own, a row is a total
        shared = [(ROWS, self.own), (TOTALS, [])] if self.own else [(BOTH, [])]
        return [
            self._group(BOTH, self.own, sums),
            *(self._group(part, own, _counts(_DISTINCT), _SHARED) for part, own in shared),
            self._due(BOTH, self.own),
            self._group(BOTH, self.own, _DISPUTED, sql.SQL("standing.disputed")),
        ]

    def _page_and_totals(self) -> list[sql.Composed]:
        sums = sql.SQL(", ").join([_counts(_DISTINCT), FIGURES, _DISPUTED, _DUE])
        page = sql.SQL("({rows} ORDER BY {names} row_currency LIMIT %(limit)s + %(offset)s)").format(
            rows=self._group(ROWS, self.own, sums, _BEYOND if self.own == ["contract"] else ANY), names=listed(self.own)
        )
        totals = sql.SQL(", ").join([_counts(_WHOLE), FIGURES, _DISPUTED])
        return [
            page,
            self._group(TOTALS, [], totals),
            self._group(TOTALS, [], _counts(_DISTINCT), _SHARED),
            self._due(TOTALS, []),
        ]

    def _due(self, part: str, own: Sequence[str]) -> sql.Composed:
        days = self._group(part, own, sql.SQL("line.due_on, sum(line.due_amount) AS due_amount"), due=True)
        return _FIRST_DUE.format(names=listed([*own, *self.split]), days=days)

    def _group(
        self,
        part: str,
        own: Sequence[str],
        figures: sql.Composable,
        which: sql.Composable = ANY,
        *,
        due: bool = False,
    ) -> sql.Composed:
        holes = self.holes(own)
        if due:
            which = sql.SQL("line.due_on IS NOT NULL")
            holes["keys"] = sql.SQL("{} line.due_on,").format(holes["keys"])
        return _GROUP.format(part=part, figures=figures, which=which, **holes)

    def holes(self, own: Sequence[str]) -> dict[str, sql.Composable]:
        """What the texts over `line` have in common, for rows by some of the keys."""
        filters = FILTERS | {
            "supplier": self.of_supplier or OF_SUPPLIER,
            "presumed": sql.SQL("line.presumed = ANY (%(presumed)s)"),
        }
        joins = [join for name, join in JOINS.items() if name in {*own, *self.filters}]
        keys = {name: DIMENSIONS[name] for name in own} | {name: sql.Identifier("line", name) for name in self.split}
        return {
            "of_program": self.of_program or OF_PROGRAM,
            "columns": sql.Composed([sql.SQL("{} AS {}, ").format(key, sql.Identifier(n)) for n, key in keys.items()]),
            "keys": sql.Composed([sql.SQL("{}, ").format(key) for key in keys.values()]),
            "joins": sql.SQL(" ").join([*joins, *(self.of_groups[name] for name in own if name in self.of_groups)]),
            "where": sql.SQL(" AND ").join([ANY, *(filters[name] for name in sorted(self.filters))]),
        }


def listed(own: Sequence[str]) -> sql.Composed:
    """Names, each followed by a comma."""
    return sql.Composed([sql.SQL("{}, ").format(sql.Identifier(name)) for name in own])
