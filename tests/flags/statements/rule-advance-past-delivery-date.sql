SELECT c.program_id, c.contract_id, moved.movements, moved.latest_movement, c.program_name AS program,
       c.reference, c.title, c.status AS contract_status, state.since AS contract_status_since, c.currency,
       c.committed, c.paid, c.outstanding, c.unaccounted, GREATEST(overdue.since, moved.since) AS condition_since, c.delivered, c.advance_at_risk,
       overdue.milestones, known.confirmed_on, known.presumed, CASE WHEN known.presumed THEN 'low' END AS severity, (SELECT jsonb_agg(DISTINCT source ORDER BY source)
          FROM unnest(ARRAY[c.source_id] || state.sources || moved.sources || overdue.sources || stated.sources) AS source WHERE source IS NOT NULL) AS sources
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
 CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE e.measure IN ('commitment', 'payment')) AS movements,
              COALESCE(max(e.id) FILTER (WHERE e.measure IN ('commitment', 'payment')), 0) AS latest_movement,
              array_agg(e.source_id)
              || ARRAY(SELECT t.source_id FROM completed t
                        WHERE t.contract_id = "overdue"."contract_id" AND t.measure = 'payment') AS sources, min(e.effective_on) FILTER (WHERE e.effective_on > COALESCE(e.broken_on, '-infinity')) AS since
         FROM (SELECT t.*, max(t.effective_on) FILTER (WHERE t.holds IS NOT TRUE) OVER () AS broken_on
                 FROM (SELECT e.*, sum(CASE e.measure WHEN 'payment' THEN e.amount WHEN 'commitment' THEN 0 ELSE -e.amount END) OVER so_far > 0 AND (count(*) FILTER (WHERE e.measure = 'delivery') OVER so_far > 0 OR cardinality(stated.sources) > 0) AS holds FROM entry e WHERE e.contract_id = "overdue"."contract_id" AND e.measure IN ('commitment', 'payment', 'refund', 'delivery')
               WINDOW so_far AS (ORDER BY e.effective_on)) t) e) moved
 CROSS JOIN LATERAL (
       SELECT min(r.effective_on) AS since, min(r.notified_on) AS notified_on,
              (array_agg(r.until ORDER BY r.effective_on DESC))[1] AS until,
              (array_agg(r.suspends ORDER BY r.effective_on DESC))[1] AS suspends, array_agg(r.source_id) AS sources
         FROM (SELECT d.*, max(d.effective_on) FILTER (WHERE d.status <> c.status) OVER () AS broken_on
                 FROM (SELECT DISTINCT ON (s.effective_on) s.* FROM status s WHERE s.contract_id = c.contract_id
                        ORDER BY s.effective_on, COALESCE(s.published_on, s.effective_on) DESC, s.id DESC) d) r
        WHERE r.effective_on > COALESCE(r.broken_on, '-infinity')) state
 CROSS JOIN LATERAL (
       SELECT shown.confirmed_on,
              COALESCE("c".live AND shown.confirmed_on + %(advance_past_delivery_date__presumed_days)s::int <= %(as_of)s::date
                       AND COALESCE("c".ends_on < %(as_of)s::date, true), false) AS presumed
         FROM (SELECT max(a.shown_on) AS confirmed_on
                 FROM alive a WHERE a.contract_id = "c".contract_id) shown) known
 WHERE c.advance_at_risk > 0 AND NOT c.ended
