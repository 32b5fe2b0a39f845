"""What is to be looked at again although no fact was recorded: what was edited, and what was looked at too late."""

from collections import defaultdict
from collections.abc import Iterable

from procurement.flags.evaluation.scope import Scope, of_programs
from procurement.flags.models import SweptRule
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
        return
    marks = [ScreeningMark(kind=Kind.PROGRAM, key=program) for program in scope.programs]
    marks += [ScreeningMark(kind=Kind.CONTRACT, key=contract) for contract in scope.contracts]
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
