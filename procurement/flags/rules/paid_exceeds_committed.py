"""More was paid under a contract than anybody committed, by more than the sources' rounding."""

from collections.abc import Mapping
from typing import Any

from psycopg import sql

from procurement.common.money import in_full
from procurement.flags.rule import HIGH, Parameters, Rule
from procurement.flags.selects.one_contract import one_contract, subject, what_moved

_BEYOND = sql.SQL("sum(CASE e.measure WHEN 'payment' THEN e.amount ELSE -e.amount END)")
#: That so much was paid, beyond rounding, and that it was known what was committed.
_TOO_MUCH = sql.SQL(
    "{beyond} OVER so_far > sum(e.rounding) OVER so_far "
    "AND (count(*) FILTER (WHERE e.measure = 'commitment') OVER so_far > 0 OR EXISTS (SELECT FROM completed t "
    "WHERE t.contract_id = c.contract_id AND t.measure = 'commitment'))"
)
_SUMMED = (
    sql.SQL("{beyond} AS excess").format(beyond=_BEYOND),
    sql.SQL("sum(e.rounding) AS rounding"),
    sql.SQL("(array_agg(e.id ORDER BY e.effective_on DESC, e.id DESC))[1] AS latest"),
)

#: Rounding is the whole contract's, so it is weighed against the whole contract; shown is the program's share.
_SELECT = sql.SQL(
    """
SELECT {contract}, moved.since AS condition_since, c.paid - c.committed AS excess,
       trim_scale(part.share)::text AS share, moved.rounding * part.share AS rounding, latest.entry AS latest_entry,
       {sources}
  FROM contract c
 {moved}
 CROSS JOIN LATERAL (SELECT round((c.paid - c.committed) / NULLIF(moved.excess, 0), 6) AS share) part
 CROSS JOIN LATERAL (
       SELECT jsonb_build_object(
                  'id', e.id, 'measure', e.measure, 'amount', e.amount, 'effective_on', e.effective_on,
                  'effective_precision', e.effective_precision, 'published_on', e.published_on, 'source', e.source_id
              ) AS entry
         FROM entry e WHERE e.id = moved.latest) latest
 {state}
 WHERE c.paid > c.committed AND moved.since IS NOT NULL
"""
)


def select(of: Parameters) -> sql.Composable:
    """The contracts of which more was paid than committed."""
    moved = what_moved(*_SUMMED, held=_TOO_MUCH.format(beyond=_BEYOND))
    return _SELECT.format(**one_contract(of, moved=moved))


def say(row: Mapping[str, Any]) -> str:
    """One sentence: which contract, how much was paid, of how much, and how far beyond."""
    paid, committed, excess = (in_full(row[name], row["currency"]) for name in ("paid", "committed", "excess"))
    return f"{subject(row)} shows {paid} paid and {committed} committed, {excess} too much"


RULE = Rule("paid-exceeds-committed", "Paid more than was committed", select, say, severity=HIGH)
