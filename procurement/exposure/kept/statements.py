"""The SQL of answers from totals: what is kept of the keys of a dimension, and of everything beside them.

Contracts that wait are named to the statement, and not found by it, so that it is planned for as few as they are: they
are taken out as they are kept and put in as the facts have them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from psycopg import sql

from procurement.exposure.kept.lines import NOTHING_WAITS, WAITS, kept_lines
from procurement.exposure.kept.models import SUMS, Total
from procurement.exposure.kept.settling import ends_of_everything
from procurement.exposure.kept.sums import EXTREMES, LINE, NULL, changes, extremes, is_one_of, key_of
from procurement.exposure.line_columns import AMOUNTS, BASES, COUNTED, COVERED, ENDS, NO_KEY, names
from procurement.exposure.sql.grouping import NOTHING
from procurement.exposure.sql.organizations import MEMBER

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
NUMBERS = frozenset(
    {Total.Dimension.PROGRAM, Total.Dimension.SUPPLIER, Total.Dimension.BUYER, Total.Dimension.FISCAL_YEAR}
)
_ALL, _PROGRAM, _COMPANIONS = Total.Dimension.ALL, Total.Dimension.PROGRAM, Total.Dimension.COMPANIONS


@dataclass(frozen=True)
class Reading:
    """What is read of the totals: a dimension, with all its keys or some, and the totals of everything beside it."""

    dimension: int
    chosen: tuple[Any, ...] | None = None
    #: what programs are grouped under, where rows are sums of theirs: one of OF_PROGRAMS
    label: str = ""
    #: whether suppliers are put together by the groups that they are parts of
    groups: bool = False

    @property
    def is_paged(self) -> bool:
        """Whether its statement gives a page of rows; those of programs are made of several."""
        return self.chosen is None and self.dimension not in (_ALL, _PROGRAM)

    @property
    def dimensions(self) -> tuple[int, ...]:
        """The dimensions read together."""
        if self.chosen is not None:
            return (self.dimension,)
        return tuple(sorted({int(_ALL), self.dimension, *([int(_COMPANIONS)] if self.label else [])}))

    @property
    def parameters(self) -> dict[str, Any]:
        """What its statement takes, beside the dates and standings; nobody can choose what has no key."""
        chosen = [str(key) for key in self.chosen or () if str(key) != NO_KEY]
        return {"dimensions": list(self.dimensions), "chosen": chosen}

    def text(self, *, waiting: bool) -> str:
        """Its statement."""
        chosen = self.chosen is not None
        return reading(self.dimension, chosen=chosen, waiting=waiting, label=self.label, groups=self.groups)


_READ = sql.SQL(
    """
WITH {before}, kept_part AS (
    SELECT dimension, key, currency, lines, {columns} FROM procurement_total
     WHERE dimension = ANY (%(dimensions)s::smallint[]) AND {chosen} AND {nothing_waits} {corrected}
){labelled}, summed AS (
    {summed}
), earliest AS (
    {earliest}
), dispute AS (
    {dispute}
){ages}
SELECT {waits} AS waits, summed.currency AS row_currency, summed.*, {first_and_last} earliest.due_on,
       earliest.due_amount, dispute.disputed
  FROM (SELECT true) one LEFT JOIN {shown} ON true
  LEFT JOIN earliest USING (dimension, key, currency)
  LEFT JOIN dispute USING (dimension, key, currency) {joined}"""
)
#: Of companions, instead of how many contracts they share, how many are counted too often under a label: there may be
#: more companions than rows. Of all of these contracts, and of those that COUNTED names.
_LABELLED = sql.SQL(
    """
, label AS (
    {labels}
), too_many AS (
    SELECT key, label, count(*) - 1 AS times
      FROM (SELECT DISTINCT key FROM kept_part WHERE dimension = {companions}) shared
     CROSS JOIN unnest(string_to_array(key, ',')) AS program LEFT JOIN label USING (program)
     GROUP BY key, label HAVING count(*) > 1
), labelled_part AS (
    SELECT * FROM kept_part WHERE dimension <> {companions}
    UNION ALL
    SELECT {companions}, COALESCE(label, {no_key}), currency, 1, {counted}, {nothing}
      FROM too_many JOIN kept_part USING (key) WHERE dimension = {companions} GROUP BY label, currency
)"""
)
#: Of suppliers that are parts of groups, or tops of them, the sums of each group; and the lines by groups.
_GROUPS = sql.SQL(
    """
