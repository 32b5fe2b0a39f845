WITH
standing AS (
    SELECT unnest(%(program_ids)s::bigint[]) AS program_id, unnest(%(statuses)s::text[]) AS status,
           unnest(%(stops)s::date[]) AS stopped_on, unnest(%(disputed)s::boolean[]) AS disputed
),
wait AS MATERIALIZED (
    SELECT EXISTS (SELECT FROM procurement_stalemark)
           OR NOT EXISTS (SELECT FROM procurement_keptday k JOIN procurement_presumption p ON p.days = k.presumed_after
                           WHERE k.day = %(as_of)s::date)
           OR (SELECT min(dimension) FROM procurement_total WHERE ((alive > 0 AND (confirmed_earliest IS NULL OR confirmed_latest IS NULL))
        OR (paid_dated > 0 AND (paid_known_earliest IS NULL OR paid_known_latest IS NULL)))) IS NOT NULL AS waits
),line AS NOT MATERIALIZED (SELECT "contract_id", "program_id", "is_stock", "currency", "method", "buyer", "country", "supplier", "supplier_country", "contract_status", "fiscal_year", "companions", "is_first", "paid_complete", "estimated", "live", "confirmed_on", "ends_on", "paid_known_through", "paid_basis", "presumed", "ceiling", "committed", "funded", "paid", "paid_uncommitted", "outstanding", "unaccounted", "delivered", "payable_now", "advance_at_risk", "liability_low", "liability_point", "liability_high", "exit_low", "exit_high", "avoidable_low", "avoidable_high", "exit_paid", "guarantees_held", "committed_since", "paid_since", "paid_since_rehomed", "paid_since_uncertain", "due_on", "due_amount" FROM procurement_line WHERE (SELECT NOT waits FROM wait)),
page AS MATERIALIZED (
    SELECT DISTINCT line.contract_id
      FROM line
     WHERE true AND line.contract_id > %(beyond)s ORDER BY line.contract_id OFFSET %(offset)s LIMIT %(limit)s
), paged AS MATERIALIZED (
    SELECT * FROM line WHERE contract_id IN (SELECT contract_id FROM page)
       AND contract_id BETWEEN (SELECT min(contract_id) FROM page) AND (SELECT max(contract_id) FROM page)
), grouped AS MATERIALIZED (
SELECT line.contract_id AS "contract",  line.currency AS row_currency, GROUPING(line.contract_id) = 1 AS is_total, count(*) FILTER (WHERE is_first AND true) AS "contracts", count(*) FILTER (WHERE is_first AND "line".committed IS NULL) AS "contracts_without_commitment", count(*) FILTER (WHERE is_first AND "line".presumed) AS "presumed", sum(line."ceiling") AS "ceiling", sum(line."committed") AS "committed", sum(line."funded") AS "funded", sum(line."paid") AS "paid", sum(line."paid_uncommitted") AS "paid_uncommitted", sum(line."outstanding") AS "outstanding", sum(line."unaccounted") AS "unaccounted", sum(line."delivered") AS "delivered", sum(line."payable_now") AS "payable_now", sum(line."advance_at_risk") AS "advance_at_risk", sum(line."liability_low") AS "liability_low", sum(line."liability_point") AS "liability_point", sum(line."liability_high") AS "liability_high", sum(line."exit_low") AS "exit_low", sum(line."exit_high") AS "exit_high", sum(line."avoidable_low") AS "avoidable_low", sum(line."avoidable_high") AS "avoidable_high", sum(line."exit_paid") AS "exit_paid", sum(line."guarantees_held") AS "guarantees_held", sum(line."committed_since") AS "committed_since", sum(line."paid_since") AS "paid_since", sum(line."paid_since_rehomed") AS "paid_since_rehomed", sum(line."paid_since_uncertain") AS "paid_since_uncertain", count(*) FILTER (WHERE "line".is_stock AND "line".committed IS DISTINCT FROM 0 AND "line"."liability_low" IS NULL) AS "liability_low_open", count(*) FILTER (WHERE "line".is_stock AND "line".committed IS DISTINCT FROM 0 AND "line"."liability_point" IS NULL) AS "liability_point_open", count(*) FILTER (WHERE "line".is_stock AND "line".committed IS DISTINCT FROM 0 AND "line"."liability_high" IS NULL) AS "liability_high_open", count(*) FILTER (WHERE "line".is_stock AND "line".committed IS DISTINCT FROM 0 AND "line"."exit_low" IS NULL) AS "exit_low_open", count(*) FILTER (WHERE "line".is_stock AND "line".committed IS DISTINCT FROM 0 AND "line"."exit_high" IS NULL) AS "exit_high_open", count(*) FILTER (WHERE "line".is_stock AND "line".committed IS DISTINCT FROM 0 AND "line"."avoidable_low" IS NULL) AS "avoidable_low_open", count(*) FILTER (WHERE "line".is_stock AND "line".committed IS DISTINCT FROM 0 AND "line"."avoidable_high" IS NULL) AS "avoidable_high_open", COALESCE(sum(abs(line.committed)) FILTER (WHERE "line".paid IS NOT NULL), 0) AS "paid_covered", count(*) FILTER (WHERE is_stock AND NOT "line".paid IS NOT NULL) AS "paid_unknown", COALESCE(sum(abs(line.committed)) FILTER (WHERE "line".paid_complete), 0) AS "paid_complete_covered", count(*) FILTER (WHERE is_stock AND NOT "line".paid_complete) AS "paid_complete_unknown", COALESCE(sum(abs(line.committed)) FILTER (WHERE "line".ceiling IS NOT NULL), 0) AS "ceiling_covered", count(*) FILTER (WHERE is_stock AND NOT "line".ceiling IS NOT NULL) AS "ceiling_unknown", COALESCE(sum(abs(line.committed)) FILTER (WHERE "line".funded IS NOT NULL), 0) AS "funded_covered", count(*) FILTER (WHERE is_stock AND NOT "line".funded IS NOT NULL) AS "funded_unknown", COALESCE(sum(abs(line.committed)) FILTER (WHERE "line".delivered IS NOT NULL), 0) AS "delivered_covered", count(*) FILTER (WHERE is_stock AND NOT "line".delivered IS NOT NULL) AS "delivered_unknown", COALESCE(sum(abs(line.committed)) FILTER (WHERE "line".estimated), 0) AS "termination_liability_covered", count(*) FILTER (WHERE is_stock AND NOT "line".estimated) AS "termination_liability_unknown", COALESCE(sum(abs(line.committed)) FILTER (WHERE "line".guarantees_held IS NOT NULL), 0) AS "guarantees_held_covered", count(*) FILTER (WHERE is_stock AND NOT "line".guarantees_held IS NOT NULL) AS "guarantees_held_unknown", COALESCE(sum(abs(line.committed)), 0) AS gross, sum("line".outstanding) FILTER (WHERE "line".is_stock AND "line".presumed) AS "presumed_outstanding", min("line".confirmed_on) FILTER (WHERE "line".is_stock AND "line".live) AS "confirmed_earliest", max("line".confirmed_on) FILTER (WHERE "line".is_stock AND "line".live) AS "confirmed_latest", min("line".paid_known_through) FILTER (WHERE "line".is_stock) AS "paid_known_earliest", max("line".paid_known_through) FILTER (WHERE "line".is_stock) AS "paid_known_latest", ARRAY[CASE WHEN bool_or("line".is_stock AND "line".paid_basis = 'stated') THEN 'stated' END, CASE WHEN bool_or("line".is_stock AND "line".paid_basis = 'balanced') THEN 'balanced' END, CASE WHEN bool_or("line".is_stock AND "line".paid_basis = 'entries') THEN 'entries' END] AS "paid_bases"
  FROM "paged" line
 WHERE true
 GROUP BY GROUPING SETS ((line.contract_id, line.currency))), earliest AS MATERIALIZED (
SELECT DISTINCT ON ("contract",  row_currency, is_total) * FROM (
    SELECT line.contract_id AS "contract",  line.currency AS row_currency, GROUPING(line.contract_id) = 1 AS is_total, line.due_on,
           sum(line.due_amount) AS due_amount
      FROM "paged" line
     WHERE line.due_on IS NOT NULL AND true
     GROUP BY line.due_on, GROUPING SETS ((line.contract_id, line.currency))) each_day
 ORDER BY "contract",  row_currency, is_total, due_on),
dispute AS MATERIALIZED (
SELECT line.contract_id AS "contract",  line.currency AS row_currency, GROUPING(line.contract_id) = 1 AS is_total, array_agg(DISTINCT line.program_id) AS disputed
  FROM "paged" line
  JOIN standing disputing ON disputing.program_id = line.program_id AND disputing.disputed
 WHERE true
 GROUP BY GROUPING SETS ((line.contract_id, line.currency)))
SELECT (SELECT waits FROM wait) AS waits, grouped.*,  earliest.due_on, earliest.due_amount, dispute.disputed
  FROM (SELECT true) one LEFT JOIN (
        (SELECT * FROM grouped WHERE NOT is_total ORDER BY "contract", row_currency )) grouped ON true
  LEFT JOIN "earliest" ON "earliest".contract = grouped.contract AND "earliest".row_currency = grouped.row_currency LEFT JOIN "dispute" ON "dispute".contract = grouped.contract AND "dispute".row_currency = grouped.row_currency
 ORDER BY "contract", row_currency
