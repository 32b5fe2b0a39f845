"""Evaluating rules: one statement for all of them, over everything or a scope, at any asked dates."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from psycopg import sql

from procurement.common.dates import Asked
from procurement.common.prepared_statements import Fetch, fetched, fetched_as_prepared, plan_with
from procurement.contracts.models import ProgramAllocation
from procurement.exposure.kept.waiting import waiting_contracts
from procurement.exposure.organizations import NONE_MERGED
from procurement.exposure.snapshot import one_moment
from procurement.exposure.sql.visibility import ANY, listed
from procurement.exposure.valuing import parameters
from procurement.flags.decide import Stored
from procurement.flags.evaluation.scope import EVERYTHING, Scope
from procurement.flags.evaluation.standings import program_tables
from procurement.flags.evaluation.tables import KEPT, LEDGER, NAMED, tables
from procurement.flags.rule import MOVES_BY_ITSELF, Finding, Limits, Movements, Rule
from procurement.flags.rules import all_rules
from procurement.flags.wording import presented

#: Up to so many contracts are read from the ledger; of more what is kept is read, and only stale ones from the ledger.
MOST_READ = 1_000
#: No rule asks for a contract's fiscal year, nor who buys and supplies.
UNASKED: dict[str, Any] = {"fiscal_countries": [], "fiscal_months": [], "fiscal_labels": []} | NONE_MERGED

#: What a row of any rule says of itself; the rest of its columns are the evidence.
_OWN = ("program_id", "contract_id", "severity", "condition_since", "movements", "latest_movement")
_FOUND = sql.SQL(
    """
SELECT {code}::text AS rule, r.program_id::bigint AS program_id, r.contract_id::bigint AS contract_id,
       COALESCE(j ->> 'severity', {severity}) AS severity, r.condition_since::date AS condition_since,
       COALESCE((j ->> 'movements')::bigint, 0) AS movements,
       COALESCE((j ->> 'latest_movement')::bigint, 0) AS latest_movement, j - {own} AS evidence
  FROM ({select}) r CROSS JOIN LATERAL to_jsonb(r) j
 WHERE {mine}"""
)
#: That a finding r is about what is in scope, and the flags that are: two conditions, each with an index of its own.
_IN_SCOPE = sql.SQL(
    "(r.contract_id IN (SELECT contract_id FROM wanted) "
    "OR (r.contract_id IS NULL AND r.program_id = ANY (%(wanted_programs)s::bigint[])))"
)
_FLAGS = sql.SQL("(SELECT f.* FROM procurement_flag f WHERE {of_rules})")
_FLAGS_IN_SCOPE = sql.SQL(
    """(SELECT f.* FROM procurement_flag f
               WHERE f.contract_id IN (SELECT contract_id FROM wanted) AND {of_rules}
              UNION ALL
             SELECT f.* FROM procurement_flag f
               WHERE f.contract_id IS NULL AND f.program_id = ANY (%(wanted_programs)s::bigint[]) AND {of_rules})"""
)
_TOLD = sql.SQL(
    """
WITH {tables}, found AS MATERIALIZED ({found}
), told AS (
    SELECT found.*, md5((evidence - {moving})::text) AS digest FROM found
)
{end}"""
)
_MOVING = sql.SQL("'{{{}}}'::text[]".format(",".join(MOVES_BY_ITSELF)))
_COLUMNS = (
    "rule", "program_id", "contract_id", "severity", "condition_since", "movements", "latest_movement", "digest",
)  # fmt: skip
_ALL = sql.SQL("SELECT {columns}, t.evidence::text FROM told t ORDER BY program_id NULLS LAST, rule, contract_id")
#: The findings that the stored flags do not show as they are, and the flags whose condition ended or whose acceptance
#: did. `decide.py` says what is to be done; this only leaves out where nothing is.
_DIFFERING = sql.SQL(
    """
