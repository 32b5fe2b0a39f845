SELECT c.program_id, c.contract_id, moved.movements, moved.latest_movement, c.program_name AS program,
       c.reference, c.title, c.status AS contract_status, state.since AS contract_status_since, c.currency,
       c.committed, c.paid, c.outstanding, c.unaccounted, moved.since AS condition_since, c.paid - c.committed AS excess,
       trim_scale(part.share)::text AS share, moved.rounding * part.share AS rounding, latest.entry AS latest_entry,
       (SELECT jsonb_agg(DISTINCT source ORDER BY source)
          FROM unnest(ARRAY[c.source_id] || state.sources || moved.sources) AS source WHERE source IS NOT NULL) AS sources
  FROM contract c
 CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE e.measure IN ('commitment', 'payment')) AS movements,
              COALESCE(max(e.id) FILTER (WHERE e.measure IN ('commitment', 'payment')), 0) AS latest_movement,
              array_agg(e.source_id)
              || ARRAY(SELECT t.source_id FROM completed t
                        WHERE t.contract_id = "c"."contract_id" AND t.measure = 'payment') AS sources, min(e.effective_on) FILTER (WHERE e.effective_on > COALESCE(e.broken_on, '-infinity')) AS since, sum(CASE e.measure WHEN 'payment' THEN e.amount ELSE -e.amount END) AS excess, sum(e.rounding) AS rounding, (array_agg(e.id ORDER BY e.effective_on DESC, e.id DESC))[1] AS latest
         FROM (SELECT t.*, max(t.effective_on) FILTER (WHERE t.holds IS NOT TRUE) OVER () AS broken_on
                 FROM (SELECT e.*, sum(CASE e.measure WHEN 'payment' THEN e.amount ELSE -e.amount END) OVER so_far > sum(e.rounding) OVER so_far AND (count(*) FILTER (WHERE e.measure = 'commitment') OVER so_far > 0 OR EXISTS (SELECT FROM completed t WHERE t.contract_id = c.contract_id AND t.measure = 'commitment')) AS holds FROM entry e WHERE e.contract_id = "c"."contract_id" AND e.measure IN ('commitment', 'payment', 'refund')
               WINDOW so_far AS (ORDER BY e.effective_on)) t) e) moved
 CROSS JOIN LATERAL (SELECT round((c.paid - c.committed) / NULLIF(moved.excess, 0), 6) AS share) part
 CROSS JOIN LATERAL (
       SELECT jsonb_build_object(
                  'id', e.id, 'measure', e.measure, 'amount', e.amount, 'effective_on', e.effective_on,
                  'effective_precision', e.effective_precision, 'published_on', e.published_on, 'source', e.source_id
              ) AS entry
         FROM entry e WHERE e.id = moved.latest) latest
 CROSS JOIN LATERAL (
       SELECT min(r.effective_on) AS since, min(r.notified_on) AS notified_on,
              (array_agg(r.until ORDER BY r.effective_on DESC))[1] AS until,
              (array_agg(r.suspends ORDER BY r.effective_on DESC))[1] AS suspends, array_agg(r.source_id) AS sources
         FROM (SELECT d.*, max(d.effective_on) FILTER (WHERE d.status <> c.status) OVER () AS broken_on
                 FROM (SELECT DISTINCT ON (s.effective_on) s.* FROM status s WHERE s.contract_id = c.contract_id
                        ORDER BY s.effective_on, COALESCE(s.published_on, s.effective_on) DESC, s.id DESC) d) r
        WHERE r.effective_on > COALESCE(r.broken_on, '-infinity')) state
 WHERE c.paid > c.committed AND moved.since IS NOT NULL
