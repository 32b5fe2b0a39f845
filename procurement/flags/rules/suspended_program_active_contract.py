"""A program is suspended, and a contract of it lives on."""

from procurement.flags.rule import Days, Rule
from procurement.flags.selects.live_contracts import LIVE_CONTRACTS, say
from procurement.flags.selects.sizes import LARGE, SMALL

RISES = Days("rises", 90, reason="stop-work clauses force a decision by then (FAR 52.242-15), so a missing one is news")
RISES_AGAIN = Days("rises_again", 365, reason="a budget year has passed without a decision")

#: By what is at stake; what cannot be weighed (no value, no threshold in its currency) is not small. One step up at
#: each of the two ages of the stop. Where we do not know whether the contract still runs, nothing presses.
SELECT = """
SELECT live.*, CASE WHEN presumed THEN 'low'
                    ELSE (ARRAY['low', 'medium', 'high'])[LEAST(3, weight + (days_stopped >= %(rises)s)::int
                                                                   + (days_stopped >= %(rises_again)s)::int)]
               END AS severity
  FROM ({live}) live
 CROSS JOIN LATERAL (SELECT CASE WHEN at_stake >= (%(large)s::jsonb ->> currency)::numeric THEN 3
                                 WHEN at_stake < (%(small)s::jsonb ->> currency)::numeric THEN 1
                                 ELSE 2 END AS weight) weighed
""".replace("{live}", LIVE_CONTRACTS.replace("{status}", "suspended"))

RULE = Rule(
    "suspended-program-active-contract",
    "Contract lives on under a suspended program",
    SELECT,
    say,
    thresholds=(LARGE, SMALL, RISES, RISES_AGAIN),
)
