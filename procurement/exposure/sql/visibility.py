"""How statements look at facts: which are in view, of which contracts, at one asked day or at each day of a contract.

Placeholders: as_of, published_by, recorded_by (the last two may be null), undated, and contracts, where a scope names
some.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from psycopg import sql

from procurement.contracts.states import CLOSING, LIVE, PENDING

#: Conditions that a fact's row, under an alias, is in view. Of unknown publication it is left out, or taken at its
#: effective date where the question says so.
_KNOWN = sql.SQL(
    """(%(published_by)s::date IS NULL OR {x}.published_on <= %(published_by)s::date
         OR (%(undated)s AND {x}.published_on IS NULL AND {x}.effective_on <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR {x}.recorded_at <= %(recorded_by)s::timestamptz)"""
)
#: A reversal in view implies that what it reverses is: as published, that is asked, as its date may be the earlier one.
_SEEN = sql.SQL(
    """{x}.effective_on <= %(as_of)s::date AND {known}
    AND (%(published_by)s::date IS NULL OR {x}.reverses_id IS NULL
         OR EXISTS (SELECT FROM {table} undone WHERE undone.id = {x}.reverses_id AND {undone}))"""
)
#: Which contracts are read, where not all are; those named stand once in the text, as there may be many.
SCOPES = {
    "owing": sql.SQL("scope AS MATERIALIZED (SELECT DISTINCT contract_id FROM owing)"),  # schedule/statements.py
    "named": sql.SQL("scope AS MATERIALIZED (SELECT DISTINCT unnest(%(contracts)s::bigint[]) AS contract_id)"),
}
_IN_SCOPE = sql.SQL("f.contract_id IN (SELECT contract_id FROM scope)")
#: The scope comes first: PostgreSQL keeps to the written order of more than eight joins.
SCOPED_CONTRACTS = sql.SQL("scope JOIN procurement_contract c ON c.id = scope.contract_id")
ANY = sql.SQL("true")
_STANDS = sql.SQL(
    "{x}.reverses_id IS NULL AND NOT EXISTS (SELECT FROM {table} back WHERE back.reverses_id = {x}.id AND {known})"
)
#: That no standing entry in view meets a milestone.
_UNMET = sql.SQL(
    """NOT EXISTS (SELECT FROM procurement_ledgerentry met
                    WHERE met.milestone_id = f.id AND met.reverses_id IS NULL AND met.effective_on <= {day} AND {met}
                      AND NOT EXISTS (SELECT FROM procurement_ledgerentry back
                                       WHERE back.reverses_id = met.id AND {back}))"""
)
_FACT = sql.Identifier("f")


#: In a scope the reason of what is reversed is looked up, row by row; over everything one join finds them all.
_REVERSED_ONE = sql.SQL("(SELECT undone.reason FROM procurement_ledgerentry undone WHERE undone.id = f.reverses_id)")
_REVERSED_ALL = sql.SQL(
    """
  LEFT JOIN (SELECT back.id, undone.reason AS grounds
               FROM procurement_ledgerentry back JOIN procurement_ledgerentry undone ON undone.id = back.reverses_id
              WHERE back.reverses_id IS NOT NULL) reversal ON reversal.id = f.id"""
)


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


def known(x: str) -> sql.Composed:
    """That the public and this service knew a row by the asked dates."""
    return _KNOWN.format(x=sql.Identifier(x))


def about(table: str, text: sql.SQL, days: Days = ASKED, scope: str = "", **more: sql.Composable) -> sql.Composed:
    """A text about the facts `f` of a table, with what is in view, in scope and standing filled in."""
    name = sql.Identifier(table)
    in_view = known("f") if days.one else ANY
    back = known("back") if days.one else ANY
    return text.format(
        table=name,
        facts=days.facts.format(table=name),
        ever=days.ever.format(table=name),
        keys=days.keys,
        own=days.own,
        day=days.day,
        seen=_SEEN.format(x=_FACT, known=in_view, table=name, undone=known("undone")) if days.one else ANY,
        known=in_view,
        stands=_STANDS.format(x=_FACT, table=name, known=back),
        unmet=_UNMET.format(day=days.day, met=known("met") if days.one else ANY, back=back),
        scoped=_IN_SCOPE if scope else ANY,
        closing=listed(CLOSING),
        alive=listed((*LIVE, PENDING)),
        grounds=_REVERSED_ONE if scope else sql.SQL("reversal.grounds"),
        reversals=sql.SQL("") if scope else _REVERSED_ALL,
        **more,
    )
