SELECT live.*, CASE WHEN presumed THEN 'low'
                    ELSE (ARRAY['low', 'medium', 'high'])[LEAST(3, weight + (days_stopped >= %(suspended_program_active_contract__rises)s::int)::int
                                                                   + (days_stopped >= %(suspended_program_active_contract__rises_again)s::int)::int)]
               END AS severity
  FROM (
SELECT c.program_id, c.contract_id, GREATEST(p.since, b.since) AS condition_since,
       moves.movements, moves.latest_movement, p.name AS program, c.reference, c.title, p.status,
       p.since AS status_since, p.stopped_on, p.days_stopped, c.status AS contract_status, c.method, c.currency,
       trim_scale(b.share)::text AS share, c.committed, c.paid, c.outstanding, c.unaccounted, known.confirmed_on, known.presumed,
       through.through AS paid_known_through, COALESCE(through.basis, '') AS paid_basis,
       CASE WHEN c.committed IS NOT NULL THEN GREATEST(c.outstanding, c.unaccounted, 0.0000) END AS at_stake,
       (SELECT jsonb_agg(DISTINCT source ORDER BY source)
          FROM unnest(ARRAY[p.decision_source, c.source_id, state.source_id]
                      || moves.sources || through.sources) AS source
         WHERE source IS NOT NULL) AS sources
  FROM program p
  JOIN contract c ON c.program_id = p.program_id
  JOIN belongs b ON b.program_id = c.program_id AND b.contract_id = c.contract_id
 CROSS JOIN LATERAL (
       SELECT shown.confirmed_on,
              COALESCE("c".live AND shown.confirmed_on + %(suspended_program_active_contract__presumed_days)s::int <= %(as_of)s::date
                       AND COALESCE("c".ends_on < %(as_of)s::date, true), false) AS presumed
         FROM (SELECT max(a.shown_on) AS confirmed_on
                 FROM alive a WHERE a.contract_id = "c".contract_id) shown) known
  LEFT JOIN LATERAL (SELECT (array_agg(s.source_id ORDER BY s.effective_on DESC,
                             COALESCE(s.published_on, s.effective_on) DESC, s.id DESC))[1]
                            AS source_id
                       FROM status s WHERE s.contract_id = c.contract_id) state ON true
  LEFT JOIN LATERAL (SELECT (array_agg(f.through ORDER BY (f.through <= %(as_of)s::date) DESC,
                                       CASE WHEN f.through <= %(as_of)s::date THEN f.through END DESC, f.through,
                                       f.id DESC))[1] AS through,
                            (array_agg(f.basis ORDER BY (f.through <= %(as_of)s::date) DESC,
                                       CASE WHEN f.through <= %(as_of)s::date THEN f.through END DESC, f.through,
                                       f.id DESC))[1] AS basis,
                            array_agg(f.source_id) AS sources
                       FROM completed f WHERE f.contract_id = c.contract_id AND f.measure = 'payment') through ON true
  LEFT JOIN LATERAL (SELECT count(*) AS movements, COALESCE(max(e.id), 0) AS latest_movement,
                            array_agg(DISTINCT e.source_id) AS sources
                       FROM entry e
                      WHERE e.contract_id = c.contract_id AND e.measure IN ('commitment', 'payment')) moves ON true
 WHERE c.live AND p.status = 'suspended' AND (c.outstanding > 0 OR c.unaccounted > 0 OR c.committed IS NULL)
) live
 CROSS JOIN LATERAL (SELECT CASE WHEN at_stake >= (%(suspended_program_active_contract__large)s::jsonb ->> currency)::numeric THEN 3
                                 WHEN at_stake < (%(suspended_program_active_contract__small)s::jsonb ->> currency)::numeric THEN 1
                                 ELSE 2 END AS weight) weighed
