"""The tables that rules read: what the facts say at the asked dates.

A rule's SELECT names them like tables of the database. Everything in them is in view at the asked dates, and what was
taken back by then is not in them. Days are dates, amounts are in the contract's currency, and a contract's figures are
the program's share.

program     one row per program that anybody decided or spoke about: program_id, name, status, since (first day of the
            unbroken run of that status), stopped_on, stop_source (document of the decision that began the stop),
            decision_source, disputed_since, last_said_on (the last day on which somebody on the buyer's side said
            otherwise), otherwise (what else they say), decision and positions (json)
stop        every stop: program_id, began_on, until_on (the day that ended it; null while it runs), source_id
belonging   of programs that were ever stopped, the days on which a share above zero of a contract was theirs:
            contract_id, program_id, share, first_on, last_on (null: goes on), goes_on (say this rather than last_on IS
            NULL, which the planner takes to be rare), since (first day of the unbroken run). In a scope: of its
            contracts, and of all contracts of its programs
belongs     of the contracts in scope, the share that goes on of a program ever stopped: contract_id, program_id, share,
            since
run         the same days joined where they touch, whatever the share: contract_id, program_id, first_on, last_on, and
            every share of the pair as arrays: firsts, lasts, shares. In a scope: of its contracts
contract    one row per contract and program with a share of it on the asked day (program_id null: of no program),
            without balancing lines: contract_id, program_id, program_name, reference, title, currency, method, status,
            live, ended, committed, paid, outstanding, unaccounted, delivered, advance_at_risk, ends_on, source_id; what
            is not known is null: committed, outstanding and unaccounted where no commitment is known
alive       what shows contracts alive: contract_id, shown_on; the day of a live or pending state, of a statement that
            the contract still runs, or of a movement of money or delivery that does not close its account
entry       ledger entries: id, contract_id, measure, amount, rounding, reason, effective_on, effective_precision,
            starts_on (first day that its date may mean: of one dated `by` the day after the last through which its
            measure is complete without it, else a day before all others), published_on, source_id, milestone_id
status      states of contracts (no show-cause notices or confirmations): id, contract_id, status, effective_on,
            published_on, source_id, suspends, until, notified_on; the latest by (effective_on, published_on or else
            effective_on, id) holds
milestone   what is due and not met: id, contract_id, kind, due_on, due_precision, amount, description, effective_on,
            source_id
liability   estimates of termination liability: id, contract_id, low, point, high, withheld, effective_on, source_id
completed   statements that the ledger holds every movement of a measure, whatever the asked day: id, contract_id,
            measure, through, basis, source_id
allocation  shares of contracts as they were stated: id, contract_id, program_id, share, effective_on, published_on;
            the latest of a contract and program by (effective_on, published_on, id) holds
figure      reported figures (in a scope: about what is in it): id, program_id, contract_id, measure, amount, low, high,
            currency, rounding, scope, as_of_date, speaker, effective_on, published_on, source_id
news        every fact about a contract or its program by when it became public, where nobody knows by its effective
            date: program_id, contract_id, published_on
wanted      the contracts in scope: contract_id (not there when everything is)
"""

from collections.abc import Iterator
from functools import cache

from psycopg import sql

from procurement.contracts.states import CLOSING, ENDED, MOVING
from procurement.exposure.line_columns import names
from procurement.exposure.sql.contract_values import tables as valuing_tables
from procurement.exposure.sql.visibility import ANY, about, listed
from procurement.sources.facts import tables_about

#: How contracts are valued: all from the ledger, some from the ledger, or from what is kept but for those that wait.
LEDGER, NAMED, KEPT = "ledger", "named", "kept"

_PROGRAM = """
program AS MATERIALIZED (
    SELECT r.*, %(as_of)s::date - r.stopped_on AS days_stopped
      FROM jsonb_to_recordset(%(program_rows)s::jsonb) AS r(
           program_id bigint, name text, status text, since date, stopped_on date, stop_source bigint,
           decision_source bigint, disputed_since date, last_said_on date, otherwise jsonb, decision jsonb,
           positions jsonb)
), stop AS MATERIALIZED (
    SELECT r.* FROM jsonb_to_recordset(%(stop_rows)s::jsonb)
                    AS r(program_id bigint, began_on date, until_on date, source_id bigint)
)"""

