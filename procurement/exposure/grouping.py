"""The SQL of answers: sums over the shares of contracts, and over what moved since programs stopped.

Placeholders are those of statements.py, those of the conditions, and `offset` and `limit`.
"""

from psycopg import sql

from procurement.exposure.statements import ANY, about, tables

#: Every contract that belonged to a stopped program during its stop, at its share when the stop began, or at the
#: first share it got later; and what moved on it after that day. Re-homed: the part it no longer has.
_SINCE = sql.SQL(
    """
stopped AS (
    SELECT a.program_id, a.contract_id, standing.stopped_on,
           COALESCE(NULLIF((array_agg(a.share ORDER BY a.effective_on DESC)
                               FILTER (WHERE a.effective_on <= standing.stopped_on))[1], 0),
                    (array_agg(a.share ORDER BY a.effective_on)
                               FILTER (WHERE a.effective_on > standing.stopped_on AND a.share > 0))[1]) AS share
      FROM allocated a JOIN standing ON standing.program_id = a.program_id AND standing.stopped_on IS NOT NULL
     GROUP BY a.program_id, a.contract_id, standing.stopped_on
), since AS (
    SELECT stopped.program_id, stopped.contract_id, stopped.share,
           GREATEST(stopped.share - COALESCE(held.share, 0), 0) AS rehomed,
           COALESCE(sum(f.amount) FILTER (WHERE f.measure = 'commitment'), 0) AS committed,
           COALESCE(sum(CASE f.measure WHEN 'payment' THEN f.amount WHEN 'refund' THEN -f.amount END), 0) AS paid
      FROM stopped
      LEFT JOIN held ON held.contract_id = stopped.contract_id AND held.program_id = stopped.program_id
      LEFT JOIN {table} f ON f.contract_id = stopped.contract_id AND f.effective_on > stopped.stopped_on AND {seen}
     WHERE stopped.share IS NOT NULL
     GROUP BY stopped.program_id, stopped.contract_id, stopped.share, held.share
)"""
)

#: The columns that a row can be grouped and filtered by -> their SQL. Programs' own columns come from the program
#: that the share belongs to.
DIMENSIONS = {
    "program": sql.SQL("line.program_id"),
    "program_status": sql.SQL("standing.status"),
    "domain": sql.SQL("program.domain"),
    "contract": sql.SQL("line.contract_id"),
    "supplier": sql.SQL("line.supplier"),
    "supplier_country": sql.SQL("line.supplier_country"),
    "buyer": sql.SQL("line.buyer"),
    "country": sql.SQL("line.country"),
    "contract_status": sql.SQL("line.contract_status"),
    "method": sql.SQL("line.method"),
    "fiscal_year": sql.SQL("line.fiscal_year"),
    "currency": sql.SQL("line.currency"),
}

#: Groupings in which a program's row is kept even with no contract left.
OF_PROGRAMS = frozenset({"program", "program_status", "domain", "currency"})

#: The stock of each contract's share, and beside it, as lines of their own, what moved since a program stopped.
_LINES = sql.SQL(
    """
line AS (
    SELECT stock.contract_id, stock.program_id, true AS is_stock, currency, method, buyer, country, supplier,
           supplier_country, contract_status, fiscal_year,
           ceiling * share AS ceiling, committed * share AS committed, paid * share AS paid,
           outstanding * share AS outstanding, unaccounted * share AS unaccounted, exit_paid * share AS exit_paid,
           paid IS NOT NULL AS paid_known, paid_basis <> '' AS paid_complete, has_commitment,
           NULL::numeric AS committed_since, NULL::numeric AS paid_since, NULL::numeric AS paid_since_rehomed
      FROM stock
    UNION ALL
    SELECT since.contract_id, since.program_id, false, v.currency, v.method, v.buyer, v.country, v.supplier,
           v.supplier_country, v.contract_status, v.fiscal_year, NULL, NULL, NULL, NULL, NULL, NULL,
           false, false, false, since.committed * since.share,
           CASE WHEN v.paid IS NOT NULL THEN since.paid * since.share END,
           CASE WHEN v.paid IS NOT NULL THEN since.paid * since.rehomed END
      FROM since JOIN valued v ON v.contract_id = since.contract_id
    {kept}
)"""
)

