"""What is to be looked at again although no fact was recorded: edited, looked at too late, or reopened by somebody."""

from collections import defaultdict
from collections.abc import Iterable

from procurement.flags.evaluation.scope import Scope, of_programs
from procurement.flags.models import Flag, SweptRule
from procurement.programs.models import StatusChange
from procurement.sources.models import ScreeningMark

Kind = ScreeningMark.Kind


def look_again(scope: Scope) -> None:
    """Note that a scope was looked at as of an older day than a sweep has begun with, so that the next sweep does too.

    Called under the scope's locks (screen.py). A sweep says that it begins before it chooses where to look, so of a
    screening that knows nothing of it the sweep sees the fact, and takes its turn after it.
    """
    if scope.programs is None or scope.contracts is None:
        SweptRule.objects.all().delete()  # the next sweep looks at everything
    else:
        _mark(scope.programs, scope.contracts)


def refresh(flags: Iterable[Flag]) -> None:
    """Note that flags are shown again that were not kept up to date: one that somebody resolved is not refreshed."""
    about = [(flag.program_id, flag.contract_id) for flag in flags]
    programs = {program for program, contract in about if contract is None and program is not None}
    _mark(programs, {contract for _, contract in about if contract is not None})


def _mark(programs: Iterable[int], contracts: Iterable[int]) -> None:
    marks = [ScreeningMark(kind=Kind.PROGRAM, key=program) for program in programs]
    marks += [ScreeningMark(kind=Kind.CONTRACT, key=contract) for contract in contracts]
    ScreeningMark.objects.bulk_create(marks)


def marked(marks: Iterable[ScreeningMark]) -> Scope:
    """What some marks are about. Two queries at most."""
    keys: dict[str, set[int]] = defaultdict(set)
    for mark in marks:
        keys[mark.kind].add(mark.key)
    programs = keys[Kind.PROGRAM]
    if speakers := keys[Kind.ORGANIZATION]:
        spoke = StatusChange.objects.filter(organization__in=speakers).order_by()
        programs = programs | set(spoke.values_list("program_id", flat=True))
    return Scope(frozenset(programs), frozenset(keys[Kind.CONTRACT])) | of_programs(keys[Kind.PROGRAM_NAME])
