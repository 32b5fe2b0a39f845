"""What moved under a contract after its program was stopped: what the rules on commitments and payments share.

One that moved by a day at the latest (`by`) may be older than the stop. It counts where another fact says that it is
not: a statement that its measure was complete without it through the day of the stop or a later one (tables.py), or a
report of the total on such a day that leaves no room for it. Otherwise it opens nothing, and stands in the evidence as
uncertain.
"""

from collections.abc import Mapping
from typing import Any

from psycopg import sql

from procurement.common.money import in_full
from procurement.flags.wording import counted, named

#: How many entries the evidence lists; the totals are of all of them.
MOST_LISTED = 100

#: By measure how much of it an entry `x` moved, and the reported total that entries come to.
COUNTED = {
    "payment": (
        sql.SQL("CASE {x}.measure WHEN 'payment' THEN {x}.amount WHEN 'refund' THEN -{x}.amount END"),
        "paid",
    ),
    "commitment": (sql.SQL("CASE {x}.measure WHEN 'commitment' THEN {x}.amount END"), "contracted"),
}

#: The first day that the date of an entry `e` may mean. Of one dated `by` it is the day after the last reported total
#: that is smaller than this entry and what had surely moved by then, beyond rounding.
_SINCE = sql.SQL(
    """
SELECT CASE WHEN e.effective_precision <> 'by' THEN e.starts_on
            ELSE GREATEST(e.starts_on, (
                 SELECT max(f.as_of_date) + 1 FROM figure f
                  WHERE f.contract_id = e.contract_id AND f.measure = {reported} AND f.scope = ''
                    AND f.as_of_date < e.effective_on
                    AND f.currency = (SELECT k.currency FROM procurement_contract k WHERE k.id = e.contract_id)
                    AND f.high + f.rounding < e.amount - e.rounding + COALESCE((
                        SELECT sum(CASE WHEN s.amount > 0 AND s.effective_on <= f.as_of_date THEN s.amount - s.rounding
                                        WHEN s.amount < 0 AND s.starts_on <= f.as_of_date THEN s.amount END)
                          FROM (SELECT o.effective_on, o.starts_on, o.rounding, {signed} AS amount FROM entry o
                                 WHERE o.contract_id = e.contract_id AND o.id <> e.id) s), 0))) END AS since"""
)

