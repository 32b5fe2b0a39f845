"""Reads standing statuses: queries the rows in view and passes them to the pure rule."""

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches

from django.db.models import Exists, OuterRef

from procurement.common.dates import Asked
from procurement.common.prepared_statements import array, ask, quoted
from procurement.parties.reading import bodies_at
from procurement.programs.following import Steps, steps
from procurement.programs.models import Program, ProgramLink, StatusChange
from procurement.programs.standing import Said, Standing, standing
from procurement.sources.past_view import as_recorded, in_past_view

SAID = (
    "id", "kind", "status", "effective_on", "published_on", "sequence", "scope", "side", "speaker", "role",
    "organization_id", "term", "quotation", "revokes_id", "source_id", "casts_doubt", "effective_precision",
)  # fmt: skip


#: Most questions name programs, so each session plans it once.
BY_CODE = b"""
SELECT code, id FROM procurement_program WHERE withdrawn_at IS NULL AND code = ANY ((SELECT $1::text[])::text[])"""
#: How many codes a refusal names.
MOST_NAMED = 20


def ids_by_code(codes: Iterable[str]) -> list[int]:
    """The ids of programs by code. Raises ValueError naming what no program has, and what would be accepted."""
    wanted = list(dict.fromkeys(codes))
    found: dict[str, int] = dict(ask([(BY_CODE, [array(map(quoted, wanted))])])[0])
    missing = [code for code in wanted if code not in found]
    if missing:
        named = ", ".join(f"“{code[:60]}”" for code in missing)
        raise ValueError(f"no program has the code {named}; accepted: {_accepted(missing)}")
    return [found[code] for code in wanted]


def _accepted(missing: Iterable[str]) -> str:
    """The codes of programs: all where they are few, else those that resemble what was given."""
    known = sorted(Program.objects.values_list("code", flat=True))
    like = sorted({code for each in missing for code in get_close_matches(each, known)})
    named = known if len(known) <= MOST_NAMED else like or known[:MOST_NAMED]
    return ", ".join(named) + (f" and {len(known) - len(named)} more" if len(named) < len(known) else "")


def steps_now(today: dt.date) -> Steps:
    """From each program to its parts and successors, by the links that stand now. One query."""
    rows = ProgramLink.objects.standing(Asked(today)).order_by()
    return steps(rows.values_list("program_id", "kind", "other_id"))


def strange_domains(domains: Iterable[str]) -> str | None:
    """What is wrong with domains that no program has, with the nearest that some have; None if all are some's."""
    wanted = list(dict.fromkeys(domains))
    named_so = Program.objects.filter(domain__in=wanted).exclude(domain="")
    known = set(named_so.values_list("domain", flat=True)) if wanted else set()
    missing = [each for each in wanted if each not in known]
    if not missing:
        return None
    named = ", ".join(f"“{each[:60]}”" for each in missing[:MOST_NAMED])
    near = ", ".join(_nearest_domains(missing))
    return f"no program has {named} as its domain; {f'the nearest: {near}' if near else 'there is none yet'}"


def _nearest_domains(missing: Iterable[str]) -> list[str]:
    known = Program.objects.exclude(domain="").order_by("domain").values_list("domain", flat=True).distinct()
    folded = {each.casefold(): each for each in known}
    like = [folded[name] for each in missing for name in get_close_matches(each.casefold(), folded)]
    return list(dict.fromkeys(like))[:MOST_NAMED] or list(folded.values())[:MOST_NAMED]


def program_in_view(code: str, asked: Asked) -> Program | None:
    """The program with a code and its buyer, if it is in view at the asked dates. One query."""
    rows = in_past_view(as_recorded(Program, asked).filter(code=code), asked)
    found: Program | None = rows.select_related("buyer").first()
    return found


def said_by_program(asked: Asked, program_ids: Collection[int] | None = None) -> dict[int, list[Said]]:
    """The decisions and statements in view, by program id; of all programs when none are named."""
    rows = StatusChange.objects.standing(asked)
    if program_ids is not None:
        rows = rows.filter(program__in=program_ids)
    found: dict[int, list[Said]] = defaultdict(list)
    for program_id, organization, *values in rows.values_list("program_id", "organization__name", *SAID):
        found[program_id].append(Said(organization=organization or "", **dict(zip(SAID, values, strict=True))))
    _name_as_one(found.values(), asked)
    return found


def _name_as_one(said: Collection[list[Said]], asked: Asked) -> None:
    """Let bodies that speak of a program without a speaker go by those that remain of them, as who spoke tells apart.

    One query, where there are several of one program. Those that were merged by the asked day are one throughout.
    """
    if not any(len({each.organization_id for each in rows if _speaks_as_a_body(each)}) > 1 for rows in said):
        return
    into = bodies_at(asked).into
    for rows in said if into else ():
        rows[:] = [replace(each, remains_id=into.get(each.organization_id or 0)) for each in rows]


def _speaks_as_a_body(each: Said) -> bool:
    return each.kind == StatusChange.Kind.STATEMENT and bool(each.status) and not each.speaker


def standings(asked: Asked, program_ids: Collection[int] | None = None) -> dict[int, Standing]:
    """The standing of each program that has decisions or statements in view."""
    return {program: standing(said, asked.as_of) for program, said in said_by_program(asked, program_ids).items()}


def standings_at(
    days: Sequence[dt.date], asked: Asked, program_ids: Collection[int] | None = None
) -> list[dict[int, Standing]]:
    """The same at each of some days in their order, from one query."""
    said = said_by_program(replace(asked, as_of=days[-1]), program_ids)
    return [
        {program: each for program, each in known.items() if each is not None}
        for known in map(dict, zip(*(_through(program, rows, days) for program, rows in said.items()), strict=True))
    ] or [{} for _ in days]


def _through(program: int, said: list[Said], days: Sequence[dt.date]) -> Iterator[tuple[int, Standing | None]]:
    """A program's standing at each day, worked out anew where somebody spoke or decided, or where it is disputed."""
    turns, found = sorted(each.effective_on for each in said), None
    heard = 0
    for day in days:
        by_then = bisect_right(turns, day)
        if by_then > heard or (found is not None and found.disputed):
            heard, found = by_then, standing(said, day)
        yield program, found


def standing_of(program_id: int, asked: Asked) -> Standing:
    """The standing of one program."""
    return standings(asked, [program_id]).get(program_id, Standing())


def perhaps_disputed(asked: Asked) -> list[int]:
    """The programs with a statement of the buyer's side since its last decision: no other can be disputed."""
    rows = StatusChange.objects.standing(asked)
    decided = rows.filter(kind=StatusChange.Kind.DECISION, scope=StatusChange.Scope.WHOLE)
    later = decided.filter(program=OuterRef("program"), effective_on__gt=OuterRef("effective_on"))
    said = rows.filter(kind=StatusChange.Kind.STATEMENT, side=StatusChange.Side.BUYER).exclude(status="")
    return list(said.filter(~Exists(later)).order_by().values_list("program", flat=True).distinct())
