"""How statements look at facts: which are in view, of which contracts, at one asked day or at each day of a contract.

Placeholders: as_of, published_by, recorded_by (the last two may be null), undated, and contracts, where a scope names
some.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from psycopg import sql

from procurement.contracts.states import CLOSING, LIVE, PENDING
from procurement.exposure.sql.dialects import DUCKDB, POSTGRESQL, Dialect, what_was_known

_SEEN = sql.SQL("f.effective_on <= {day} AND {known} AND {undone}")
#: Which contracts are read, where not all are; those named stand once in the text, as there may be many.
SCOPES = {
    "owing": sql.SQL("scope AS MATERIALIZED (SELECT DISTINCT contract_id FROM owing)"),  # schedule/statements.py
    "named": sql.SQL("scope AS MATERIALIZED (SELECT DISTINCT unnest(%(contracts)s::bigint[]) AS contract_id)"),
}
_IN_SCOPE = sql.SQL("f.contract_id IN (SELECT contract_id FROM scope)")
#: The scope comes first: PostgreSQL keeps to the written order of more than eight joins.
SCOPED_CONTRACTS = sql.SQL("scope JOIN procurement_contract c ON c.id = scope.contract_id")
#: A scope of its own kind: the contracts from one id to another, `first` and `last`. No common table names them.
RANGE = "range"
_IN_RANGE = sql.SQL("f.contract_id BETWEEN %(first)s AND %(last)s")
CONTRACTS_IN_RANGE = sql.SQL("c.id BETWEEN %(first)s AND %(last)s")
ANY = sql.SQL("true")
_STANDS = sql.SQL("f.reverses_id IS NULL AND {left}")
#: In a scope the reason of what is reversed is looked up, row by row; over everything one join finds them all.
_REVERSED_ONE = sql.SQL("(SELECT undone.reason FROM procurement_ledgerentry undone WHERE undone.id = f.reverses_id)")


@dataclass(frozen=True, eq=False)
class Days:
    """Where the day comes from at which facts are looked at."""

    #: the facts `f` of a table
    facts: sql.SQL
    #: and those that hold whatever the day
    ever: sql.SQL
    #: what identifies a contract and its day among them, and among the rows of a common table
    keys: sql.SQL
    own: sql.SQL
    day: sql.SQL
    contracts: sql.SQL
    #: that two common tables speak of the same contract and day
    same: sql.SQL
    shares: sql.SQL
    one: bool
    dialect: Dialect = POSTGRESQL
    #: the day of a contract `c`, and the common table of programs' standings, where they are not those of a question
    day_of_contract: sql.SQL | None = None
    standing: sql.SQL | None = None


ASKED = Days(
    facts=sql.SQL("{table} f"),
    ever=sql.SQL("{table} f"),
    keys=sql.SQL("f.contract_id"),
    own=sql.SQL("contract_id"),
    day=sql.SQL("%(as_of)s::date"),
    contracts=sql.SQL("procurement_contract c"),
    same=sql.SQL("{x}.contract_id = {y}.contract_id"),
    shares=sql.SQL("allocated f"),
    one=True,
)
#: The same in the mirror.
MIRRORED = replace(ASKED, dialect=DUCKDB)
#: A contract's own days; the rows of `point` are few, as the contracts are those of a batch.
EACH = Days(
    facts=sql.SQL("point JOIN {table} f ON f.contract_id = point.contract_id AND f.effective_on <= point.day"),
    ever=sql.SQL("point JOIN {table} f ON f.contract_id = point.contract_id"),
    keys=sql.SQL("f.contract_id, point.day"),
    own=sql.SQL("contract_id, day"),
    day=sql.SQL("point.day"),
    contracts=sql.SQL("point JOIN procurement_contract c ON c.id = point.contract_id"),
    same=sql.SQL("({x}.contract_id = {y}.contract_id AND {x}.day = {y}.day)"),
    shares=sql.SQL("point JOIN allocated f ON f.contract_id = point.contract_id AND f.effective_on <= point.day"),
    one=False,
)


def listed(words: Iterable[str]) -> sql.Composed:
    """Words in parentheses, for IN."""
    return sql.SQL("({})").format(sql.SQL(", ").join(map(sql.Literal, words)))


def about(table: str, text: sql.SQL, days: Days = ASKED, scope: str = "", **more: sql.Composable) -> sql.Composed:
    """A text about the facts `f` of a table, with what is in view, in scope and standing filled in."""
    name, dialect = sql.Identifier(table), days.dialect
    by_known = what_was_known(dialect)
    holes: dict[str, sql.Composable] = {
        "table": name,
        "day": days.day,
        **(by_known if days.one else dict.fromkeys(by_known, ANY)),
    }
    undone = dialect.undone.format(**holes)
    holes["stands"] = _STANDS.format(left=dialect.left.format(**holes))
    holes["seen"] = _SEEN.format(day=days.day, known=holes["known"], undone=undone) if days.one else ANY
    by_row = scope in SCOPES
    return text.format(
        **holes,
        facts=days.facts.format(table=name),
        ever=days.ever.format(table=name),
        keys=days.keys,
        own=days.own,
        unmet=dialect.unmet.format(**holes),
        scoped=_IN_RANGE if scope == RANGE else _IN_SCOPE if by_row else ANY,
        closing=listed(CLOSING),
        alive=listed((*LIVE, PENDING)),
        grounds=_REVERSED_ONE if by_row else dialect.grounds,
        reversals=sql.SQL("") if by_row else dialect.reversals,
        **more,
    )
