"""The SQL that values every contract in view, in one statement; grouping.py sums over it.

Placeholders: as_of, published_by, recorded_by (the last two may be null), contracts (in scoped statements: the only
ones to read), program_ids/statuses/stops/disputed (the standings, computed by programs/standing.py, as parallel
arrays), and fiscal_countries/fiscal_months/fiscal_labels (from fiscal.py).
"""

from collections.abc import Iterable
from functools import cache

from psycopg import sql

from procurement.contracts.states import CLOSING, ENDED

#: Conditions that a fact's row, under an alias, is in view. A reversal in view implies that what it reverses is.
_SEEN = sql.SQL(
    """{x}.effective_on <= %(as_of)s::date
    AND (%(published_by)s::date IS NULL OR {x}.published_on <= %(published_by)s::date)
    AND (%(recorded_by)s::timestamptz IS NULL OR {x}.recorded_at <= %(recorded_by)s::timestamptz)"""
)
#: The contracts to read stand once in the text, as there may be many.
_SCOPE = sql.SQL("scope AS (SELECT DISTINCT unnest(%(contracts)s::bigint[]) AS contract_id)")
_IN_SCOPE = sql.SQL("f.contract_id IN (SELECT contract_id FROM scope)")
_CONTRACTS = sql.SQL("procurement_contract c")
#: The scope comes first: PostgreSQL keeps to the written order of more than eight joins.
_SCOPED_CONTRACTS = sql.SQL("scope JOIN procurement_contract c ON c.id = scope.contract_id")
ANY = sql.SQL("true")
_STANDS = sql.SQL(
    """{x}.reverses_id IS NULL AND NOT EXISTS (
        SELECT FROM {table} back WHERE back.reverses_id = {x}.id
        AND (%(published_by)s::date IS NULL OR back.published_on <= %(published_by)s::date)
        AND (%(recorded_by)s::timestamptz IS NULL OR back.recorded_at <= %(recorded_by)s::timestamptz))"""
)


_FACT = sql.Identifier("f")


def _listed(words: Iterable[str]) -> sql.Composed:
    return sql.SQL("({})").format(sql.SQL(", ").join(map(sql.Literal, words)))


def about(table: str, text: sql.SQL, *, scoped: bool = False) -> sql.Composed:
    """A text about the facts `f` of a table, with what is in view, in scope and standing filled in."""
    name = sql.Identifier(table)
    return text.format(
        table=name,
        seen=_SEEN.format(x=_FACT),
        stands=_STANDS.format(x=_FACT, table=name),
        scoped=_IN_SCOPE if scoped else ANY,
        closing=_listed(CLOSING),
    )


#: Sums of the ledger, reversals included: they cancel what they reverse, under whose reason they count (`grounds`).
_MOVED = sql.SQL(
    """
moved AS (
    SELECT contract_id,
           sum(amount) FILTER (WHERE measure = 'ceiling') AS ceiling,
           COALESCE(sum(amount) FILTER (WHERE measure = 'commitment'), 0) AS committed,
           sum(CASE measure WHEN 'payment' THEN amount WHEN 'refund' THEN -amount END) AS paid,
           sum(amount) FILTER (WHERE is_exit) AS exit_paid,
           COALESCE(sum(one) FILTER (WHERE measure = 'ceiling'), 0) > 0 AS has_ceiling,
           COALESCE(sum(one) FILTER (WHERE measure = 'commitment'), 0) > 0 AS has_commitment,
           COALESCE(sum(one) FILTER (WHERE measure IN ('payment', 'refund')), 0) > 0 AS has_payment,
           COALESCE(sum(one) FILTER (WHERE grounds IN {closing}), 0) > 0 AS closed,
           COALESCE(sum(one) FILTER (WHERE is_exit), 0) > 0 AS has_exit,
           sum(one) > 0 AS has_any
      FROM (SELECT f.contract_id, f.measure, f.amount, COALESCE(reversal.grounds, f.reason) AS grounds,
                   CASE WHEN f.reverses_id IS NULL THEN 1 ELSE -1 END AS one,
                   f.measure = 'compensation' OR (f.measure = 'payment'
                       AND COALESCE(reversal.grounds, f.reason) IN ('settlement', 'termination')) AS is_exit
              FROM {table} f
              LEFT JOIN (SELECT back.id, undone.reason AS grounds
                           FROM {table} back JOIN {table} undone ON undone.id = back.reverses_id
                          WHERE back.reverses_id IS NOT NULL) reversal ON reversal.id = f.id
             WHERE {seen} AND {scoped}) entry
     GROUP BY contract_id
)"""
)