#: The entries above zero of a measure that fell into a stop while the contract belonged to the program: surely, when
#: every day that their date may mean did, or perhaps, when some did. An entry's share is that of its day, else the last
#: one on a day that its date may mean.
_MOVED = sql.SQL(
    """
SELECT DISTINCT ON (r.program_id, e.id)
       r.program_id, e.contract_id, e.id, e.measure, e.amount, e.effective_on, e.effective_precision, e.published_on,
       e.source_id, s.began_on, s.until_on, s.source_id AS stop_source, b.share,
       days.first_on <= own.since AND (days.last_on IS NULL OR e.effective_on <= days.last_on) AS surely,
       e.effective_precision = 'by' AND own.since <= s.began_on AS uncertain
  FROM stop s
  JOIN run r ON r.program_id = s.program_id
 CROSS JOIN LATERAL (SELECT GREATEST(s.began_on + 1, r.first_on) AS first_on,
                            LEAST(s.until_on - 1, r.last_on) AS last_on) days
  JOIN entry e ON e.contract_id = r.contract_id AND e.effective_on >= days.first_on
              AND (days.last_on IS NULL OR e.starts_on <= days.last_on)
 CROSS JOIN LATERAL ({since}) own
 CROSS JOIN LATERAL (SELECT b.share FROM unnest(r.firsts, r.lasts, r.shares) AS b(first_on, last_on, share)
                      WHERE b.first_on <= e.effective_on AND (b.last_on IS NULL OR b.last_on >= own.since)
                      ORDER BY b.first_on DESC LIMIT 1) b
 WHERE e.measure = {measure} AND e.amount > 0 AND (days.last_on IS NULL OR own.since <= days.last_on)
   AND (days.last_on IS NULL OR days.first_on <= days.last_on)
 ORDER BY r.program_id, e.id, surely DESC, uncertain, s.began_on
"""
)
_FOUND = sql.SQL(
    """
SELECT m.program_id, m.contract_id, min(m.effective_on) FILTER (WHERE m.counts) AS condition_since,
       count(*) FILTER (WHERE m.counts) AS movements, max(m.id) FILTER (WHERE m.counts) AS latest_movement,
       p.name AS program, c.reference, c.title, p.status, min(m.began_on) FILTER (WHERE m.counts) AS stopped_on,
       p.days_stopped, c.currency, m.measure, count(*) FILTER (WHERE m.counts) AS count,
       count(*) FILTER (WHERE m.counts AND NOT m.surely) AS overlapping_count,
       count(*) FILTER (WHERE m.uncertain) AS uncertain_count,
       sum(m.amount * m.share) FILTER (WHERE m.counts) AS total,
       COALESCE(sum(m.amount * m.share) FILTER (WHERE m.counts AND NOT m.surely), 0.0000) AS overlapping,
       COALESCE(sum(m.amount * m.share) FILTER (WHERE m.uncertain), 0.0000) AS uncertain,
       jsonb_agg(jsonb_build_object(
           'id', m.id, 'measure', m.measure, 'amount', m.amount, 'share', trim_scale(m.share)::text,
           'effective_on', m.effective_on, 'effective_precision', m.effective_precision,
           'published_on', m.published_on,
           'when', CASE WHEN m.surely THEN 'after' WHEN m.uncertain THEN 'uncertain' ELSE 'overlapping' END,
           'stopped_on', m.began_on, 'stopped_until', m.until_on, 'source', m.source_id
       ) ORDER BY m.effective_on, m.id) FILTER (WHERE m.place <= {most}) AS entries,
       (SELECT jsonb_agg(DISTINCT source ORDER BY source)
          FROM unnest(array_agg(m.source_id) || array_agg(m.stop_source)) AS source
         WHERE source IS NOT NULL) AS sources
  FROM (SELECT moved.*, NOT uncertain AS counts,
               row_number() OVER (PARTITION BY program_id, contract_id ORDER BY effective_on DESC, id DESC) AS place
          FROM ({moved}) moved WHERE surely OR uncertain OR {perhaps}) m
  JOIN program p ON p.program_id = m.program_id
  JOIN procurement_contract c ON c.id = m.contract_id AND NOT c.is_remainder
 GROUP BY m.program_id, m.contract_id, m.measure, p.name, p.status, p.days_stopped, c.id
HAVING bool_or(m.counts)
"""
)


def after_stop(measure: str, *, perhaps: bool) -> sql.Composed:
    """The SELECT of what moved of a measure after a stop, also what only may have."""
    signed, reported = COUNTED[measure]
    since = _SINCE.format(signed=signed.format(x=sql.Identifier("o")), reported=sql.Literal(reported))
    moved = _MOVED.format(since=since, measure=sql.Literal(measure))
    return _FOUND.format(moved=moved, most=sql.Literal(MOST_LISTED), perhaps=sql.Literal(perhaps))


def say(row: Mapping[str, Any]) -> str:
    """One sentence: which program, stopped when, which contract, how much moved, and how sure that is."""
    return (
        f"{row['program']} was stopped on {row['stopped_on']}; {named(row)} shows "
        f"{counted(row['count'], row['measure'])} since, {in_full(row['total'], row['currency'])} in all{doubt(row)}"
    )


def doubt(row: Mapping[str, Any]) -> str:
    """How much of it may have moved outside the stop, as the end of a sentence."""
    return _overlapping(row) + _uncertain(row)


def _overlapping(row: Mapping[str, Any]) -> str:
    if not row["overlapping_count"]:
        return ""
    whole = row["overlapping_count"] == row["count"]
    part = "" if whole else f"{in_full(row['overlapping'], row['currency'])} of it "
    return f", {part}dated by a period that overlaps the stop"


def _uncertain(row: Mapping[str, Any]) -> str:
    if not row["uncertain_count"]:
        return ""
    return f"; {in_full(row['uncertain'], row['currency'])} more, of which only the latest day is known, may be older"
