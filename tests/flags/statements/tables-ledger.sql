WITH
program AS MATERIALIZED (
    SELECT r.*, %(as_of)s::date - r.stopped_on AS days_stopped
      FROM jsonb_to_recordset(%(program_rows)s::jsonb) AS r(
           program_id bigint, name text, status text, since date, stopped_on date, stop_source bigint,
           decision_source bigint, disputed_since date, last_said_on date, otherwise jsonb, decision jsonb,
           positions jsonb)
), stop AS MATERIALIZED (
    SELECT r.* FROM jsonb_to_recordset(%(stop_rows)s::jsonb)
                    AS r(program_id bigint, began_on date, until_on date, source_id bigint)
),
share_day AS (
    SELECT DISTINCT ON (f.contract_id, f.program_id, f.effective_on)
           f.contract_id, f.program_id, f.effective_on, f.share
      FROM procurement_programallocation f
     WHERE f.program_id IN (SELECT program_id FROM stop) AND f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_programallocation" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_programallocation" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz))
     ORDER BY f.contract_id, f.program_id, f.effective_on DESC, COALESCE(f.published_on, f.effective_on) DESC, f.id DESC
), positive AS (
    SELECT contract_id, program_id, share, first_on, last_on,
           CASE WHEN lag(last_on) OVER days = first_on - 1 THEN 0 ELSE 1 END AS breaks
      FROM (SELECT contract_id, program_id, share, effective_on AS first_on,
                   lead(effective_on) OVER (PARTITION BY contract_id, program_id ORDER BY effective_on) - 1 AS last_on
              FROM share_day) held
     WHERE share > 0
    WINDOW days AS (PARTITION BY contract_id, program_id ORDER BY first_on)
), numbered AS (
    SELECT *, sum(breaks) OVER (PARTITION BY contract_id, program_id ORDER BY first_on) AS number FROM positive
), belonging AS MATERIALIZED (
    SELECT contract_id, program_id, share, first_on, last_on, last_on IS NULL AS goes_on, number,
           min(first_on) OVER (PARTITION BY contract_id, program_id, number) AS since
      FROM numbered
), belongs AS MATERIALIZED (
    SELECT contract_id, program_id, share, since FROM belonging WHERE goes_on AND true
), share_list AS (
    SELECT contract_id, program_id, array_agg(first_on ORDER BY first_on) AS firsts,
           array_agg(last_on ORDER BY first_on) AS lasts, array_agg(share ORDER BY first_on) AS shares
      FROM belonging WHERE true GROUP BY contract_id, program_id
), run AS (
    SELECT contract_id, program_id, r.first_on, r.last_on, l.firsts, l.lasts, l.shares
      FROM (SELECT contract_id, program_id, min(first_on) AS first_on,
                   NULLIF(max(COALESCE(last_on, DATE '9999-12-31')), DATE '9999-12-31') AS last_on
              FROM belonging GROUP BY contract_id, program_id, number) r
      JOIN share_list l USING (contract_id, program_id)
),moved AS (SELECT f.contract_id, sum(f.amount) FILTER (WHERE f.measure = 'ceiling') AS "ceiling", sum(f.amount) FILTER (WHERE f.measure = 'commitment') AS "committed", sum(f.amount) FILTER (WHERE f.measure = 'funding') AS "funded", sum(f.amount) FILTER (WHERE f.measure = 'delivery') AS "delivered", sum(CASE f.measure WHEN 'payment' THEN f.amount WHEN 'refund' THEN -f.amount END) AS "paid", sum(f.amount) FILTER (WHERE f.is_exit) AS "exit_paid", max(f.effective_on) FILTER (WHERE f.shows_life AND f.stands) AS "moved_on", max(f.effective_on) FILTER (WHERE f.measure IN ('payment', 'refund') AND f.stands) AS "paid_on", sum(f.one) FILTER (WHERE f.measure = 'ceiling') AS "ceilings", sum(f.one) FILTER (WHERE f.measure = 'commitment') AS "commitments", sum(f.one) FILTER (WHERE f.measure = 'funding') AS "fundings", sum(f.one) FILTER (WHERE f.measure = 'delivery') AS "deliveries", sum(f.one) FILTER (WHERE f.measure IN ('payment', 'refund')) AS "payments", sum(f.one) FILTER (WHERE f.closes) AS "closings", sum(f.one) FILTER (WHERE f.is_exit) AS "exits", sum(f.one) FILTER (WHERE true) AS "entries" FROM (
SELECT f.*, f.grounds IN ('de_obligation', 'termination', 'settlement', 'close_out') AS closes, (f.measure = 'compensation' OR (f.measure = 'payment' AND f.grounds IN ('settlement', 'termination'))) AS is_exit, (f.measure IN ('commitment', 'funding', 'delivery', 'payment', 'refund') AND NOT f.grounds IN ('de_obligation', 'termination', 'settlement', 'close_out')) AS shows_life
  FROM (SELECT f.contract_id, f.effective_on, f.measure, f.amount, f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_ledgerentry" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz)) AS stands,
               CASE WHEN f.reverses_id IS NULL THEN 1 ELSE -1 END AS one,
               CASE WHEN f.reverses_id IS NULL THEN f.reason ELSE reversal.grounds END AS grounds
          FROM "procurement_ledgerentry" f
  LEFT JOIN (SELECT back.id, undone.reason AS grounds
               FROM procurement_ledgerentry back JOIN procurement_ledgerentry undone ON undone.id = back.reverses_id
              WHERE back.reverses_id IS NOT NULL) reversal ON reversal.id = f.id
         WHERE f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_ledgerentry" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND true) f) f GROUP BY f.contract_id),
complete AS (
    SELECT f.contract_id, bool_or(f.measure = 'commitment') AS commitment, bool_or(f.measure = 'delivery') AS delivery,
           bool_or(f.measure = 'compensation') AS compensation
      FROM "procurement_completeness" f
     WHERE true AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_completeness" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz)) AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz)
     GROUP BY f.contract_id
), complete_payment AS (
    SELECT DISTINCT ON (f.contract_id) f.contract_id, f.through, f.basis
      FROM "procurement_completeness" f
     WHERE f.measure = 'payment' AND true AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_completeness" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz)) AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz)
     ORDER BY f.contract_id, (f.through <= %(as_of)s::date) DESC, CASE WHEN f.through <= %(as_of)s::date THEN f.through END DESC, f.through,
              f.id DESC
),
confirmed AS (
    SELECT f.contract_id, max(f.effective_on) AS said_on
      FROM "procurement_contractstatuschange" f
     WHERE (f.act = 'confirmation' OR (f.act = 'state' AND f.status IN ('active', 'stop_work', 'suspended', 'partially_terminated', 'pending'))) AND f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_contractstatuschange" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND true AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_contractstatuschange" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz))
     GROUP BY f.contract_id
),
"state" AS (
    SELECT DISTINCT ON ("f"."contract_id") "f"."contract_id", "f"."status"
      FROM "procurement_contractstatuschange" f
     WHERE f.act = 'state' AND f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_contractstatuschange" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND true AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_contractstatuschange" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz))
     ORDER BY "f"."contract_id", f.effective_on DESC, COALESCE(f.published_on, f.effective_on) DESC, f.id DESC
),
"lead" AS (
    SELECT DISTINCT ON ("f"."contract_id") "f"."contract_id", "f"."organization_id"
      FROM "procurement_contractparty" f
     WHERE f.role = 'lead_supplier' AND f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_contractparty" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND true AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_contractparty" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz))
     ORDER BY "f"."contract_id", f.effective_on DESC, COALESCE(f.published_on, f.effective_on) DESC, f.id DESC
),
"estimate" AS (
    SELECT DISTINCT ON ("f"."contract_id") "f"."contract_id", "f"."low", "f"."point", "f"."high"
      FROM "procurement_liabilityestimate" f
     WHERE true AND f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_liabilityestimate" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND true AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_liabilityestimate" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz))
     ORDER BY "f"."contract_id", f.effective_on DESC, COALESCE(f.published_on, f.effective_on) DESC, f.id DESC
),
secured AS (
    SELECT contract_id, sum(held) AS held
      FROM (SELECT f.contract_id,
                   GREATEST(0, sum(CASE WHEN f.event <> 'given' THEN -f.amount
                                        WHEN f.valid_until IS NULL OR f.valid_until >= %(as_of)s::date THEN f.amount
                                        ELSE 0 END)) AS held
              FROM "procurement_guarantee" f
             WHERE f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_guarantee" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND true AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_guarantee" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz))
             GROUP BY f.contract_id, f.kind) kind
     GROUP BY contract_id
),
due AS (
    SELECT DISTINCT ON (f.contract_id) f.contract_id, f.due_on, sum(f.amount) AS amount
      FROM "procurement_milestone" f
     WHERE f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_milestone" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND true AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_milestone" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz)) AND NOT EXISTS (SELECT 1 FROM procurement_ledgerentry met
                    WHERE met.milestone_id = f.id AND met.reverses_id IS NULL AND met.effective_on <= %(as_of)s::date
                      AND (%(published_by)s::date IS NULL OR "met"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "met"."published_on" IS NULL AND "met"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "met"."recorded_at" <= %(recorded_by)s::timestamptz)
                      AND NOT EXISTS (SELECT 1 FROM procurement_ledgerentry back
                                       WHERE back.reverses_id = met.id AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz)))
     GROUP BY f.contract_id, f.due_on
     ORDER BY f.contract_id, f.due_on
),
"allocated" AS (
    SELECT DISTINCT ON ("f"."contract_id", "f"."program_id", "f"."effective_on") "f"."contract_id", "f"."program_id", "f"."effective_on", "f"."share"
      FROM "procurement_programallocation" f
     WHERE true AND f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_programallocation" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND true AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_programallocation" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz))
     ORDER BY "f"."contract_id", "f"."program_id", "f"."effective_on", f.effective_on DESC, COALESCE(f.published_on, f.effective_on) DESC, f.id DESC
),
held AS (
    SELECT DISTINCT ON (f.contract_id, f.program_id) f.contract_id, f.program_id, f.share
      FROM allocated f
     ORDER BY f.contract_id, f.program_id, f.effective_on DESC
), part AS (
    SELECT * FROM held WHERE share > 0
),
fiscal AS (
    SELECT unnest(%(fiscal_countries)s::text[]) AS country, unnest(%(fiscal_months)s::int[]) AS first_month,
           unnest(%(fiscal_labels)s::int[]) AS label
),
merged AS (
    SELECT unnest(%(merged)s::bigint[]) AS organization_id, unnest(%(merged_into)s::bigint[]) AS into_id,
           unnest(%(merged_from)s::date[]) AS from_day, unnest(%(merged_until)s::date[]) AS until_day
),
valued AS (
    SELECT contract_id, currency, is_remainder, method, buyer, country, supplier, supplier_country,
           contract_status, fiscal_year, ceiling, committed, funded, paid,
           CASE WHEN committed IS NULL THEN paid ELSE 0 * paid END AS paid_uncommitted, paid_known_through,
           CASE WHEN paid IS NULL THEN '' ELSE COALESCE(paid_basis, 'entries') END AS paid_basis, paid_complete, live,
           confirmed_on, ends_on, outstanding,
           committed - COALESCE(paid, 0) - COALESCE(outstanding, 0) AS unaccounted, delivered, payable_now,
           advance_at_risk, liability_low, liability_point, liability_high,
           COALESCE(liability_low, liability_point, liability_high) IS NOT NULL AS estimated, exit_low, exit_high,
           outstanding - exit_high AS avoidable_low, outstanding - exit_low AS avoidable_high, exit_paid,
           guarantees_held, CASE WHEN NOT ended THEN due_on END AS due_on,
           CASE WHEN NOT ended THEN due_amount END AS due_amount
      FROM (
    SELECT *, CASE WHEN NOT has_estimate THEN delivered - paid
                   ELSE payable_now
                        + COALESCE(liability_low, CASE WHEN liability_high IS NULL THEN liability_point END)
              END AS exit_low,
           CASE WHEN has_estimate
                THEN payable_now
                     + COALESCE(liability_high, CASE WHEN liability_low IS NULL THEN liability_point END)
                WHEN method <> 'foreign_military_sale' THEN outstanding
           END AS exit_high
      FROM (
    SELECT *, CASE WHEN NOT ended OR closed THEN committed - paid END AS outstanding,
           CASE WHEN delivered >= paid THEN delivered - paid WHEN delivered < paid THEN 0 END AS payable_now,
           CASE WHEN paid >= delivered THEN paid - delivered WHEN paid < delivered THEN 0 END AS advance_at_risk
      FROM (
    SELECT c.*, b.country, COALESCE(led.into_id, lead.organization_id) AS supplier,
           s.country AS supplier_country, state.status AS contract_status,
           CASE WHEN c.signed_on IS NULL THEN NULL
                ELSE extract(year FROM c.signed_on)::int
                     - (extract(month FROM c.signed_on)::int < COALESCE(fiscal.first_month, 1))::int
                     + COALESCE(fiscal.label, 0) END AS fiscal_year,
           CASE WHEN moved.ceilings > 0 THEN moved.ceiling END AS ceiling,
           CASE WHEN moved.commitments > 0 OR complete.commitment THEN COALESCE(moved.committed, 0) END AS committed,
           CASE WHEN moved.fundings > 0 THEN moved.funded END AS funded,
           CASE WHEN moved.payments > 0 OR complete_payment.contract_id IS NOT NULL THEN COALESCE(moved.paid, 0)
           END AS paid,
           CASE WHEN moved.deliveries > 0 OR complete.delivery THEN COALESCE(moved.delivered, 0) END AS delivered,
           CASE WHEN complete.compensation OR moved.exits > 0 THEN COALESCE(moved.exit_paid, 0) END AS exit_paid,
           GREATEST(moved.paid_on, complete_payment.through) AS paid_known_through,
           complete_payment.basis AS paid_basis, complete_payment.contract_id IS NOT NULL AS paid_complete,
           COALESCE(state.status IN ('active', 'stop_work', 'suspended', 'partially_terminated') OR (state.status = 'pending' AND moved.committed > 0), false) AS live,
           COALESCE(state.status IN ('terminated', 'completed', 'cancelled_before_signature'), false) AS ended, COALESCE(moved.closings > 0, false) AS closed,
           GREATEST(moved.moved_on, confirmed.said_on) AS confirmed_on,
           estimate.contract_id IS NOT NULL AS has_estimate, estimate.low AS liability_low,
           estimate.point AS liability_point, estimate.high AS liability_high, secured.held AS guarantees_held,
           due.due_on, due.amount AS due_amount
      FROM (SELECT c.id AS contract_id, %(as_of)s::date AS day, c.currency, c.is_remainder, c.method,
                   COALESCE(bought.into_id, c.buyer_id) AS buyer, c.signed_on, c.ends_on, c.source_id,
                   (c.created_at AT TIME ZONE %(zone)s)::date AS created_on
              FROM procurement_contract c LEFT JOIN merged "bought" ON "bought".organization_id = c.buyer_id AND "bought".from_day <= %(as_of)s::date AND %(as_of)s::date < "bought".until_day
             WHERE (%(recorded_by)s::timestamptz IS NULL OR c.created_at <= %(recorded_by)s::timestamptz) AND (c.withdrawn_at IS NULL OR c.withdrawn_at > %(recorded_by)s::timestamptz) AND true) c
      JOIN procurement_organization b ON b.id = c.buyer
      JOIN procurement_document d ON d.id = c.source_id
      LEFT JOIN moved ON moved.contract_id = c.contract_id
      LEFT JOIN complete ON complete.contract_id = c.contract_id
      LEFT JOIN complete_payment ON complete_payment.contract_id = c.contract_id
      LEFT JOIN confirmed ON confirmed.contract_id = c.contract_id
      LEFT JOIN state ON state.contract_id = c.contract_id
      LEFT JOIN lead ON lead.contract_id = c.contract_id
      LEFT JOIN merged "led" ON "led".organization_id = lead.organization_id AND "led".from_day <= c.day AND c.day < "led".until_day
      LEFT JOIN procurement_organization s ON s.id = COALESCE(led.into_id, lead.organization_id)
      LEFT JOIN estimate ON estimate.contract_id = c.contract_id
      LEFT JOIN secured ON secured.contract_id = c.contract_id
      LEFT JOIN due ON due.contract_id = c.contract_id
      LEFT JOIN fiscal ON fiscal.country = b.country
      LEFT JOIN (SELECT DISTINCT contract_id FROM held) placed ON placed.contract_id = c.contract_id
     WHERE COALESCE(d.published_on, c.created_on) <= LEAST(c.day, COALESCE(%(published_by)s::date, c.day))
        OR moved.entries > 0 OR state.contract_id IS NOT NULL OR lead.contract_id IS NOT NULL
        OR placed.contract_id IS NOT NULL OR EXISTS (SELECT 1 FROM "procurement_completeness" f WHERE f.contract_id = c.contract_id AND f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_completeness" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_completeness" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz))) OR EXISTS (SELECT 1 FROM "procurement_contractparty" f WHERE f.contract_id = c.contract_id AND f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_contractparty" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_contractparty" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz))) OR EXISTS (SELECT 1 FROM "procurement_contractstatuschange" f WHERE f.contract_id = c.contract_id AND f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_contractstatuschange" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_contractstatuschange" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz))) OR EXISTS (SELECT 1 FROM "procurement_guarantee" f WHERE f.contract_id = c.contract_id AND f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_guarantee" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_guarantee" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz))) OR EXISTS (SELECT 1 FROM "procurement_liabilityestimate" f WHERE f.contract_id = c.contract_id AND f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_liabilityestimate" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_liabilityestimate" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz))) OR EXISTS (SELECT 1 FROM "procurement_milestone" f WHERE f.contract_id = c.contract_id AND f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_milestone" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_milestone" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz))) OR EXISTS (SELECT 1 FROM "procurement_reportedfigure" f WHERE f.contract_id = c.contract_id AND f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_reportedfigure" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_reportedfigure" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz)))) p) q) r
),
stock AS (
    SELECT v.*, piece.program_id, COALESCE(piece.share, 1) AS share
      FROM valued v
      LEFT JOIN (SELECT contract_id, program_id, share FROM part
                 UNION ALL
                 SELECT contract_id, NULL, 1 - sum(share) FROM part GROUP BY contract_id HAVING sum(share) < 1) piece
             ON piece.contract_id = v.contract_id
),
contract AS MATERIALIZED (
    SELECT x.contract_id, x.program_id, g.name AS program_name, c.reference, c.title, c.currency, c.method,
           x.contract_status AS status, x.live,
           COALESCE(x.contract_status IN ('terminated', 'completed', 'cancelled_before_signature'), false) AS ended, "x"."committed", "x"."paid", "x"."outstanding", "x"."unaccounted", "x"."delivered", "x"."advance_at_risk", c.ends_on, c.source_id
      FROM (SELECT contract_id, program_id, contract_status, live, ("committed" * share)::numeric(44, 10) AS "committed", ("paid" * share)::numeric(44, 10) AS "paid", ("outstanding" * share)::numeric(44, 10) AS "outstanding", ("unaccounted" * share)::numeric(44, 10) AS "unaccounted", ("delivered" * share)::numeric(44, 10) AS "delivered", ("advance_at_risk" * share)::numeric(44, 10) AS "advance_at_risk", share = 1 AS is_first FROM stock) x
      LEFT JOIN procurement_contract c ON c.id = x.contract_id
      LEFT JOIN procurement_program g ON g.id = x.program_id
     WHERE x.contract_id NOT IN (SELECT id FROM procurement_contract WHERE is_remainder) AND (x.program_id IS NOT NULL OR x.is_first) AND true),
