"""Contracts of which nobody has spoken for long: their state holds, and is only presumed (DESIGN.md section 4). Pure.

What rules about live contracts share: the SQL that judges it, and how it is said.
"""

from collections.abc import Mapping
from typing import Any

from psycopg import sql

from procurement.common.texts import in_words
from procurement.flags.rule import PRESUMED_AFTER, Clock, Dates, Days, Group, Parameters

AFTER = Days(
    "days",
    PRESUMED_AFTER,
    reason="two years: within that time a live contract shows in a budget, an audit or a delivery; after it, its last "
    "known state is only presumed",
    lowest=1,
    highest=36500,
)
#: It is no rule's own: answers about exposure count with the same days.
PRESUMPTION = Group("presumption", "A live state is only presumed", (AFTER,))

#: A contract is presumed to run from so many days on after it was last heard of, and not before its end. That weakens
#: or ends what is found.
PRESUMED = (Clock(Dates.SIGN_OF_LIFE, None, opens=False), Clock(Dates.CONTRACT_END, more=1, opens=False))

#: The newest day that shows a contract alive, and whether that is so long ago, with no end still ahead, that it is only
#: presumed to run.
_KNOWN = sql.SQL(
    """CROSS JOIN LATERAL (
       SELECT shown.confirmed_on,
              COALESCE({c}.live AND shown.confirmed_on + {presumed_days} <= %(as_of)s::date
                       AND COALESCE({c}.ends_on < %(as_of)s::date, true), false) AS presumed
         FROM (SELECT max(a.shown_on) AS confirmed_on
                 FROM alive a WHERE a.contract_id = {c}.contract_id) shown) known"""
)
#: That as evidence.
_AGE = sql.SQL("known.confirmed_on, known.presumed")
#: Null, which is the rule's own, but for a presumed contract.
_SEVERITY = sql.SQL("CASE WHEN known.presumed THEN 'low' END AS severity")


def presumption(of: Parameters, c: str = "c") -> dict[str, sql.Composable]:
    """What a SELECT fills in of it: {known}, to be joined to the table `c` of contracts, {age} and {severity}."""
    known = _KNOWN.format(c=sql.Identifier(c), presumed_days=of.presumed_days)
    return {"known": known, "age": _AGE, "severity": _SEVERITY}


def state(row: Mapping[str, Any]) -> str:
    """The state of a contract as a summary says it: is active; was active (last known 2004-02-23)."""
    return f"{verb(row)} {in_words(row['contract_status'])}{last_known(row)}"


def verb(row: Mapping[str, Any]) -> str:
    """Whether a contract is something, or was when last heard of."""
    return "was" if row["presumed"] else "is"


def last_known(row: Mapping[str, Any]) -> str:
    """When that was, to follow the words about a contract; nothing where it is known."""
    return f" (last known {row['confirmed_on']})" if row["presumed"] else ""


def doubt(row: Mapping[str, Any]) -> str:
    """The end of a sentence that says nothing of the contract's state itself; nothing where that is known."""
    return f"; the contract {state(row)}" if row["presumed"] else ""