, grouped_part AS (
    SELECT dimension, key, currency, lines, {columns} FROM kept_part
     WHERE dimension <> {supplier} OR key NOT IN (SELECT organization_id::text FROM member)
    UNION ALL
    SELECT dimension, member.top_id::text, currency, sum(lines), {sums}, {extremes}
      FROM kept_part JOIN member ON member.organization_id::text = key
     WHERE dimension = {supplier} GROUP BY dimension, member.top_id, currency
), group_line AS NOT MATERIALIZED (
    SELECT {line}, COALESCE(member.top_id, line.supplier) AS supplier
      FROM line LEFT JOIN member ON member.organization_id = line.supplier
)"""
)
_LABELS = {
    "domain": sql.SQL("SELECT id::text AS program, domain AS label FROM procurement_program"),
    "program_status": sql.SQL("SELECT program_id::text AS program, status AS label FROM standing"),
}
#: Of keys that may be many only a page, in the order of answers, beside everything.
_PAGE = sql.SQL(
    """(SELECT * FROM summed WHERE dimension <> {dimension}
        UNION ALL
        (SELECT * FROM summed WHERE dimension = {dimension} ORDER BY {order} NULLS LAST, currency COLLATE "C"
         OFFSET %(offset)s LIMIT %(limit)s)) summed"""
)
_CORRECTED = sql.SQL("UNION ALL SELECT dimension, key, currency, lines, {columns} FROM changed WHERE {chosen}")
#: Lines of waiting contracts as they are kept and as the facts have them.
_CHANGE = sql.SQL(
    """
