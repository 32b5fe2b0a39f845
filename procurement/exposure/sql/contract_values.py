"""The SQL that values contracts at one asked day.

Placeholders: as_of, published_by, recorded_by, presumed_after (the last three may be null), contracts (in scoped
statements: the only ones to read), program_ids/statuses/stops/disputed (the standings, computed by
programs/standing.py, as parallel arrays), fiscal_countries/fiscal_months/fiscal_labels (fiscal/reading.py), and
merged/merged_into/merged_from/merged_until (exposure/organizations.py).
"""

from functools import cache

from psycopg import sql

from procurement.contracts.states import ENDED, LIVE
from procurement.exposure.line_columns import presumed
from procurement.exposure.sql import standing_facts as standing
from procurement.exposure.sql.movements import moved
from procurement.exposure.sql.organizations import MERGED, remains
from procurement.exposure.sql.visibility import (
    ANY,
    ASKED,
    CONTRACTS_IN_RANGE,
    RANGE,
    SCOPED_CONTRACTS,
    SCOPES,
    Days,
    about,
    listed,
)
from procurement.sources.facts import tables_about

_FISCAL = sql.SQL(
    """
fiscal AS (
    SELECT unnest(%(fiscal_countries)s::text[]) AS country, unnest(%(fiscal_months)s::int[]) AS first_month,
           unnest(%(fiscal_labels)s::int[]) AS label
)"""
)

