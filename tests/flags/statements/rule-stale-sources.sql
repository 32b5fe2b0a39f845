WITH
theirs AS MATERIALIZED (
    SELECT b.program_id, array_agg(b.contract_id ORDER BY b.contract_id DESC) AS contracts
      FROM belonging b WHERE b.goes_on GROUP BY b.program_id
), untold AS MATERIALIZED (
    SELECT p.program_id, p.name, p.status, p.stopped_on, p.stop_source, p.decision_source, told.last_on, t.contracts
      FROM program p
      JOIN theirs t ON t.program_id = p.program_id
     CROSS JOIN LATERAL (SELECT max(n.published_on) AS last_on FROM news n WHERE n.program_id = p.program_id) told
     WHERE p.stopped_on IS NOT NULL AND told.last_on <= %(as_of)s::date - %(stale_sources__silent)s::int
), unheard AS MATERIALIZED (
    SELECT u.*, lives.*
      FROM untold u
     CROSS JOIN LATERAL (
           SELECT count(*) AS live_contracts, count(*) FILTER (WHERE known.presumed) AS presumed_contracts,
                  max(known.confirmed_on) FILTER (WHERE known.presumed) AS confirmed_on
             FROM (SELECT k.id AS contract_id, k.ends_on,
                          state.status IN ('active', 'stop_work', 'suspended', 'partially_terminated')
                          OR (state.status = 'pending'
                              AND (SELECT sum(e.amount) FROM entry e
                                    WHERE e.contract_id = k.id AND e.measure = 'commitment') > 0) AS live
                     FROM unnest(u.contracts) AS one(contract_id)
                     JOIN procurement_contract k ON k.id = one.contract_id AND NOT k.is_remainder
                    CROSS JOIN LATERAL (SELECT s.status FROM status s WHERE s.contract_id = k.id
                                         ORDER BY s.effective_on DESC, COALESCE(s.published_on, s.effective_on) DESC,
                                                  s.id DESC LIMIT 1) state) c
            CROSS JOIN LATERAL (
       SELECT shown.confirmed_on,
              COALESCE("c".live AND shown.confirmed_on + %(stale_sources__presumed_days)s::int <= %(as_of)s::date
                       AND COALESCE("c".ends_on < %(as_of)s::date, true), false) AS presumed
         FROM (SELECT max(a.shown_on) AS confirmed_on
                 FROM alive a WHERE a.contract_id = "c".contract_id) shown) known
            WHERE c.live) lives
     WHERE NOT EXISTS (
           SELECT FROM unnest(u.contracts) AS one(contract_id)
            CROSS JOIN LATERAL (SELECT FROM news n
                                 WHERE n.contract_id = one.contract_id
                                   AND n.published_on > %(as_of)s::date - %(stale_sources__silent)s::int LIMIT 1) fresh)
)
SELECT u.program_id, NULL::bigint AS contract_id,
       GREATEST(u.stopped_on, heard.last_on + %(stale_sources__silent)s::int) AS condition_since, u.name AS program, u.status, u.stopped_on,
       heard.last_on AS last_public_on, u.live_contracts, u.presumed_contracts, u.confirmed_on,
       (SELECT jsonb_agg(DISTINCT source ORDER BY source)
          FROM unnest(ARRAY[u.stop_source, u.decision_source]) AS source WHERE source IS NOT NULL) AS sources
  FROM unheard u
 CROSS JOIN LATERAL (
       SELECT GREATEST(u.last_on, max(told.last_on)) AS last_on
         FROM unnest(u.contracts) AS one(contract_id)
        CROSS JOIN LATERAL (SELECT max(n.published_on) AS last_on FROM news n
                             WHERE n.contract_id = one.contract_id) told) heard
 WHERE u.live_contracts > 0
