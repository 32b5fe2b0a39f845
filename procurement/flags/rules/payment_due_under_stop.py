"""A program is stopped, and a payment under a contract of it falls due soon, or fell due and was not made."""

from collections.abc import Mapping
from typing import Any

from psycopg import sql

from procurement.common.money import in_full
from procurement.flags.rule import HIGH, Clock, Dates, Days, Parameters, Rule
from procurement.flags.selects.presumption import PRESUMED, doubt, presumption
from procurement.flags.wording import counted, named

WITHIN = Days("within", 60, reason="time to order or to agree on a stop of payment before it is made")

#: How many milestones the evidence lists; the totals are of all of them.
MOST_LISTED = 100

#: A milestone counts from the day on which it was agreed and so near. The total is of those whose amount is known.
_SELECT = sql.SQL(
    """
SELECT c.program_id, c.contract_id, GREATEST(p.stopped_on, b.since, due.since) AS condition_since,
       moves.movements, moves.latest_movement, p.name AS program, c.reference, c.title, p.status, p.stopped_on,
       p.days_stopped, c.status AS contract_status, c.currency, trim_scale(b.share)::text AS share,
       c.outstanding, {age}, {severity}, due.next_due_on, due.count, due.overdue,
       due.total * b.share AS total, due.without_amount, due.milestones,
       (SELECT jsonb_agg(DISTINCT source ORDER BY source)
          FROM unnest(ARRAY[p.stop_source, c.source_id] || due.sources || moves.sources) AS source
         WHERE source IS NOT NULL) AS sources
  FROM program p
  JOIN contract c ON c.program_id = p.program_id
  JOIN belongs b ON b.program_id = c.program_id AND b.contract_id = c.contract_id
 CROSS JOIN LATERAL (
       SELECT c.contract_id, count(*) AS count, count(*) FILTER (WHERE m.due_on < %(as_of)s::date) AS overdue,
              min(m.due_on) AS next_due_on, min(GREATEST(m.due_on - {within}, m.effective_on)) AS since,
              sum(m.amount) AS total, count(*) FILTER (WHERE m.amount IS NULL) AS without_amount,
              array_agg(DISTINCT m.source_id) AS sources,
              jsonb_agg(jsonb_build_object(
                  'id', m.id, 'due_on', m.due_on, 'due_precision', m.due_precision, 'amount', m.amount,
                  'description', m.description, 'source', m.source_id
              ) ORDER BY m.due_on, m.id) FILTER (WHERE m.place <= {most}) AS milestones
         FROM (SELECT m.*, row_number() OVER (ORDER BY m.due_on, m.id) AS place
                 FROM milestone m
                WHERE m.contract_id = c.contract_id AND m.kind = 'payment'
                  AND m.due_on <= %(as_of)s::date + {within}) m
       HAVING count(*) > 0) due
 {known}
 CROSS JOIN LATERAL (SELECT count(*) AS movements, COALESCE(max(e.id), 0) AS latest_movement,
                            array_agg(DISTINCT e.source_id) AS sources
                       FROM entry e
                      WHERE e.contract_id = due.contract_id AND e.measure IN ('commitment', 'payment')) moves
 WHERE p.stopped_on IS NOT NULL AND NOT c.ended
"""
)


def select(of: Parameters) -> sql.Composable:
    """The contracts of stopped programs under which a payment is due soon or overdue."""
    return _SELECT.format(within=of(WITHIN), most=sql.Literal(MOST_LISTED), **presumption(of))


def say(row: Mapping[str, Any]) -> str:
    """One sentence: which program, stopped when, which contract, how much is due, and when first."""
    total = "" if row["total"] is None else f" of {in_full(row['total'], row['currency'])}"
    return (
        f"{row['program']} was stopped on {row['stopped_on']}; {named(row)} has "
        f"{counted(row['count'], 'payment')}{total} due, {_when(row)}{doubt(row)}"
    )


def _when(row: Mapping[str, Any]) -> str:
    first = f"the first on {row['next_due_on']}" if row["count"] > 1 else f"on {row['next_due_on']}"
    return f"{first}, and {row['overdue']} overdue" if row["overdue"] else first


RULE = Rule(
    "payment-due-under-stop",
    "Payment due under a stop",
    select,
    say,
    severity=HIGH,
    thresholds=(WITHIN,),
    clocks=(Clock(Dates.PAYMENT_DUE, WITHIN, before=True), Clock(Dates.PAYMENT_DUE, 1), *PRESUMED),
)
