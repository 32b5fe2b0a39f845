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
       ) ORDER BY m.effective_on, m.id) FILTER (WHERE m.place <= 100) AS entries,
       (SELECT jsonb_agg(DISTINCT source ORDER BY source)
          FROM unnest(array_agg(m.source_id) || array_agg(m.stop_source)) AS source
         WHERE source IS NOT NULL) AS sources
  FROM (SELECT moved.*, NOT uncertain AS counts,
               row_number() OVER (PARTITION BY program_id, contract_id ORDER BY effective_on DESC, id DESC) AS place
          FROM (
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
 CROSS JOIN LATERAL (
SELECT CASE WHEN e.effective_precision <> 'by' THEN e.starts_on
            ELSE GREATEST(e.starts_on, (
                 SELECT max(f.as_of_date) + 1 FROM figure f
                  WHERE f.contract_id = e.contract_id AND f.measure = 'paid' AND f.scope = ''
                    AND f.as_of_date < e.effective_on
                    AND f.currency = (SELECT k.currency FROM procurement_contract k WHERE k.id = e.contract_id)
                    AND f.high + f.rounding < e.amount - e.rounding + COALESCE((
                        SELECT sum(CASE WHEN s.amount > 0 AND s.effective_on <= f.as_of_date THEN s.amount - s.rounding
                                        WHEN s.amount < 0 AND s.starts_on <= f.as_of_date THEN s.amount END)
                          FROM (SELECT o.effective_on, o.starts_on, o.rounding, CASE "o".measure WHEN 'payment' THEN "o".amount WHEN 'refund' THEN -"o".amount END AS amount FROM entry o
                                 WHERE o.contract_id = e.contract_id AND o.id <> e.id) s), 0))) END AS since) own
 CROSS JOIN LATERAL (SELECT b.share FROM unnest(r.firsts, r.lasts, r.shares) AS b(first_on, last_on, share)
                      WHERE b.first_on <= e.effective_on AND (b.last_on IS NULL OR b.last_on >= own.since)
                      ORDER BY b.first_on DESC LIMIT 1) b
 WHERE e.measure = 'payment' AND e.amount > 0 AND (days.last_on IS NULL OR own.since <= days.last_on)
   AND (days.last_on IS NULL OR days.first_on <= days.last_on)
 ORDER BY r.program_id, e.id, surely DESC, uncertain, s.began_on
) moved WHERE surely OR uncertain OR true) m
  JOIN program p ON p.program_id = m.program_id
  JOIN procurement_contract c ON c.id = m.contract_id AND NOT c.is_remainder
 GROUP BY m.program_id, m.contract_id, m.measure, p.name, p.status, p.days_stopped, c.id
HAVING bool_or(m.counts)