change AS MATERIALIZED (
    SELECT 1 AS sign, {line} FROM fresh
    UNION ALL
    SELECT -1, {line} FROM procurement_line WHERE contract_id IN (SELECT contract_id FROM scope)
)"""
)
#: Which groups a disputed program has lines in. Of everything the programs' own totals say so, and of a program itself.
_DISPUTE = sql.SQL(
    """SELECT {dimension}::smallint AS dimension, {key} AS key, c.currency, array_agg(DISTINCT c.program_id) AS disputed
      FROM {lines} c WHERE c.program_id = ANY (%(disputed_ids)s::bigint[]) AND {chosen} GROUP BY {key}, c.currency"""
)
_DISPUTE_OF_ITSELF = sql.SQL(
    """SELECT dimension, key, currency, ARRAY[key::bigint] AS disputed FROM summed
      WHERE dimension = {dimension} AND key = ANY (%(disputed_ids)s::text[])"""
)
_DISPUTE_OF_ALL = sql.SQL(
    """SELECT {dimension}::smallint AS dimension, {key} AS key, currency, array_agg(key::bigint) AS disputed
      FROM procurement_total
     WHERE {nothing_waits} AND dimension = {program} AND key = ANY (%(disputed_ids)s::text[]) GROUP BY currency"""
)
#: The same beside contracts that wait: one line is enough. Kept from becoming a join, which would read them all.
_DISPUTE_OF_ANY = sql.SQL(
    """SELECT summed.dimension, summed.key, summed.currency, array_agg(disputed_id) AS disputed
      FROM summed CROSS JOIN unnest(%(disputed_ids)s::bigint[]) AS disputed_id
     WHERE summed.dimension = {dimension} AND EXISTS (
           SELECT FROM line c WHERE c.program_id = disputed_id AND c.currency = summed.currency OFFSET 0)
     GROUP BY summed.dimension, summed.key, summed.currency"""
)
#: What falls due first by a key and a currency.
_EARLIEST = sql.SQL(
    """SELECT {dimension}::smallint AS dimension, key, currency, due_on, sum(due_amount) AS due_amount
      FROM (SELECT {key} AS key, c.currency, c.due_on, c.due_amount,
                   min(c.due_on) OVER (PARTITION BY {key}, c.currency) AS first_on
              FROM {lines} c WHERE c.due_on IS NOT NULL AND {chosen}) due_line
     WHERE due_on = first_on GROUP BY key, currency, due_on"""
)
#: The same of everything and of programs: an index has it in order.
_EARLIEST_IN_ORDER = sql.SQL(
    """SELECT summed.dimension, summed.key, summed.currency, first.due_on,
              (SELECT sum(c.due_amount) FROM line c
                WHERE {its_own} AND c.due_on = first.due_on AND c.currency = summed.currency) AS due_amount
         FROM summed CROSS JOIN LATERAL (
              SELECT c.due_on FROM line c
               WHERE {its_own} AND c.currency = summed.currency AND c.due_on IS NOT NULL
               ORDER BY c.due_on LIMIT 1) first
        WHERE summed.dimension = {dimension}"""
)
_ITS_OWN = {_ALL: sql.SQL("true"), _PROGRAM: sql.SQL("c.program_id = NULLIF(summed.key, '-')::bigint")}
_ENDS = sql.SQL(
    "SELECT {dimension}::smallint AS dimension, {key} AS key, c.currency, {extremes} FROM {lines} c "
    "WHERE {chosen} GROUP BY {key}, c.currency"
)


@cache
def reading(dimension: int, *, chosen: bool, waiting: bool, label: str = "", groups: bool = False) -> str:
    """The statement that reads a dimension's totals, and beside them those of everything unless keys are chosen.

    With a label that programs are grouped under, also how many contracts are counted too often under each. With
    groups, the keys of suppliers are those of the tops of their groups.
    """
    wanted = sql.SQL("key = ANY (%(chosen)s::text[])" if chosen else "true")
    read = [dimension, *([int(_ALL)] if not chosen and dimension != _ALL else [])]
    columns = names((*SUMS, *EXTREMES))
    part, lines = ("grouped_part", "group_line") if groups else ("labelled_part" if label else "kept_part", "line")
    return _READ.format(
        before=sql.SQL(",").join([*_before(read, with_companions=bool(label), waiting=waiting), *([MEMBER] * groups)]),
        columns=columns,
        chosen=wanted,
        corrected=_CORRECTED.format(columns=columns, chosen=wanted) if waiting else NOTHING,
        labelled=_labelled(label) if label else _grouped() if groups else NOTHING,
        summed=_summed(part, waiting=waiting),
        earliest=_union(each for d in read for each in _earliest(d, lines, chosen=chosen, waiting=waiting)),
        dispute=_union(_dispute(d, lines, chosen=chosen, waiting=waiting) for d in read),
        ages=sql.SQL(", age AS ({})").format(_union(_age(d, lines, chosen=chosen) for d in read))
        if waiting
        else NOTHING,
        first_and_last=sql.SQL("{}, ").format(names(EXTREMES, "age")) if waiting else NOTHING,
        joined=sql.SQL("LEFT JOIN age USING (dimension, key, currency)") if waiting else NOTHING,
        waits=sql.SQL("false") if waiting else WAITS,
        nothing_waits=sql.SQL("true") if waiting else NOTHING_WAITS,
        shown=_page(dimension) if Reading(dimension).is_paged and not chosen else sql.SQL("summed"),
    ).as_string(None)


def _labelled(label: str) -> sql.Composed:
    nothing = [NULL] * (len(SUMS) - len(COUNTED) + len(EXTREMES))
    return _LABELLED.format(
        labels=_LABELS[label],
        companions=sql.Literal(int(_COMPANIONS)),
        no_key=sql.Literal(NO_KEY),
        counted=sql.SQL(", ").join(sql.SQL("sum(times * {})").format(sql.Identifier(name)) for name in COUNTED),
        nothing=sql.SQL(", ").join(nothing),
    )


def _grouped() -> sql.Composed:
    columns = [*SUMS, *EXTREMES]
    finds = [sql.SQL("{}({})").format(sql.SQL(find), sql.Identifier(name)) for name, find in EXTREMES.items()]
    return _GROUPS.format(
        columns=names(columns),
        supplier=sql.Literal(int(Total.Dimension.SUPPLIER)),
        sums=sql.SQL(", ").join(sql.SQL("sum({})").format(sql.Identifier(name)) for name in SUMS),
        extremes=sql.SQL(", ").join(finds),
        line=names([name for name in LINE if name != "supplier"], "line"),
    )


def _page(dimension: int) -> sql.Composed:
    order = "NULLIF(key, {})::bigint" if dimension in NUMBERS else 'NULLIF(key, {}) COLLATE "C"'
    return _PAGE.format(dimension=sql.Literal(int(dimension)), order=sql.SQL(order).format(sql.Literal(NO_KEY)))


def _before(read: Iterable[int], *, with_companions: bool, waiting: bool) -> Iterable[sql.Composable]:
    yield from kept_lines(waiting=waiting).tables
    if waiting:
        yield _CHANGE.format(line=names(LINE))
        yield changes([*read, *([int(_COMPANIONS)] if with_companions else [])])


def _union(parts: Iterable[sql.Composed]) -> sql.Composed:
    return sql.SQL(" UNION ALL ").join(sql.SQL("({})").format(part) for part in parts)


def _about(dimension: int, text: sql.SQL, lines: str, *, chosen: bool, **more: sql.Composable) -> sql.Composed:
    """A text about the lines `c`, of a table of them, by a dimension's keys."""
    key = key_of(dimension, "c")
    wanted = is_one_of(dimension, "c") if chosen else sql.SQL("true")
    return text.format(
        dimension=sql.Literal(int(dimension)), key=key, chosen=wanted, lines=sql.Identifier(lines), **more
    )