#: What the facts in view say of a contract.
_SAID = sql.SQL(
    """    SELECT c.*, b.country, COALESCE(led.into_id, lead.organization_id) AS supplier,
           s.country AS supplier_country, state.status AS contract_status,
           CASE WHEN c.signed_on IS NULL THEN NULL
                ELSE extract(year FROM c.signed_on)::int
                     - (extract(month FROM c.signed_on)::int < COALESCE(fiscal.first_month, 1))::int
                     + COALESCE(fiscal.label, 0) END AS fiscal_year,
           CASE WHEN moved.ceilings > 0 THEN moved.ceiling END AS ceiling,
           CASE WHEN moved.commitments > 0 OR complete.commitment THEN COALESCE(moved.committed, 0) END AS committed,
           CASE WHEN moved.fundings > 0 THEN moved.funded END AS funded,
           CASE WHEN moved.payments > 0 OR complete_payment.contract_id IS NOT NULL THEN COALESCE(moved.paid, 0)
           END AS paid,
           CASE WHEN moved.deliveries > 0 OR complete.delivery THEN COALESCE(moved.delivered, 0) END AS delivered,
           CASE WHEN complete.compensation OR moved.exits > 0 THEN COALESCE(moved.exit_paid, 0) END AS exit_paid,
           GREATEST(moved.paid_on, complete_payment.through) AS paid_known_through,
           complete_payment.basis AS paid_basis, complete_payment.contract_id IS NOT NULL AS paid_complete,
           COALESCE(state.status IN {live} OR (state.status = 'pending' AND moved.committed > 0), false) AS live,
           COALESCE(state.status IN {ended}, false) AS ended, COALESCE(moved.closings > 0, false) AS closed,
           GREATEST(moved.moved_on, confirmed.said_on) AS confirmed_on,
           estimate.contract_id IS NOT NULL AS has_estimate, estimate.low AS liability_low,
           estimate.point AS liability_point, estimate.high AS liability_high, secured.held AS guarantees_held,
           due.due_on, due.amount AS due_amount
"""
)
#: A contract is in view from its source's date, or from its first fact in view, whichever comes first; with neither,
#: from the day it was recorded. The facts that nothing else here reads are looked for last, of few contracts.
#: Buyers and suppliers go by the organization that remains of them, also for their countries.
_IN_VIEW = sql.SQL(
    """      FROM (SELECT c.id AS contract_id, {day} AS day, c.currency, c.is_remainder, c.method,
                   COALESCE(bought.into_id, c.buyer_id) AS buyer, c.signed_on, c.ends_on, c.source_id,
                   (c.created_at AT TIME ZONE %(zone)s)::date AS created_on
              FROM {contracts} {bought}
             WHERE {contract_known} AND {in_range}) c
      JOIN procurement_organization b ON b.id = c.buyer
      JOIN procurement_document d ON d.id = c.source_id
      LEFT JOIN moved ON moved.contract_id = c.contract_id
      LEFT JOIN complete ON complete.contract_id = c.contract_id
      LEFT JOIN complete_payment ON complete_payment.contract_id = c.contract_id
      LEFT JOIN confirmed ON confirmed.contract_id = c.contract_id
      LEFT JOIN state ON state.contract_id = c.contract_id
      LEFT JOIN lead ON lead.contract_id = c.contract_id
      {led}
      LEFT JOIN procurement_organization s ON s.id = COALESCE(led.into_id, lead.organization_id)
      LEFT JOIN estimate ON estimate.contract_id = c.contract_id
      LEFT JOIN secured ON secured.contract_id = c.contract_id
      LEFT JOIN due ON due.contract_id = c.contract_id
      LEFT JOIN fiscal ON fiscal.country = b.country
      LEFT JOIN (SELECT DISTINCT contract_id FROM held) placed ON placed.contract_id = c.contract_id
     WHERE COALESCE(d.published_on, c.created_on) <= {public_day}
        OR moved.entries > 0 OR state.contract_id IS NOT NULL OR lead.contract_id IS NOT NULL
        OR placed.contract_id IS NOT NULL {mentioned}"""
)
#: What follows from that.
_VALUED = sql.SQL(
    """
valued AS (
    SELECT contract_id, currency, is_remainder, method, buyer, country, supplier, supplier_country,
           contract_status, fiscal_year, ceiling, committed, funded, paid,
           CASE WHEN committed IS NULL THEN paid ELSE 0 * paid END AS paid_uncommitted, paid_known_through,
           CASE WHEN paid IS NULL THEN '' ELSE COALESCE(paid_basis, 'entries') END AS paid_basis, paid_complete, live,
           confirmed_on, ends_on, outstanding,
           committed - COALESCE(paid, 0) - COALESCE(outstanding, 0) AS unaccounted, delivered, payable_now,
           advance_at_risk, liability_low, liability_point, liability_high,
           COALESCE(liability_low, liability_point, liability_high) IS NOT NULL AS estimated, exit_low, exit_high,
           outstanding - exit_high AS avoidable_low, outstanding - exit_low AS avoidable_high, exit_paid,
           guarantees_held, CASE WHEN NOT ended THEN due_on END AS due_on,
           CASE WHEN NOT ended THEN due_amount END AS due_amount
      FROM (
    SELECT *, CASE WHEN NOT has_estimate THEN delivered - paid
                   ELSE payable_now
                        + COALESCE(liability_low, CASE WHEN liability_high IS NULL THEN liability_point END)
              END AS exit_low,
           CASE WHEN has_estimate
                THEN payable_now
                     + COALESCE(liability_high, CASE WHEN liability_low IS NULL THEN liability_point END)
                WHEN method <> 'foreign_military_sale' THEN outstanding
           END AS exit_high
      FROM (
    SELECT *, CASE WHEN NOT ended OR closed THEN committed - paid END AS outstanding,
           CASE WHEN delivered >= paid THEN delivered - paid WHEN delivered < paid THEN 0 END AS payable_now,
           CASE WHEN paid >= delivered THEN paid - delivered WHEN paid < delivered THEN 0 END AS advance_at_risk
      FROM (
{said}{in_view}) p) q) r
)"""
)

