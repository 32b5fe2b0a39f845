"""Screening programs: evaluating the rules and keeping the stored flags in step. And backtests, which store nothing."""

import datetime as dt
import logging
from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from procurement.common.claims import lock_keys
from procurement.common.dates import Asked
from procurement.flags.deciding import Step, Stored, decide
from procurement.flags.gathering import gather
from procurement.flags.models import Flag, FlagEvent
from procurement.flags.rule import Finding, Limits, Movements, Rule
from procurement.flags.rules import all_rules, rules_named
from procurement.flags.storing import Change, store
from procurement.programs.models import StatusChange
from procurement.programs.standing import STOPPED

log = logging.getLogger(__name__)

#: How many programs a sweep takes into one transaction: small enough that nobody waits long for their locks.
CHUNK = 200

Key = tuple[str, int, int | None]

STORED = (
    "id", "rule", "program_id", "contract_id", "state", "severity", "condition_since", "condition_holds",
    "evidence_digest", "summary", "accepted_until", "movements", "latest_movement",
)  # fmt: skip

#: A contract's fact waits for every program that the contract ever belonged to. One that only waits for the day on
#: which it takes effect has changed nothing yet.
AWAITING_HISTORY = """
WITH waiting AS (
    SELECT program_id, contract_id, historical FROM procurement_recheck
     WHERE not_before IS NULL OR not_before <= now() OR failures > 0
), reached AS (
    SELECT program_id, historical FROM waiting WHERE program_id = ANY (%(programs)s::bigint[])
    UNION ALL
    SELECT a.program_id, w.historical FROM waiting w JOIN procurement_programallocation a USING (contract_id)
     WHERE a.program_id = ANY (%(programs)s::bigint[])
)
SELECT program_id FROM reached GROUP BY program_id HAVING bool_and(historical)
"""


# evaluating


def evaluate(
    asked: Asked, program_ids: Collection[int] | None = None, rules: Iterable[Rule] | None = None
) -> list[Finding]:
    """What the rules find at the asked dates."""
    limits = Limits()
    chosen = all_rules() if rules is None else tuple(rules)
    return [each for facts in gather(asked, program_ids) for rule in chosen for each in rule.findings(facts, limits)]


def backtest(
    asked: Asked, *, program_ids: Collection[int] | None = None, rules: Collection[str] | None = None
) -> list[Finding]:
    """The flags that would be open at the asked dates, by program, rule and contract. Raises Refused.

    Nobody's word is heeded: what was acknowledged, accepted or resolved by hand is found all the same.
    """
    found = evaluate(asked, program_ids, rules_named(rules))
    return sorted(found, key=lambda each: (each.program_id, each.rule, each.contract_id or 0))


# screening


@transaction.atomic
def screen(
    program_ids: Collection[int] | None, *, today: dt.date, historical: bool | Collection[int] = False
) -> list[FlagEvent]:
    """Bring the flags of the programs (None: of all) in step with the facts, and return what happened to them.

    `historical` marks the events as coming from facts of history: all of them, or those of the programs named.
    In the caller's transaction, or its own. Safe to repeat: a finding that is stored already changes nothing. Safe to
    race: a lock on each program, taken in sorted order before anything is read, makes two workers take turns, and the
    second reads what the first committed. A caller that screens twice in one transaction should do it in one call.
    The number of queries does not depend on the number of programs.
    """
    ids = sorted(set(programs_to_sweep() if program_ids is None else program_ids))
    if isinstance(historical, bool):
        historical = ids if historical else ()
    return store(_changes(ids, today), historical=historical)


def screen_all(today: dt.date) -> list[FlagEvent]:
    """Screen every program that can have a flag: the sweep, which finds what dates that pass have changed.

    A transaction for each chunk of programs, so it must not run inside one. Safe to repeat and to break off.
    """
    events: list[FlagEvent] = []
    ids = programs_to_sweep()
    for start in range(0, len(ids), CHUNK):
        events += _sweep(ids[start : start + CHUNK], today)
    log.info("flags swept", extra={"programs": len(ids), "events": len(events)})
    return events


@transaction.atomic
def _sweep(ids: Collection[int], today: dt.date) -> list[FlagEvent]:
    """Screen some programs; what only facts of history can have caused, which nobody drained yet, is marked so."""
    changes = _changes(ids, today)
    return store(changes, historical=awaiting_history(ids) if changes else ())


def awaiting_history(program_ids: Collection[int]) -> set[int]:
    """The programs whose facts that wait for their re-check are all marked as history.

    Asked after the facts were gathered: a re-check that was drained since then would have waited for our locks.
    """
    with connection.cursor() as cursor:
        cursor.execute(AWAITING_HISTORY, {"programs": list(program_ids)})
        return {program for (program,) in cursor.fetchall()}


def programs_to_sweep() -> list[int]:
    """The programs that were ever stopped or spoken of, and those that have flags whose condition held last."""
    said = StatusChange.objects.filter(Q(status__in=STOPPED) | Q(kind=StatusChange.Kind.STATEMENT))
    flagged = Flag.objects.filter(condition_holds=True)
    return sorted({*said.values_list("program", flat=True).distinct(), *flagged.values_list("program", flat=True)})


def lock_programs(program_ids: Iterable[int]) -> None:
    """Take the locks under which flags of these programs may change, to the end of the transaction."""
    lock_keys(f"flags:program:{program}" for program in program_ids)


def _changes(ids: Collection[int], today: dt.date) -> list[Change]:
    """What has to happen to the flags of some programs, decided under their locks."""
    if not ids:
        return []
    lock_programs(ids)
    findings = {each.key: each for each in evaluate(Asked(as_of=today), ids)}
    stored = _stored(ids)
    each_movement = {rule.code: rule.each_movement for rule in all_rules()}
    steps: dict[Key, Step] = {}
    for key in sorted({*findings, *stored}, key=lambda key: (key[1], key[0], key[2] or 0)):
        flag, finding = stored.get(key), findings.get(key)
        step = decide(flag, finding, each_movement=each_movement.get(key[0], False), today=today)
        if step is not None:
            steps[key] = step
    flags = Flag.objects.in_bulk([stored[key].id for key in steps if key in stored])
    return [
        Change(flags[stored[key].id] if key in stored else _new(key), findings.get(key), step)
        for key, step in steps.items()
    ]


def _stored(ids: Collection[int]) -> dict[Key, Stored]:
    """The stored flags of some programs, as the decision reads them."""
    rows = Flag.objects.of_programs(ids).values_list(*STORED, named=True)
    return {(row.rule, row.program_id, row.contract_id): _as_stored(row) for row in rows}


def _as_stored(row: Any) -> Stored:
    return Stored(
        id=row.id,
        state=row.state,
        severity=row.severity,
        condition_since=row.condition_since,
        condition_holds=row.condition_holds,
        digest=row.evidence_digest,
        summary=row.summary,
        accepted_until=row.accepted_until,
        movements=Movements(row.movements, row.latest_movement),
    )


def _new(key: Key) -> Flag:
    rule, program, contract = key
    return Flag(rule=rule, program_id=program, contract_id=contract)