def _earliest(dimension: int, lines: str, *, chosen: bool, waiting: bool) -> Iterable[sql.Composed]:
    # contracts that wait have no index: for each of many programs all of them would be looked through
    if dimension not in _ITS_OWN or (waiting and dimension == _PROGRAM and not chosen):
        yield _about(dimension, _EARLIEST, lines, chosen=chosen)
        return
    yield _EARLIEST_IN_ORDER.format(dimension=sql.Literal(int(dimension)), its_own=_ITS_OWN[Total.Dimension(dimension)])
    if dimension == _PROGRAM and not chosen:  # what belongs to none
        parts = {
            "dimension": sql.Literal(int(dimension)),
            "key": key_of(dimension, "c"),
            "lines": sql.Identifier(lines),
        }
        yield _EARLIEST.format(**parts, chosen=sql.SQL("c.program_id IS NULL"))


def _dispute(dimension: int, lines: str, *, chosen: bool, waiting: bool) -> sql.Composed:
    text = _DISPUTE_OF_ITSELF if dimension == _PROGRAM else _DISPUTE
    if dimension == _ALL:
        text = _DISPUTE_OF_ANY if waiting else _DISPUTE_OF_ALL
    holes = {"program": sql.Literal(int(_PROGRAM)), "nothing_waits": NOTHING_WAITS}
    return _about(dimension, text, lines, chosen=chosen, **holes)


def _age(dimension: int, lines: str, *, chosen: bool) -> sql.Composed:
    """The first and the last days beside contracts that wait: no sum over changes knows them."""
    if dimension == _ALL:
        return ends_of_everything(waiting=True)
    return _about(dimension, _ENDS, lines, chosen=chosen, extremes=extremes("c"))


def _summed(part: str, *, waiting: bool) -> sql.Composed:
    """The columns of a row: a kept sum is null for nothing, and its count says whether it is known at all."""
    sum_of = sql.SQL("sum({})") if waiting else sql.SQL("{}")
    count, whole = sql.SQL("COALESCE({}, 0)::bigint AS {}"), sql.SQL("COALESCE({}, 0) AS {}")
    counts = [*COUNTED, *(f"{name}_open" for name in ENDS), *(f"{name}_unknown" for name in COVERED)]
    parts = [
        *(count.format(sum_of.format(sql.Identifier(name)), sql.Identifier(name)) for name in counts),
        *(_known(name, sum_of) for name in (*AMOUNTS, "presumed_outstanding")),
        *(
            whole.format(sum_of.format(sql.Identifier(name)), sql.Identifier(name))
            for name in (*(f"{each}_covered" for each in COVERED), "gross")
        ),
        sql.SQL("ARRAY[{}] AS paid_bases").format(sql.SQL(", ").join(_basis(each, sum_of) for each in BASES)),
    ]
    text = "SELECT dimension, key, currency, {parts} {ends} FROM {part} {grouped}"
    return sql.SQL(text).format(
        part=sql.Identifier(part),
        parts=sql.SQL(", ").join(parts),
        ends=NOTHING if waiting else sql.SQL(", {}").format(names(EXTREMES)),
        grouped=sql.SQL("GROUP BY dimension, key, currency HAVING sum(lines) > 0") if waiting else NOTHING,
    )


def _known(name: str, sum_of: sql.SQL) -> sql.Composed:
    text = sql.SQL("CASE WHEN {number} > 0 THEN COALESCE({amount}, 0) END AS {name}")
    number = sum_of.format(sql.Identifier(f"{name}_known"))
    return text.format(number=number, amount=sum_of.format(sql.Identifier(name)), name=sql.Identifier(name))


def _basis(name: str, sum_of: sql.SQL) -> sql.Composed:
    number = sum_of.format(sql.Identifier(f"paid_by_{name}"))
    return sql.SQL("CASE WHEN {} > 0 THEN {} END").format(number, sql.Literal(name))