#: A statement of completeness holds whatever the asked day (DESIGN.md section 5); who could know it counts.
_COMPLETE = sql.SQL(
    """
complete AS (
    SELECT DISTINCT ON (f.contract_id) f.contract_id, f.through, f.basis
      FROM {table} f
     WHERE f.measure = 'payment' AND {scoped} AND {stands}
       AND (%(published_by)s::date IS NULL OR f.published_on <= %(published_by)s::date)
       AND (%(recorded_by)s::timestamptz IS NULL OR f.recorded_at <= %(recorded_by)s::timestamptz)
     ORDER BY f.contract_id, (f.through <= %(as_of)s::date) DESC,
              CASE WHEN f.through <= %(as_of)s::date THEN f.through END DESC, f.through, f.id DESC
)"""
)

_STATE = sql.SQL(
    """
state AS (
    SELECT DISTINCT ON (f.contract_id) f.contract_id, f.status
      FROM {table} f
     WHERE {seen} AND {scoped} AND {stands}
     ORDER BY f.contract_id, f.effective_on DESC, f.published_on DESC, f.id DESC
)"""
)

_LEAD = sql.SQL(
    """
lead AS (
    SELECT DISTINCT ON (f.contract_id) f.contract_id, f.organization_id
      FROM {table} f
     WHERE f.role = 'lead_supplier' AND {seen} AND {scoped} AND {stands}
     ORDER BY f.contract_id, f.effective_on DESC, f.published_on DESC, f.id DESC
)"""
)

#: The share that each program has from each day on that has a row: the last row of a day holds.
_ALLOCATED = sql.SQL(
    """
allocated AS (
    SELECT DISTINCT ON (f.contract_id, f.program_id, f.effective_on)
           f.contract_id, f.program_id, f.effective_on, f.share
      FROM {table} f
     WHERE {seen} AND {scoped} AND {stands}
     ORDER BY f.contract_id, f.program_id, f.effective_on DESC, f.published_on DESC, f.id DESC
), held AS (
    SELECT DISTINCT ON (a.contract_id, a.program_id) a.contract_id, a.program_id, a.share
      FROM allocated a
     ORDER BY a.contract_id, a.program_id, a.effective_on DESC
), part AS (
    SELECT contract_id, program_id, share FROM held WHERE share > 0
)"""
)

