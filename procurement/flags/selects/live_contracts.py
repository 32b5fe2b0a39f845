"""Contracts that live on under a stopped program: what the rules on suspended and on cancelled programs share."""

from collections.abc import Mapping
from typing import Any

from psycopg import sql

from procurement.common.texts import in_words
from procurement.flags.rule import Clause, Clock, Dates, Parameters
from procurement.flags.selects.presumption import PRESUMED, presumption
from procurement.flags.wording import named, remaining

#: What a stop leaves owed is capped, where no law or contract says otherwise, by what was not paid of the price.
SETTLEMENT_CAP = Clause(
    "FAR 49.207",
    "What a settlement pays, settlement costs aside, may not exceed the price less payments made or to be made.",
    "https://www.acquisition.gov/far/49.207",
)

#: A contract that lives on is presumed to one day, and what a statement of completeness covers is passed.
LIVES_ON = (Clock(Dates.COMPLETE_THROUGH, opens=False), *PRESUMED)

#: Live contracts of programs, with what is at stake: `at_stake` is null when no commitment is known.
_LIVE = sql.SQL(
    """
SELECT c.program_id, c.contract_id, GREATEST({since}, b.since) AS condition_since,
       moves.movements, moves.latest_movement, p.name AS program, c.reference, c.title, p.status,
       p.since AS status_since, p.stopped_on, p.days_stopped, c.status AS contract_status, c.method, c.currency,
       trim_scale(b.share)::text AS share, c.committed, c.paid, c.outstanding, c.unaccounted, {age},
       through.through AS paid_known_through, COALESCE(through.basis, '') AS paid_basis,
       CASE WHEN c.committed IS NOT NULL THEN GREATEST(c.outstanding, c.unaccounted, 0.0000) END AS at_stake,
       (SELECT jsonb_agg(DISTINCT source ORDER BY source)
          FROM unnest(ARRAY[p.decision_source, c.source_id, state.source_id]
                      || moves.sources || through.sources) AS source
         WHERE source IS NOT NULL) AS sources
  FROM program p
  JOIN contract c ON c.program_id = p.program_id
  JOIN belongs b ON b.program_id = c.program_id AND b.contract_id = c.contract_id
 {known}
  LEFT JOIN LATERAL (SELECT (array_agg(s.source_id ORDER BY s.effective_on DESC,
                             COALESCE(s.published_on, s.effective_on) DESC, s.id DESC))[1]
                            AS source_id
                       FROM status s WHERE s.contract_id = c.contract_id) state ON true
  LEFT JOIN LATERAL (SELECT (array_agg(f.through ORDER BY (f.through <= %(as_of)s::date) DESC,
                                       CASE WHEN f.through <= %(as_of)s::date THEN f.through END DESC, f.through,
                                       f.id DESC))[1] AS through,
                            (array_agg(f.basis ORDER BY (f.through <= %(as_of)s::date) DESC,
                                       CASE WHEN f.through <= %(as_of)s::date THEN f.through END DESC, f.through,
                                       f.id DESC))[1] AS basis,
                            array_agg(f.source_id) AS sources
                       FROM completed f WHERE f.contract_id = c.contract_id AND f.measure = 'payment') through ON true
  LEFT JOIN LATERAL (SELECT count(*) AS movements, COALESCE(max(e.id), 0) AS latest_movement,
                            array_agg(DISTINCT e.source_id) AS sources
                       FROM entry e
                      WHERE e.contract_id = c.contract_id AND e.measure IN ('commitment', 'payment')) moves ON true
 WHERE c.live AND {which}
"""
)
_WITH_SOMETHING_LEFT = sql.SQL(
    "p.status = {status} AND (c.outstanding > 0 OR c.unaccounted > 0 OR c.committed IS NULL)"
)


def live_contracts(of: Parameters, which: sql.Composable, *, since: sql.Composable) -> sql.Composed:
    """The SELECT of live contracts that meet a condition (p: program, c: contract, known: how well) since a day."""
    return _LIVE.format(which=which, since=since, **presumption(of))


def left_under(of: Parameters, status: str) -> sql.Composed:
    """The SELECT of live contracts of programs with a status, with something left or with no commitment known."""
    return live_contracts(of, _WITH_SOMETHING_LEFT.format(status=sql.Literal(status)), since=sql.SQL("p.since"))


def say(row: Mapping[str, Any]) -> str:
    """One sentence: which program, since when, which contract, how much; of a presumed one since when nobody spoke."""
    stopped = f"{row['program']} is {in_words(row['status'])} since {row['status_since']}"
    if not row["presumed"]:
        return f"{stopped}; {named(row)} is {in_words(row['contract_status'])} with {remaining(row)}"
    return (
        f"{stopped}; {named(row)} was {in_words(row['contract_status'])} with {remaining(row)}, "
        f"and nobody has said since {row['confirmed_on']} whether it still runs"
    )
