WITH
standing AS (
    SELECT unnest(%(program_ids)s::bigint[]) AS program_id, unnest(%(statuses)s::text[]) AS status,
           unnest(%(stops)s::date[]) AS stopped_on, unnest(%(disputed)s::boolean[]) AS disputed
),scope AS MATERIALIZED (SELECT DISTINCT unnest(%(contracts)s::bigint[]) AS contract_id),moved AS (SELECT f.contract_id, sum(f.amount) FILTER (WHERE f.measure = 'ceiling') AS "ceiling", sum(f.amount) FILTER (WHERE f.measure = 'commitment') AS "committed", sum(f.amount) FILTER (WHERE f.measure = 'funding') AS "funded", sum(f.amount) FILTER (WHERE f.measure = 'delivery') AS "delivered", sum(CASE f.measure WHEN 'payment' THEN f.amount WHEN 'refund' THEN -f.amount END) AS "paid", sum(f.amount) FILTER (WHERE f.is_exit) AS "exit_paid", max(f.effective_on) FILTER (WHERE f.shows_life AND f.stands) AS "moved_on", max(f.effective_on) FILTER (WHERE f.measure IN ('payment', 'refund') AND f.stands) AS "paid_on", sum(f.one) FILTER (WHERE f.measure = 'ceiling') AS "ceilings", sum(f.one) FILTER (WHERE f.measure = 'commitment') AS "commitments", sum(f.one) FILTER (WHERE f.measure = 'funding') AS "fundings", sum(f.one) FILTER (WHERE f.measure = 'delivery') AS "deliveries", sum(f.one) FILTER (WHERE f.measure IN ('payment', 'refund')) AS "payments", sum(f.one) FILTER (WHERE f.closes) AS "closings", sum(f.one) FILTER (WHERE f.is_exit) AS "exits", sum(f.one) FILTER (WHERE true) AS "entries" FROM (
SELECT f.*, f.grounds IN ('de_obligation', 'termination', 'settlement', 'close_out') AS closes, (f.measure = 'compensation' OR (f.measure = 'payment' AND f.grounds IN ('settlement', 'termination'))) AS is_exit, (f.measure IN ('commitment', 'funding', 'delivery', 'payment', 'refund') AND NOT f.grounds IN ('de_obligation', 'termination', 'settlement', 'close_out')) AS shows_life
  FROM (SELECT f.contract_id, f.effective_on, f.measure, f.amount, f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_ledgerentry" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz)) AS stands,
               CASE WHEN f.reverses_id IS NULL THEN 1 ELSE -1 END AS one,
               CASE WHEN f.reverses_id IS NULL THEN f.reason ELSE (SELECT undone.reason FROM procurement_ledgerentry undone WHERE undone.id = f.reverses_id) END AS grounds
          FROM "procurement_ledgerentry" f
         WHERE f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_ledgerentry" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.contract_id IN (SELECT contract_id FROM scope)) f) f GROUP BY f.contract_id),
complete AS (
    SELECT f.contract_id, bool_or(f.measure = 'commitment') AS commitment, bool_or(f.measure = 'delivery') AS delivery,
           bool_or(f.measure = 'compensation') AS compensation
      FROM "procurement_completeness" f
     WHERE f.contract_id IN (SELECT contract_id FROM scope) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_completeness" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz)) AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz)
     GROUP BY f.contract_id
), complete_payment AS (
    SELECT DISTINCT ON (f.contract_id) f.contract_id, f.through, f.basis
      FROM "procurement_completeness" f
     WHERE f.measure = 'payment' AND f.contract_id IN (SELECT contract_id FROM scope) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_completeness" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
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
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.contract_id IN (SELECT contract_id FROM scope) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_contractstatuschange" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
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
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.contract_id IN (SELECT contract_id FROM scope) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_contractstatuschange" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
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
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.contract_id IN (SELECT contract_id FROM scope) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_contractparty" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
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
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.contract_id IN (SELECT contract_id FROM scope) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_liabilityestimate" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
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
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.contract_id IN (SELECT contract_id FROM scope) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_guarantee" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
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
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.contract_id IN (SELECT contract_id FROM scope) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_milestone" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
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
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.contract_id IN (SELECT contract_id FROM scope) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_programallocation" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
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
              FROM scope JOIN procurement_contract c ON c.id = scope.contract_id LEFT JOIN merged "bought" ON "bought".organization_id = c.buyer_id AND "bought".from_day <= %(as_of)s::date AND %(as_of)s::date < "bought".until_day
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
stopped AS (
    SELECT f.contract_id, f.program_id, stop.stopped_on,
           COALESCE(NULLIF((array_agg(f.share ORDER BY f.effective_on DESC)
                               FILTER (WHERE f.effective_on <= stop.stopped_on))[1], 0),
                    (array_agg(f.share ORDER BY f.effective_on)
                               FILTER (WHERE f.effective_on > stop.stopped_on AND f.share > 0))[1]) AS share
      FROM allocated f JOIN standing stop ON stop.program_id = f.program_id AND stop.stopped_on IS NOT NULL
     GROUP BY f.contract_id, f.program_id, stop.stopped_on
), since AS (
    SELECT stopped.contract_id, stopped.program_id, stopped.share,
           GREATEST(stopped.share - COALESCE(held.share, 0), 0) AS rehomed,
           COALESCE(sum(f.amount) FILTER (WHERE f.measure = 'commitment'), 0) AS committed,
           COALESCE(sum(CASE f.measure WHEN 'payment' THEN f.amount WHEN 'refund' THEN -f.amount END), 0) AS paid,
           COALESCE(sum(CASE f.measure WHEN 'payment' THEN f.amount WHEN 'refund' THEN -f.amount END)
                        FILTER (WHERE f.effective_precision = 'by'), 0) AS paid_by
      FROM stopped
      LEFT JOIN held ON held.contract_id = stopped.contract_id AND held.program_id = stopped.program_id
      LEFT JOIN procurement_ledgerentry f
             ON f.contract_id = stopped.contract_id AND f.effective_on > stopped.stopped_on
            AND f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz)
     WHERE stopped.share IS NOT NULL
     GROUP BY stopped.contract_id, stopped.program_id, stopped.share, held.share
),
"line" AS (
    SELECT stock.contract_id, stock.program_id, true AS is_stock, stock.share, stock."currency", stock."method", stock."buyer", stock."country", stock."supplier", stock."supplier_country", stock."contract_status", stock."fiscal_year", stock."paid_complete", stock."estimated", stock."live", stock."confirmed_on", stock."ends_on", stock."paid_known_through", stock."paid_basis",
           COALESCE("stock".live AND "stock".confirmed_on + COALESCE(%(presumed_after)s::int, (SELECT days FROM procurement_presumption)) <= %(as_of)s::date AND COALESCE("stock".ends_on < %(as_of)s::date, true), false) AS presumed, stock."ceiling" * share AS "ceiling", stock."committed" * share AS "committed", stock."funded" * share AS "funded", stock."paid" * share AS "paid", stock."paid_uncommitted" * share AS "paid_uncommitted", stock."outstanding" * share AS "outstanding", stock."unaccounted" * share AS "unaccounted", stock."delivered" * share AS "delivered", stock."payable_now" * share AS "payable_now", stock."advance_at_risk" * share AS "advance_at_risk", stock."liability_low" * share AS "liability_low", stock."liability_point" * share AS "liability_point", stock."liability_high" * share AS "liability_high", stock."exit_low" * share AS "exit_low", stock."exit_high" * share AS "exit_high", stock."avoidable_low" * share AS "avoidable_low", stock."avoidable_high" * share AS "avoidable_high", stock."exit_paid" * share AS "exit_paid", stock."guarantees_held" * share AS "guarantees_held",
           NULL::numeric AS "committed_since", NULL::numeric AS "paid_since", NULL::numeric AS "paid_since_rehomed", NULL::numeric AS "paid_since_uncertain",
           due_on, due_amount * share AS due_amount
      FROM stock
    UNION ALL
    SELECT since.contract_id, since.program_id, false, NULL, v."currency", v."method", v."buyer", v."country", v."supplier", v."supplier_country", v."contract_status", v."fiscal_year", false, false,
           v."live", v."confirmed_on", v."ends_on", v."paid_known_through", v."paid_basis", COALESCE("v".live AND "v".confirmed_on + COALESCE(%(presumed_after)s::int, (SELECT days FROM procurement_presumption)) <= %(as_of)s::date AND COALESCE("v".ends_on < %(as_of)s::date, true), false), NULL::numeric AS "ceiling", NULL::numeric AS "committed", NULL::numeric AS "funded", NULL::numeric AS "paid", NULL::numeric AS "paid_uncommitted", NULL::numeric AS "outstanding", NULL::numeric AS "unaccounted", NULL::numeric AS "delivered", NULL::numeric AS "payable_now", NULL::numeric AS "advance_at_risk", NULL::numeric AS "liability_low", NULL::numeric AS "liability_point", NULL::numeric AS "liability_high", NULL::numeric AS "exit_low", NULL::numeric AS "exit_high", NULL::numeric AS "avoidable_low", NULL::numeric AS "avoidable_high", NULL::numeric AS "exit_paid", NULL::numeric AS "guarantees_held",
           CASE WHEN v.committed IS NOT NULL THEN since.committed * since.share END,
           CASE WHEN v.paid IS NOT NULL THEN since.paid * since.share END,
           CASE WHEN v.paid IS NOT NULL THEN since.paid * since.rehomed END,
           CASE WHEN v.paid IS NOT NULL THEN since.paid_by * since.share END, NULL, NULL
      FROM since JOIN valued v ON v.contract_id = since.contract_id
),
padded AS NOT MATERIALIZED (
    SELECT "contract_id", "program_id", "is_stock", "currency", "method", "buyer", "country", "supplier", "supplier_country", "contract_status", "fiscal_year", "paid_complete", "estimated", "live", "confirmed_on", "ends_on", "paid_known_through", "paid_basis", "presumed", "ceiling", "committed", "funded", "paid", "paid_uncommitted", "outstanding", "unaccounted", "delivered", "payable_now", "advance_at_risk", "liability_low", "liability_point", "liability_high", "exit_low", "exit_high", "avoidable_low", "avoidable_high", "exit_paid", "guarantees_held", "committed_since", "paid_since", "paid_since_rehomed", "paid_since_uncertain", "due_on", "due_amount" FROM line
    UNION ALL
    SELECT NULL, standing.program_id, false, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, CASE WHEN standing.stopped_on IS NOT NULL AND EXISTS (SELECT 1 FROM "procurement_programallocation" f WHERE f.program_id = standing.program_id AND f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_programallocation" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_programallocation" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz))) THEN 0 END, CASE WHEN standing.stopped_on IS NOT NULL AND EXISTS (SELECT 1 FROM "procurement_programallocation" f WHERE f.program_id = standing.program_id AND f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_programallocation" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_programallocation" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz))) THEN 0 END, CASE WHEN standing.stopped_on IS NOT NULL AND EXISTS (SELECT 1 FROM "procurement_programallocation" f WHERE f.program_id = standing.program_id AND f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_programallocation" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_programallocation" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz))) THEN 0 END, CASE WHEN standing.stopped_on IS NOT NULL AND EXISTS (SELECT 1 FROM "procurement_programallocation" f WHERE f.program_id = standing.program_id AND f.effective_on <= %(as_of)s::date AND (%(published_by)s::date IS NULL OR "f"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "f"."published_on" IS NULL AND "f"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "f"."recorded_at" <= %(recorded_by)s::timestamptz) AND (%(published_by)s::date IS NULL OR f.reverses_id IS NULL
         OR EXISTS (SELECT 1 FROM "procurement_programallocation" undone WHERE undone.id = f.reverses_id AND (%(published_by)s::date IS NULL OR "undone"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "undone"."published_on" IS NULL AND "undone"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "undone"."recorded_at" <= %(recorded_by)s::timestamptz))) AND f.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM "procurement_programallocation" back WHERE back.reverses_id = f.id AND back.reverses_id IS NOT NULL AND (%(published_by)s::date IS NULL OR "back"."published_on" <= %(published_by)s::date
         OR (%(undated)s AND "back"."published_on" IS NULL AND "back"."effective_on" <= %(published_by)s::date))
    AND (%(recorded_by)s::timestamptz IS NULL OR "back"."recorded_at" <= %(recorded_by)s::timestamptz))) THEN 0 END, NULL, NULL
      FROM standing
     WHERE NOT EXISTS (SELECT 1 FROM line WHERE line.program_id = standing.program_id)
), grouped AS MATERIALIZED (
SELECT line.program_id AS "program",  line.currency AS row_currency, GROUPING(line.program_id) = 1 AS is_total, count(DISTINCT line.contract_id) FILTER (WHERE is_stock AND true) AS "contracts", count(DISTINCT line.contract_id) FILTER (WHERE is_stock AND "line".committed IS NULL) AS "contracts_without_commitment", count(DISTINCT line.contract_id) FILTER (WHERE is_stock AND "line".presumed) AS "presumed", sum(line."ceiling") AS "ceiling", sum(line."committed") AS "committed", sum(line."funded") AS "funded", sum(line."paid") AS "paid", sum(line."paid_uncommitted") AS "paid_uncommitted", sum(line."outstanding") AS "outstanding", sum(line."unaccounted") AS "unaccounted", sum(line."delivered") AS "delivered", sum(line."payable_now") AS "payable_now", sum(line."advance_at_risk") AS "advance_at_risk", sum(line."liability_low") AS "liability_low", sum(line."liability_point") AS "liability_point", sum(line."liability_high") AS "liability_high", sum(line."exit_low") AS "exit_low", sum(line."exit_high") AS "exit_high", sum(line."avoidable_low") AS "avoidable_low", sum(line."avoidable_high") AS "avoidable_high", sum(line."exit_paid") AS "exit_paid", sum(line."guarantees_held") AS "guarantees_held", sum(line."committed_since") AS "committed_since", sum(line."paid_since") AS "paid_since", sum(line."paid_since_rehomed") AS "paid_since_rehomed", sum(line."paid_since_uncertain") AS "paid_since_uncertain", count(*) FILTER (WHERE "line".is_stock AND "line".committed IS DISTINCT FROM 0 AND "line"."liability_low" IS NULL) AS "liability_low_open", count(*) FILTER (WHERE "line".is_stock AND "line".committed IS DISTINCT FROM 0 AND "line"."liability_point" IS NULL) AS "liability_point_open", count(*) FILTER (WHERE "line".is_stock AND "line".committed IS DISTINCT FROM 0 AND "line"."liability_high" IS NULL) AS "liability_high_open", count(*) FILTER (WHERE "line".is_stock AND "line".committed IS DISTINCT FROM 0 AND "line"."exit_low" IS NULL) AS "exit_low_open", count(*) FILTER (WHERE "line".is_stock AND "line".committed IS DISTINCT FROM 0 AND "line"."exit_high" IS NULL) AS "exit_high_open", count(*) FILTER (WHERE "line".is_stock AND "line".committed IS DISTINCT FROM 0 AND "line"."avoidable_low" IS NULL) AS "avoidable_low_open", count(*) FILTER (WHERE "line".is_stock AND "line".committed IS DISTINCT FROM 0 AND "line"."avoidable_high" IS NULL) AS "avoidable_high_open", COALESCE(sum(abs(line.committed)) FILTER (WHERE "line".paid IS NOT NULL), 0) AS "paid_covered", count(*) FILTER (WHERE is_stock AND NOT "line".paid IS NOT NULL) AS "paid_unknown", COALESCE(sum(abs(line.committed)) FILTER (WHERE "line".paid_complete), 0) AS "paid_complete_covered", count(*) FILTER (WHERE is_stock AND NOT "line".paid_complete) AS "paid_complete_unknown", COALESCE(sum(abs(line.committed)) FILTER (WHERE "line".ceiling IS NOT NULL), 0) AS "ceiling_covered", count(*) FILTER (WHERE is_stock AND NOT "line".ceiling IS NOT NULL) AS "ceiling_unknown", COALESCE(sum(abs(line.committed)) FILTER (WHERE "line".funded IS NOT NULL), 0) AS "funded_covered", count(*) FILTER (WHERE is_stock AND NOT "line".funded IS NOT NULL) AS "funded_unknown", COALESCE(sum(abs(line.committed)) FILTER (WHERE "line".delivered IS NOT NULL), 0) AS "delivered_covered", count(*) FILTER (WHERE is_stock AND NOT "line".delivered IS NOT NULL) AS "delivered_unknown", COALESCE(sum(abs(line.committed)) FILTER (WHERE "line".estimated), 0) AS "termination_liability_covered", count(*) FILTER (WHERE is_stock AND NOT "line".estimated) AS "termination_liability_unknown", COALESCE(sum(abs(line.committed)) FILTER (WHERE "line".guarantees_held IS NOT NULL), 0) AS "guarantees_held_covered", count(*) FILTER (WHERE is_stock AND NOT "line".guarantees_held IS NOT NULL) AS "guarantees_held_unknown", COALESCE(sum(abs(line.committed)), 0) AS gross, sum("line".outstanding) FILTER (WHERE "line".is_stock AND "line".presumed) AS "presumed_outstanding", min("line".confirmed_on) FILTER (WHERE "line".is_stock AND "line".live) AS "confirmed_earliest", max("line".confirmed_on) FILTER (WHERE "line".is_stock AND "line".live) AS "confirmed_latest", min("line".paid_known_through) FILTER (WHERE "line".is_stock) AS "paid_known_earliest", max("line".paid_known_through) FILTER (WHERE "line".is_stock) AS "paid_known_latest", ARRAY[CASE WHEN bool_or("line".is_stock AND "line".paid_basis = 'stated') THEN 'stated' END, CASE WHEN bool_or("line".is_stock AND "line".paid_basis = 'balanced') THEN 'balanced' END, CASE WHEN bool_or("line".is_stock AND "line".paid_basis = 'entries') THEN 'entries' END] AS "paid_bases"
  FROM "padded" line
 WHERE true AND line.program_id = ANY (%(program)s)
 GROUP BY GROUPING SETS ((line.program_id, line.currency), (line.currency))), earliest AS MATERIALIZED (
SELECT DISTINCT ON ("program",  row_currency, is_total) * FROM (
    SELECT line.program_id AS "program",  line.currency AS row_currency, GROUPING(line.program_id) = 1 AS is_total, line.due_on,
           sum(line.due_amount) AS due_amount
      FROM "padded" line
     WHERE line.due_on IS NOT NULL AND true AND line.program_id = ANY (%(program)s)
     GROUP BY line.due_on, GROUPING SETS ((line.program_id, line.currency), (line.currency))) each_day
 ORDER BY "program",  row_currency, is_total, due_on),
