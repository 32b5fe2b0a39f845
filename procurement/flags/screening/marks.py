"""Marks on what the next sweep must evaluate again although no fact was recorded."""

from collections import defaultdict
from collections.abc import Iterable

from procurement.flags.evaluation.scope import Scope, of_programs
from procurement.flags.models import Flag, SweptRule
from procurement.programs.models import StatusChange
from procurement.sources.models import ScreeningMark

Kind = ScreeningMark.Kind


def look_again(scope: Scope) -> None:
    """Mark a scope that was screened as of an older day than that of a sweep, which it may have undone.

    Called under the scope's locks (screen.py). If a screening does not see the day of a sweep yet, the sweep sees the
    facts of the screening, and its own screening of them waits for these locks.
    """
    if scope.programs is None or scope.contracts is None:
        SweptRule.objects.all().delete()  # so the next sweep evaluates everything
    else:
        _mark(scope.programs, scope.contracts)


def refresh(flags: Iterable[Flag]) -> None:
    """Mark reopened flags: while they were resolved, screenings did not refresh their evidence."""
    about = [(flag.program_id, flag.contract_id) for flag in flags]
    programs = {program for program, contract in about if contract is None and program is not None}
    _mark(programs, {contract for _, contract in about if contract is not None})


def _mark(programs: Iterable[int], contracts: Iterable[int]) -> None:
    marks = [ScreeningMark(kind=Kind.PROGRAM, key=program) for program in programs]
    marks += [ScreeningMark(kind=Kind.CONTRACT, key=contract) for contract in contracts]
    ScreeningMark.objects.bulk_create(marks)


def marked(marks: Iterable[ScreeningMark]) -> Scope:
    """The scope that some marks name. At most two queries."""
    keys: dict[str, set[int]] = defaultdict(set)
    for mark in marks:
        keys[mark.kind].add(mark.key)
    programs = keys[Kind.PROGRAM]
    if speakers := keys[Kind.ORGANIZATION]:
        spoke = StatusChange.objects.filter(organization__in=speakers).order_by()
        programs = programs | set(spoke.values_list("program_id", flat=True))
    return Scope(frozenset(programs), frozenset(keys[Kind.CONTRACT])) | of_programs(keys[Kind.PROGRAM_NAME])
