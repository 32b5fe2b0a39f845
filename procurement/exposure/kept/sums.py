"""The SQL of what lines add to totals: by which keys a line counts, what it adds, and how changes are summed."""

from collections.abc import Iterable
from functools import cache

from psycopg import sql

from procurement.exposure.kept.models import SUMS, Total
from procurement.exposure.line_columns import (
    AGES,
    AMOUNTS,
    BASES,
    COUNTED,
    COVERED,
    DUE,
    ENDS,
    KEYS,
    MARKS,
    NO_KEY,
    SHARED,
    SINCE,
    STOCK,
    is_open,
    of,
)

#: Every column of a kept line but its id, in order.
LINE = ("contract_id", "program_id", "is_stock", *KEYS, *SHARED, *MARKS, *AGES, "presumed", *STOCK, *SINCE, *DUE)

#: The totals that a line counts in -> the column whose text is its key there; everything has but one key.
DIMENSIONS: dict[int, str | None] = {
    Total.Dimension.ALL: None,
    Total.Dimension.PROGRAM: "program_id",
    Total.Dimension.SUPPLIER: "supplier",
    Total.Dimension.BUYER: "buyer",
    Total.Dimension.METHOD: "method",
    Total.Dimension.CONTRACT_STATUS: "contract_status",
    Total.Dimension.FISCAL_YEAR: "fiscal_year",
    Total.Dimension.COUNTRY: "country",
    Total.Dimension.SUPPLIER_COUNTRY: "supplier_country",
    Total.Dimension.COMPANIONS: "companions",
}
#: The days of which a total has the first and the last -> the column of a line, and of which lines it counts. Said as
#: the indexes of these days have it.
WHICH = {
    "confirmed": ("confirmed_on", "{x}.is_stock AND {x}.live"),
    "paid_known": ("paid_known_through", "{x}.is_stock AND {x}.paid_known_through IS NOT NULL"),
}
DAYS = {name: f"CASE WHEN {which} THEN {{x}}.{day} END" for name, (day, which) in WHICH.items()}
#: How many lines have such a day.
NUMBERS = {"confirmed": "alive", "paid_known": "paid_dated"}
#: The columns of first and last days -> the aggregate that finds them.
EXTREMES = {f"{name}_{end}": find for name in DAYS for end, find in (("earliest", "min"), ("latest", "max"))}

NULL = sql.SQL("NULL")
_PROGRAM, _COMPANIONS = int(Total.Dimension.PROGRAM), int(Total.Dimension.COMPANIONS)


def key_of(dimension: int, x: str) -> sql.Composable:
    """The key in a dimension of a line under an alias."""
    column = DIMENSIONS[dimension]
    if column is None:
        return sql.SQL("{}::text").format(sql.Literal(NO_KEY))  # a cast one can be grouped by
    return sql.SQL("COALESCE({}::text, {})").format(sql.Identifier(x, column), sql.Literal(NO_KEY))


#: The types of keys that are no words.
_TYPES = {"program_id": "bigint", "supplier": "bigint", "buyer": "bigint", "fiscal_year": "int"}


def is_one_of(dimension: int, x: str, keys: str = "chosen") -> sql.Composed:
    """That the key of a line is one of a parameter's texts; said of its column, which may have an index."""
    column = DIMENSIONS[dimension]
    if column is None:
        return sql.SQL("true").format()
    text = """({column} = ANY (array_remove(%({keys})s::text[], {no_key})::{type}[])
        OR ({column} IS NULL AND {no_key} = ANY (%({keys})s::text[])))"""
    return sql.SQL(text).format(
        column=sql.Identifier(x, column),
        keys=sql.SQL(keys),
        no_key=sql.Literal(NO_KEY),
        type=sql.SQL(_TYPES.get(column, "text")),
    )


def _one(condition: sql.Composable) -> sql.Composed:
    """One where something is so, else nothing."""
    return sql.SQL("CASE WHEN {} THEN 1 END").format(condition)


def _contracts(name: str, x: str, *, by_program: bool) -> sql.Composed:
    """By program each line of stock counts, elsewhere a contract counts once, by its first line."""
    return _one(of(f"{{x}}.{'is_stock' if by_program else 'is_first'} AND {COUNTED[name]}", x))


