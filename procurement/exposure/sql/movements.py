"""The SQL of what movements of contracts come to.

PostgreSQL sums all that are in view: a reversal has the day and the content of what it takes back, so the two cancel.
The mirror (exposure/mirror/) leaves both out, and holds ready what each entry is: DuckDB spends more on looking at the
words of ten million entries, and on each further sum of them, than on reading them.
"""

from psycopg import sql

from procurement.contracts.states import CLOSING, MOVING
from procurement.exposure.sql.dialects import DUCKDB
from procurement.exposure.sql.visibility import SCOPES, Days, about, listed

#: What is asked of an entry `f`, and of the reason under which it counts, a reversal under that of what it takes back.
_IS_BY = sql.SQL("f.effective_precision = 'by'")
_CLOSES = sql.SQL("{grounds} IN {closing}")
_IS_EXIT = sql.SQL(
    "(f.measure = 'compensation' OR (f.measure = 'payment' AND {grounds} IN ('settlement', 'termination')))"
)
#: It shows its contract alive, which one that closes the account does not.
_SHOWS_LIFE = sql.SQL("(f.measure IN {moving} AND NOT {grounds} IN {closing})")
#: What standing entries there are -> which.
_THERE_ARE = {
    "ceilings": "f.measure = 'ceiling'",
    "commitments": "f.measure = 'commitment'",
    "fundings": "f.measure = 'funding'",
    "deliveries": "f.measure = 'delivery'",
    "payments": "f.measure IN ('payment', 'refund')",
    "closings": "{closes}",
    "exits": "{is_exit}",
    "entries": "true",  # of any kind
}
#: What entries come to.
_SUMS = {
    "ceiling": "sum(f.amount) FILTER (WHERE f.measure = 'ceiling')",
    "committed": "sum(f.amount) FILTER (WHERE f.measure = 'commitment')",
    "funded": "sum(f.amount) FILTER (WHERE f.measure = 'funding')",
    "delivered": "sum(f.amount) FILTER (WHERE f.measure = 'delivery')",
    "paid": "sum(CASE f.measure WHEN 'payment' THEN f.amount WHEN 'refund' THEN -f.amount END)",
    "exit_paid": "sum(f.amount) FILTER (WHERE f.is_exit)",
    # the newest standing movements
    "moved_on": "max(f.effective_on) FILTER (WHERE f.shows_life AND f.stands)",
    "paid_on": "max(f.effective_on) FILTER (WHERE f.measure IN ('payment', 'refund') AND f.stands)",
}
_MOVED = sql.SQL("moved AS (SELECT f.contract_id, {sums}, {there_are} FROM ({entries}) f GROUP BY f.contract_id)")

_IN_POSTGRESQL = sql.SQL(
    """
SELECT f.*, {closes} AS closes, {is_exit} AS is_exit, {shows_life} AS shows_life
  FROM (SELECT f.contract_id, f.effective_on, f.measure, f.amount, {stands} AS stands,
               CASE WHEN f.reverses_id IS NULL THEN 1 ELSE -1 END AS one,
               CASE WHEN f.reverses_id IS NULL THEN f.reason ELSE {reversed} END AS grounds
          FROM {table} f {reversals}
         WHERE {seen} AND {scoped}) f"""
)
_IN_THE_MIRROR = sql.SQL(
    """
SELECT f.contract_id, f.effective_on, f.measure, f.amount, f.is_exit, f.shows_life, f.marks, true AS stands
  FROM {table} f
 WHERE {seen} AND {scoped} AND {stands}"""
)
#: In a scope the reason of what is reversed is looked up, row by row; over everything one join finds them all.
_REVERSED_ONE = sql.SQL("(SELECT undone.reason FROM procurement_ledgerentry undone WHERE undone.id = f.reverses_id)")
_REVERSED = sql.SQL("reversal.grounds")
_REVERSALS = sql.SQL(
    """
  LEFT JOIN (SELECT back.id, undone.reason AS grounds
               FROM procurement_ledgerentry back JOIN procurement_ledgerentry undone ON undone.id = back.reverses_id
              WHERE back.reverses_id IS NOT NULL) reversal ON reversal.id = f.id"""
)


def _by_grounds(grounds: str) -> dict[str, sql.Composed]:
    texts = {"closes": _CLOSES, "is_exit": _IS_EXIT, "shows_life": _SHOWS_LIFE}
    return {
        name: text.format(grounds=sql.SQL(grounds), moving=listed(MOVING), closing=listed(CLOSING))
        for name, text in texts.items()
    }


def held_ready() -> dict[str, sql.Composed]:
    """What the mirror holds of an entry `f`, as PostgreSQL says it: of `marks`, a bit for each of _THERE_ARE."""
    said = _by_grounds("f.reason")
    marks = (
        sql.SQL("(COALESCE({}, false))::int * {}").format(sql.SQL(which).format(**said), 1 << bit)
        for bit, which in enumerate(_THERE_ARE.values())
    )
    return {
        "is_by": sql.Composed([_IS_BY]),
        "is_exit": said["is_exit"],
        "shows_life": said["shows_life"],
        "marks": sql.SQL(" + ").join(marks),
    }


def is_by(days: Days) -> sql.SQL:
    """That the day of an entry `f` is the latest that it can be."""
    return sql.SQL("f.is_by") if days.dialect is DUCKDB else _IS_BY


def moved(days: Days, scope: str) -> sql.Composed:
    """The common table of what the movements of each contract come to."""
    mirrored, by_row = days.dialect is DUCKDB, scope in SCOPES
    there_are = "bit_or(f.marks) & {bit} AS {name}" if mirrored else "sum(f.one) FILTER (WHERE {which}) AS {name}"
    columns = {"closes": sql.SQL("f.closes"), "is_exit": sql.SQL("f.is_exit")}
    entries = about(
        "procurement_ledgerentry",
        _IN_THE_MIRROR if mirrored else _IN_POSTGRESQL,
        days,
        scope,
        reversed=_REVERSED_ONE if by_row else _REVERSED,
        reversals=sql.SQL("") if by_row else _REVERSALS,
        **_by_grounds("f.grounds"),
    )
    return _MOVED.format(
        sums=sql.SQL(", ").join(
            sql.SQL("{} AS {}").format(sql.SQL(each), sql.Identifier(name)) for name, each in _SUMS.items()
        ),
        there_are=sql.SQL(", ").join(
            sql.SQL(there_are).format(bit=1 << bit, which=sql.SQL(which).format(**columns), name=sql.Identifier(name))
            for bit, (name, which) in enumerate(_THERE_ARE.items())
        ),
        entries=entries,
    )
