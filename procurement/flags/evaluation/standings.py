"""What rules read of programs: standing, stops and disputes, by the pure rule of programs/standing.py."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from procurement.common.dates import Asked
from procurement.programs.models import Program
from procurement.programs.reading import said_by_program
from procurement.programs.standing import Said, Standing, standing, stops


@dataclass(frozen=True)
class ProgramTables:
    """The rows of the tables `program` and `stop` (tables.py)."""

    programs: list[dict[str, Any]]
    stops: list[dict[str, Any]]


def program_tables(asked: Asked, program_ids: Collection[int] | None) -> ProgramTables:
    """What was decided and said of some programs, or all, at the asked dates. Two queries."""
    said = said_by_program(asked, program_ids)
    names = dict(Program.everything.filter(pk__in=list(said)).values_list("id", "name"))
    programs = [program_row(program, names[program], said[program], asked.as_of) for program in sorted(said)]
    return ProgramTables(
        programs, [row for program in sorted(said) for row in _stop_rows(program, said[program], asked.as_of)]
    )


def program_row(program: int, name: str, said: Sequence[Said], day: dt.date) -> dict[str, Any]:
    """One program's row of the table `program`."""
    now = standing(said, day)
    row = {
        "program_id": program,
        "name": name,
        "status": now.status,
        "since": now.since,
        "stopped_on": now.stopped_on,
        "stop_source": now.stop.by.source_id if now.stop else None,
        "decision_source": now.decision.source_id if now.decision else None,
    }
    if not now.disputed:
        return row
    return row | {
        "disputed_since": now.disputed_since,
        "last_said_on": now.last_said_on,
        "otherwise": otherwise(now),
        "decision": position(now.decision) if now.decision else None,
        "positions": [position(each) for each in now.positions],
    }


def _stop_rows(program: int, said: Sequence[Said], day: dt.date) -> list[dict[str, Any]]:
    return [
        {"program_id": program, "began_on": stop.began_on, "until_on": stop.until, "source_id": stop.by.source_id}
        for stop in stops(said, day)
    ]


def otherwise(now: Standing) -> list[str]:
    """The other statuses that the buyer's side gives a program since the standing decision."""
    return sorted({said.status for said in now.disputing})


def position(said: Said) -> dict[str, Any]:
    """What one speaker said, in which words."""
    return {
        "id": said.id,
        "kind": said.kind,
        "speaker": said.speaker,
        "role": said.role,
        "organization": said.organization,
        "side": said.side,
        "status": said.status,
        "term": said.term,
        "quotation": said.quotation,
        "effective_on": said.effective_on,
        "source": said.source_id,
    }