completed AS NOT MATERIALIZED (
    SELECT f.id, f.contract_id, f.measure, f.through, f.basis, f.source_id FROM "procurement_completeness" f WHERE f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_completeness" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz)) AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz)
),
"entry" AS NOT MATERIALIZED (SELECT f.id, f.contract_id, f.measure, f.amount, f.rounding, f.reason, f.effective_on, f.effective_precision,
           CASE f.effective_precision
                WHEN 'month' THEN date_trunc('month', f.effective_on)::date
                WHEN 'quarter' THEN date_trunc('quarter', f.effective_on)::date
                WHEN 'day' THEN f.effective_on
                WHEN 'by' THEN COALESCE((SELECT max(t.through) + 1 FROM completed t
                                          WHERE t.contract_id = f.contract_id AND t.through < f.effective_on
                                            AND t.measure = CASE f.measure WHEN 'refund' THEN 'payment'
                                                                 ELSE f.measure END), DATE '-infinity')
                ELSE (f.effective_on + 1 - INTERVAL '1 year')::date END AS starts_on,
           f.published_on, f.source_id, f.milestone_id FROM "procurement_ledgerentry" f WHERE f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_ledgerentry" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_ledgerentry" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz)) AND true),
"status" AS NOT MATERIALIZED (SELECT f.id, f.contract_id, f.status, f.effective_on, f.published_on, f.source_id, f.suspends, f.until,
           f.notified_on FROM "procurement_contractstatuschange" f WHERE f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_contractstatuschange" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_contractstatuschange" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz)) AND f.act = 'state'),