_BELONGING = sql.SQL(
    """
share_day AS (
    SELECT DISTINCT ON (f.contract_id, f.program_id, f.effective_on)
           f.contract_id, f.program_id, f.effective_on, f.share
      FROM {near} f
     WHERE f.program_id IN (SELECT program_id FROM stop) AND {seen} AND {stands}
     ORDER BY f.contract_id, f.program_id, f.effective_on DESC, COALESCE(f.published_on, f.effective_on) DESC, f.id DESC
), positive AS (
    SELECT contract_id, program_id, share, first_on, last_on,
           CASE WHEN lag(last_on) OVER days = first_on - 1 THEN 0 ELSE 1 END AS breaks
      FROM (SELECT contract_id, program_id, share, effective_on AS first_on,
                   lead(effective_on) OVER (PARTITION BY contract_id, program_id ORDER BY effective_on) - 1 AS last_on
              FROM share_day) held
     WHERE share > 0
    WINDOW days AS (PARTITION BY contract_id, program_id ORDER BY first_on)
), numbered AS (
    SELECT *, sum(breaks) OVER (PARTITION BY contract_id, program_id ORDER BY first_on) AS number FROM positive
), belonging AS MATERIALIZED (
    SELECT contract_id, program_id, share, first_on, last_on, last_on IS NULL AS goes_on, number,
           min(first_on) OVER (PARTITION BY contract_id, program_id, number) AS since
      FROM numbered
), belongs AS MATERIALIZED (
    SELECT contract_id, program_id, share, since FROM belonging WHERE goes_on AND {ours}
), share_list AS (
    SELECT contract_id, program_id, array_agg(first_on ORDER BY first_on) AS firsts,
           array_agg(last_on ORDER BY first_on) AS lasts, array_agg(share ORDER BY first_on) AS shares
      FROM belonging WHERE {ours} GROUP BY contract_id, program_id
), run AS (
    SELECT contract_id, program_id, r.first_on, r.last_on, l.firsts, l.lasts, l.shares
      FROM (SELECT contract_id, program_id, min(first_on) AS first_on,
                   NULLIF(max(COALESCE(last_on, DATE '9999-12-31')), DATE '9999-12-31') AS last_on
              FROM belonging GROUP BY contract_id, program_id, number) r
      JOIN share_list l USING (contract_id, program_id)
)"""
)

_FIGURES = ("committed", "paid", "outstanding", "unaccounted", "delivered", "advance_at_risk")
#: A contract's own columns beside its figures, under the alias x of a line and c of the contract.
_CONTRACT = sql.SQL(
    """
    SELECT x.contract_id, x.program_id, g.name AS program_name, c.reference, c.title, c.currency, c.method,
           x.contract_status AS status, x.live,
           COALESCE(x.contract_status IN {ended}, false) AS ended, {figures}, c.ends_on, c.source_id
      FROM {lines} x
      LEFT JOIN procurement_contract c ON c.id = x.contract_id
      LEFT JOIN procurement_program g ON g.id = x.program_id
     WHERE x.contract_id NOT IN (SELECT id FROM procurement_contract WHERE is_remainder) AND {whole}"""
)