def added(x: str, *, by_program: bool = False) -> dict[str, sql.Composable]:
    """What a line under an alias adds to each of the SUMS; null for nothing."""
    stock = "{x}.is_stock AND "
    parts: dict[str, sql.Composable] = {
        **{name: _contracts(name, x, by_program=by_program) for name in COUNTED},
        **{name: sql.Identifier(x, name) for name in AMOUNTS},
        **{f"{name}_known": _one(of(f"{{x}}.{name} IS NOT NULL", x)) for name in AMOUNTS},
        **{f"{name}_open": _one(is_open(name, x)) for name in ENDS},
        **{
            f"{name}_covered": of(f"CASE WHEN {known} THEN abs({{x}}.committed) END", x)
            for name, known in COVERED.items()
        },
        **{f"{name}_unknown": _one(of(f"{stock} NOT ({known})", x)) for name, known in COVERED.items()},
        "gross": of("abs({x}.committed)", x),
        "presumed_outstanding": of(f"CASE WHEN {stock} {{x}}.presumed THEN {{x}}.outstanding END", x),
        "presumed_outstanding_known": _one(of(f"{stock} {{x}}.presumed AND {{x}}.outstanding IS NOT NULL", x)),
        "alive": _one(of(f"{DAYS['confirmed']} IS NOT NULL", x)),
        "paid_dated": _one(of(f"{DAYS['paid_known']} IS NOT NULL", x)),
        **{f"paid_by_{basis}": _one(of(f"{stock} {{x}}.paid_basis = '{basis}'", x)) for basis in BASES},
    }
    assert tuple(parts) == tuple(SUMS)
    return parts


def extremes(x: str) -> sql.Composed:
    """The first and the last days in a group of lines under an alias."""
    parts = (
        sql.SQL("{}({}) AS {}").format(sql.SQL(find), of(DAYS[name.rpartition("_")[0]], x), sql.Identifier(name))
        for name, find in EXTREMES.items()
    )
    return sql.SQL(", ").join(parts)


# lines of one dimension, as they are


def summed(dimension: int, lines: str) -> sql.Composed:
    """The select of a dimension's totals from a table of lines."""
    parts = added("c", by_program=dimension == _PROGRAM)
    if dimension == _COMPANIONS:  # counted and not summed up
        parts |= dict.fromkeys((name for name in SUMS if name not in COUNTED), NULL)
    text = """SELECT {dimension}::smallint AS dimension, {key} AS key, c.currency, count(*) AS lines, {sums}, {extremes}
      FROM {lines} c WHERE {has_key} GROUP BY {key}, c.currency"""
    return sql.SQL(text).format(
        dimension=sql.Literal(int(dimension)),
        key=key_of(dimension, "c"),
        sums=_each("sum({}::numeric) AS {}" if dimension == _COMPANIONS else "sum({}) AS {}", parts),
        extremes=extremes("c") if dimension != _COMPANIONS else _each("{}::date AS {}", dict.fromkeys(EXTREMES, NULL)),
        lines=sql.Identifier(lines),
        has_key=sql.SQL("c.companions <> ''" if dimension == _COMPANIONS else "true"),
    )


# lines of several dimensions, as they change

#: What changes in the lines of each contract, which have come under other keys or not; `change` has lines with a sign.
_NET = sql.SQL(
    """
net AS MATERIALIZED (
    SELECT c.contract_id, c.program_id, {keys}, c.companions, sum(c.sign) AS lines, {sums}, {by_program},
           {came_and_went}
      FROM change c GROUP BY c.contract_id, c.program_id, c.is_stock, {keys}, c.companions
), changed AS (
    SELECT d.dimension, d.key, n.currency, sum(n.lines) AS lines, {changed}, {extremes}
      FROM net n CROSS JOIN LATERAL ({dimensions}) d
     GROUP BY d.dimension, d.key, n.currency
    {companions}
)"""
)
_KEYS_OF = sql.SQL("SELECT {dimension}::smallint AS dimension, {key} AS key")
#: Companions are counted and not summed up.
_OF_COMPANIONS = sql.SQL(
    """UNION ALL
    SELECT {dimension}::smallint, n.companions, n.currency, sum(n.lines), {counted}, {nothing}
      FROM net n WHERE n.companions <> '' GROUP BY n.companions, n.currency"""
)


