"""A contract has been halted for a while, and its program goes on: the founding rule turned round."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from psycopg import sql

from procurement.common.texts import in_words
from procurement.flags.rule import Clock, Dates, Days, Parameters, Rule
from procurement.flags.selects.one_contract import one_contract
from procurement.flags.selects.presumption import PRESUMED, last_known, verb
from procurement.flags.selects.sizes import LARGE, SMALL
from procurement.flags.wording import named, remaining

AFTER = Days("after", 30, reason="a pause of some weeks is settled between the parties, and needs no decision")
LISTED = replace(SMALL, reason="a tenth of large: below it a contract is listed, but is not urgent")

#: What halts a contract is an order to stop work, or a suspension of work, of deliveries or of payments; one after the
#: other without a break they are one halt.
#:
#: What is outstanding weighs; where it is not known, or no threshold is set in its currency, it is not small. A program
#: of which nobody spoke has no row, and is neither stopped nor under review. `held` is the unbroken run of days on
#: which the contract was the program's.
_SELECT = sql.SQL(
    """
SELECT {contract}, GREATEST(state.since + {after} + 1, p.since, held.since) AS condition_since,
       p.status, p.since AS status_since, state.since AS began_on, %(as_of)s::date - state.since AS days_under_order,
       COALESCE(state.suspends, '') AS suspends, state.until, state.notified_on, {age},
       CASE WHEN known.presumed THEN 'low'
            WHEN c.outstanding >= ({large} ->> c.currency)::numeric THEN 'high'
            WHEN c.outstanding < ({small} ->> c.currency)::numeric THEN 'low'
            ELSE 'medium' END AS severity, {sources}
  FROM contract c
  LEFT JOIN program p ON p.program_id = c.program_id
 {state}
 {moved}
 {known}
 CROSS JOIN LATERAL (
       SELECT min(d.effective_on) AS since
         FROM (SELECT a.effective_on, max(a.effective_on) FILTER (WHERE a.share = 0) OVER () AS left_on
                 FROM (SELECT DISTINCT ON (a.effective_on) a.effective_on, a.share FROM allocation a
                        WHERE a.contract_id = c.contract_id AND a.program_id = c.program_id
                        ORDER BY a.effective_on, COALESCE(a.published_on, a.effective_on) DESC, a.id DESC) a) d
        WHERE d.effective_on > COALESCE(d.left_on, '-infinity')) held
 WHERE c.status IN ('stop_work', 'suspended') AND %(as_of)s::date - state.since > {after} AND c.program_id IS NOT NULL
   AND p.stopped_on IS NULL AND p.status IS DISTINCT FROM 'under_review'
   AND (c.outstanding > 0 OR c.outstanding IS NULL)
"""
)
_GOES_ON = sql.SQL("d.status NOT IN ('stop_work', 'suspended')")
_DECIDED = sql.SQL("ARRAY[p.decision_source]")


def select(of: Parameters) -> sql.Composable:
    """The contracts halted for so long whose program is neither stopped nor under review."""
    pieces = one_contract(of, broken=_GOES_ON, cited=_DECIDED)
    return _SELECT.format(after=of(AFTER), large=of(LARGE), small=of(LISTED), **pieces)


def say(row: Mapping[str, Any]) -> str:
    """One sentence: how the program stands, which contract is halted, since when, and how much is left."""
    return (
        f"{_program(row)}; {named(row)} of it {verb(row)} {_halted(row)} since {row['began_on']}{last_known(row)}, "
        f"with {remaining(row)}"
    )


def _program(row: Mapping[str, Any]) -> str:
    if row["status"] is None:
        return f"No decision to stop or review {row['program']} is on record here"
    return f"{row['program']} is {in_words(row['status'])} since {row['status_since']}"


def _halted(row: Mapping[str, Any]) -> str:
    if row["contract_status"] == "stop_work":
        return "under a stop-work order"
    return f"suspended ({row['suspends']})" if row["suspends"] else "suspended"


RULE = Rule(
    "suspended-contract-active-program",
    "Contract is halted under a program that goes on",
    select,
    say,
    thresholds=(AFTER, LARGE, LISTED),
    clocks=(Clock(Dates.HALT, AFTER, more=1), *PRESUMED),
)
