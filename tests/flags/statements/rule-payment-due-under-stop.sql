SELECT c.program_id, c.contract_id, GREATEST(p.stopped_on, b.since, due.since) AS condition_since,
       moves.movements, moves.latest_movement, p.name AS program, c.reference, c.title, p.status, p.stopped_on,
       p.days_stopped, c.status AS contract_status, c.currency, trim_scale(b.share)::text AS share,
       c.outstanding, known.confirmed_on, known.presumed, CASE WHEN known.presumed THEN 'low' END AS severity, due.next_due_on, due.count, due.overdue,
       due.total * b.share AS total, due.without_amount, due.milestones,
       (SELECT jsonb_agg(DISTINCT source ORDER BY source)
          FROM unnest(ARRAY[p.stop_source, c.source_id] || due.sources || moves.sources) AS source
         WHERE source IS NOT NULL) AS sources
  FROM program p
  JOIN contract c ON c.program_id = p.program_id
  JOIN belongs b ON b.program_id = c.program_id AND b.contract_id = c.contract_id
 CROSS JOIN LATERAL (
       SELECT c.contract_id, count(*) AS count, count(*) FILTER (WHERE m.due_on < %(as_of)s::date) AS overdue,
              min(m.due_on) AS next_due_on, min(GREATEST(m.due_on - %(payment_due_under_stop__within)s::int, m.effective_on)) AS since,
              sum(m.amount) AS total, count(*) FILTER (WHERE m.amount IS NULL) AS without_amount,
              array_agg(DISTINCT m.source_id) AS sources,
              jsonb_agg(jsonb_build_object(
                  'id', m.id, 'due_on', m.due_on, 'due_precision', m.due_precision, 'amount', m.amount,
                  'description', m.description, 'source', m.source_id
              ) ORDER BY m.due_on, m.id) FILTER (WHERE m.place <= 100) AS milestones
         FROM (SELECT m.*, row_number() OVER (ORDER BY m.due_on, m.id) AS place
                 FROM milestone m
                WHERE m.contract_id = c.contract_id AND m.kind = 'payment'
                  AND m.due_on <= %(as_of)s::date + %(payment_due_under_stop__within)s::int) m
       HAVING count(*) > 0) due
 CROSS JOIN LATERAL (
       SELECT shown.confirmed_on,
              COALESCE("c".live AND shown.confirmed_on + %(payment_due_under_stop__presumed_days)s::int <= %(as_of)s::date
                       AND COALESCE("c".ends_on < %(as_of)s::date, true), false) AS presumed
         FROM (SELECT max(a.shown_on) AS confirmed_on
                 FROM alive a WHERE a.contract_id = "c".contract_id) shown) known
 CROSS JOIN LATERAL (SELECT count(*) AS movements, COALESCE(max(e.id), 0) AS latest_movement,
                            array_agg(DISTINCT e.source_id) AS sources
                       FROM entry e
                      WHERE e.contract_id = due.contract_id AND e.measure IN ('commitment', 'payment')) moves
 WHERE p.stopped_on IS NOT NULL AND NOT c.ended
