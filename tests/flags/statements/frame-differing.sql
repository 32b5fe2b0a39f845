WITH {tables}, found AS MATERIALIZED ( {rules}
), told AS (
    SELECT found.*, md5((evidence - '{as_of,days_stopped,days_under_order}'::text[])::text) AS digest FROM found
)
SELECT "t"."rule", "t"."program_id", "t"."contract_id", "t"."severity", "t"."condition_since", "t"."movements", "t"."latest_movement", "t"."digest", t.evidence::text, "f"."id", "f"."rule", "f"."program_id", "f"."contract_id", "f"."state", "f"."severity", "f"."condition_since", "f"."condition_holds", "f"."evidence_digest", "f"."accepted_until", "f"."movements", "f"."latest_movement"
  FROM told t
  FULL JOIN (SELECT f.* FROM procurement_flag f
               WHERE f.contract_id IN (SELECT contract_id FROM wanted) AND true
              UNION ALL
             SELECT f.* FROM procurement_flag f
               WHERE f.contract_id IS NULL AND f.program_id = ANY (%(wanted_programs)s::bigint[]) AND true) f
         ON f.rule = t.rule AND COALESCE(f.program_id, 0) = COALESCE(t.program_id, 0)
        AND COALESCE(f.contract_id, 0) = COALESCE(t.contract_id, 0)
 WHERE f.id IS NULL
    OR (t.rule IS NULL AND f.condition_holds)
    OR (t.rule IS NOT NULL
        AND (NOT f.condition_holds
             OR (f.state <> 'resolved'
                 AND (f.severity, f.condition_since, f.evidence_digest, f.movements, f.latest_movement)
                     IS DISTINCT FROM (t.severity, t.condition_since, t.digest, t.movements, t.latest_movement))
             OR (f.state <> 'open' AND (t.movements > f.movements OR t.latest_movement > f.latest_movement))
             OR (f.state = 'accepted' AND f.accepted_until < %(as_of)s::date)))
 ORDER BY COALESCE(t.program_id, f.program_id) NULLS LAST, COALESCE(t.rule, f.rule),
          COALESCE(t.contract_id, f.contract_id)
