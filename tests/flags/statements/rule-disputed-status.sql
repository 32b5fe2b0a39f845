SELECT p.program_id, NULL::bigint AS contract_id, p.disputed_since AS condition_since, p.name AS program, p.status,
       p.since AS status_since, p.disputed_since, p.last_said_on, p.decision, p.positions, p.otherwise,
       (SELECT jsonb_agg(DISTINCT said -> 'source' ORDER BY said -> 'source')
          FROM jsonb_array_elements(p.positions || jsonb_build_array(p.decision)) AS said
         WHERE said ->> 'source' IS NOT NULL) AS sources
  FROM program p WHERE p.disputed_since IS NOT NULL
