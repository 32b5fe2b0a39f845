"""What is said of a total differs: two reports from one another, or one from the ledger."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from psycopg import sql

from procurement.common.money import in_full, range_in_full
from procurement.common.texts import in_words
from procurement.flags.rule import LOW, Clock, Dates, Days, Parameters, Percent, Rule
from procurement.flags.wording import counted, named

NEAR = Days("near", 31, reason="totals grow: two that are more than a month apart may both be right")
TOLERANCE = Percent(
    "tolerance", Decimal(1), reason="a smaller difference may come from exchange rates or from unstated rounding"
)

#: How many differences the evidence lists, and how many documents of the ledger one of them names.
MOST_LISTED = 50

#: What is known of a total is a range: a report's amount is one of no width, an open end is null. `subject` is the
#: program, or the contract with a minus.
_REPORT = sql.SQL(
    """
report AS MATERIALIZED (
    SELECT f.*, COALESCE(f.program_id, -f.contract_id) AS subject,
           CASE WHEN f.amount IS NULL THEN jsonb_build_object('low', f.low, 'high', f.high)
                ELSE jsonb_build_object('amount', f.amount) END
           || jsonb_build_object('id', f.id, 'rounding', f.rounding, 'as_of_date', f.as_of_date, 'speaker', f.speaker,
                                 'source', f.source_id) AS shown
      FROM figure f WHERE f.program_id IS NOT NULL OR f.contract_id IS NOT NULL
)"""
)

#: What the ledger is asked: of a contract, or of what a program had on a report's day of its contracts.
_ASKED = sql.SQL(
    """
question AS (
    SELECT DISTINCT r.subject, r.program_id, r.contract_id, r.measure, r.currency, r.as_of_date, held.measures
      FROM report r
      JOIN (VALUES ('contracted', ARRAY['commitment']), ('paid', ARRAY['payment', 'refund']),
                   ('delivered', ARRAY['delivery'])) AS held(reported, measures) ON held.reported = r.measure
     WHERE r.scope = '' AND r.as_of_date <= %(as_of)s::date
), asked AS (
    SELECT q.*, had.contract_id AS of_contract, had.share
      FROM question q
     CROSS JOIN LATERAL (SELECT DISTINCT ON (a.contract_id) a.contract_id, a.share
                           FROM allocation a
                          WHERE a.program_id = q.program_id AND a.effective_on <= q.as_of_date
                          ORDER BY a.contract_id, a.effective_on DESC,
                                   COALESCE(a.published_on, a.effective_on) DESC, a.id DESC) had
     WHERE had.share > 0
    UNION ALL
    SELECT q.*, q.contract_id, 1 FROM question q WHERE q.contract_id IS NOT NULL
)"""
)

#: What the ledger holds at that day. It is
#: comparable when every contract is in the report's currency and has such entries or is complete without; of a
#: program's commitments one is enough, as budgets have contracts whose value is not public. Entries dated by a period
#: that had begun may have been made by then, or not: the ledger is a range too. OFFSET 0 has entries looked up contract
#: by contract, where a join may read the whole ledger.
_LEDGER = sql.SQL(
    """
entered AS (
    SELECT a.*, k.currency AS own_currency, e.id, e.effective_on, e.source_id, e.rounding * a.share AS coarse,
           CASE e.measure WHEN 'refund' THEN -e.amount ELSE e.amount END * a.share AS amount,
           e.effective_on <= a.as_of_date AS surely,
           e.id IS NOT NULL
           OR (a.measure <> 'contracted'
               AND EXISTS (SELECT FROM completed s
                            WHERE s.contract_id = a.of_contract AND s.measure = a.measures[1])) AS is_known
      FROM asked a
      JOIN procurement_contract k ON k.id = a.of_contract
      LEFT JOIN LATERAL (SELECT e.* FROM entry e
                          WHERE e.contract_id = a.of_contract AND e.measure = ANY (a.measures)
                            AND e.starts_on <= a.as_of_date OFFSET 0) e ON true
), ledger AS (
    SELECT subject, measure, currency, as_of_date, max(effective_on) AS latest_on,
           COALESCE(sum(amount) FILTER (WHERE surely OR amount < 0), 0.0000) AS low,
           COALESCE(sum(amount) FILTER (WHERE surely OR amount > 0), 0.0000) AS high,
           COALESCE(sum(coarse), 0.0000) AS rounding,
           COALESCE((array_agg(DISTINCT source_id) FILTER (WHERE id IS NOT NULL))[1:{most}], '{{}}') AS sources
      FROM entered
     GROUP BY subject, measure, currency, as_of_date
    HAVING bool_and(own_currency = currency)
       AND CASE measure WHEN 'contracted' THEN count(id) > 0 ELSE bool_and(is_known) END
)"""
)

#: Two ranges that overlap do not differ; others by what lies between their nearest ends.
_DIFFERING = sql.SQL(
    """