SELECT {shown}
  FROM told t
  FULL JOIN {flags} f
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
          COALESCE(t.contract_id, f.contract_id)"""
)
_STORED = (
    "id", "rule", "program_id", "contract_id", "state", "severity", "condition_since", "condition_holds",
    "evidence_digest", "accepted_until", "movements", "latest_movement",
)  # fmt: skip
_ABOUT = sql.SQL("COALESCE(t.program_id, f.program_id), COALESCE(t.contract_id, f.contract_id)")
#: What a statement is to give: every finding, where flags differ from them, or only what those are about.
ALL, DIFFERING, ABOUT = "all", "differing", "about"
_FLAGS_OF_RULES = sql.SQL("f.rule IN {}")


def evaluate(
    asked: Asked,
    scope: Scope,
    rules: Sequence[Rule],
    limits: Mapping[str, Limits] | None = None,
    *,
    fetch: Fetch = fetched,
) -> list[Finding]:
    """What the rules find at the asked dates, by program, rule and contract.

    The number of queries does not depend on the scope. `limits` are thresholds by rule, for those that are not the
    defaults. `fetch` runs the statement of all rules.
    """
    said = {rule.code: rule for rule in rules}
    with one_moment():
        _plan_for(scope)
        return [_finding(row, said, asked) for row in fetch(*_question(asked, scope, rules, limits or {}, ALL))]


def differences(
    asked: Asked, scope: Scope, rules: Sequence[Rule], limits: Mapping[str, Limits]
) -> list[tuple[Stored | None, Finding | None]]:
    """Where the stored flags of a scope and the findings differ: at least where something is to be done.

    In a screening's transaction a fact may come between the reading of what is stale and the statement. It leaves a
    re-check, which waits for the screening's locks.
    """
    said, found = {rule.code: rule for rule in rules}, len(_COLUMNS) + 1
    _plan_for(scope)
    return [
        (
            None if row[found] is None else _stored(row[found:]),
            None if row[0] is None else _finding(row[:found], said, asked),
        )
        for row in _way(scope)(*_question(asked, scope, rules, limits, DIFFERING))
    ]


def differing(
    asked: Asked, scope: Scope, rules: Sequence[Rule], limits: Mapping[str, Limits]
) -> list[tuple[int | None, int | None]]:
    """The programs and contracts about which flags and findings differ."""
    with one_moment():
        _plan_for(scope)
        found = _way(scope)(*_question(asked, scope, rules, limits, ABOUT))
        return [(program, contract) for program, contract in found]


def _way(scope: Scope) -> Fetch:
    """How a statement is run that is asked again and again, of small scopes mostly."""
    return fetched_as_prepared if _is_small(scope) else fetched


def _plan_for(scope: Scope) -> None:
    """Let statements about many contracts be planned without merge joins, to the end of the transaction.

    What rules read of one contract is without the rows that were taken back. Joined by merging, the reversals of all
    contracts are read for each: with 100,000 of them among 1,000,000 contracts a sweep took 20 minutes, not one.
    """
    if not _is_small(scope):
        plan_with(enable_mergejoin="off")


def _question(
    asked: Asked, scope: Scope, rules: Sequence[Rule], limits: Mapping[str, Limits], give: str
) -> tuple[str, dict[str, Any]]:
    """The statement, and its values."""
    mode, contracts = _reading(asked, scope)
    text = _statement(tuple(rules), mode, scoped=scope != EVERYTHING, give=give)
    values = _of_scope(asked, scope) | {"contracts": contracts}
    values |= parameters(asked, {}, of_facts=False) | UNASKED
    for rule in rules:
        values |= rule.values(limits.get(rule.code, Limits()))
    return text, {name: _json(value) if isinstance(value, dict) else value for name, value in values.items()}


def _reading(asked: Asked, scope: Scope) -> tuple[str, list[int]]:
    """How contracts are valued, and which are read from the ledger. What is kept holds only for what is known now."""
    if scope.contracts is not None and _is_small(scope):
        return NAMED, sorted(scope.contracts)
    waiting = waiting_contracts(asked)
    if waiting is not None:
        return KEPT, [each for each in waiting if scope.contracts is None or each in scope.contracts]
    return (LEDGER, []) if scope.contracts is None else (NAMED, sorted(scope.contracts))


def frame(give: str, *, scoped: bool) -> str:
    """What stands around the tables and the SELECTs of all rules, with places for these, to be read by people."""
    return _TOLD.format(
        tables=sql.SQL("{tables}"),
        found=sql.SQL(" {rules}"),
        moving=_MOVING,
        end=_end(give, all_rules(), scoped=scoped),
    ).as_string(None)


def _is_small(scope: Scope) -> bool:
    return scope.contracts is not None and len(scope.contracts) <= MOST_READ


def _of_scope(asked: Asked, scope: Scope) -> dict[str, Any]:
    """What is said of the programs in scope, and which contracts and programs those are."""
    programs = scope.programs
    if programs is not None:
        programs = programs.union(ProgramAllocation.objects.programs_of(scope.contracts or ()))
    said = program_tables(asked, programs)
    return {
        "program_rows": _json(said.programs),
        "stop_rows": _json(said.stops),
        "wanted": sorted(scope.contracts or ()),
        "wanted_programs": sorted(scope.programs or ()),
    }


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder)


@cache
def _statement(rules: tuple[Rule, ...], mode: str, *, scoped: bool, give: str) -> str:
    """The statement of some rules."""
    mine = _IN_SCOPE if scoped else ANY
    found = sql.SQL(" UNION ALL ").join(
        _FOUND.format(
            code=sql.Literal(rule.code),
            severity=sql.Literal(rule.severity),
            own=sql.SQL("'{{{}}}'::text[]".format(",".join(_OWN))),
            select=rule.statement,
            mine=mine,
        )
        for rule in rules
    )
    return _TOLD.format(
        tables=tables(mode, scoped=scoped),
        found=found,
        moving=_MOVING,
        end=_end(give, rules, scoped=scoped),
    ).as_string(None)


def finished(rules: Sequence[Rule], mode: str = KEPT, *, scoped: bool = False, give: str = ALL) -> str:
    """The finished statement of some rules, with its placeholders."""
    return _statement(tuple(rules), mode, scoped=scoped, give=give)


def _end(give: str, rules: Sequence[Rule], *, scoped: bool) -> sql.Composed:
    columns = sql.SQL(", ").join(sql.Identifier("t", name) for name in _COLUMNS)
    if give == ALL:
        return _ALL.format(columns=columns)
    stored = sql.SQL(", ").join(sql.Identifier("f", name) for name in _STORED)
    shown = _ABOUT if give == ABOUT else sql.SQL("{}, t.evidence::text, {}").format(columns, stored)
    # a flag of a rule that is gone is looked at by all of the rest: nothing finds it, and it is resolved
    of_rules = ANY if rules == all_rules() else _FLAGS_OF_RULES.format(listed(rule.code for rule in rules))
    flags = (_FLAGS_IN_SCOPE if scoped else _FLAGS).format(of_rules=of_rules)
    return _DIFFERING.format(shown=shown, flags=flags)


def _finding(row: Sequence[Any], rules: Mapping[str, Rule], asked: Asked) -> Finding:
    code, program, contract, severity, since, movements, latest, digest, text = row
    evidence = {"as_of": asked.as_of.isoformat()} | json.loads(text, parse_float=Decimal)
    return Finding(
        rule=code,
        program_id=program,
        contract_id=contract,
        severity=severity,
        condition_since=since,
        summary=rules[code].say(evidence),
        evidence=presented(evidence),
        digest=digest,
        movements=Movements(movements, latest),
    )


def _stored(row: Sequence[Any]) -> Stored:
    pk, rule, program, contract, state, severity, since, holds, digest, accepted_until, movements, latest = row
    return Stored(
        id=pk,
        key=(rule, program, contract),
        state=state,
        severity=severity,
        condition_since=since,
        condition_holds=holds,
        digest=digest,
        accepted_until=accepted_until,
        movements=Movements(movements, latest),
    )
