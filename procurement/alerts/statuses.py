"""How facts changed the status of programs and contracts."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import partial
from typing import Any

from django.utils import timezone

from procurement.alerts.changes import Change, Entered, Held, change_at, contract_state, counts_from, program_state
from procurement.alerts.events import CONTRACT_STATUS_CHANGED, NO_STATUS, STATUS_CHANGED, Happening
from procurement.alerts.rechecks import Noted
from procurement.common.dates import Asked
from procurement.common.texts import in_words
from procurement.contracts.models import ContractStatusChange, ProgramAllocation
from procurement.programs.models import StatusChange
from procurement.programs.reading import SAID
from procurement.programs.standing import Said
from procurement.sources.facts import PUBLISHED, Fact


def status_happenings(notes: Sequence[Noted]) -> list[Happening]:
    """The changes of programs' standing statuses that these facts represent."""
    facts = _facts(StatusChange, notes, "program", "organization", "source", "reverses")
    history = _said({row.program_id for row, _, _ in facts})
    found = []
    for row, note, moment in facts:
        state_of = partial(program_state, day=timezone.localdate(moment))
        change = change_at(moment, history[row.program_id], state_of)
        if change is not None and change.carrier == row.pk:
            found.append(_program_changed(row, change, note, moment))
    return found


def contract_happenings(notes: Sequence[Noted], *, today: dt.date) -> list[Happening]:
    """The changes of contracts' statuses that these facts represent; how a contract entered the record is none."""
    noted = _facts(ContractStatusChange, notes, "contract", "decided_by", "source", "reverses")
    facts = [each for each in noted if each[0].act == ContractStatusChange.Act.STATE]
    history = held({row.contract_id for row, _, _ in facts})
    programs = programs_of({row.contract_id for row, _, _ in facts}, today)
    found = []
    for row, note, moment in facts:
        change = change_at(moment, history[row.contract_id], partial(contract_state, day=timezone.localdate(moment)))
        if change is not None and change.carrier == row.pk and not (change.before.status is None and _is_entry(row)):
            found.append(_contract_changed(row, change, note, moment, programs.get(row.contract_id, ())))
    return found


def _is_entry(first: ContractStatusChange) -> bool:
    """Whether a contract's first state was entered with it; files enter it later, and it was active before that."""
    contract = first.contract
    if first.recorded_at == contract.created_at:
        return True
    return first.status == first.Status.ACTIVE and first.effective_on <= timezone.localdate(contract.created_at)


def _facts(model: type[Any], notes: Iterable[Noted], *related: str) -> list[tuple[Any, Noted, dt.datetime]]:
    """The facts of one table among the queued ones, in order, with the moment from which each counts."""
    zone = timezone.get_current_timezone()
    of = {n.recheck.fact_id: n for n in notes if n.recheck.fact_table == model._meta.db_table}
    if not of:
        return []
    rows = model._base_manager.filter(pk__in=of).select_related(*related).order_by("pk")
    return [
        (row, of[row.pk], counts_from(row.recorded_at, row.effective_on, zone, is_reversal=row.reverses_id is not None))
        for row in rows
    ]


def _said(program_ids: Collection[int]) -> dict[int, list[Entered[Said]]]:
    rows = StatusChange.objects.filter(program__in=program_ids, reverses=None)
    columns = ("program_id", "recorded_at", "reversed_by__recorded_at", "reversed_by__id", *SAID)
    found: dict[int, list[Entered[Said]]] = defaultdict(list)
    for program_id, recorded_at, back_at, back_by, *values in rows.values_list(*columns):
        said = Said(**dict(zip(SAID, values, strict=True)))
        found[program_id].append(_entered(said.id, said, recorded_at, back_at, back_by))
    return found


def held(contract_ids: Collection[int]) -> dict[int, list[Entered[Held]]]:
    """The states that contracts were given, each with when it counted."""
    rows = ContractStatusChange.objects.filter(contract__in=contract_ids, act="state", reverses=None).annotate(
        public_order=PUBLISHED
    )
    columns = ("contract_id", "recorded_at", "reversed_by__recorded_at", "reversed_by__id", *Held._fields)
    found: dict[int, list[Entered[Held]]] = defaultdict(list)
    for contract_id, recorded_at, back_at, back_by, *values in rows.values_list(*columns):
        given = Held(*values)
        found[contract_id].append(_entered(given.id, given, recorded_at, back_at, back_by))
    return found


