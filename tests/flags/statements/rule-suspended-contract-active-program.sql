SELECT c.program_id, c.contract_id, moved.movements, moved.latest_movement, c.program_name AS program,
       c.reference, c.title, c.status AS contract_status, state.since AS contract_status_since, c.currency,
       c.committed, c.paid, c.outstanding, c.unaccounted, GREATEST(state.since + %(suspended_contract_active_program__after)s::int + 1, p.since, held.since) AS condition_since,
       p.status, p.since AS status_since, state.since AS began_on, %(as_of)s::date - state.since AS days_under_order,
       COALESCE(state.suspends, '') AS suspends, state.until, state.notified_on, known.confirmed_on, known.presumed,
       CASE WHEN known.presumed THEN 'low'
            WHEN c.outstanding >= (%(suspended_contract_active_program__large)s::jsonb ->> c.currency)::numeric THEN 'high'
            WHEN c.outstanding < (%(suspended_contract_active_program__small)s::jsonb ->> c.currency)::numeric THEN 'low'
            ELSE 'medium' END AS severity, (SELECT jsonb_agg(DISTINCT source ORDER BY source)
          FROM unnest(ARRAY[c.source_id] || state.sources || moved.sources || ARRAY[p.decision_source]) AS source WHERE source IS NOT NULL) AS sources
  FROM contract c
  LEFT JOIN program p ON p.program_id = c.program_id
 CROSS JOIN LATERAL (
       SELECT min(r.effective_on) AS since, min(r.notified_on) AS notified_on,
              (array_agg(r.until ORDER BY r.effective_on DESC))[1] AS until,
              (array_agg(r.suspends ORDER BY r.effective_on DESC))[1] AS suspends, array_agg(r.source_id) AS sources
         FROM (SELECT d.*, max(d.effective_on) FILTER (WHERE d.status NOT IN ('stop_work', 'suspended')) OVER () AS broken_on
                 FROM (SELECT DISTINCT ON (s.effective_on) s.* FROM status s WHERE s.contract_id = c.contract_id
                        ORDER BY s.effective_on, COALESCE(s.published_on, s.effective_on) DESC, s.id DESC) d) r
        WHERE r.effective_on > COALESCE(r.broken_on, '-infinity')) state
 CROSS JOIN LATERAL (
       SELECT count(*) FILTER (WHERE e.measure IN ('commitment', 'payment')) AS movements,
              COALESCE(max(e.id) FILTER (WHERE e.measure IN ('commitment', 'payment')), 0) AS latest_movement,
              array_agg(e.source_id)
              || ARRAY(SELECT t.source_id FROM completed t
                        WHERE t.contract_id = "c"."contract_id" AND t.measure = 'payment') AS sources
         FROM (SELECT e.* FROM entry e WHERE e.contract_id = "c"."contract_id" AND e.measure IN ('commitment', 'payment', 'refund')) e) moved
 CROSS JOIN LATERAL (
       SELECT shown.confirmed_on,
              COALESCE("c".live AND shown.confirmed_on + %(suspended_contract_active_program__presumed_days)s::int <= %(as_of)s::date
                       AND COALESCE("c".ends_on < %(as_of)s::date, true), false) AS presumed
         FROM (SELECT max(a.shown_on) AS confirmed_on
                 FROM alive a WHERE a.contract_id = "c".contract_id) shown) known
 CROSS JOIN LATERAL (
       SELECT min(d.effective_on) AS since
         FROM (SELECT a.effective_on, max(a.effective_on) FILTER (WHERE a.share = 0) OVER () AS left_on
                 FROM (SELECT DISTINCT ON (a.effective_on) a.effective_on, a.share FROM allocation a
                        WHERE a.contract_id = c.contract_id AND a.program_id = c.program_id
                        ORDER BY a.effective_on, COALESCE(a.published_on, a.effective_on) DESC, a.id DESC) a) d
        WHERE d.effective_on > COALESCE(d.left_on, '-infinity')) held
 WHERE c.status IN ('stop_work', 'suspended') AND %(as_of)s::date - state.since > %(suspended_contract_active_program__after)s::int AND c.program_id IS NOT NULL
   AND p.stopped_on IS NULL AND p.status IS DISTINCT FROM 'under_review'
   AND (c.outstanding > 0 OR c.outstanding IS NULL)