#: A line for each program with a standing and without contracts: nothing moved on it since it was stopped.
_KEPT = sql.SQL(
    """UNION ALL
    SELECT NULL, standing.program_id, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
           NULL, NULL, NULL, NULL, NULL, NULL, false, false, false,
           CASE WHEN standing.stopped_on IS NOT NULL THEN 0 END, NULL, NULL
      FROM standing
     WHERE NOT EXISTS (SELECT FROM stock WHERE stock.program_id = standing.program_id)
       AND NOT EXISTS (SELECT FROM since WHERE since.program_id = standing.program_id)"""
)

_GROUPED = sql.SQL(
    """
SELECT {columns} line.currency AS row_currency, {is_total} AS is_total,
       count(DISTINCT line.contract_id) FILTER (WHERE is_stock) AS contracts,
       count(DISTINCT line.contract_id) FILTER (WHERE is_stock AND NOT has_commitment) AS contracts_without_commitment,
       count(DISTINCT line.program_id) FILTER (WHERE standing.disputed) AS disputes,
       sum(ceiling) AS ceiling, COALESCE(sum(committed), 0) AS committed, sum(paid) AS paid,
       sum(outstanding) AS outstanding, COALESCE(sum(unaccounted), 0) AS unaccounted, sum(exit_paid) AS exit_paid,
       sum(committed_since) AS committed_since, sum(paid_since) AS paid_since,
       sum(paid_since_rehomed) AS paid_since_rehomed,
       COALESCE(sum(committed) FILTER (WHERE paid_known), 0) AS covered_paid,
       COALESCE(sum(committed) FILTER (WHERE paid_complete), 0) AS covered_paid_complete
  FROM line
  LEFT JOIN standing ON standing.program_id = line.program_id
  LEFT JOIN procurement_program program ON program.id = line.program_id
 WHERE {where}
 GROUP BY GROUPING SETS ({sets})"""
)

_PAGE = sql.SQL(
    """
WITH {ctes}, grouped AS MATERIALIZED ({select})
SELECT * FROM grouped WHERE is_total AND row_currency IS NOT NULL
UNION ALL
(SELECT * FROM grouped WHERE NOT is_total ORDER BY {order} {page})"""
)


def grouped(dimensions: tuple[str, ...], conditions: list[sql.Composable], *, scoped: bool = False) -> str:
    """The statement that sums lines by dimensions and currency, with the totals by currency beside them.

    Parameters of the conditions are the caller's, as are `offset` and `limit`, which cut the rows when there are
    dimensions other than currency.
    """
    own = [name for name in dimensions if name != "currency"]
    kept = _KEPT if "program" in own and OF_PROGRAMS.issuperset(own) else sql.SQL("")
    order = sql.SQL(", ").join([*map(sql.Identifier, own), sql.SQL("row_currency")])
    text = _PAGE.format(
        ctes=sql.SQL(",").join(
            [
                *tables(scoped=scoped),
                about("procurement_ledgerentry", _SINCE),
                _LINES.format(kept=kept),
            ]
        ),
        select=_sums(own, conditions),
        order=order,
        page=sql.SQL("OFFSET %(offset)s LIMIT %(limit)s" if own else ""),
    )
    return text.as_string(None)


def _sums(own: list[str], conditions: list[sql.Composable]) -> sql.Composed:
    keys = [DIMENSIONS[name] for name in own]
    by_rows = sql.SQL("({})").format(sql.SQL(", ").join([*keys, DIMENSIONS["currency"]]))
    return _GROUPED.format(
        columns=sql.Composed([sql.SQL("{} AS {}, ").format(DIMENSIONS[name], sql.Identifier(name)) for name in own]),
        is_total=sql.SQL("GROUPING({}) > 0").format(keys[0]) if own else sql.SQL("false"),
        where=sql.SQL(" AND ").join([ANY, *conditions]),
        sets=sql.SQL(", ").join([by_rows, *([sql.SQL("(line.currency)")] if own else [])]),
    )


#: Conditions on lines by filter name; each takes an array parameter of the same name. A supplier filter matches any
#: party of the contract in view, not only the lead.
FILTERS = {
    name: sql.SQL("{} = ANY (%({})s)").format(column, sql.SQL(name))
    for name, column in DIMENSIONS.items()
    if name != "currency"  # `currency=` asks for conversion
} | {
    "supplier": about(
        "procurement_contractparty",
        sql.SQL(
            "EXISTS (SELECT FROM {table} f WHERE f.contract_id = line.contract_id "
            "AND f.organization_id = ANY (%(supplier)s) AND {seen} AND {stands})"
        ),
    )
}
