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
"fresh_line" AS (
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
fresh AS MATERIALIZED (
    SELECT "contract_id", "program_id", "is_stock", "currency", "method", "buyer", "country", "supplier", "supplier_country", "contract_status", "fiscal_year", "paid_complete", "estimated", "live", "confirmed_on", "ends_on", "paid_known_through", "paid_basis", "presumed", "ceiling", "committed", "funded", "paid", "paid_uncommitted", "outstanding", "unaccounted", "delivered", "payable_now", "advance_at_risk", "liability_low", "liability_point", "liability_high", "exit_low", "exit_high", "avoidable_low", "avoidable_high", "exit_paid", "guarantees_held", "committed_since", "paid_since", "paid_since_rehomed", "paid_since_uncertain", "due_on", "due_amount",
           CASE WHEN is_stock AND row_number() OVER in_order = 1 AND count(*) OVER parts > 1
                THEN array_to_string(array_agg(COALESCE(program_id, 0)) OVER parts, ',') ELSE '' END AS companions,
           is_stock AND row_number() OVER in_order = 1 AS is_first
      FROM fresh_line
    WINDOW in_order AS (PARTITION BY contract_id, is_stock ORDER BY program_id NULLS LAST),
           parts AS (in_order ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
),line AS NOT MATERIALIZED (SELECT "contract_id", "program_id", "is_stock", "currency", "method", "buyer", "country", "supplier", "supplier_country", "contract_status", "fiscal_year", "companions", "is_first", "paid_complete", "estimated", "live", "confirmed_on", "ends_on", "paid_known_through", "paid_basis", "presumed", "ceiling", "committed", "funded", "paid", "paid_uncommitted", "outstanding", "unaccounted", "delivered", "payable_now", "advance_at_risk", "liability_low", "liability_point", "liability_high", "exit_low", "exit_high", "avoidable_low", "avoidable_high", "exit_paid", "guarantees_held", "committed_since", "paid_since", "paid_since_rehomed", "paid_since_uncertain", "due_on", "due_amount" FROM procurement_line WHERE contract_id NOT IN (SELECT contract_id FROM scope) UNION ALL SELECT "contract_id", "program_id", "is_stock", "currency", "method", "buyer", "country", "supplier", "supplier_country", "contract_status", "fiscal_year", "companions", "is_first", "paid_complete", "estimated", "live", "confirmed_on", "ends_on", "paid_known_through", "paid_basis", "presumed", "ceiling", "committed", "funded", "paid", "paid_uncommitted", "outstanding", "unaccounted", "delivered", "payable_now", "advance_at_risk", "liability_low", "liability_point", "liability_high", "exit_low", "exit_high", "avoidable_low", "avoidable_high", "exit_paid", "guarantees_held", "committed_since", "paid_since", "paid_since_rehomed", "paid_since_uncertain", "due_on", "due_amount" FROM fresh),
change AS MATERIALIZED (
    SELECT 1 AS sign, "contract_id", "program_id", "is_stock", "currency", "method", "buyer", "country", "supplier", "supplier_country", "contract_status", "fiscal_year", "companions", "is_first", "paid_complete", "estimated", "live", "confirmed_on", "ends_on", "paid_known_through", "paid_basis", "presumed", "ceiling", "committed", "funded", "paid", "paid_uncommitted", "outstanding", "unaccounted", "delivered", "payable_now", "advance_at_risk", "liability_low", "liability_point", "liability_high", "exit_low", "exit_high", "avoidable_low", "avoidable_high", "exit_paid", "guarantees_held", "committed_since", "paid_since", "paid_since_rehomed", "paid_since_uncertain", "due_on", "due_amount" FROM fresh
    UNION ALL
    SELECT -1, "contract_id", "program_id", "is_stock", "currency", "method", "buyer", "country", "supplier", "supplier_country", "contract_status", "fiscal_year", "companions", "is_first", "paid_complete", "estimated", "live", "confirmed_on", "ends_on", "paid_known_through", "paid_basis", "presumed", "ceiling", "committed", "funded", "paid", "paid_uncommitted", "outstanding", "unaccounted", "delivered", "payable_now", "advance_at_risk", "liability_low", "liability_point", "liability_high", "exit_low", "exit_high", "avoidable_low", "avoidable_high", "exit_paid", "guarantees_held", "committed_since", "paid_since", "paid_since_rehomed", "paid_since_uncertain", "due_on", "due_amount" FROM procurement_line WHERE contract_id IN (SELECT contract_id FROM scope)
),
net AS MATERIALIZED (
    SELECT c.contract_id, c.program_id, "c"."currency", "c"."method", "c"."buyer", "c"."country", "c"."supplier", "c"."supplier_country", "c"."contract_status", "c"."fiscal_year", c.companions, sum(c.sign) AS lines, NULLIF(sum(c.sign * (CASE WHEN "c".is_first AND true THEN 1 END)), 0) AS "contracts", NULLIF(sum(c.sign * (CASE WHEN "c".is_first AND "c".committed IS NULL THEN 1 END)), 0) AS "contracts_without_commitment", NULLIF(sum(c.sign * (CASE WHEN "c".is_first AND "c".presumed THEN 1 END)), 0) AS "presumed", NULLIF(sum(c.sign * ("c"."ceiling")), 0) AS "ceiling", NULLIF(sum(c.sign * ("c"."committed")), 0) AS "committed", NULLIF(sum(c.sign * ("c"."funded")), 0) AS "funded", NULLIF(sum(c.sign * ("c"."paid")), 0) AS "paid", NULLIF(sum(c.sign * ("c"."paid_uncommitted")), 0) AS "paid_uncommitted", NULLIF(sum(c.sign * ("c"."outstanding")), 0) AS "outstanding", NULLIF(sum(c.sign * ("c"."unaccounted")), 0) AS "unaccounted", NULLIF(sum(c.sign * ("c"."delivered")), 0) AS "delivered", NULLIF(sum(c.sign * ("c"."payable_now")), 0) AS "payable_now", NULLIF(sum(c.sign * ("c"."advance_at_risk")), 0) AS "advance_at_risk", NULLIF(sum(c.sign * ("c"."liability_low")), 0) AS "liability_low", NULLIF(sum(c.sign * ("c"."liability_point")), 0) AS "liability_point", NULLIF(sum(c.sign * ("c"."liability_high")), 0) AS "liability_high", NULLIF(sum(c.sign * ("c"."exit_low")), 0) AS "exit_low", NULLIF(sum(c.sign * ("c"."exit_high")), 0) AS "exit_high", NULLIF(sum(c.sign * ("c"."avoidable_low")), 0) AS "avoidable_low", NULLIF(sum(c.sign * ("c"."avoidable_high")), 0) AS "avoidable_high", NULLIF(sum(c.sign * ("c"."exit_paid")), 0) AS "exit_paid", NULLIF(sum(c.sign * ("c"."guarantees_held")), 0) AS "guarantees_held", NULLIF(sum(c.sign * ("c"."committed_since")), 0) AS "committed_since", NULLIF(sum(c.sign * ("c"."paid_since")), 0) AS "paid_since", NULLIF(sum(c.sign * ("c"."paid_since_rehomed")), 0) AS "paid_since_rehomed", NULLIF(sum(c.sign * ("c"."paid_since_uncertain")), 0) AS "paid_since_uncertain", NULLIF(sum(c.sign * (CASE WHEN "c".ceiling IS NOT NULL THEN 1 END)), 0) AS "ceiling_known", NULLIF(sum(c.sign * (CASE WHEN "c".committed IS NOT NULL THEN 1 END)), 0) AS "committed_known", NULLIF(sum(c.sign * (CASE WHEN "c".funded IS NOT NULL THEN 1 END)), 0) AS "funded_known", NULLIF(sum(c.sign * (CASE WHEN "c".paid IS NOT NULL THEN 1 END)), 0) AS "paid_known", NULLIF(sum(c.sign * (CASE WHEN "c".paid_uncommitted IS NOT NULL THEN 1 END)), 0) AS "paid_uncommitted_known", NULLIF(sum(c.sign * (CASE WHEN "c".outstanding IS NOT NULL THEN 1 END)), 0) AS "outstanding_known", NULLIF(sum(c.sign * (CASE WHEN "c".unaccounted IS NOT NULL THEN 1 END)), 0) AS "unaccounted_known", NULLIF(sum(c.sign * (CASE WHEN "c".delivered IS NOT NULL THEN 1 END)), 0) AS "delivered_known", NULLIF(sum(c.sign * (CASE WHEN "c".payable_now IS NOT NULL THEN 1 END)), 0) AS "payable_now_known", NULLIF(sum(c.sign * (CASE WHEN "c".advance_at_risk IS NOT NULL THEN 1 END)), 0) AS "advance_at_risk_known", NULLIF(sum(c.sign * (CASE WHEN "c".liability_low IS NOT NULL THEN 1 END)), 0) AS "liability_low_known", NULLIF(sum(c.sign * (CASE WHEN "c".liability_point IS NOT NULL THEN 1 END)), 0) AS "liability_point_known", NULLIF(sum(c.sign * (CASE WHEN "c".liability_high IS NOT NULL THEN 1 END)), 0) AS "liability_high_known", NULLIF(sum(c.sign * (CASE WHEN "c".exit_low IS NOT NULL THEN 1 END)), 0) AS "exit_low_known", NULLIF(sum(c.sign * (CASE WHEN "c".exit_high IS NOT NULL THEN 1 END)), 0) AS "exit_high_known", NULLIF(sum(c.sign * (CASE WHEN "c".avoidable_low IS NOT NULL THEN 1 END)), 0) AS "avoidable_low_known", NULLIF(sum(c.sign * (CASE WHEN "c".avoidable_high IS NOT NULL THEN 1 END)), 0) AS "avoidable_high_known", NULLIF(sum(c.sign * (CASE WHEN "c".exit_paid IS NOT NULL THEN 1 END)), 0) AS "exit_paid_known", NULLIF(sum(c.sign * (CASE WHEN "c".guarantees_held IS NOT NULL THEN 1 END)), 0) AS "guarantees_held_known", NULLIF(sum(c.sign * (CASE WHEN "c".committed_since IS NOT NULL THEN 1 END)), 0) AS "committed_since_known", NULLIF(sum(c.sign * (CASE WHEN "c".paid_since IS NOT NULL THEN 1 END)), 0) AS "paid_since_known", NULLIF(sum(c.sign * (CASE WHEN "c".paid_since_rehomed IS NOT NULL THEN 1 END)), 0) AS "paid_since_rehomed_known", NULLIF(sum(c.sign * (CASE WHEN "c".paid_since_uncertain IS NOT NULL THEN 1 END)), 0) AS "paid_since_uncertain_known", NULLIF(sum(c.sign * (CASE WHEN "c".is_stock AND "c".committed IS DISTINCT FROM 0 AND "c"."liability_low" IS NULL THEN 1 END)), 0) AS "liability_low_open", NULLIF(sum(c.sign * (CASE WHEN "c".is_stock AND "c".committed IS DISTINCT FROM 0 AND "c"."liability_point" IS NULL THEN 1 END)), 0) AS "liability_point_open", NULLIF(sum(c.sign * (CASE WHEN "c".is_stock AND "c".committed IS DISTINCT FROM 0 AND "c"."liability_high" IS NULL THEN 1 END)), 0) AS "liability_high_open", NULLIF(sum(c.sign * (CASE WHEN "c".is_stock AND "c".committed IS DISTINCT FROM 0 AND "c"."exit_low" IS NULL THEN 1 END)), 0) AS "exit_low_open", NULLIF(sum(c.sign * (CASE WHEN "c".is_stock AND "c".committed IS DISTINCT FROM 0 AND "c"."exit_high" IS NULL THEN 1 END)), 0) AS "exit_high_open", NULLIF(sum(c.sign * (CASE WHEN "c".is_stock AND "c".committed IS DISTINCT FROM 0 AND "c"."avoidable_low" IS NULL THEN 1 END)), 0) AS "avoidable_low_open", NULLIF(sum(c.sign * (CASE WHEN "c".is_stock AND "c".committed IS DISTINCT FROM 0 AND "c"."avoidable_high" IS NULL THEN 1 END)), 0) AS "avoidable_high_open", NULLIF(sum(c.sign * (CASE WHEN "c".paid IS NOT NULL THEN abs("c".committed) END)), 0) AS "paid_covered", NULLIF(sum(c.sign * (CASE WHEN "c".paid_complete THEN abs("c".committed) END)), 0) AS "paid_complete_covered", NULLIF(sum(c.sign * (CASE WHEN "c".ceiling IS NOT NULL THEN abs("c".committed) END)), 0) AS "ceiling_covered", NULLIF(sum(c.sign * (CASE WHEN "c".funded IS NOT NULL THEN abs("c".committed) END)), 0) AS "funded_covered", NULLIF(sum(c.sign * (CASE WHEN "c".delivered IS NOT NULL THEN abs("c".committed) END)), 0) AS "delivered_covered", NULLIF(sum(c.sign * (CASE WHEN "c".estimated THEN abs("c".committed) END)), 0) AS "termination_liability_covered", NULLIF(sum(c.sign * (CASE WHEN "c".guarantees_held IS NOT NULL THEN abs("c".committed) END)), 0) AS "guarantees_held_covered", NULLIF(sum(c.sign * (CASE WHEN "c".is_stock AND  NOT ("c".paid IS NOT NULL) THEN 1 END)), 0) AS "paid_unknown", NULLIF(sum(c.sign * (CASE WHEN "c".is_stock AND  NOT ("c".paid_complete) THEN 1 END)), 0) AS "paid_complete_unknown", NULLIF(sum(c.sign * (CASE WHEN "c".is_stock AND  NOT ("c".ceiling IS NOT NULL) THEN 1 END)), 0) AS "ceiling_unknown", NULLIF(sum(c.sign * (CASE WHEN "c".is_stock AND  NOT ("c".funded IS NOT NULL) THEN 1 END)), 0) AS "funded_unknown", NULLIF(sum(c.sign * (CASE WHEN "c".is_stock AND  NOT ("c".delivered IS NOT NULL) THEN 1 END)), 0) AS "delivered_unknown", NULLIF(sum(c.sign * (CASE WHEN "c".is_stock AND  NOT ("c".estimated) THEN 1 END)), 0) AS "termination_liability_unknown", NULLIF(sum(c.sign * (CASE WHEN "c".is_stock AND  NOT ("c".guarantees_held IS NOT NULL) THEN 1 END)), 0) AS "guarantees_held_unknown", NULLIF(sum(c.sign * (abs("c".committed))), 0) AS "gross", NULLIF(sum(c.sign * (CASE WHEN "c".is_stock AND  "c".presumed THEN "c".outstanding END)), 0) AS "presumed_outstanding", NULLIF(sum(c.sign * (CASE WHEN "c".is_stock AND  "c".presumed AND "c".outstanding IS NOT NULL THEN 1 END)), 0) AS "presumed_outstanding_known", NULLIF(sum(c.sign * (CASE WHEN CASE WHEN "c".is_stock AND "c".live THEN "c".confirmed_on END IS NOT NULL THEN 1 END)), 0) AS "alive", NULLIF(sum(c.sign * (CASE WHEN CASE WHEN "c".is_stock AND "c".paid_known_through IS NOT NULL THEN "c".paid_known_through END IS NOT NULL THEN 1 END)), 0) AS "paid_dated", NULLIF(sum(c.sign * (CASE WHEN "c".is_stock AND  "c".paid_basis = 'stated' THEN 1 END)), 0) AS "paid_by_stated", NULLIF(sum(c.sign * (CASE WHEN "c".is_stock AND  "c".paid_basis = 'balanced' THEN 1 END)), 0) AS "paid_by_balanced", NULLIF(sum(c.sign * (CASE WHEN "c".is_stock AND  "c".paid_basis = 'entries' THEN 1 END)), 0) AS "paid_by_entries", NULLIF(sum(c.sign * (CASE WHEN "c".is_stock AND true THEN 1 END)), 0) AS "contracts_by_program", NULLIF(sum(c.sign * (CASE WHEN "c".is_stock AND "c".committed IS NULL THEN 1 END)), 0) AS "contracts_without_commitment_by_program", NULLIF(sum(c.sign * (CASE WHEN "c".is_stock AND "c".presumed THEN 1 END)), 0) AS "presumed_by_program",
           max(CASE WHEN "c".is_stock AND "c".live THEN "c".confirmed_on END) FILTER (WHERE c.sign > 0) AS "confirmed_day", max(CASE WHEN "c".is_stock AND "c".live THEN "c".confirmed_on END) FILTER (WHERE c.sign < 0) AS "gone_confirmed_day", max(CASE WHEN "c".is_stock AND "c".paid_known_through IS NOT NULL THEN "c".paid_known_through END) FILTER (WHERE c.sign > 0) AS "paid_known_day", max(CASE WHEN "c".is_stock AND "c".paid_known_through IS NOT NULL THEN "c".paid_known_through END) FILTER (WHERE c.sign < 0) AS "gone_paid_known_day"
      FROM change c GROUP BY c.contract_id, c.program_id, c.is_stock, "c"."currency", "c"."method", "c"."buyer", "c"."country", "c"."supplier", "c"."supplier_country", "c"."contract_status", "c"."fiscal_year", c.companions
), changed AS (
    SELECT d.dimension, d.key, n.currency, sum(n.lines) AS lines, sum(CASE d.dimension WHEN 1 THEN n."contracts_by_program" ELSE n."contracts" END) AS "contracts", sum(CASE d.dimension WHEN 1 THEN n."contracts_without_commitment_by_program" ELSE n."contracts_without_commitment" END) AS "contracts_without_commitment", sum(CASE d.dimension WHEN 1 THEN n."presumed_by_program" ELSE n."presumed" END) AS "presumed", sum(n."ceiling") AS "ceiling", sum(n."committed") AS "committed", sum(n."funded") AS "funded", sum(n."paid") AS "paid", sum(n."paid_uncommitted") AS "paid_uncommitted", sum(n."outstanding") AS "outstanding", sum(n."unaccounted") AS "unaccounted", sum(n."delivered") AS "delivered", sum(n."payable_now") AS "payable_now", sum(n."advance_at_risk") AS "advance_at_risk", sum(n."liability_low") AS "liability_low", sum(n."liability_point") AS "liability_point", sum(n."liability_high") AS "liability_high", sum(n."exit_low") AS "exit_low", sum(n."exit_high") AS "exit_high", sum(n."avoidable_low") AS "avoidable_low", sum(n."avoidable_high") AS "avoidable_high", sum(n."exit_paid") AS "exit_paid", sum(n."guarantees_held") AS "guarantees_held", sum(n."committed_since") AS "committed_since", sum(n."paid_since") AS "paid_since", sum(n."paid_since_rehomed") AS "paid_since_rehomed", sum(n."paid_since_uncertain") AS "paid_since_uncertain", sum(n."ceiling_known") AS "ceiling_known", sum(n."committed_known") AS "committed_known", sum(n."funded_known") AS "funded_known", sum(n."paid_known") AS "paid_known", sum(n."paid_uncommitted_known") AS "paid_uncommitted_known", sum(n."outstanding_known") AS "outstanding_known", sum(n."unaccounted_known") AS "unaccounted_known", sum(n."delivered_known") AS "delivered_known", sum(n."payable_now_known") AS "payable_now_known", sum(n."advance_at_risk_known") AS "advance_at_risk_known", sum(n."liability_low_known") AS "liability_low_known", sum(n."liability_point_known") AS "liability_point_known", sum(n."liability_high_known") AS "liability_high_known", sum(n."exit_low_known") AS "exit_low_known", sum(n."exit_high_known") AS "exit_high_known", sum(n."avoidable_low_known") AS "avoidable_low_known", sum(n."avoidable_high_known") AS "avoidable_high_known", sum(n."exit_paid_known") AS "exit_paid_known", sum(n."guarantees_held_known") AS "guarantees_held_known", sum(n."committed_since_known") AS "committed_since_known", sum(n."paid_since_known") AS "paid_since_known", sum(n."paid_since_rehomed_known") AS "paid_since_rehomed_known", sum(n."paid_since_uncertain_known") AS "paid_since_uncertain_known", sum(n."liability_low_open") AS "liability_low_open", sum(n."liability_point_open") AS "liability_point_open", sum(n."liability_high_open") AS "liability_high_open", sum(n."exit_low_open") AS "exit_low_open", sum(n."exit_high_open") AS "exit_high_open", sum(n."avoidable_low_open") AS "avoidable_low_open", sum(n."avoidable_high_open") AS "avoidable_high_open", sum(n."paid_covered") AS "paid_covered", sum(n."paid_complete_covered") AS "paid_complete_covered", sum(n."ceiling_covered") AS "ceiling_covered", sum(n."funded_covered") AS "funded_covered", sum(n."delivered_covered") AS "delivered_covered", sum(n."termination_liability_covered") AS "termination_liability_covered", sum(n."guarantees_held_covered") AS "guarantees_held_covered", sum(n."paid_unknown") AS "paid_unknown", sum(n."paid_complete_unknown") AS "paid_complete_unknown", sum(n."ceiling_unknown") AS "ceiling_unknown", sum(n."funded_unknown") AS "funded_unknown", sum(n."delivered_unknown") AS "delivered_unknown", sum(n."termination_liability_unknown") AS "termination_liability_unknown", sum(n."guarantees_held_unknown") AS "guarantees_held_unknown", sum(n."gross") AS "gross", sum(n."presumed_outstanding") AS "presumed_outstanding", sum(n."presumed_outstanding_known") AS "presumed_outstanding_known", sum(n."alive") AS "alive", sum(n."paid_dated") AS "paid_dated", sum(n."paid_by_stated") AS "paid_by_stated", sum(n."paid_by_balanced") AS "paid_by_balanced", sum(n."paid_by_entries") AS "paid_by_entries", min("n"."confirmed_day") AS "confirmed_earliest", max("n"."confirmed_day") AS "confirmed_latest", min("n"."paid_known_day") AS "paid_known_earliest", max("n"."paid_known_day") AS "paid_known_latest", min("n"."gone_confirmed_day") AS "gone_confirmed_earliest", max("n"."gone_confirmed_day") AS "gone_confirmed_latest", min("n"."gone_paid_known_day") AS "gone_paid_known_earliest", max("n"."gone_paid_known_day") AS "gone_paid_known_latest"
      FROM net n CROSS JOIN LATERAL (SELECT 0::smallint AS dimension, '-'::text AS key UNION ALL SELECT 3::smallint AS dimension, COALESCE("n"."buyer"::text, '-') AS key) d
     GROUP BY d.dimension, d.key, n.currency
), kept_part AS (
    SELECT dimension, key, currency, lines, "contracts", "contracts_without_commitment", "presumed", "ceiling", "committed", "funded", "paid", "paid_uncommitted", "outstanding", "unaccounted", "delivered", "payable_now", "advance_at_risk", "liability_low", "liability_point", "liability_high", "exit_low", "exit_high", "avoidable_low", "avoidable_high", "exit_paid", "guarantees_held", "committed_since", "paid_since", "paid_since_rehomed", "paid_since_uncertain", "ceiling_known", "committed_known", "funded_known", "paid_known", "paid_uncommitted_known", "outstanding_known", "unaccounted_known", "delivered_known", "payable_now_known", "advance_at_risk_known", "liability_low_known", "liability_point_known", "liability_high_known", "exit_low_known", "exit_high_known", "avoidable_low_known", "avoidable_high_known", "exit_paid_known", "guarantees_held_known", "committed_since_known", "paid_since_known", "paid_since_rehomed_known", "paid_since_uncertain_known", "liability_low_open", "liability_point_open", "liability_high_open", "exit_low_open", "exit_high_open", "avoidable_low_open", "avoidable_high_open", "paid_covered", "paid_complete_covered", "ceiling_covered", "funded_covered", "delivered_covered", "termination_liability_covered", "guarantees_held_covered", "paid_unknown", "paid_complete_unknown", "ceiling_unknown", "funded_unknown", "delivered_unknown", "termination_liability_unknown", "guarantees_held_unknown", "gross", "presumed_outstanding", "presumed_outstanding_known", "alive", "paid_dated", "paid_by_stated", "paid_by_balanced", "paid_by_entries", "confirmed_earliest", "confirmed_latest", "paid_known_earliest", "paid_known_latest" FROM procurement_total
     WHERE dimension = ANY (%(dimensions)s::smallint[]) AND true AND true UNION ALL SELECT dimension, key, currency, lines, "contracts", "contracts_without_commitment", "presumed", "ceiling", "committed", "funded", "paid", "paid_uncommitted", "outstanding", "unaccounted", "delivered", "payable_now", "advance_at_risk", "liability_low", "liability_point", "liability_high", "exit_low", "exit_high", "avoidable_low", "avoidable_high", "exit_paid", "guarantees_held", "committed_since", "paid_since", "paid_since_rehomed", "paid_since_uncertain", "ceiling_known", "committed_known", "funded_known", "paid_known", "paid_uncommitted_known", "outstanding_known", "unaccounted_known", "delivered_known", "payable_now_known", "advance_at_risk_known", "liability_low_known", "liability_point_known", "liability_high_known", "exit_low_known", "exit_high_known", "avoidable_low_known", "avoidable_high_known", "exit_paid_known", "guarantees_held_known", "committed_since_known", "paid_since_known", "paid_since_rehomed_known", "paid_since_uncertain_known", "liability_low_open", "liability_point_open", "liability_high_open", "exit_low_open", "exit_high_open", "avoidable_low_open", "avoidable_high_open", "paid_covered", "paid_complete_covered", "ceiling_covered", "funded_covered", "delivered_covered", "termination_liability_covered", "guarantees_held_covered", "paid_unknown", "paid_complete_unknown", "ceiling_unknown", "funded_unknown", "delivered_unknown", "termination_liability_unknown", "guarantees_held_unknown", "gross", "presumed_outstanding", "presumed_outstanding_known", "alive", "paid_dated", "paid_by_stated", "paid_by_balanced", "paid_by_entries", "confirmed_earliest", "confirmed_latest", "paid_known_earliest", "paid_known_latest" FROM changed WHERE true
), summed AS (
    SELECT dimension, key, currency, COALESCE(sum("contracts"), 0)::bigint AS "contracts", COALESCE(sum("contracts_without_commitment"), 0)::bigint AS "contracts_without_commitment", COALESCE(sum("presumed"), 0)::bigint AS "presumed", COALESCE(sum("liability_low_open"), 0)::bigint AS "liability_low_open", COALESCE(sum("liability_point_open"), 0)::bigint AS "liability_point_open", COALESCE(sum("liability_high_open"), 0)::bigint AS "liability_high_open", COALESCE(sum("exit_low_open"), 0)::bigint AS "exit_low_open", COALESCE(sum("exit_high_open"), 0)::bigint AS "exit_high_open", COALESCE(sum("avoidable_low_open"), 0)::bigint AS "avoidable_low_open", COALESCE(sum("avoidable_high_open"), 0)::bigint AS "avoidable_high_open", COALESCE(sum("paid_unknown"), 0)::bigint AS "paid_unknown", COALESCE(sum("paid_complete_unknown"), 0)::bigint AS "paid_complete_unknown", COALESCE(sum("ceiling_unknown"), 0)::bigint AS "ceiling_unknown", COALESCE(sum("funded_unknown"), 0)::bigint AS "funded_unknown", COALESCE(sum("delivered_unknown"), 0)::bigint AS "delivered_unknown", COALESCE(sum("termination_liability_unknown"), 0)::bigint AS "termination_liability_unknown", COALESCE(sum("guarantees_held_unknown"), 0)::bigint AS "guarantees_held_unknown", CASE WHEN sum("ceiling_known") > 0 THEN COALESCE(sum("ceiling"), 0) END AS "ceiling", CASE WHEN sum("committed_known") > 0 THEN COALESCE(sum("committed"), 0) END AS "committed", CASE WHEN sum("funded_known") > 0 THEN COALESCE(sum("funded"), 0) END AS "funded", CASE WHEN sum("paid_known") > 0 THEN COALESCE(sum("paid"), 0) END AS "paid", CASE WHEN sum("paid_uncommitted_known") > 0 THEN COALESCE(sum("paid_uncommitted"), 0) END AS "paid_uncommitted", CASE WHEN sum("outstanding_known") > 0 THEN COALESCE(sum("outstanding"), 0) END AS "outstanding", CASE WHEN sum("unaccounted_known") > 0 THEN COALESCE(sum("unaccounted"), 0) END AS "unaccounted", CASE WHEN sum("delivered_known") > 0 THEN COALESCE(sum("delivered"), 0) END AS "delivered", CASE WHEN sum("payable_now_known") > 0 THEN COALESCE(sum("payable_now"), 0) END AS "payable_now", CASE WHEN sum("advance_at_risk_known") > 0 THEN COALESCE(sum("advance_at_risk"), 0) END AS "advance_at_risk", CASE WHEN sum("liability_low_known") > 0 THEN COALESCE(sum("liability_low"), 0) END AS "liability_low", CASE WHEN sum("liability_point_known") > 0 THEN COALESCE(sum("liability_point"), 0) END AS "liability_point", CASE WHEN sum("liability_high_known") > 0 THEN COALESCE(sum("liability_high"), 0) END AS "liability_high", CASE WHEN sum("exit_low_known") > 0 THEN COALESCE(sum("exit_low"), 0) END AS "exit_low", CASE WHEN sum("exit_high_known") > 0 THEN COALESCE(sum("exit_high"), 0) END AS "exit_high", CASE WHEN sum("avoidable_low_known") > 0 THEN COALESCE(sum("avoidable_low"), 0) END AS "avoidable_low", CASE WHEN sum("avoidable_high_known") > 0 THEN COALESCE(sum("avoidable_high"), 0) END AS "avoidable_high", CASE WHEN sum("exit_paid_known") > 0 THEN COALESCE(sum("exit_paid"), 0) END AS "exit_paid", CASE WHEN sum("guarantees_held_known") > 0 THEN COALESCE(sum("guarantees_held"), 0) END AS "guarantees_held", CASE WHEN sum("committed_since_known") > 0 THEN COALESCE(sum("committed_since"), 0) END AS "committed_since", CASE WHEN sum("paid_since_known") > 0 THEN COALESCE(sum("paid_since"), 0) END AS "paid_since", CASE WHEN sum("paid_since_rehomed_known") > 0 THEN COALESCE(sum("paid_since_rehomed"), 0) END AS "paid_since_rehomed", CASE WHEN sum("paid_since_uncertain_known") > 0 THEN COALESCE(sum("paid_since_uncertain"), 0) END AS "paid_since_uncertain", CASE WHEN sum("presumed_outstanding_known") > 0 THEN COALESCE(sum("presumed_outstanding"), 0) END AS "presumed_outstanding", COALESCE(sum("paid_covered"), 0) AS "paid_covered", COALESCE(sum("paid_complete_covered"), 0) AS "paid_complete_covered", COALESCE(sum("ceiling_covered"), 0) AS "ceiling_covered", COALESCE(sum("funded_covered"), 0) AS "funded_covered", COALESCE(sum("delivered_covered"), 0) AS "delivered_covered", COALESCE(sum("termination_liability_covered"), 0) AS "termination_liability_covered", COALESCE(sum("guarantees_held_covered"), 0) AS "guarantees_held_covered", COALESCE(sum("gross"), 0) AS "gross", ARRAY[CASE WHEN sum("paid_by_stated") > 0 THEN 'stated' END, CASE WHEN sum("paid_by_balanced") > 0 THEN 'balanced' END, CASE WHEN sum("paid_by_entries") > 0 THEN 'entries' END] AS paid_bases  FROM "kept_part" GROUP BY dimension, key, currency HAVING sum(lines) > 0
), earliest AS (
    (SELECT 3::smallint AS dimension, key, currency, due_on, sum(due_amount) AS due_amount
      FROM (SELECT COALESCE("c"."buyer"::text, '-') AS key, c.currency, c.due_on, c.due_amount,
                   min(c.due_on) OVER (PARTITION BY COALESCE("c"."buyer"::text, '-'), c.currency) AS first_on
              FROM "line" c WHERE c.due_on IS NOT NULL AND true) due_line
     WHERE due_on = first_on GROUP BY key, currency, due_on) UNION ALL (SELECT summed.dimension, summed.key, summed.currency, first.due_on,
              (SELECT sum(c.due_amount) FROM line c
                WHERE true AND c.due_on = first.due_on AND c.currency = summed.currency) AS due_amount
         FROM summed CROSS JOIN LATERAL (
              SELECT c.due_on FROM line c
               WHERE true AND c.currency = summed.currency AND c.due_on IS NOT NULL
               ORDER BY c.due_on LIMIT 1) first
        WHERE summed.dimension = 0)
), dispute AS (
    (SELECT 3::smallint AS dimension, COALESCE("c"."buyer"::text, '-') AS key, c.currency, array_agg(DISTINCT c.program_id) AS disputed
      FROM "line" c WHERE c.program_id = ANY (%(disputed_ids)s::bigint[]) AND true GROUP BY COALESCE("c"."buyer"::text, '-'), c.currency) UNION ALL (SELECT summed.dimension, summed.key, summed.currency, array_agg(disputed_id) AS disputed
      FROM summed CROSS JOIN unnest(%(disputed_ids)s::bigint[]) AS disputed_id
     WHERE summed.dimension = 0 AND EXISTS (
           SELECT FROM line c WHERE c.program_id = disputed_id AND c.currency = summed.currency OFFSET 0)
     GROUP BY summed.dimension, summed.key, summed.currency)
), age AS ((SELECT 3::smallint AS dimension, COALESCE("c"."buyer"::text, '-') AS key, c.currency, min(CASE WHEN "c".is_stock AND "c".live THEN "c".confirmed_on END) AS "confirmed_earliest", max(CASE WHEN "c".is_stock AND "c".live THEN "c".confirmed_on END) AS "confirmed_latest", min(CASE WHEN "c".is_stock AND "c".paid_known_through IS NOT NULL THEN "c".paid_known_through END) AS "paid_known_earliest", max(CASE WHEN "c".is_stock AND "c".paid_known_through IS NOT NULL THEN "c".paid_known_through END) AS "paid_known_latest" FROM "line" c WHERE true GROUP BY COALESCE("c"."buyer"::text, '-'), c.currency) UNION ALL (SELECT 0::smallint AS dimension, '-'::text AS key, currency, LEAST((SELECT min(c."confirmed_on") FROM procurement_line c WHERE c.currency = each_currency.currency AND "c".is_stock AND "c".live AND c.contract_id NOT IN (SELECT contract_id FROM scope)), (SELECT min(c."confirmed_on") FROM fresh c WHERE c.currency = each_currency.currency AND "c".is_stock AND "c".live)) AS "confirmed_earliest", GREATEST((SELECT max(c."confirmed_on") FROM procurement_line c WHERE c.currency = each_currency.currency AND "c".is_stock AND "c".live AND c.contract_id NOT IN (SELECT contract_id FROM scope)), (SELECT max(c."confirmed_on") FROM fresh c WHERE c.currency = each_currency.currency AND "c".is_stock AND "c".live)) AS "confirmed_latest", LEAST((SELECT min(c."paid_known_through") FROM procurement_line c WHERE c.currency = each_currency.currency AND "c".is_stock AND "c".paid_known_through IS NOT NULL AND c.contract_id NOT IN (SELECT contract_id FROM scope)), (SELECT min(c."paid_known_through") FROM fresh c WHERE c.currency = each_currency.currency AND "c".is_stock AND "c".paid_known_through IS NOT NULL)) AS "paid_known_earliest", GREATEST((SELECT max(c."paid_known_through") FROM procurement_line c WHERE c.currency = each_currency.currency AND "c".is_stock AND "c".paid_known_through IS NOT NULL AND c.contract_id NOT IN (SELECT contract_id FROM scope)), (SELECT max(c."paid_known_through") FROM fresh c WHERE c.currency = each_currency.currency AND "c".is_stock AND "c".paid_known_through IS NOT NULL)) AS "paid_known_latest" FROM "summed" each_currency WHERE dimension = 0))
SELECT false AS waits, summed.currency AS row_currency, summed.*, "age"."confirmed_earliest", "age"."confirmed_latest", "age"."paid_known_earliest", "age"."paid_known_latest",  earliest.due_on,
       earliest.due_amount, dispute.disputed
  FROM (SELECT true) one LEFT JOIN (SELECT * FROM summed WHERE dimension <> 3
        UNION ALL
        (SELECT * FROM summed WHERE dimension = 3 ORDER BY NULLIF(key, '-')::bigint NULLS LAST, currency COLLATE "C"
         OFFSET %(offset)s LIMIT %(limit)s)) summed ON true
  LEFT JOIN earliest USING (dimension, key, currency)
  LEFT JOIN dispute USING (dimension, key, currency) LEFT JOIN age USING (dimension, key, currency)
