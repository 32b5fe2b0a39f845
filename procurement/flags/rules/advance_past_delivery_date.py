"""Money was paid ahead of deliveries, and a delivery is overdue."""

from collections.abc import Mapping
from typing import Any

from psycopg import sql

from procurement.common.money import in_full
from procurement.flags.rule import MEDIUM, Clock, Dates, Parameters, Rule
from procurement.flags.selects.one_contract import PAID, one_contract, subject, what_moved
from procurement.flags.selects.presumption import PRESUMED, doubt
from procurement.flags.wording import counted

#: That more was paid than delivered so far, and that it was known what was delivered. Commitments are only counted.
_ADVANCED = sql.SQL(
    "sum(CASE e.measure WHEN 'payment' THEN e.amount WHEN 'commitment' THEN 0 ELSE -e.amount END) OVER so_far > 0 "
    "AND (count(*) FILTER (WHERE e.measure = 'delivery') OVER so_far > 0 OR cardinality(stated.sources) > 0)"
)

#: The deliveries are looked up only where money is at risk, and the ledger only where one of them is overdue.
_SELECT = sql.SQL(
    """
SELECT {contract}, GREATEST(overdue.since, moved.since) AS condition_since, c.delivered, c.advance_at_risk,
       overdue.milestones, {age}, {severity}, {sources}
  FROM contract c
 CROSS JOIN LATERAL (
       SELECT c.contract_id, min(GREATEST(m.due_on + 1, m.effective_on)) AS since, array_agg(m.source_id) AS sources,
              jsonb_agg(jsonb_build_object(
                  'id', m.id, 'due_on', m.due_on, 'due_precision', m.due_precision, 'amount', m.amount,
                  'description', m.description, 'source', m.source_id
              ) ORDER BY m.due_on, m.id) AS milestones
         FROM milestone m
        WHERE m.contract_id = c.contract_id AND m.kind = 'delivery' AND m.due_on < %(as_of)s::date
       HAVING count(*) > 0) overdue
 CROSS JOIN LATERAL (
       SELECT ARRAY(SELECT t.source_id FROM completed t
                     WHERE t.contract_id = c.contract_id AND t.measure = 'delivery') AS sources) stated
 {moved}
 {state}
 {known}
 WHERE c.advance_at_risk > 0 AND NOT c.ended
"""
)
_CITED = sql.SQL("overdue.sources || stated.sources")


def select(of: Parameters) -> sql.Composable:
    """The contracts with money at risk and a delivery overdue."""
    # by the contract of what is overdue: else the planner may look at the ledger first
    moved = what_moved(measures=(*PAID, "delivery"), held=_ADVANCED, c="overdue")
    return _SELECT.format(**one_contract(of, moved=moved, cited=_CITED))


def say(row: Mapping[str, Any]) -> str:
    """One sentence: which contract, how much was paid ahead, and which deliveries are overdue."""
    late = row["milestones"]
    return (
        f"{subject(row)} has {in_full(row['advance_at_risk'], row['currency'])} paid ahead of deliveries, and "
        f"{counted(len(late), 'delivery milestone')} overdue, the earliest due on {late[0]['due_on']}{doubt(row)}"
    )


RULE = Rule(
    "advance-past-delivery-date",
    "Paid ahead, and delivery overdue",
    select,
    say,
    severity=MEDIUM,
    clocks=(Clock(Dates.DELIVERY_DUE, 1), *PRESUMED),
)
