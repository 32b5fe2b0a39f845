"""The figures of a line, and the SQL of what they say of it (DESIGN.md section 5). Pure.

A line is one contract's share of one program, or what moved on such a share since the program stopped. Each piece of
SQL takes the alias under which the line stands.
"""

from collections.abc import Iterable

from psycopg import sql

#: Amounts of a contract's stock, in its currency.
STOCK = (
    "ceiling", "committed", "funded", "paid", "paid_uncommitted", "outstanding", "unaccounted", "delivered",
    "payable_now", "advance_at_risk", "liability_low", "liability_point", "liability_high", "exit_low", "exit_high",
    "avoidable_low", "avoidable_high", "exit_paid", "guarantees_held",
)  # fmt: skip
#: Amounts of what moved after a stop.
SINCE = ("committed_since", "paid_since", "paid_since_rehomed", "paid_since_uncertain")
#: Every amount, in the order of the answer.
AMOUNTS = (*STOCK, *SINCE)
#: Ends of ranges: a group's is unknown when it is unknown of any contract but one with nothing committed.
ENDS = (
    "liability_low", "liability_point", "liability_high", "exit_low", "exit_high", "avoidable_low", "avoidable_high",
)  # fmt: skip
#: What is known of how much of the committed value -> the condition on a line that it is known.
COVERED = {
    "paid": "{x}.paid IS NOT NULL",
    "paid_complete": "{x}.paid_complete",
    "ceiling": "{x}.ceiling IS NOT NULL",
    "funded": "{x}.funded IS NOT NULL",
    "delivered": "{x}.delivered IS NOT NULL",
    "termination_liability": "{x}.estimated",
    "guarantees_held": "{x}.guarantees_held IS NOT NULL",
}
#: What else a line says of its contract.
MARKS = ("paid_complete", "estimated")
#: How old what a line says is: whether its contract's last state is live, the day of the newest fact that shows it
#: alive, its end, through which day and on what ground its payments are known.
AGES = ("live", "confirmed_on", "ends_on", "paid_known_through", "paid_basis")
#: The grounds on which payments can be known.
BASES = ("stated", "balanced", "entries")
#: The keys of a line; a program's own are found by its id.
KEYS = (
    "currency", "method", "buyer", "country", "supplier", "supplier_country", "contract_status", "fiscal_year",
)  # fmt: skip
#: The next open milestone of a line's contract.
DUE = ("due_on", "due_amount")
#: Beside the program of a line: which programs share its contract, where several do, and whether it is the one line by
#: which the contract is counted.
SHARED = ("companions", "is_first")
#: The key, as text, of what has none.
NO_KEY = "-"


def names(columns: Iterable[str], x: str = "") -> sql.Composed:
    """Columns, each perhaps of an alias."""
    return sql.SQL(", ").join(sql.Identifier(x, name) if x else sql.Identifier(name) for name in columns)


def of(text: str, x: str) -> sql.Composed:
    """A text about `{x}`, of a line under an alias."""
    return sql.SQL(text).format(x=sql.Identifier(x))


def covered(name: str, x: str) -> sql.Composed:
    """That what COVERED names is known of a line."""
    return of(COVERED[name], x)


def is_open(name: str, x: str) -> sql.Composed:
    """That an end of a range leaves a group's unknown."""
    text = sql.SQL("{x}.is_stock AND {x}.committed IS DISTINCT FROM 0 AND {x}.{name} IS NULL")
    return text.format(x=sql.Identifier(x), name=sql.Identifier(name))


#: After how many days without a word a contract is only presumed to run: those asked, or where none are those set now.
PRESUMED_AFTER = "COALESCE(%(presumed_after)s::int, (SELECT days FROM procurement_presumption))"


def presumed(x: str) -> sql.Composed:
    """That nobody has spoken of a live contract for so long that it is only presumed to run (DESIGN.md section 4)."""
    return of(
        f"COALESCE({{x}}.live AND {{x}}.confirmed_on + {PRESUMED_AFTER} <= %(as_of)s::date "
        "AND COALESCE({x}.ends_on < %(as_of)s::date, true), false)",
        x,
    )


#: Counts of contracts -> which lines of stock they count.
COUNTED = {
    "contracts": "true",
    "contracts_without_commitment": "{x}.committed IS NULL",
    "presumed": "{x}.presumed",
}


def ages(x: str) -> dict[str, sql.Composed]:
    """What ages come to in a group of lines under an alias, beside how many contracts are presumed to run."""
    basis = "CASE WHEN bool_or({x}.is_stock AND {x}.paid_basis = '%s') THEN '%s' END"
    return {
        "presumed_outstanding": of("sum({x}.outstanding) FILTER (WHERE {x}.is_stock AND {x}.presumed)", x),
        "confirmed_earliest": of("min({x}.confirmed_on) FILTER (WHERE {x}.is_stock AND {x}.live)", x),
        "confirmed_latest": of("max({x}.confirmed_on) FILTER (WHERE {x}.is_stock AND {x}.live)", x),
        "paid_known_earliest": of("min({x}.paid_known_through) FILTER (WHERE {x}.is_stock)", x),
        "paid_known_latest": of("max({x}.paid_known_through) FILTER (WHERE {x}.is_stock)", x),
        "paid_bases": of(f"ARRAY[{', '.join(basis % (each, each) for each in BASES)}]", x),
    }


#: The columns that say how old a row is, in order.
AGED = ("presumed", *ages("line"))