"milestone" AS NOT MATERIALIZED (SELECT f.id, f.contract_id, f.kind, f.due_on, f.due_precision, f.amount, f.description, f.effective_on,
           f.source_id FROM "procurement_milestone" f WHERE f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_milestone" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_milestone" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz)) AND NOT EXISTS (SELECT 1 FROM procurement_ledgerentry met
                    WHERE met.milestone_id = f.id AND met.reverses_id IS NULL AND met.effective_on <= %(as_of)s::date
                      AND (%(published_by)s::date IS NULL OR "met"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "met"."published_on" IS NULL AND "met"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "met"."recorded_at" <= %(recorded_by)s::timestamptz)
                      AND NOT EXISTS (SELECT 1 FROM procurement_ledgerentry back
                                       WHERE back.reverses_id = met.id AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz)))),
"liability" AS NOT MATERIALIZED (SELECT f.id, f.contract_id, f.low, f.point, f.high, f.withheld, f.effective_on, f.source_id FROM "procurement_liabilityestimate" f WHERE f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_liabilityestimate" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_liabilityestimate" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz)) AND true),
"allocation" AS NOT MATERIALIZED (SELECT f.id, f.contract_id, f.program_id, f.share, f.effective_on, f.published_on FROM "procurement_programallocation" f WHERE f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_programallocation" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_programallocation" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz)) AND true),
"figure" AS NOT MATERIALIZED (SELECT f.id, f.program_id, f.contract_id, f.measure, f.amount, COALESCE(f.amount, f.low) AS low,
           COALESCE(f.amount, f.high) AS high, f.currency, f.rounding, f.scope, f.as_of_date, f.speaker,
           f.effective_on, f.published_on, f.source_id FROM "procurement_reportedfigure" f WHERE f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_reportedfigure" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_reportedfigure" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz)) AND true),
