SELECT c.program_id, c.contract_id, moved.movements, moved.latest_movement, c.program_name AS program,
       c.reference, c.title, c.status AS contract_status, state.since AS contract_status_since, c.currency,
       c.committed, c.paid, c.outstanding, c.unaccounted, c.ends_on + %(active_past_end_date__grace)s::int + 1 AS condition_since, c.ends_on, known.confirmed_on, known.presumed, (SELECT jsonb_agg(DISTINCT source ORDER BY source)
          FROM unnest(ARRAY[c.source_id] || state.sources || moved.sources) AS source WHERE source IS NOT NULL) AS sources
  FROM contract c
 CROSS JOIN LATERAL (
       SELECT shown.confirmed_on,
              COALESCE("c".live AND shown.confirmed_on + %(active_past_end_date__presumed_days)s::int <= %(as_of)s::date
                       AND COALESCE("c".ends_on < %(as_of)s::date, true), false) AS presumed
         FROM (SELECT max(a.shown_on) AS confirmed_on
                 FROM alive a WHERE a.contract_id = "c".contract_id) shown) known
 CROSS JOIN LATERAL (
       SELECT min(r.effective_on) AS since, min(r.notified_on) AS notified_on,
              (array_agg(r.until ORDER BY r.effective_on DESC))[1] AS until,
              (array_agg(r.suspends ORDER BY r.effective_on DESC))[1] AS suspends, array_agg(r.source_id) AS sources
         FROM (SELECT d.*, max(d.effective_on) FILTER (WHERE d.status <> c.status) OVER () AS broken_on
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
 WHERE c.live AND c.ends_on + %(active_past_end_date__grace)s::int < %(as_of)s::date