#: A contract's share in each program, and the rest that belongs to none.
_STOCK = sql.SQL(
    """
stock AS (
    SELECT v.*, piece.program_id, COALESCE(piece.share, 1) AS share
      FROM valued v
      LEFT JOIN (SELECT contract_id, program_id, share FROM part
                 UNION ALL
                 SELECT contract_id, NULL, 1 - sum(share) FROM part GROUP BY contract_id HAVING sum(share) < 1) piece
             ON piece.contract_id = v.contract_id
)"""
)

#: Recorded by then, and not withdrawn (by then).
_CREATED = sql.SQL(
    "(%(recorded_by)s::timestamptz IS NULL OR c.created_at <= %(recorded_by)s::timestamptz) "
    "AND (c.withdrawn_at IS NULL OR c.withdrawn_at > %(recorded_by)s::timestamptz)"
)
_PUBLIC_DAY = sql.SQL("LEAST(c.day, COALESCE(%(published_by)s::date, c.day))")

#: What every statement reads of a contract's movements and shares; a first row of any other table puts it in view too.
_READ_ANYWAY = ("procurement_ledgerentry", "procurement_programallocation")


def _valued(days: Days, scope: str) -> sql.Composed:
    mentioning = [table for table in tables_about("contract") if table not in _READ_ANYWAY]
    in_view = _IN_VIEW.format(
        mentioned=days.dialect.mentioned_anywhere.format(
            days.dialect.between.join(about(table, days.dialect.mentioned, days, scope) for table in mentioning)
        ),
        day=days.day_of_contract,
        contracts=SCOPED_CONTRACTS if scope in SCOPES else sql.SQL("procurement_contract c"),
        contract_known=_CREATED,
        in_range=CONTRACTS_IN_RANGE if scope == RANGE else ANY,
        bought=remains("bought", sql.SQL("c.buyer_id"), days.day_of_contract),
        led=remains("led", sql.SQL("lead.organization_id"), sql.SQL("c.day")),
        public_day=_PUBLIC_DAY,
    )
    return _VALUED.format(said=_SAID.format(ended=listed(ENDED), live=listed(LIVE)), in_view=in_view)


@cache
def tables(days: Days = ASKED, scope: str = "") -> tuple[sql.Composable, ...]:
    """The common tables that value contracts, in the order in which they stand on one another."""
    facts = (
        ("procurement_completeness", standing.COMPLETE),
        ("procurement_contractstatuschange", standing.CONFIRMED),
        ("procurement_contractstatuschange", days.dialect.newest(standing.STATE)),
        ("procurement_contractparty", days.dialect.newest(standing.LEAD)),
        ("procurement_liabilityestimate", days.dialect.newest(standing.ESTIMATE)),
        ("procurement_guarantee", standing.SECURED),
        ("procurement_milestone", standing.DUE),
        ("procurement_programallocation", days.dialect.newest(standing.ALLOCATED)),
    )
    return (
        *([SCOPES[scope]] if scope in SCOPES else []),
        moved(days, scope),
        *(about(table, text, days, scope) for table, text in facts),
        standing.HELD,
        _FISCAL,
        MERGED,
        _valued(days, scope),
        _STOCK,
    )


_SHARES = sql.SQL(
    """
WITH {ctes}
SELECT line.contract_id, line.program_id, c.reference, c.title, line.currency, line.is_remainder,
       line.contract_status, line.share, line.committed * share AS committed,
       line.paid * share AS paid, line.outstanding * share AS outstanding, line.unaccounted * share AS unaccounted,
       line.paid_known_through, line.paid_basis, CASE WHEN line.live THEN line.confirmed_on END AS confirmed_on,
       {presumed} AS presumed
  FROM stock line JOIN procurement_contract c ON c.id = line.contract_id
 ORDER BY line.program_id, line.contract_id"""
)


@cache
def contract_values(scope: str = "") -> str:
    """The statement that values each contract's share of each program, in the order of ContractValue's fields."""
    return _SHARES.format(ctes=sql.SQL(",").join(tables(ASKED, scope)), presumed=presumed("line")).as_string(None)