#: What stands in view of a table of facts `f`, under a name of its own.
_STANDING = sql.SQL(
    "\n{name} AS NOT MATERIALIZED (SELECT {columns} FROM {table} f WHERE {seen} AND {stands} AND {more})"
)
#: What else must be so of the facts of some of these tables.
_MORE = {"milestone": sql.SQL("{unmet}"), "status": sql.SQL("f.act = 'state'")}
#: A statement of completeness holds whatever the asked day.
_COMPLETED = sql.SQL(
    """
completed AS NOT MATERIALIZED (
    SELECT f.id, f.contract_id, f.measure, f.through, f.basis, f.source_id FROM {table} f WHERE {stands} AND {known}
)"""
)
_FACTS = {
    "entry": (
        "procurement_ledgerentry",
        """f.id, f.contract_id, f.measure, f.amount, f.rounding, f.reason, f.effective_on, f.effective_precision,
           CASE f.effective_precision
                WHEN 'month' THEN date_trunc('month', f.effective_on)::date
                WHEN 'quarter' THEN date_trunc('quarter', f.effective_on)::date
                WHEN 'day' THEN f.effective_on
                WHEN 'by' THEN COALESCE((SELECT max(t.through) + 1 FROM completed t
                                          WHERE t.contract_id = f.contract_id AND t.through < f.effective_on
                                            AND t.measure = CASE f.measure WHEN 'refund' THEN 'payment'
                                                                 ELSE f.measure END), DATE '-infinity')
                ELSE (f.effective_on + 1 - INTERVAL '1 year')::date END AS starts_on,
           f.published_on, f.source_id, f.milestone_id""",
    ),
    "status": (
        "procurement_contractstatuschange",
        """f.id, f.contract_id, f.status, f.effective_on, f.published_on, f.source_id, f.suspends, f.until,
           f.notified_on""",
    ),
    "milestone": (
        "procurement_milestone",
        """f.id, f.contract_id, f.kind, f.due_on, f.due_precision, f.amount, f.description, f.effective_on,
           f.source_id""",
    ),
    "liability": (
        "procurement_liabilityestimate",
        "f.id, f.contract_id, f.low, f.point, f.high, f.withheld, f.effective_on, f.source_id",
    ),
    "allocation": (
        "procurement_programallocation",
        "f.id, f.contract_id, f.program_id, f.share, f.effective_on, f.published_on",
    ),
    "figure": (
        "procurement_reportedfigure",
        """f.id, f.program_id, f.contract_id, f.measure, f.amount, COALESCE(f.amount, f.low) AS low,
           COALESCE(f.amount, f.high) AS high, f.currency, f.rounding, f.scope, f.as_of_date, f.speaker,
           f.effective_on, f.published_on, f.source_id""",
    ),
}
#: What shows a contract alive (DESIGN.md section 4): the newest of it is `confirmed` and `moved_on` of exposure.
_ALIVE = {
    "procurement_contractstatuschange": sql.SQL(
        "SELECT f.contract_id, f.effective_on AS shown_on FROM {table} f "
        "WHERE (f.act = 'confirmation' OR (f.act = 'state' AND f.status IN {alive})) AND {seen} AND {stands}"
    ),
    "procurement_ledgerentry": sql.SQL(
        "SELECT f.contract_id, f.effective_on AS shown_on FROM {table} f "
        "WHERE (f.measure IN {moving} AND f.reason NOT IN {closing}) AND {seen} AND {stands}"
    ),
}
#: In a scope, days are read of its contracts, and of every contract of its programs; runs of its contracts alone.
_OURS = sql.SQL("contract_id IN (SELECT contract_id FROM wanted)")
#: Two conditions, each with an index of its own.
_NEAR = sql.SQL(
    """(SELECT id, contract_id, program_id, share, effective_on, published_on, recorded_at, reverses_id
             FROM procurement_programallocation WHERE contract_id IN (SELECT contract_id FROM wanted)
            UNION
           SELECT id, contract_id, program_id, share, effective_on, published_on, recorded_at, reverses_id
             FROM procurement_programallocation
            WHERE program_id IN (SELECT program_id FROM stop WHERE program_id = ANY (%(wanted_programs)s::bigint[])))"""
)
_EVERYWHERE = sql.SQL("procurement_programallocation")
#: Figures are compared with one another, so those out of scope are not read at all.
_MINE = sql.SQL(
    "(f.program_id = ANY (%(wanted_programs)s::bigint[]) "
    "OR f.contract_id = ANY (ARRAY(SELECT contract_id FROM wanted)))"
)

#: What is news of a contract, and of a program: that a contract came to it, or left it, too.
_NEWS_OF_CONTRACTS = sql.SQL(
    "SELECT NULL::bigint AS program_id, f.contract_id, COALESCE(f.published_on, f.effective_on) AS published_on "
    "FROM {table} f WHERE {seen} AND COALESCE(f.published_on, f.effective_on) <= %(as_of)s::date"
)
_NEWS_OF_PROGRAMS = sql.SQL(
    "SELECT f.program_id, NULL::bigint AS contract_id, COALESCE(f.published_on, f.effective_on) AS published_on "
    "FROM {table} f "
    "WHERE {seen} AND COALESCE(f.published_on, f.effective_on) <= %(as_of)s::date AND f.program_id IS NOT NULL"
)


