"""How statements look at facts: which are in view, and of which contracts.

Placeholders: as_of, published_by, recorded_by (the last two may be null), undated, and contracts, where a scope names
some.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from psycopg import sql

from procurement.contracts.states import LIVE, PENDING
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


@dataclass(frozen=True, eq=False)
class Days:
    """Where the asked day comes from, and in which engine facts are looked at."""

    #: the day at which a fact `f` is looked at, and a contract `c`
    day: sql.SQL
    day_of_contract: sql.SQL
    dialect: Dialect = POSTGRESQL
    #: the common table of programs' standings, where it is not that of the parameters
    standing: sql.SQL | None = None


ASKED = Days(day=sql.SQL("%(as_of)s::date"), day_of_contract=sql.SQL("%(as_of)s::date"))
#: The same in the mirror.
MIRRORED = replace(ASKED, dialect=DUCKDB)


def listed(words: Iterable[str]) -> sql.Composed:
    """Words in parentheses, for IN."""
    return sql.SQL("({})").format(sql.SQL(", ").join(map(sql.Literal, words)))


def about(table: str, text: sql.SQL, days: Days = ASKED, scope: str = "", **more: sql.Composable) -> sql.Composed:
    """A text about the facts `f` of a table, with what is in view, in scope and standing filled in."""
    dialect = days.dialect
    holes: dict[str, sql.Composable] = {"table": sql.Identifier(table), "day": days.day, **what_was_known(dialect)}
    undone = dialect.undone.format(**holes)
    holes["stands"] = _STANDS.format(left=dialect.left.format(**holes))
    holes["seen"] = _SEEN.format(day=days.day, known=holes["known"], undone=undone)
    holes["scoped"] = _IN_RANGE if scope == RANGE else _IN_SCOPE if scope in SCOPES else ANY
    return text.format(
        **holes,
        unmet=dialect.unmet.format(**holes),
        alive=listed((*LIVE, PENDING)),
        **more,
    )