dispute AS MATERIALIZED (
SELECT line.program_id AS "program",  line.currency AS row_currency, GROUPING(line.program_id) = 1 AS is_total, array_agg(DISTINCT line.program_id) AS disputed
  FROM "padded" line
  JOIN standing disputing ON disputing.program_id = line.program_id AND disputing.disputed
 WHERE true AND line.program_id = ANY (%(program)s)
 GROUP BY GROUPING SETS ((line.program_id, line.currency), (line.currency)))
SELECT false AS waits, grouped.*,  earliest.due_on, earliest.due_amount, dispute.disputed
  FROM (SELECT true) one LEFT JOIN (SELECT * FROM grouped WHERE is_total AND row_currency IS NOT NULL UNION ALL
        (SELECT * FROM grouped WHERE NOT is_total ORDER BY "program", row_currency OFFSET %(offset)s LIMIT %(limit)s)) grouped ON true
  LEFT JOIN "earliest" ON "earliest".is_total = grouped.is_total AND COALESCE("earliest".row_currency, '-') = COALESCE(grouped.row_currency, '-')  AND COALESCE("earliest"."program"::text, '-') = COALESCE(grouped."program"::text, '-') LEFT JOIN "dispute" ON "dispute".is_total = grouped.is_total AND COALESCE("dispute".row_currency, '-') = COALESCE(grouped.row_currency, '-')  AND COALESCE("dispute"."program"::text, '-') = COALESCE(grouped."program"::text, '-')
 ORDER BY "program", row_currency
