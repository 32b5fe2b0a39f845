"""How facts changed the status of programs and contracts."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from functools import partial
from typing import Any, NamedTuple

from django.utils import timezone

from procurement.alerts import wording
from procurement.alerts.changes import Change, Entered, State, change_at, counts_from
from procurement.alerts.events import CONTRACT_STATUS_CHANGED, STATUS_CHANGED, Happening
from procurement.alerts.rechecks import Noted
from procurement.common.dates import Asked
from procurement.contracts.models import ContractStatusChange, ProgramAllocation
from procurement.programs.models import StatusChange
from procurement.programs.reading import SAID
from procurement.programs.standing import Said, standing
from procurement.sources.facts import PUBLISHED, Fact


class Held(NamedTuple):
    """A state of a contract; sorts in the order in which states count."""

    effective_on: dt.date
    public_order: dt.date
    id: int
    status: str


def program_state(said: list[Said], *, day: dt.date) -> State:
    """A program's standing status."""
    found = standing(said, day)
    return State(found.status, found.decision.id if found.decision else None)


def contract_state(held: list[Held], *, day: dt.date) -> State:
    """A contract's status: the latest."""
    latest = max((h for h in held if h.effective_on <= day), default=None)
    return State(latest.status, latest.id) if latest else State()


def status_happenings(notes: Sequence[Noted]) -> list[Happening]:
    """The changes of programs' standing statuses that these facts represent."""
    facts = _facts(StatusChange, notes, "program", "organization", "source", "reverses")
    history = _said({row.program_id for row, _ in facts})
    found = []
    for row, note in facts:
        moment = _moment(row)
        state_of = partial(program_state, day=timezone.localdate(moment))
        change = change_at(moment, history[row.program_id], state_of)
        if change is not None and change.carrier == row.pk:
            found.append(_program_changed(row, change, note))
    return found


def contract_happenings(notes: Sequence[Noted]) -> list[Happening]:
    """The changes of contracts' statuses that these facts represent; a new contract's first state is none."""
    noted = _facts(ContractStatusChange, notes, "contract", "decided_by", "source", "reverses")
    facts = [(row, note) for row, note in noted if row.act == ContractStatusChange.Act.STATE]
    history = _held({row.contract_id for row, _ in facts})
    programs = programs_of({row.contract_id for row, _ in facts}, timezone.localdate())
    found = []
    for row, note in facts:
        moment = _moment(row)
        change = change_at(moment, history[row.contract_id], partial(contract_state, day=timezone.localdate(moment)))
        entry = change is not None and change.before.status is None and row.recorded_at == row.contract.created_at
        if change is not None and change.carrier == row.pk and not entry:
            found.append(_contract_changed(row, change, programs.get(row.contract_id, ()), note))
    return found


def _facts(model: type[Any], notes: Iterable[Noted], *related: str) -> list[tuple[Any, Noted]]:
    of = {n.recheck.fact_id: n for n in notes if n.recheck.fact_table == model._meta.db_table}
    rows = model._base_manager.filter(pk__in=of).select_related(*related).order_by("pk")
    return [(row, of[row.pk]) for row in rows]


def _moment(row: Fact) -> dt.datetime:
    """From when the row counts: a reversal at once, another fact when it takes effect."""
    if row.is_reversal:
        return row.recorded_at
    return counts_from(row.recorded_at, row.effective_on, timezone.get_current_timezone())


def _said(program_ids: Collection[int]) -> dict[int, list[Entered[Said]]]:
    rows = StatusChange.objects.filter(program__in=program_ids, reverses=None)
    columns = ("program_id", "recorded_at", "reversed_by__recorded_at", "reversed_by__id", *SAID)
    found: dict[int, list[Entered[Said]]] = defaultdict(list)
    for program_id, recorded_at, back_at, back_by, *values in rows.values_list(*columns):
        said = Said(**dict(zip(SAID, values, strict=True)))
        found[program_id].append(_entered(said.id, said, recorded_at, back_at, back_by))
    return found


def _held(contract_ids: Collection[int]) -> dict[int, list[Entered[Held]]]:
    rows = ContractStatusChange.objects.filter(contract__in=contract_ids, act="state", reverses=None).annotate(
        public_order=PUBLISHED
    )
    columns = ("contract_id", "recorded_at", "reversed_by__recorded_at", "reversed_by__id", *Held._fields)
    found: dict[int, list[Entered[Held]]] = defaultdict(list)
    for contract_id, recorded_at, back_at, back_by, *values in rows.values_list(*columns):
        held = Held(*values)
        found[contract_id].append(_entered(held.id, held, recorded_at, back_at, back_by))
    return found


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


def _program_changed(row: StatusChange, change: Change, note: Noted) -> Happening:
    back = row.reverses if isinstance(row.reverses, StatusChange) else None
    cause = wording.taken_back(back.effective_on) if back else wording.decided(row.effective_on)
    return Happening(
        event=STATUS_CHANGED,
        origin_table=row._meta.db_table,
        origin_id=row.pk,
        happened_at=_moment(row),
        summary=wording.status_changed(
            row.program.name, before=change.before.status, after=change.after.status, cause=cause
        ),
        program_id=row.program_id,
        programs=frozenset({row.program_id}),
        organizations=frozenset({row.organization_id} if row.organization_id else ()),
        late=note.is_history,
        facts=_told(row, change)
        | {
            "speaker": row.speaker,
            "role": row.role,
            "organization": row.organization.name if row.organization else "",
            "term": row.term,
            "quotation": row.quotation,
        },
    )


def _contract_changed(row: ContractStatusChange, change: Change, programs: Sequence[int], note: Noted) -> Happening:
    back = row.reverses
    cause = wording.taken_back(back.effective_on) if back else wording.since(row.effective_on)
    return Happening(
        event=CONTRACT_STATUS_CHANGED,
        origin_table=row._meta.db_table,
        origin_id=row.pk,
        happened_at=_moment(row),
        summary=wording.status_changed(
            f"Contract {row.contract}", before=change.before.status, after=change.after.status, cause=cause
        ),
        program_id=programs[0] if programs else None,
        contract_id=row.contract_id,
        programs=frozenset(programs),
        organizations=frozenset({row.decided_by_id} if row.decided_by_id else ()),
        late=note.is_history,
        facts=_told(row, change),
    )


def _told(row: Fact, change: Change) -> dict[str, Any]:
    return {
        "before": change.before.status,
        "after": change.after.status,
        "effective_on": row.effective_on.isoformat(),
        "note": row.note,
        "source": {"id": row.source_id, "title": row.source.title, "url": row.source.url},
    }