def changes(dimensions: Iterable[int] = Total.Dimension) -> sql.Composed:
    """The common table `changed`: what a table `change` of lines with a sign comes to in some dimensions.

    It has the columns of totals; beside the first and last days of lines that came, those of lines that went (gone_).
    """
    first, by_program = added("c"), added("c", by_program=True)
    chosen = {int(each) for each in dimensions}
    counted = [sql.SQL("sum(n.{})").format(sql.Identifier(name)) for name in COUNTED]
    nothing = [NULL] * (len(SUMS) - len(COUNTED) + 2 * len(EXTREMES))
    companions = _OF_COMPANIONS.format(
        dimension=sql.Literal(_COMPANIONS), counted=sql.SQL(", ").join(counted), nothing=sql.SQL(", ").join(nothing)
    )
    return _NET.format(
        keys=sql.SQL(", ").join(sql.Identifier("c", name) for name in KEYS),
        sums=_each("NULLIF(sum(c.sign * ({})), 0) AS {}", first),
        by_program=_each(
            "NULLIF(sum(c.sign * ({})), 0) AS {}", {f"{name}_by_program": by_program[name] for name in COUNTED}
        ),
        came_and_went=sql.SQL(", ").join(_came_and_went(name, day) for name, day in DAYS.items()),
        changed=sql.SQL(", ").join(map(_changed, SUMS)),
        extremes=sql.SQL(", ").join(_ends_changed()),
        dimensions=sql.SQL(" UNION ALL ").join(map(_keys_of, sorted(chosen - {_COMPANIONS}))),
        companions=companions if _COMPANIONS in chosen else sql.SQL(""),
    )


def _each(pattern: str, parts: dict[str, sql.Composable]) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL(pattern).format(part, sql.Identifier(name)) for name, part in parts.items())


def _came_and_went(name: str, day: str) -> sql.Composed:
    text = "max({day}) FILTER (WHERE c.sign > 0) AS {came}, max({day}) FILTER (WHERE c.sign < 0) AS {went}"
    return sql.SQL(text).format(
        day=of(day, "c"), came=sql.Identifier(f"{name}_day"), went=sql.Identifier(f"gone_{name}_day")
    )


def _changed(name: str) -> sql.Composed:
    text = "sum(n.{0}) AS {0}"
    if name in COUNTED:
        text = "sum(CASE d.dimension WHEN {program} THEN n.{by_program} ELSE n.{0} END) AS {0}"
    return sql.SQL(text).format(
        sql.Identifier(name), program=sql.Literal(_PROGRAM), by_program=sql.Identifier(f"{name}_by_program")
    )


def _ends_changed() -> Iterable[sql.Composed]:
    for prefix in ("", "gone_"):
        for name, find in EXTREMES.items():
            day = sql.Identifier("n", f"{prefix}{name.rpartition('_')[0]}_day")
            yield sql.SQL("{}({}) AS {}").format(sql.SQL(find), day, sql.Identifier(prefix + name))


def _keys_of(dimension: int) -> sql.Composed:
    return _KEYS_OF.format(dimension=sql.Literal(dimension), key=key_of(dimension, "n"))


# totals, as they take changes in

#: A first or last day that went, and no better one came, is to be found anew, and until then null.
_EARLIEST = """CASE WHEN (t.{0} IS NULL AND t.{of} > 0)
                     OR (c.{gone} <= t.{0} AND COALESCE(c.{0} > t.{0}, true)) THEN NULL
                ELSE LEAST(t.{0}, c.{0}) END"""
_LATEST = """CASE WHEN (t.{0} IS NULL AND t.{of} > 0)
                   OR (c.{gone} >= t.{0} AND COALESCE(c.{0} < t.{0}, true)) THEN NULL
              ELSE GREATEST(t.{0}, c.{0}) END"""
_MERGE = sql.SQL(
    """
MERGE INTO procurement_total t
USING (SELECT * FROM changed) c ON t.dimension = c.dimension AND t.key = c.key AND t.currency = c.currency
 WHEN MATCHED AND t.lines + c.lines = 0 THEN DELETE
 WHEN MATCHED THEN UPDATE SET {updates}
 WHEN NOT MATCHED THEN INSERT (dimension, key, currency, lines, {columns})
      VALUES (c.dimension, c.key, c.currency, c.lines, {values})"""
)


def _taken_in(name: str) -> sql.Composed:
    text = sql.SQL("{0} = " + (_EARLIEST if EXTREMES[name] == "min" else _LATEST))
    return text.format(sql.Identifier(name), gone=sql.Identifier(f"gone_{name}"), of=sql.Identifier(_number(name)))


def _number(name: str) -> str:
    return NUMBERS[name.rpartition("_")[0]]


@cache
def take_in() -> sql.Composed:
    """The MERGE that adds `changed` to the totals."""
    columns = (*SUMS, *EXTREMES)
    updates = [
        sql.SQL("lines = t.lines + c.lines"),
        *(sql.SQL("{0} = COALESCE(t.{0} + c.{0}, t.{0}, c.{0})").format(sql.Identifier(name)) for name in SUMS),
        *map(_taken_in, EXTREMES),
    ]
    return _MERGE.format(
        updates=sql.SQL(", ").join(updates),
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)),
        values=sql.SQL(", ").join(sql.Identifier("c", name) for name in columns),
    )