pair AS (
    SELECT a.subject, a.measure, a.scope, a.currency, a.as_of_date, a.shown AS a, b.shown AS b,
           a.id AS first_id, b.id AS second_id, GREATEST(a.effective_on, b.effective_on) AS since,
           ARRAY[a.source_id, b.source_id] AS sources, a.rounding + b.rounding AS rounding,
           GREATEST(a.low, b.low) AS upper, LEAST(a.high, b.high) AS lower
      FROM report a
      JOIN report b ON b.subject = a.subject AND b.measure = a.measure AND b.currency = a.currency
                   AND b.scope = a.scope AND (b.as_of_date, b.id) > (a.as_of_date, a.id)
                   AND b.as_of_date <= a.as_of_date + {near}
    UNION ALL
    SELECT r.subject, r.measure, r.scope, r.currency, r.as_of_date, r.shown,
           CASE WHEN l.low = l.high THEN jsonb_build_object('ledger', l.low)
                ELSE jsonb_build_object('ledger_low', l.low, 'ledger_high', l.high) END
           || jsonb_build_object('rounding', l.rounding),
           r.id, 0, GREATEST(r.effective_on, r.as_of_date, l.latest_on),
           r.source_id || l.sources, r.rounding + l.rounding, GREATEST(r.low, l.low), LEAST(r.high, l.high)
      FROM report r
      JOIN ledger l ON l.subject = r.subject AND l.measure = r.measure AND l.currency = r.currency
                   AND l.as_of_date = r.as_of_date
     WHERE r.scope = ''
), dispute AS MATERIALIZED (
    SELECT pair.*, upper - lower AS difference, count(*) OVER of_subject AS count,
           min(since) OVER of_subject AS first_on,
           row_number() OVER (PARTITION BY subject ORDER BY since DESC, first_id DESC, second_id DESC) AS place
      FROM pair
     WHERE upper - lower > rounding
       AND upper - lower > {tolerance} / 100 * GREATEST(abs(upper), abs(lower))
    WINDOW of_subject AS (PARTITION BY subject)
), disputed AS MATERIALIZED (
    SELECT d.subject, min(d.first_on) AS first_on, max(d.count) AS count,
           jsonb_agg(jsonb_build_object('measure', d.measure, 'scope', d.scope, 'currency', d.currency,
                                        'difference', d.difference, 'a', d.a, 'b', d.b) ORDER BY d.place) AS disputes
      FROM dispute d WHERE d.place <= {most} GROUP BY d.subject
)"""
)

#: A program's name is in its own table: `program` holds only those of which somebody spoke.
_FOUND = sql.SQL(
    """
WITH {report}, {asked}, {ledger}, {differing}
SELECT about.program_id, about.contract_id, about.first_on AS condition_since, about.program, about.reference,
       about.title, about.outstanding, about.currency, about.count, about.disputes, named.sources
  FROM (SELECT d.*, g.id AS program_id, NULL::bigint AS contract_id, g.name AS program, NULL AS reference,
               NULL AS title, NULL::numeric AS outstanding, NULL AS currency
          FROM disputed d JOIN procurement_program g ON g.id = d.subject
        UNION ALL
        SELECT d.*, c.program_id, c.contract_id, c.program_name, c.reference, c.title,
               c.outstanding, c.currency
          FROM disputed d JOIN contract c ON c.contract_id = -d.subject) about
  JOIN (SELECT d.subject, jsonb_agg(DISTINCT source ORDER BY source) AS sources
          FROM dispute d, unnest(d.sources) AS source
         WHERE d.place <= {most} GROUP BY d.subject) named ON named.subject = about.subject
"""
)


def select(of: Parameters) -> sql.Composable:
    """The programs and contracts of which reported totals differ."""
    most = sql.Literal(MOST_LISTED)
    return _FOUND.format(
        report=_REPORT,
        asked=_ASKED,
        ledger=_LEDGER.format(most=most),
        differing=_DIFFERING.format(near=of(NEAR), tolerance=of(TOLERANCE), most=most),
        most=most,
    )


def say(row: Mapping[str, Any]) -> str:
    """One sentence: of what, which total differs, by how much, and how many more do."""
    about = row["program"] if row["reference"] is None else named(row)
    last = row["disputes"][0]
    more = f"; {counted(row['count'] - 1, 'more difference')}" if row["count"] > 1 else ""
    return (
        f"{about}: {_measured(last)} is {_said(last['a'], last['currency'])} and "
        f"{_said(last['b'], last['currency'])}, {in_full(last['difference'], last['currency'])} apart{more}"
    )


def _measured(difference: Mapping[str, Any]) -> str:
    """Which total differs: a measure, of what, or only of what when no measure is named."""
    measure, scope = in_words(difference["measure"]), str(difference["scope"])
    if not scope:
        return measure
    return scope if measure == "other" else f"{measure} ({scope})"


def _said(side: Mapping[str, Any], currency: str) -> str:
    """One side of a difference: how much, by whom, as of when."""
    if "id" not in side:
        return f"{_amount(side, 'ledger', currency)} by the ledger"
    by = f"{side['speaker']}, " if side["speaker"] else ""
    return f"{_amount(side, '', currency)} ({by}{side['as_of_date']})"


def _amount(side: Mapping[str, Any], prefix: str, currency: str) -> str:
    """An amount, or a range of which an end may be open."""
    amount = side.get(prefix or "amount")
    if amount is not None:
        return in_full(amount, currency)
    low, high = (side[f"{prefix}_{end}" if prefix else end] for end in ("low", "high"))
    return range_in_full(low, high, currency)


RULE = Rule(
    "disputed-figure",
    "Reported totals differ",
    select,
    say,
    severity=LOW,
    thresholds=(NEAR, TOLERANCE),
    clocks=(Clock(Dates.REPORTED_TOTAL),),
)