def status_at(entered: Iterable[Entered[Held]], moment: dt.datetime) -> str | None:
    """The status of a contract at a moment, by what was known then."""
    rows = [each.row for each in entered if each.counted_after(moment)]
    return contract_state(rows, day=timezone.localdate(moment)).status


def _entered(
    pk: int, row: Any, recorded_at: dt.datetime, back_at: dt.datetime | None, back_by: int | None
) -> Entered[Any]:
    begins = counts_from(recorded_at, row.effective_on, timezone.get_current_timezone())
    return Entered(pk, row, begins, back_at, back_by)


def programs_of(contract_ids: Collection[int], day: dt.date) -> dict[int, tuple[int, ...]]:
    """The programs that contracts belong to on the day, the largest share first."""
    rows = ProgramAllocation.objects.standing(Asked(day)).filter(contract__in=contract_ids)
    shares: dict[int, dict[int, Any]] = defaultdict(dict)
    for contract_id, program_id, share in rows.order_by("effective_on", PUBLISHED, "id").values_list(
        "contract_id", "program_id", "share"
    ):
        shares[contract_id][program_id] = share
    return {
        contract_id: tuple(sorted((p for p, share in held.items() if share > 0), key=lambda p: (-held[p], p)))
        for contract_id, held in shares.items()
    }


def _program_changed(row: StatusChange, change: Change, note: Noted, moment: dt.datetime) -> Happening:
    return Happening(
        event=STATUS_CHANGED,
        origin_table=row._meta.db_table,
        origin_id=row.pk,
        happened_at=moment,
        summary=changed(row.program.name, change, because(row, "by decision of")),
        program_id=row.program_id,
        programs=frozenset({row.program_id}),
        organizations=frozenset({row.organization_id} if row.organization_id else ()),
        turned=_turned(change),
        late=note.is_history,
        facts=_payload(row, change)
        | {
            "speaker": row.speaker,
            "role": row.role,
            "organization": row.organization.name if row.organization else "",
            "term": row.term,
            "quotation": row.quotation,
        },
    )


def _contract_changed(
    row: ContractStatusChange, change: Change, note: Noted, moment: dt.datetime, programs: Sequence[int]
) -> Happening:
    return Happening(
        event=CONTRACT_STATUS_CHANGED,
        origin_table=row._meta.db_table,
        origin_id=row.pk,
        happened_at=moment,
        summary=changed(f"Contract {row.contract}", change, because(row, "since")),
        program_id=programs[0] if programs else None,
        contract_id=row.contract_id,
        programs=frozenset(programs),
        organizations=frozenset({row.decided_by_id} if row.decided_by_id else ()),
        turned=_turned(change),
        late=note.is_history,
        facts=_payload(row, change),
    )


def _turned(change: Change) -> tuple[str, str]:
    return change.before.status or NO_STATUS, change.after.status or NO_STATUS


def because(row: Fact, cause: str) -> str:
    """Why a status changed: from the day of its fact on, or because that was reversed."""
    if row.reverses is not None:
        return f"because the entry of {row.reverses.effective_on.isoformat()} was reversed"
    return f"{cause} {row.effective_on.isoformat()}"


def changed(name: str, change: Change, cause: str) -> str:
    """The line that says that a status became another."""
    before, after = change.before.status, change.after.status
    now = f"{name} is now {in_words(after)}" if after else f"The status of {name} is now {in_words(after)}"
    return f"{now}{f' (was {in_words(before)})' if before else ''}, {cause}"


def _payload(row: Fact, change: Change) -> dict[str, Any]:
    return {
        "before": change.before.status,
        "after": change.after.status,
        "effective_on": row.effective_on.isoformat(),
        "note": row.note,
        "source": {"id": row.source_id, "title": row.source.title, "url": row.source.url},
    }
