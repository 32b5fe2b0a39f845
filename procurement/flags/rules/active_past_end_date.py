"""A contract lives on after the day on which it was to end."""

from collections.abc import Mapping
from typing import Any

from psycopg import sql

from procurement.flags.rule import LOW, Clock, Dates, Days, Parameters, Rule
from procurement.flags.selects.one_contract import one_contract, subject
from procurement.flags.selects.presumption import PRESUMED, state
from procurement.flags.wording import remaining

GRACE = Days("grace", 0, reason="a contract's end date has no grace period; raise this if closing contracts takes time")

_SELECT = sql.SQL(
    """
SELECT {contract}, c.ends_on + {grace} + 1 AS condition_since, c.ends_on, {age}, {sources}
  FROM contract c
 {known}
 {state}
 {moved}
 WHERE c.live AND c.ends_on + {grace} < %(as_of)s::date
"""
)


def select(of: Parameters) -> sql.Composable:
    """The contracts live so long after their end."""
    return _SELECT.format(grace=of(GRACE), **one_contract(of))


def say(row: Mapping[str, Any]) -> str:
    """One sentence: which contract, in which state, after which day, how much is left."""
    return f"{subject(row)} {state(row)} after its end on {row['ends_on']}; {remaining(row)}"


RULE = Rule(
    "active-past-end-date",
    "Contract lives on after its end date",
    select,
    say,
    severity=LOW,
    thresholds=(GRACE,),
    clocks=(Clock(Dates.CONTRACT_END, GRACE, more=1), *PRESUMED),
)
