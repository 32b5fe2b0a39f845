WITH
report AS MATERIALIZED (
    SELECT f.*, COALESCE(f.program_id, -f.contract_id) AS subject,
           CASE WHEN f.amount IS NULL THEN jsonb_build_object('low', f.low, 'high', f.high)
                ELSE jsonb_build_object('amount', f.amount) END
           || jsonb_build_object('id', f.id, 'rounding', f.rounding, 'as_of_date', f.as_of_date, 'speaker', f.speaker,
                                 'source', f.source_id) AS shown
      FROM figure f WHERE f.program_id IS NOT NULL OR f.contract_id IS NOT NULL
),
question AS (
    SELECT DISTINCT r.subject, r.program_id, r.contract_id, r.measure, r.currency, r.as_of_date, held.measures
      FROM report r
      JOIN (VALUES ('contracted', ARRAY['commitment']), ('paid', ARRAY['payment', 'refund']),
                   ('delivered', ARRAY['delivery'])) AS held(reported, measures) ON held.reported = r.measure
     WHERE r.scope = '' AND r.as_of_date <= %(as_of)s::date
), asked AS (
    SELECT q.*, had.contract_id AS of_contract, had.share
      FROM question q
     CROSS JOIN LATERAL (SELECT DISTINCT ON (a.contract_id) a.contract_id, a.share
                           FROM allocation a
                          WHERE a.program_id = q.program_id AND a.effective_on <= q.as_of_date
                          ORDER BY a.contract_id, a.effective_on DESC,
                                   COALESCE(a.published_on, a.effective_on) DESC, a.id DESC) had
     WHERE had.share > 0
    UNION ALL
    SELECT q.*, q.contract_id, 1 FROM question q WHERE q.contract_id IS NOT NULL
),
entered AS (
    SELECT a.*, k.currency AS own_currency, e.id, e.effective_on, e.source_id, e.rounding * a.share AS coarse,
           CASE e.measure WHEN 'refund' THEN -e.amount ELSE e.amount END * a.share AS amount,
           e.effective_on <= a.as_of_date AS surely,
           e.id IS NOT NULL
           OR (a.measure <> 'contracted'
               AND EXISTS (SELECT FROM completed s
                            WHERE s.contract_id = a.of_contract AND s.measure = a.measures[1])) AS is_known
      FROM asked a
      JOIN procurement_contract k ON k.id = a.of_contract
      LEFT JOIN LATERAL (SELECT e.* FROM entry e
                          WHERE e.contract_id = a.of_contract AND e.measure = ANY (a.measures)
                            AND e.starts_on <= a.as_of_date OFFSET 0) e ON true
), ledger AS (
    SELECT subject, measure, currency, as_of_date, max(effective_on) AS latest_on,
           COALESCE(sum(amount) FILTER (WHERE surely OR amount < 0), 0.0000) AS low,
           COALESCE(sum(amount) FILTER (WHERE surely OR amount > 0), 0.0000) AS high,
           COALESCE(sum(coarse), 0.0000) AS rounding,
           COALESCE((array_agg(DISTINCT source_id) FILTER (WHERE id IS NOT NULL))[1:50], '{}') AS sources
      FROM entered
     GROUP BY subject, measure, currency, as_of_date
    HAVING bool_and(own_currency = currency)
       AND CASE measure WHEN 'contracted' THEN count(id) > 0 ELSE bool_and(is_known) END
),
pair AS (
    SELECT a.subject, a.measure, a.scope, a.currency, a.as_of_date, a.shown AS a, b.shown AS b,
           a.id AS first_id, b.id AS second_id, GREATEST(a.effective_on, b.effective_on) AS since,
           ARRAY[a.source_id, b.source_id] AS sources, a.rounding + b.rounding AS rounding,
           GREATEST(a.low, b.low) AS upper, LEAST(a.high, b.high) AS lower
      FROM report a
      JOIN report b ON b.subject = a.subject AND b.measure = a.measure AND b.currency = a.currency
                   AND b.scope = a.scope AND (b.as_of_date, b.id) > (a.as_of_date, a.id)
                   AND b.as_of_date <= a.as_of_date + %(disputed_figure__near)s::int
    UNION ALL
    SELECT r.subject, r.measure, r.scope, r.currency, r.as_of_date, r.shown,
           CASE WHEN l.low = l.high THEN jsonb_build_object('ledger', l.low)
                ELSE jsonb_build_object('ledger_low', l.low, 'ledger_high', l.high) END
           || jsonb_build_object('rounding', l.rounding),
           r.id, 0, GREATEST(r.effective_on, r.as_of_date, l.latest_on),
           r.source_id || l.sources, r.rounding + l.rounding, GREATEST(r.low, l.low), LEAST(r.high, l.high)
      FROM report r
      JOIN ledger l ON l.subject = r.subject AND l.measure = r.measure AND l.currency = r.currency
                   AND l.as_of_date = r.as_of_date
     WHERE r.scope = ''
), dispute AS MATERIALIZED (
    SELECT pair.*, upper - lower AS difference, count(*) OVER of_subject AS count,
           min(since) OVER of_subject AS first_on,
           row_number() OVER (PARTITION BY subject ORDER BY since DESC, first_id DESC, second_id DESC) AS place
      FROM pair
     WHERE upper - lower > rounding
       AND upper - lower > %(disputed_figure__tolerance)s::numeric / 100 * GREATEST(abs(upper), abs(lower))
    WINDOW of_subject AS (PARTITION BY subject)
), disputed AS MATERIALIZED (
    SELECT d.subject, min(d.first_on) AS first_on, max(d.count) AS count,
           jsonb_agg(jsonb_build_object('measure', d.measure, 'scope', d.scope, 'currency', d.currency,
                                        'difference', d.difference, 'a', d.a, 'b', d.b) ORDER BY d.place) AS disputes
      FROM dispute d WHERE d.place <= 50 GROUP BY d.subject
)
SELECT about.program_id, about.contract_id, about.first_on AS condition_since, about.program, about.reference,
       about.title, about.outstanding, about.currency, about.count, about.disputes, named.sources
  FROM (SELECT d.*, g.id AS program_id, NULL::bigint AS contract_id, g.name AS program, NULL AS reference,
               NULL AS title, NULL::numeric AS outstanding, NULL AS currency
          FROM disputed d JOIN procurement_program g ON g.id = d.subject
        UNION ALL
        SELECT d.*, c.program_id, c.contract_id, c.program_name, c.reference, c.title,
               c.outstanding, c.currency
          FROM disputed d JOIN contract c ON c.contract_id = -d.subject) about
  JOIN (SELECT d.subject, jsonb_agg(DISTINCT source ORDER BY source) AS sources
          FROM dispute d, unnest(d.sources) AS source
         WHERE d.place <= 50 GROUP BY d.subject) named ON named.subject = about.subject
