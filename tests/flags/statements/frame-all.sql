WITH {tables}, found AS MATERIALIZED ( {rules}
), told AS (
    SELECT found.*, md5((evidence - '{as_of,days_stopped,days_under_order}'::text[])::text) AS digest FROM found
)
SELECT "t"."rule", "t"."program_id", "t"."contract_id", "t"."severity", "t"."condition_since", "t"."movements", "t"."latest_movement", "t"."digest", t.evidence::text FROM told t ORDER BY program_id NULLS LAST, rule, contract_id
