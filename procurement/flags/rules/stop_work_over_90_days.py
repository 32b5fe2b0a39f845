"""A contract has stood under a stop-work order for longer than its clause allows without a decision."""

from collections.abc import Mapping
from typing import Any

from psycopg import sql

from procurement.flags.rule import HIGH, Clause, Clock, Dates, Days, Parameters, Rule
from procurement.flags.selects.one_contract import one_contract, subject
from procurement.flags.selects.presumption import PRESUMED, last_known, verb
from procurement.flags.wording import remaining

LIMIT = Days("limit", 90, reason="the clause's own: by then the order is cancelled or the work terminated", lowest=1)
STOP_WORK = Clause(
    "FAR 52.242-15",
    "Within 90 days after a stop-work order is delivered, or any further period that the parties agree to, the buyer "
    "cancels the order or terminates the work. When the order is cancelled or expires, work resumes.",
    "https://www.acquisition.gov/far/52.242-15",
)

_SELECT = sql.SQL(
    """
SELECT {contract}, state.since + {limit} + 1 AS condition_since, state.since AS began_on,
       state.since + {limit} AS deadline, %(as_of)s::date - state.since AS days_under_order, state.until,
       state.notified_on, {age}, {severity}, {sources}
  FROM contract c
 {known}
 {state}
 {moved}
 WHERE c.status = 'stop_work' AND %(as_of)s::date - state.since > {limit}
"""
)


def select(of: Parameters) -> sql.Composable:
    """The contracts under an order that stands for longer than its clause allows."""
    return _SELECT.format(limit=of(LIMIT), **one_contract(of))


def say(row: Mapping[str, Any]) -> str:
    """One sentence: which contract, since when, which day passed, how much is left."""
    agreed = f", though agreed until {row['until']}" if row["until"] else ""
    return (
        f"{subject(row)} {verb(row)} under a stop-work order since {row['began_on']}{last_known(row)}, and the day to "
        f"decide, {row['deadline']}, has passed{agreed}; {remaining(row)}"
    )


RULE = Rule(
    "stop-work-over-90-days",
    "Stop-work order without a decision",
    select,
    say,
    severity=HIGH,
    thresholds=(LIMIT,),
    clocks=(Clock(Dates.HALT, LIMIT, more=1), *PRESUMED),
    clauses=(STOP_WORK,),
)
