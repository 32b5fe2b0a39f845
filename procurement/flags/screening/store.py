"""Storing what a screening decided: flags and what happened to them, in a constant number of queries."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models import NOT_PROVIDED
from psycopg import sql

from procurement.flags.decide import Step
from procurement.flags.models import Flag, FlagEvent
from procurement.flags.rule import Finding

M = TypeVar("M", bound=models.Model)

#: How many new rows one INSERT takes.
BATCH = 1000

#: Rows go to the database as JSON, one short statement however many they are: Django's bulk_create takes a millisecond
#: for each, its bulk_update minutes for ten thousand.
INSERT = sql.SQL(
    "INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) "
    "RETURNING {made}"
)
UPDATE = """
UPDATE procurement_flag f
   SET severity = n.severity, condition_since = n.condition_since, condition_holds = n.condition_holds,
       summary = n.summary, evidence = n.evidence, evidence_digest = n.evidence_digest,
       movements = n.movements, latest_movement = n.latest_movement, state = n.state,
       outstanding = n.outstanding, currency = n.currency,
       resolved_at = CASE WHEN n.state = 'resolved' THEN COALESCE(f.resolved_at, statement_timestamp()) END,
       owner = n.owner, accepted_until = n.accepted_until, acceptance_reason = n.acceptance_reason
  FROM jsonb_to_recordset(%s::jsonb) AS n(
       id bigint, severity text, condition_since date, condition_holds boolean, summary text, evidence jsonb,
       evidence_digest text, movements int, latest_movement bigint, state text, owner text, accepted_until date,
       acceptance_reason text, outstanding numeric, currency text)
 WHERE f.id = n.id
"""
#: What it sets, but for `resolved_at`, which follows from the state.
SET = (
    "severity", "condition_since", "condition_holds", "summary", "evidence", "evidence_digest", "movements",
    "latest_movement", "state", "owner", "accepted_until", "acceptance_reason", "outstanding", "currency",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """A step of one flag, stored already or new, and the finding that it follows."""

    flag: Flag
    finding: Finding | None
    step: Step


def store(changes: Sequence[Change], *, as_of: dt.date, historical: Sequence[bool]) -> list[FlagEvent]:
    """Store the changes and their events; `historical` says of each change whether it comes from facts of history."""
    for change in changes:
        apply(change)
    insert([c.flag for c in changes if c.step.kind == FlagEvent.Kind.OPENED])
    _update([c.flag for c in changes if c.step.kind != FlagEvent.Kind.OPENED])
    said = zip(changes, historical, strict=True)
    return insert([_event(c, as_of, historical=is_history) for c, is_history in said if c.step.kind])


def insert(rows: list[M]) -> list[M]:
    """Insert new rows of one table, and set on them what the database makes: times, and ids in the rows' order."""
    for start in range(0, len(rows), BATCH):
        _insert(type(rows[0]), rows[start : start + BATCH])
    return rows


def _insert(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    fields = model._meta.concrete_fields
    made = [field for field in fields if field.primary_key or field.db_default is not NOT_PROVIDED]
    given = [field for field in fields if field not in made]
    text = INSERT.format(
        table=sql.Identifier(model._meta.db_table),
        columns=sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in given),
        made=sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in made),
    )
    said = [{str(field.column): getattr(row, field.attname) for field in given} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(text.as_string(None), [json.dumps(said, cls=DjangoJSONEncoder)])
        for row, values in zip(rows, cursor.fetchall(), strict=True):
            for field, value in zip(made, values, strict=True):
                setattr(row, field.attname, value)
            row._state.adding = False


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
    flag.outstanding = finding.outstanding
    flag.currency = finding.evidence.get("currency") or ""


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


def _event(change: Change, as_of: dt.date, *, historical: bool) -> FlagEvent:
    flag = change.flag
    return FlagEvent(
        flag=flag,
        kind=change.step.kind,
        reason=change.step.reason,
        severity=flag.severity,
        summary=flag.summary,
        evidence=flag.evidence,
        owner=flag.owner,
        accepted_until=flag.accepted_until,
        as_of=as_of,
        historical=historical,
    )
