"""The buyer's own side does not agree on what the program's status is."""

from collections.abc import Mapping
from typing import Any

from psycopg import sql

from procurement.common.texts import in_words
from procurement.flags.rule import MEDIUM, Rule

_SELECT = sql.SQL(
    """
SELECT p.program_id, NULL::bigint AS contract_id, p.disputed_since AS condition_since, p.name AS program, p.status,
       p.since AS status_since, p.disputed_since, p.last_said_on, p.decision, p.positions, p.otherwise,
       (SELECT jsonb_agg(DISTINCT said -> 'source' ORDER BY said -> 'source')
          FROM jsonb_array_elements(p.positions || jsonb_build_array(p.decision)) AS said
         WHERE said ->> 'source' IS NOT NULL) AS sources
  FROM program p WHERE p.disputed_since IS NOT NULL
"""
)


def say(row: Mapping[str, Any]) -> str:
    """One sentence: the standing status, and what others on the buyer's side say it is."""
    return (
        f"{row['program']} is {in_words(row['status'])} since {row['status_since']} by decision; "
        f"on the buyer's side it is also said to be {' and '.join(map(in_words, row['otherwise']))}, "
        f"since {row['disputed_since']}, last on {row['last_said_on']}"
    )


RULE = Rule("disputed-status", "Status disputed on the buyer's own side", lambda _: _SELECT, say, severity=MEDIUM)
