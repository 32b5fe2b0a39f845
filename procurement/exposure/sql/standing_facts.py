"""The common tables of what stands of one contract at a day: its state, supplier, estimate, security, shares and so on.

The texts are filled in by seeing.about; statements.py puts them together.
"""

from psycopg import sql

from procurement.exposure.sql.dialects import Newest

#: A statement of completeness holds whatever the asked day (DESIGN.md section 5); who could know it counts.
COMPLETE = sql.SQL(
    """
complete AS (
    SELECT f.contract_id, bool_or(f.measure = 'commitment') AS commitment, bool_or(f.measure = 'delivery') AS delivery,
           bool_or(f.measure = 'compensation') AS compensation
      FROM {table} f
     WHERE {scoped} AND {stands} AND {known}
     GROUP BY f.contract_id
), complete_payment AS (
    SELECT DISTINCT ON (f.contract_id) f.contract_id, f.through, f.basis
      FROM {table} f
     WHERE f.measure = 'payment' AND {scoped} AND {stands} AND {known}
     ORDER BY f.contract_id, (f.through <= {day}) DESC, CASE WHEN f.through <= {day} THEN f.through END DESC, f.through,
              f.id DESC
)"""
)

STATE = Newest("state", ("status",), which="f.act = 'state'")
LEAD = Newest("lead", ("organization_id",), which="f.role = 'lead_supplier'")
#: The latest estimate counts, also one that says no number because it is secret.
ESTIMATE = Newest("estimate", ("low", "point", "high"))

#: What is left of the security of each kind; one that lapsed counts no more, a call or release always.
SECURED = sql.SQL(
    """
secured AS (
    SELECT contract_id, sum(held) AS held
      FROM (SELECT f.contract_id,
                   GREATEST(0, sum(CASE WHEN f.event <> 'given' THEN -f.amount
                                        WHEN f.valid_until IS NULL OR f.valid_until >= {day} THEN f.amount
                                        ELSE 0 END)) AS held
              FROM {table} f
             WHERE {seen} AND {scoped} AND {stands}
             GROUP BY f.contract_id, f.kind) kind
     GROUP BY contract_id
)"""
)

#: The earliest day on which a milestone falls due that no entry in view meets.
DUE = sql.SQL(
    """
due AS (
    SELECT DISTINCT ON (f.contract_id) f.contract_id, f.due_on, sum(f.amount) AS amount
      FROM {table} f
     WHERE {seen} AND {scoped} AND {stands} AND {unmet}
     GROUP BY f.contract_id, f.due_on
     ORDER BY f.contract_id, f.due_on
)"""
)

#: The share that each program has from each day on that has a row: the last row of a day holds.
ALLOCATED = Newest("allocated", ("share",), keys=("contract_id", "program_id", "effective_on"))
HELD = sql.SQL(
    """
held AS (
    SELECT DISTINCT ON (f.contract_id, f.program_id) f.contract_id, f.program_id, f.share
      FROM allocated f
     ORDER BY f.contract_id, f.program_id, f.effective_on DESC
), part AS (
    SELECT * FROM held WHERE share > 0
)"""
)

#: The newest word that a contract is alive: a state that is, or a statement that confirms it (DESIGN.md section 4).
CONFIRMED = sql.SQL(
    """
confirmed AS (
    SELECT f.contract_id, max(f.effective_on) AS said_on
      FROM {table} f
     WHERE (f.act = 'confirmation' OR (f.act = 'state' AND f.status IN {alive})) AND {seen} AND {scoped} AND {stands}
     GROUP BY f.contract_id
)"""
)
