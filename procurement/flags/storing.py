"""Storing what a screening decided: flags and what happened to them, in a constant number of queries."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from procurement.flags.deciding import Step
from procurement.flags.models import Flag, FlagEvent
from procurement.flags.rule import Finding

#: How many new rows one INSERT takes.
BATCH = 1000

#: One statement however many flags: Django's bulk_update takes minutes for ten thousand.
UPDATE = """
UPDATE procurement_flag f
   SET severity = n.severity, condition_since = n.condition_since, condition_holds = n.condition_holds,
       summary = n.summary, evidence = n.evidence, evidence_digest = n.evidence_digest,
       movements = n.movements, latest_movement = n.latest_movement, state = n.state,
       resolved_at = CASE WHEN n.state = 'resolved' THEN COALESCE(f.resolved_at, statement_timestamp()) END,
       owner = n.owner, accepted_until = n.accepted_until, acceptance_reason = n.acceptance_reason
  FROM jsonb_to_recordset(%s::jsonb) AS n(
       id bigint, severity text, condition_since date, condition_holds boolean, summary text, evidence jsonb,
       evidence_digest text, movements int, latest_movement bigint, state text, owner text, accepted_until date,
       acceptance_reason text)
 WHERE f.id = n.id
"""
#: What it sets, but for `resolved_at`, which follows from the state.
SET = (
    "severity", "condition_since", "condition_holds", "summary", "evidence", "evidence_digest", "movements",
    "latest_movement", "state", "owner", "accepted_until", "acceptance_reason",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """A step of one flag, stored already or new, and the finding that it follows."""

    flag: Flag
    finding: Finding | None
    step: Step


def store(changes: Sequence[Change], *, historical: Collection[int] = ()) -> list[FlagEvent]:
    """Store the changes and their events; those of the programs named come from facts of history."""
    for change in changes:
        apply(change)
    Flag.objects.bulk_create([c.flag for c in changes if c.step.kind == FlagEvent.Kind.OPENED], BATCH)
    _update([c.flag for c in changes if c.step.kind != FlagEvent.Kind.OPENED])
    late = frozenset(historical)
    return FlagEvent.objects.bulk_create(
        [_event(c, historical=c.flag.program_id in late) for c in changes if c.step.kind], BATCH
    )


def _update(flags: Sequence[Flag]) -> None:
    if not flags:
        return
    rows = [{"id": flag.pk} | {name: getattr(flag, name) for name in SET} for flag in flags]
    with connection.cursor() as cursor:
        cursor.execute(UPDATE, [json.dumps(rows, cls=DjangoJSONEncoder)])


def apply(change: Change) -> None:
    """Set a flag's columns as the step and the finding say."""
    flag, finding, kind = change.flag, change.finding, change.step.kind
    if finding is None:
        flag.condition_holds = False
    else:
        describe(flag, finding)
    if kind == FlagEvent.Kind.RESOLVED:
        resolve(flag)
    elif kind == FlagEvent.Kind.REOPENED:
        reopen(flag)


def describe(flag: Flag, finding: Finding) -> None:
    """Set what was found."""
    flag.severity = finding.severity
    flag.condition_since = finding.condition_since
    flag.condition_holds = True
    flag.summary = finding.summary
    flag.evidence = dict(finding.evidence)
    flag.evidence_digest = finding.digest
    flag.movements = finding.movements.count
    flag.latest_movement = finding.movements.latest


def resolve(flag: Flag) -> None:
    """Set a flag to resolved; an acceptance ends with it."""
    flag.state = Flag.State.RESOLVED
    forget_acceptance(flag)


def reopen(flag: Flag) -> None:
    """Set a flag to open, as if nobody had seen it yet."""
    flag.state = Flag.State.OPEN
    forget_acceptance(flag)


def forget_acceptance(flag: Flag) -> None:
    """Take back who accepted a flag, why and until when; its events keep that."""
    flag.owner = ""
    flag.accepted_until = None
    flag.acceptance_reason = ""


def _event(change: Change, *, historical: bool) -> FlagEvent:
    flag = change.flag
    return FlagEvent(
        flag=flag,
        kind=change.step.kind,
        reason=change.step.reason,
        severity=flag.severity,
        summary=flag.summary,
        evidence=flag.evidence,
        historical=historical,
    )
