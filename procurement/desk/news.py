"""What was recorded between two moments: how many facts of each table, what happened to flags, imports, and edits.

Each table is read through its index by time, and no further than is counted.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection
from psycopg import sql

from procurement.contracts.models import Contract
from procurement.flags.models import FlagEvent
from procurement.imports.models import ImportBatch
from procurement.parties.models import Organization
from procurement.programs.models import Program
from procurement.recorders import FACT_TABLES
from procurement.sources.facts import is_about
from procurement.sources.models import Document

#: Rows of a table are counted up to here.
MOST = 10_000
#: So many programs are named.
MOST_PROGRAMS = 20
FIRST_TABLE = "status_changes"
#: The tables whose rows are edited, with the moments at which those were.
EDITED = (Program, Contract, Organization, Document)

_FACTS = sql.SQL(
    """SELECT {name}, reverses_id IS NOT NULL, entered_by_id, count(*) FROM (
         SELECT reverses_id, entered_by_id FROM {table}
          WHERE recorded_at > %(after)s AND recorded_at <= %(until)s ORDER BY recorded_at LIMIT %(most)s) recent
        GROUP BY 2, 3"""
)
#: Ids follow moments but for a few that were open at once, so that the newest are looked at by id.
_FLAG_EVENTS = sql.SQL(
    """SELECT kind, by_id, count(*) FROM (SELECT kind, by_id, at FROM {table} ORDER BY id DESC LIMIT %(most)s) recent
        WHERE at > %(after)s AND at <= %(until)s GROUP BY 1, 2"""
)
_EDITS = sql.SQL(
    """SELECT {name}, recent.pgh_label, (context.metadata ->> 'user')::bigint, count(*) FROM (
         SELECT pgh_label, pgh_context_id FROM {table}
          WHERE pgh_created_at > %(after)s AND pgh_created_at <= %(until)s
          ORDER BY pgh_created_at LIMIT %(most)s) recent
         LEFT JOIN pghistory_context context ON context.id = recent.pgh_context_id
        GROUP BY 1, 2, 3"""
)
_OF_PROGRAM = sql.SQL(
    """(SELECT program_id FROM {table} WHERE recorded_at > %(after)s AND recorded_at <= %(until)s
         ORDER BY recorded_at LIMIT %(most)s)"""
)
_OF_CONTRACT = sql.SQL(
    """SELECT shared.program_id FROM (
         SELECT contract_id FROM {table} WHERE recorded_at > %(after)s AND recorded_at <= %(until)s
          ORDER BY recorded_at LIMIT %(most)s) recent
       CROSS JOIN LATERAL (SELECT DISTINCT a.program_id FROM procurement_programallocation a
                            WHERE a.contract_id = recent.contract_id) shared"""
)
_PROGRAMS = sql.SQL(
    """SELECT program_id, count(*), count(*) OVER () FROM ({parts}) found WHERE program_id IS NOT NULL
        GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %(programs)s"""
)


@dataclass(frozen=True)
class Counted:
    """How many rows of one kind, and by whom; no name is the service itself."""

    #: the name of a fact table, a kind of flag event, a state of imports, or an edited table
    kind: str
    number: int
    #: of these, how many take back others
    taken_back: int = 0
    by: Sequence[str] = ()

    @property
    def is_cut(self) -> bool:
        """Whether there are more than were counted."""
        return self.number > MOST


@dataclass(frozen=True)
class News:
    """What was recorded after a moment, up to another."""

    after: dt.datetime
    until: dt.datetime
    facts: Sequence[Counted]
    flags: Sequence[Counted]
    imports: Sequence[Counted]
    added: Sequence[Counted]
    edited: Sequence[Counted]
    #: the programs with most new facts about them or their contracts, and how many other programs have any
    programs: Sequence[tuple[Program, int]]
    more_programs: int

    @property
    def is_none(self) -> bool:
        """Whether nothing was recorded."""
        return not (self.facts or self.flags or self.imports or self.added or self.edited)


def news(after: dt.datetime, until: dt.datetime) -> News:
    """What was recorded after a moment, up to another. Seven queries."""
    values = {"after": after, "until": until, "most": MOST + 1, "programs": MOST_PROGRAMS}
    facts, edits = _asked(_facts(), values), _asked(_edits(), values)
    events = _asked(_FLAG_EVENTS.format(table=_table(FlagEvent)).as_string(None), values)
    batches = [*_batches(after, until)]
    names = _names(row[-2] for row in [*facts, *edits, *events, *batches])
    programs, more = _programs(values)
    return News(
        after,
        until,
        [each for name in _in_order() if (each := _counted(name, [row for row in facts if row[0] == name], names))],
        _by_kind([(kind, False, by, number) for kind, by, number in events], FlagEvent.Kind.values, names),
        _by_kind([(state, False, by, number) for state, by, number in batches], ImportBatch.State.values, names),
        _edited(edits, "insert", names),
        _edited(edits, "update", names),
        programs,
        more,
    )


def _asked(text: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return list(cursor.fetchall())


def _table(model: Any) -> sql.Identifier:
    return sql.Identifier(model._meta.db_table)


def _in_order() -> list[str]:
    """The names of the fact tables, status changes first."""
    return sorted((table.name for table in FACT_TABLES), key=lambda name: name != FIRST_TABLE)


@cache
def _facts() -> str:
    parts = [_FACTS.format(name=sql.Literal(each.name), table=_table(each.model)) for each in FACT_TABLES]
    return sql.SQL(" UNION ALL ").join(parts).as_string(None)


@cache
def _edits() -> str:
    events = [(model._meta.model_name, getattr(model, "pgh_event_model")) for model in EDITED]  # noqa: B009  # its own
    parts = [_EDITS.format(name=sql.Literal(name), table=_table(event)) for name, event in events]
    return sql.SQL(" UNION ALL ").join(parts).as_string(None)


@cache
def _program_counts() -> str:
    of_programs = [_OF_PROGRAM.format(table=_table(each.model)) for each in FACT_TABLES if _only(each.model, "program")]
    of_contracts = [
        _OF_CONTRACT.format(table=_table(each.model)) for each in FACT_TABLES if is_about(each.model, "contract")
    ]
    return _PROGRAMS.format(parts=sql.SQL(" UNION ALL ").join([*of_programs, *of_contracts])).as_string(None)


def _only(model: Any, column: str) -> bool:
    """Whether its facts are about a program, and not about a contract."""
    return is_about(model, column) and not is_about(model, "contract")


def _batches(after: dt.datetime, until: dt.datetime) -> Iterable[tuple[str, int | None, int]]:
    """The imports that ended, by state and by whom."""
    ended = ImportBatch.objects.filter(dry_run=False, finished_at__gt=after, finished_at__lte=until)
    for state, by in ended.order_by("id").values_list("state", "by")[: MOST + 1]:
        yield state, by, 1


def _names(users: Iterable[int | None]) -> dict[int | None, str]:
    rows = get_user_model()._default_manager.filter(pk__in={each for each in users if each is not None})
    return {None: "", **{user.pk: user.get_username() for user in rows}}


def _counted(kind: str, rows: Sequence[tuple[Any, ...]], names: Mapping[int | None, str]) -> Counted | None:
    """Rows of a kind, whether they take back, by whom and how many, as one; None of no rows."""
    if not rows:
        return None
    by = sorted({names.get(row[2], "") for row in rows})
    return Counted(kind, sum(row[3] for row in rows), sum(row[3] for row in rows if row[1]), by)


def _by_kind(rows: Sequence[tuple[Any, ...]], kinds: Iterable[str], names: Mapping[int | None, str]) -> list[Counted]:
    found = (_counted(kind, [row for row in rows if row[0] == kind], names) for kind in kinds)
    return [each for each in found if each is not None]


def _edited(rows: Sequence[tuple[Any, ...]], label: str, names: Mapping[int | None, str]) -> list[Counted]:
    found = [(name, False, by, number) for name, its, by, number in rows if its == label]
    return _by_kind(found, [str(model._meta.model_name) for model in EDITED], names)


def _programs(values: Mapping[str, Any]) -> tuple[list[tuple[Program, int]], int]:
    """The programs with most news, and how many have some beside them."""
    found = _asked(_program_counts(), values)
    rows = Program.everything.in_bulk([program for program, _, _ in found])
    more = found[0][2] - len(found) if found else 0
    return [(rows[program], number) for program, number, _ in found], more
