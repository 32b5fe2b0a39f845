"""A program is suspended, and a contract of it lives on."""

from psycopg import sql

from procurement.flags.rule import Clock, Dates, Days, Parameters, Rule
from procurement.flags.selects.live_contracts import LIVES_ON, left_under, say
from procurement.flags.selects.sizes import LARGE, SMALL

RISES = Days("rises", 90, reason="stop-work clauses force a decision by then (FAR 52.242-15), so a missing one is news")
RISES_AGAIN = Days("rises_again", 365, reason="a budget year has passed without a decision")

#: By what is at stake; what cannot be weighed (no value, no threshold in its currency) is not small. One step up at
#: each of the two ages of the stop. Where we do not know whether the contract still runs, nothing presses.
_SELECT = sql.SQL(
    """
SELECT live.*, CASE WHEN presumed THEN 'low'
                    ELSE (ARRAY['low', 'medium', 'high'])[LEAST(3, weight + (days_stopped >= {rises})::int
                                                                   + (days_stopped >= {rises_again})::int)]
               END AS severity
  FROM ({live}) live
 CROSS JOIN LATERAL (SELECT CASE WHEN at_stake >= ({large} ->> currency)::numeric THEN 3
                                 WHEN at_stake < ({small} ->> currency)::numeric THEN 1
                                 ELSE 2 END AS weight) weighed
"""
)


def select(of: Parameters) -> sql.Composable:
    """The contracts left under suspended programs, by what is at stake."""
    return _SELECT.format(
        live=left_under(of, "suspended"),
        rises=of(RISES),
        rises_again=of(RISES_AGAIN),
        large=of(LARGE),
        small=of(SMALL),
    )


RULE = Rule(
    "suspended-program-active-contract",
    "Contract lives on under a suspended program",
    select,
    say,
    thresholds=(LARGE, SMALL, RISES, RISES_AGAIN),
    clocks=(Clock(Dates.STOP, RISES), Clock(Dates.STOP, RISES_AGAIN), *LIVES_ON),
)