#: The lines at the asked day: as they are kept, but for contracts that wait. No part has conditions of its own, so that
#: the planner may look lines up by program or contract in each: conditions stand around all, and OFFSET makes a table
#: of `fresh`.
_KEPT_LINES = sql.SQL(
    """(SELECT {columns}, is_stock, false AS is_fresh FROM procurement_line
            UNION ALL
           SELECT {columns}, true, true FROM (SELECT * FROM fresh OFFSET 0) read)"""
)
_OF_THE_DAY = sql.SQL("x.is_stock AND (x.is_fresh OR x.contract_id NOT IN (SELECT contract_id FROM scope))")
_LINE = ("contract_id", "program_id", "contract_status", "live", *_FIGURES, "is_first")


def _of_facts() -> sql.Composed:
    """The lines as facts have them, with as many decimals as kept ones have, as the digest of evidence counts zeros."""
    share = sql.SQL("({0} * share)::numeric(44, 10) AS {0}")
    return sql.SQL(
        "(SELECT contract_id, program_id, contract_status, live, {}, share = 1 AS is_first FROM stock)"
    ).format(sql.SQL(", ").join(share.format(sql.Identifier(name)) for name in _FIGURES))


def _contract(lines: sql.Composed, which: sql.Composable) -> sql.Composed:
    return _CONTRACT.format(
        ended=listed(ENDED),
        figures=names(_FIGURES, "x"),
        lines=lines,
        # skip the unallocated remainder of a partly allocated contract
        whole=sql.SQL("(x.program_id IS NOT NULL OR x.is_first) AND {}").format(which),
    )


def _contracts(mode: str) -> sql.Composed:
    if mode != KEPT:
        return sql.SQL("\ncontract AS MATERIALIZED ({})").format(_contract(_of_facts(), ANY))
    text = "\nfresh AS MATERIALIZED {}, contract AS NOT MATERIALIZED ({})"
    return sql.SQL(text).format(_of_facts(), _contract(_KEPT_LINES.format(columns=names(_LINE)), _OF_THE_DAY))


def _news() -> sql.Composed:
    of_contracts = [about(table, _NEWS_OF_CONTRACTS) for table in tables_about("contract")]
    of_programs = [about(table, _NEWS_OF_PROGRAMS) for table in tables_about("program")]
    rows = sql.SQL(" UNION ALL ").join([*of_contracts, *of_programs])
    return sql.SQL("\nnews AS NOT MATERIALIZED ({})").format(rows)


def _alive() -> sql.Composed:
    rows = sql.SQL(" UNION ALL ").join(
        about(table, text, moving=listed(MOVING), closing=listed(CLOSING)) for table, text in _ALIVE.items()
    )
    return sql.SQL("\nalive AS NOT MATERIALIZED ({})").format(rows)


def _facts(*, scoped: bool) -> Iterator[sql.Composed]:
    yield about("procurement_completeness", _COMPLETED)
    more = _MORE | {"figure": _MINE if scoped else ANY}
    for name, (table, columns) in _FACTS.items():
        what_else = about(table, more.get(name, ANY))
        yield about(table, _STANDING, name=sql.Identifier(name), columns=sql.SQL(columns), more=what_else)


@cache
def tables(mode: str, *, scoped: bool) -> sql.Composed:
    """The tables as common table expressions.

    Parameters: the asked dates, program_rows and stop_rows (json), `contracts` (the only ones to be read from the
    ledger) unless that is read whole, the fiscal years (of exposure), and in a scope the contracts `wanted` and
    `wanted_programs`.
    """
    wanted = [sql.SQL("wanted AS MATERIALIZED (SELECT unnest(%(wanted)s::bigint[]) AS contract_id)")] if scoped else []
    valued = valuing_tables(scope="" if mode == LEDGER else "named")
    belonging = about(
        "procurement_programallocation",
        _BELONGING,
        near=_NEAR if scoped else _EVERYWHERE,
        ours=_OURS if scoped else ANY,
    )
    parts = [
        sql.SQL(_PROGRAM),
        *wanted,
        belonging,
        *valued,
        _contracts(mode),
        *_facts(scoped=scoped),
        _alive(),
        _news(),
    ]
    return sql.SQL(",").join(parts)
