"""A program is stopped, contracts of it live on, and nothing about them that is on record became public for long."""

from collections.abc import Mapping
from typing import Any

from psycopg import sql

from procurement.contracts.states import LIVE
from procurement.exposure.sql.visibility import listed
from procurement.flags.rule import LOW, Clock, Dates, Days, Parameters, Rule
from procurement.flags.selects.presumption import PRESUMED, presumption
from procurement.flags.wording import counted

SILENT = Days(
    "silent", 180, reason="half a year: a budget, an audit or a session of parliament has passed without a word"
)

#: What is rare is asked first: programs that are stopped, of which nothing was said; then their contracts, the newest
#: first, until one has news; only then how many live, of how many that is only presumed, and when the last news came.
#: The contracts are those of the days of belonging: the table of contracts holds figures, and only those in scope.
_UNTOLD = sql.SQL(
    """
theirs AS MATERIALIZED (
    SELECT b.program_id, array_agg(b.contract_id ORDER BY b.contract_id DESC) AS contracts
      FROM belonging b WHERE b.goes_on GROUP BY b.program_id
), untold AS MATERIALIZED (
    SELECT p.program_id, p.name, p.status, p.stopped_on, p.stop_source, p.decision_source, told.last_on, t.contracts
      FROM program p
      JOIN theirs t ON t.program_id = p.program_id
     CROSS JOIN LATERAL (SELECT max(n.published_on) AS last_on FROM news n WHERE n.program_id = p.program_id) told
     WHERE p.stopped_on IS NOT NULL AND told.last_on <= %(as_of)s::date - {silent}
)"""
)
#: Of the contracts of a program `u`: how many live, of how many that is only presumed, and when those were heard of.
_LIVES = sql.SQL(
    """
           SELECT count(*) AS live_contracts, count(*) FILTER (WHERE known.presumed) AS presumed_contracts,
                  max(known.confirmed_on) FILTER (WHERE known.presumed) AS confirmed_on
             FROM (SELECT k.id AS contract_id, k.ends_on,
                          state.status IN {live}
                          OR (state.status = 'pending'
                              AND (SELECT sum(e.amount) FROM entry e
                                    WHERE e.contract_id = k.id AND e.measure = 'commitment') > 0) AS live
                     FROM unnest(u.contracts) AS one(contract_id)
                     JOIN procurement_contract k ON k.id = one.contract_id AND NOT k.is_remainder
                    CROSS JOIN LATERAL (SELECT s.status FROM status s WHERE s.contract_id = k.id
                                         ORDER BY s.effective_on DESC, COALESCE(s.published_on, s.effective_on) DESC,
                                                  s.id DESC LIMIT 1) state) c
            {known}
            WHERE c.live"""
)
_FOUND = sql.SQL(
    """
WITH {untold}, unheard AS MATERIALIZED (
    SELECT u.*, lives.*
      FROM untold u
     CROSS JOIN LATERAL ({lives}) lives
     WHERE NOT EXISTS (
           SELECT FROM unnest(u.contracts) AS one(contract_id)
            CROSS JOIN LATERAL (SELECT FROM news n
                                 WHERE n.contract_id = one.contract_id
                                   AND n.published_on > %(as_of)s::date - {silent} LIMIT 1) fresh)
)
SELECT u.program_id, NULL::bigint AS contract_id,
       GREATEST(u.stopped_on, heard.last_on + {silent}) AS condition_since, u.name AS program, u.status, u.stopped_on,
       heard.last_on AS last_public_on, u.live_contracts, u.presumed_contracts, u.confirmed_on,
       (SELECT jsonb_agg(DISTINCT source ORDER BY source)
          FROM unnest(ARRAY[u.stop_source, u.decision_source]) AS source WHERE source IS NOT NULL) AS sources
  FROM unheard u
 CROSS JOIN LATERAL (
       SELECT GREATEST(u.last_on, max(told.last_on)) AS last_on
         FROM unnest(u.contracts) AS one(contract_id)
        CROSS JOIN LATERAL (SELECT max(n.published_on) AS last_on FROM news n
                             WHERE n.contract_id = one.contract_id) told) heard
 WHERE u.live_contracts > 0
"""
)


def select(of: Parameters) -> sql.Composable:
    """The stopped programs with live contracts of which nothing became public for so long."""
    silent = of(SILENT)
    lives = _LIVES.format(live=listed(LIVE), **presumption(of))
    return _FOUND.format(untold=_UNTOLD.format(silent=silent), lives=lives, silent=silent)


def say(row: Mapping[str, Any]) -> str:
    """One sentence: which program, stopped when, how many contracts live on, and since when nothing is said of them."""
    return (
        f"{row['program']} was stopped on {row['stopped_on']}; {_alive(row)}, "
        f"with nothing entered since {row['last_public_on']}"
    )


def _alive(row: Mapping[str, Any]) -> str:
    live, presumed = row["live_contracts"], row["presumed_contracts"]
    contracts, last = f"{counted(live, 'contract')} of it", f"last known {row['confirmed_on']}"
    if presumed == live:
        return f"{contracts} {'was' if live == 1 else 'were'} live ({last})"
    some = f" ({presumed} of them {last})" if presumed else ""
    return f"{contracts} {'is' if live == 1 else 'are'} live{some}"


RULE = Rule(
    "stale-sources",
    "Nothing new about a stopped program",
    select,
    say,
    severity=LOW,
    thresholds=(SILENT,),
    clocks=(Clock(Dates.NEWS, SILENT), Clock(Dates.NEWS), *PRESUMED),
)
