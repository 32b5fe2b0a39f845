"""What moved under a contract after its program was stopped: what the rules on commitments and payments share."""

from collections.abc import Mapping
from typing import Any

from procurement.flags.wording import counted, named, spelled

#: How many entries the evidence lists; the totals are of all of them.
MOST_LISTED = 100

#: The entries above zero of a measure that fell into a stop while the contract belonged to the program: surely, when
#: every day that their date may mean did, or perhaps, when some did. One that happened by a day at the latest may be
#: older than the stop, so no rule opens on it. An entry's share is that of its day, else the last one on a day that its
#: date may mean.
_MOVED = """
SELECT DISTINCT ON (r.program_id, e.id)
       r.program_id, e.contract_id, e.id, e.measure, e.amount, e.effective_on, e.effective_precision, e.published_on,
       e.source_id, s.began_on, s.until_on, s.source_id AS stop_source, b.share,
       days.first_on <= e.starts_on AND (days.last_on IS NULL OR e.effective_on <= days.last_on) AS surely
  FROM stop s
  JOIN run r ON r.program_id = s.program_id
 CROSS JOIN LATERAL (SELECT GREATEST(s.began_on + 1, r.first_on) AS first_on,
                            LEAST(s.until_on - 1, r.last_on) AS last_on) days
  JOIN entry e ON e.contract_id = r.contract_id AND e.effective_on >= days.first_on
              AND (days.last_on IS NULL OR e.starts_on <= days.last_on)
 CROSS JOIN LATERAL (SELECT b.share FROM unnest(r.firsts, r.lasts, r.shares) AS b(first_on, last_on, share)
                      WHERE b.first_on <= e.effective_on AND (b.last_on IS NULL OR b.last_on >= e.starts_on)
                      ORDER BY b.first_on DESC LIMIT 1) b
 WHERE e.measure = '{measure}' AND e.amount > 0 AND e.effective_precision <> 'by'
   AND (days.last_on IS NULL OR days.first_on <= days.last_on)
 ORDER BY r.program_id, e.id, surely DESC, s.began_on
"""
_FOUND = """
SELECT m.program_id, m.contract_id, min(m.effective_on) AS condition_since, count(*) AS movements,
       max(m.id) AS latest_movement, p.name AS program, c.reference, c.title, p.status, min(m.began_on) AS stopped_on,
       p.days_stopped, c.currency, m.measure, count(*) AS count,
       count(*) FILTER (WHERE NOT m.surely) AS overlapping_count, sum(m.amount * m.share) AS total,
       COALESCE(sum(m.amount * m.share) FILTER (WHERE NOT m.surely), 0.0000) AS overlapping,
       jsonb_agg(jsonb_build_object(
           'id', m.id, 'measure', m.measure, 'amount', m.amount, 'share', trim_scale(m.share)::text,
           'effective_on', m.effective_on, 'effective_precision', m.effective_precision,
           'published_on', m.published_on, 'when', CASE WHEN m.surely THEN 'after' ELSE 'overlapping' END,
           'stopped_on', m.began_on, 'stopped_until', m.until_on, 'source', m.source_id
       ) ORDER BY m.effective_on, m.id) FILTER (WHERE m.place <= {most}) AS entries,
       (SELECT jsonb_agg(DISTINCT source ORDER BY source)
          FROM unnest(array_agg(m.source_id) || array_agg(m.stop_source)) AS source
         WHERE source IS NOT NULL) AS sources
  FROM (SELECT moved.*, row_number() OVER (PARTITION BY program_id, contract_id
                                           ORDER BY effective_on DESC, id DESC) AS place
          FROM ({moved}) moved WHERE surely OR {perhaps}) m
  JOIN program p ON p.program_id = m.program_id
  JOIN procurement_contract c ON c.id = m.contract_id AND NOT c.is_remainder
 GROUP BY m.program_id, m.contract_id, m.measure, p.name, p.status, p.days_stopped, c.id
"""


def after_stop(measure: str, *, perhaps: bool) -> str:
    """The SELECT of what moved of a measure after a stop, also what only may have."""
    text = _FOUND.replace("{moved}", _MOVED).replace("{measure}", measure).replace("{most}", str(MOST_LISTED))
    return text.replace("{perhaps}", str(perhaps).lower())


def say(row: Mapping[str, Any]) -> str:
    """One sentence: which program, stopped when, which contract, how much moved, and how sure that is."""
    return (
        f"{row['program']} was stopped on {row['stopped_on']}; {named(row)} shows "
        f"{counted(row['count'], row['measure'])} since, {spelled(row['total'], row['currency'])} in all{doubt(row)}"
    )


def doubt(row: Mapping[str, Any]) -> str:
    """How much of it may have moved outside the stop, as the end of a sentence."""
    if not row["overlapping_count"]:
        return ""
    whole = row["overlapping_count"] == row["count"]
    part = "" if whole else f"{spelled(row['overlapping'], row['currency'])} of it "
    return f", {part}dated by a period that overlaps the stop"