alive AS NOT MATERIALIZED (SELECT f.contract_id, f.effective_on AS shown_on FROM "procurement_contractstatuschange" f WHERE (f.act = 'confirmation' OR (f.act = 'state' AND f.status IN ('active', 'stop_work', 'suspended', 'partially_terminated', 'pending'))) AND f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_contractstatuschange" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_contractstatuschange" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz)) UNION ALL SELECT f.contract_id, f.effective_on AS shown_on FROM "procurement_ledgerentry" f WHERE (f.measure IN ('commitment', 'funding', 'delivery', 'payment', 'refund') AND f.reason NOT IN ('de_obligation', 'termination', 'settlement', 'close_out')) AND f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_ledgerentry" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_ledgerentry" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz))),
news AS NOT MATERIALIZED (SELECT NULL::bigint AS program_id, f.contract_id, COALESCE(f.published_on, f.effective_on) AS published_on FROM "procurement_completeness" f WHERE f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_completeness" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND COALESCE(f.published_on, f.effective_on) <= %(as_of)s::date UNION ALL SELECT NULL::bigint AS program_id, f.contract_id, COALESCE(f.published_on, f.effective_on) AS published_on FROM "procurement_contractparty" f WHERE f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_contractparty" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND COALESCE(f.published_on, f.effective_on) <= %(as_of)s::date UNION ALL SELECT NULL::bigint AS program_id, f.contract_id, COALESCE(f.published_on, f.effective_on) AS published_on FROM "procurement_contractstatuschange" f WHERE f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_contractstatuschange" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND COALESCE(f.published_on, f.effective_on) <= %(as_of)s::date UNION ALL SELECT NULL::bigint AS program_id, f.contract_id, COALESCE(f.published_on, f.effective_on) AS published_on FROM "procurement_guarantee" f WHERE f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_guarantee" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND COALESCE(f.published_on, f.effective_on) <= %(as_of)s::date UNION ALL SELECT NULL::bigint AS program_id, f.contract_id, COALESCE(f.published_on, f.effective_on) AS published_on FROM "procurement_ledgerentry" f WHERE f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_ledgerentry" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND COALESCE(f.published_on, f.effective_on) <= %(as_of)s::date UNION ALL SELECT NULL::bigint AS program_id, f.contract_id, COALESCE(f.published_on, f.effective_on) AS published_on FROM "procurement_liabilityestimate" f WHERE f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_liabilityestimate" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND COALESCE(f.published_on, f.effective_on) <= %(as_of)s::date UNION ALL SELECT NULL::bigint AS program_id, f.contract_id, COALESCE(f.published_on, f.effective_on) AS published_on FROM "procurement_milestone" f WHERE f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_milestone" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND COALESCE(f.published_on, f.effective_on) <= %(as_of)s::date UNION ALL SELECT NULL::bigint AS program_id, f.contract_id, COALESCE(f.published_on, f.effective_on) AS published_on FROM "procurement_programallocation" f WHERE f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_programallocation" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND COALESCE(f.published_on, f.effective_on) <= %(as_of)s::date UNION ALL SELECT NULL::bigint AS program_id, f.contract_id, COALESCE(f.published_on, f.effective_on) AS published_on FROM "procurement_reportedfigure" f WHERE f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_reportedfigure" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND COALESCE(f.published_on, f.effective_on) <= %(as_of)s::date UNION ALL SELECT f.program_id, NULL::bigint AS contract_id, COALESCE(f.published_on, f.effective_on) AS published_on FROM "procurement_programallocation" f WHERE f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_programallocation" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND COALESCE(f.published_on, f.effective_on) <= %(as_of)s::date AND f.program_id IS NOT NULL UNION ALL SELECT f.program_id, NULL::bigint AS contract_id, COALESCE(f.published_on, f.effective_on) AS published_on FROM "procurement_programlink" f WHERE f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_programlink" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND COALESCE(f.published_on, f.effective_on) <= %(as_of)s::date AND f.program_id IS NOT NULL UNION ALL SELECT f.program_id, NULL::bigint AS contract_id, COALESCE(f.published_on, f.effective_on) AS published_on FROM "procurement_reportedfigure" f WHERE f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_reportedfigure" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND COALESCE(f.published_on, f.effective_on) <= %(as_of)s::date AND f.program_id IS NOT NULL UNION ALL SELECT f.program_id, NULL::bigint AS contract_id, COALESCE(f.published_on, f.effective_on) AS published_on FROM "procurement_statuschange" f WHERE f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_statuschange" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND COALESCE(f.published_on, f.effective_on) <= %(as_of)s::date AND f.program_id IS NOT NULL)