#: A contract is in view from its source's date, or from its first entry, state, supplier or share in view, whichever
#: comes first. A source without a date was public when it was retrieved, as for facts.
_VALUED = sql.SQL(
    """
fiscal AS (
    SELECT * FROM unnest(%(fiscal_countries)s::text[], %(fiscal_months)s::int[], %(fiscal_labels)s::int[])
                  AS t(country, first_month, label)
), standing AS (
    SELECT * FROM unnest(%(program_ids)s::bigint[], %(statuses)s::text[], %(stops)s::date[], %(disputed)s::boolean[])
                  AS t(program_id, status, stopped_on, disputed)
), valued AS (
    SELECT c.id AS contract_id, c.currency, c.is_remainder, c.method, c.buyer_id AS buyer, b.country,
           lead.organization_id AS supplier, s.country AS supplier_country, state.status AS contract_status,
           CASE WHEN c.signed_on IS NULL THEN NULL
                ELSE extract(year FROM c.signed_on)::int
                     - (extract(month FROM c.signed_on)::int < COALESCE(fiscal.first_month, 1))::int
                     + COALESCE(fiscal.label, 0) END AS fiscal_year,
           CASE WHEN moved.has_ceiling THEN moved.ceiling END AS ceiling, COALESCE(moved.committed, 0) AS committed,
           COALESCE(moved.has_commitment, false) AS has_commitment,
           p.paid, complete.through AS paid_known_through, COALESCE(complete.basis, '') AS paid_basis,
           CASE WHEN NOT (p.ended AND NOT p.closed) THEN COALESCE(moved.committed, 0) - p.paid END AS outstanding,
           CASE WHEN p.paid IS NULL THEN COALESCE(moved.committed, 0)
                WHEN p.ended AND NOT p.closed THEN COALESCE(moved.committed, 0) - p.paid ELSE 0 END AS unaccounted,
           CASE WHEN p.paid IS NOT NULL OR moved.has_exit THEN COALESCE(moved.exit_paid, 0) END AS exit_paid
      FROM {contracts}
      JOIN procurement_organization b ON b.id = c.buyer_id
      JOIN procurement_document d ON d.id = c.source_id
      LEFT JOIN moved ON moved.contract_id = c.id
      LEFT JOIN complete ON complete.contract_id = c.id
      LEFT JOIN state ON state.contract_id = c.id
      LEFT JOIN lead ON lead.contract_id = c.id
      LEFT JOIN procurement_organization s ON s.id = lead.organization_id
      LEFT JOIN fiscal ON fiscal.country = b.country
      LEFT JOIN (SELECT DISTINCT contract_id FROM allocated) placed ON placed.contract_id = c.id
      CROSS JOIN LATERAL (
          SELECT CASE WHEN moved.has_payment OR complete.contract_id IS NOT NULL THEN COALESCE(moved.paid, 0)
                 END AS paid,
                 COALESCE(state.status IN {ended}, false) AS ended,
                 COALESCE(moved.closed, false) AS closed
      ) p
     WHERE (%(recorded_by)s::timestamptz IS NULL OR c.created_at <= %(recorded_by)s::timestamptz)
       AND (COALESCE(d.published_on, d.retrieved_at::date, c.created_at::date)
                <= LEAST(%(as_of)s::date, COALESCE(%(published_by)s::date, %(as_of)s::date))
            OR moved.has_any OR state.contract_id IS NOT NULL OR lead.contract_id IS NOT NULL
            OR placed.contract_id IS NOT NULL)
), stock AS (
    SELECT v.*, part.program_id, part.share
      FROM valued v JOIN part ON part.contract_id = v.contract_id
    UNION ALL
    SELECT v.*, NULL, 1 - COALESCE(taken.share, 0)
      FROM valued v
      LEFT JOIN (SELECT contract_id, sum(share) AS share FROM part GROUP BY contract_id) taken
             ON taken.contract_id = v.contract_id
     WHERE COALESCE(taken.share, 0) < 1
)"""
)


@cache
def tables(*, scoped: bool) -> tuple[sql.Composable, ...]:
    """The common tables that value contracts, in the order in which they stand on one another."""
    return (
        *([_SCOPE] if scoped else []),
        about("procurement_ledgerentry", _MOVED, scoped=scoped),
        about("procurement_completeness", _COMPLETE, scoped=scoped),
        about("procurement_contractstatuschange", _STATE, scoped=scoped),
        about("procurement_contractparty", _LEAD, scoped=scoped),
        about("procurement_programallocation", _ALLOCATED, scoped=scoped),
        _VALUED.format(ended=_listed(ENDED), contracts=_SCOPED_CONTRACTS if scoped else _CONTRACTS),
    )


_SHARES = sql.SQL(
    """
WITH {ctes}
SELECT stock.contract_id, stock.program_id, c.reference, c.title, stock.currency, stock.is_remainder,
       stock.contract_status, stock.share, stock.committed * share AS committed, stock.has_commitment,
       stock.paid * share AS paid, stock.outstanding * share AS outstanding, stock.unaccounted * share AS unaccounted,
       stock.paid_known_through, stock.paid_basis
  FROM stock JOIN procurement_contract c ON c.id = stock.contract_id
 ORDER BY stock.program_id, stock.contract_id"""
)


@cache
def contract_values(*, scoped: bool) -> str:
    """The statement that values each contract's share of each program, in the order of ContractValue's fields."""
    return _SHARES.format(ctes=sql.SQL(",").join(tables(scoped=scoped))).as_string(None)
