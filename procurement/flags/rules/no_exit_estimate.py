"""A program was stopped a while ago, and of a contract that lives on nobody has said what leaving it would cost."""

from collections.abc import Mapping
from typing import Any

from psycopg import sql

from procurement.flags.rule import MEDIUM, Clause, Clock, Dates, Days, Parameters, Rule
from procurement.flags.selects.live_contracts import LIVES_ON, SETTLEMENT_CAP, live_contracts
from procurement.flags.wording import named, remaining

AFTER = Days("after", 30, reason="time to ask the other side what leaving would cost")

#: Special termination costs are counted apart from the contract's money, and capped by an amount that it names.
SPECIAL_COSTS = Clause(
    "DFARS 252.249-7000",
    "Where a contract has this clause, no special termination costs need be paid beyond the amount that it names.",
    "https://www.acquisition.gov/dfars/252.249-7000-special-termination-costs.",
)

#: An estimate that is withheld is one. `cap` is the most that leaving may cost: a foreign military sale has none, and
#: where payments are unknown it is unknown.
_SELECT = sql.SQL(
    """
SELECT live.*, CASE WHEN outstanding < 0 AND method <> 'foreign_military_sale' THEN 0.0000
                    WHEN method <> 'foreign_military_sale' THEN outstanding END AS cap
  FROM ({live}) live
"""
)
_SINCE = sql.SQL("p.stopped_on + {after}")
_WITHOUT_ESTIMATE = sql.SQL(
    "{since} <= %(as_of)s::date AND NOT known.presumed "
    "AND NOT EXISTS (SELECT FROM liability l WHERE l.contract_id = c.contract_id)"
)


def select(of: Parameters) -> sql.Composable:
    """The live contracts of programs stopped for so long, without an estimate."""
    since = _SINCE.format(after=of(AFTER))
    return _SELECT.format(live=live_contracts(of, _WITHOUT_ESTIMATE.format(since=since), since=since))


def say(row: Mapping[str, Any]) -> str:
    """One sentence: which program, stopped when, which contract, how much is left."""
    return (
        f"{row['program']} was stopped on {row['stopped_on']}; what it costs to leave {named(row)}, "
        f"with {remaining(row)}, is not estimated"
    )


RULE = Rule(
    "no-exit-estimate",
    "No estimate of what leaving costs",
    select,
    say,
    severity=MEDIUM,
    thresholds=(AFTER,),
    clocks=(Clock(Dates.STOP, AFTER), *LIVES_ON),
    clauses=(SETTLEMENT_CAP, SPECIAL_COSTS),
)
