"""The programs before, after, above and below a program."""

from dataclasses import dataclass

from django.db.models import Q

from procurement.common.dates import Asked
from procurement.programs.models import Program, ProgramLink


@dataclass(frozen=True)
class Relation:
    """Another program, and what it is to this one."""

    kind: str
    program: Program
    link: ProgramLink


#: What the other program is, where the link is this program's own, and where it is the other's.
_OWN = {"successor": "successor", "replaces": "predecessor", "part_of": "whole"}
_OTHERS = {"successor": "predecessor", "replaces": "successor", "part_of": "part"}


def relations_of(asked: Asked, program_id: int) -> tuple[Relation, ...]:
    """Every link in view, each other program once for each relation. One query."""
    rows = ProgramLink.objects.standing(asked).filter(Q(program=program_id) | Q(other=program_id))
    found: dict[tuple[str, int], Relation] = {}
    for link in rows.select_related("program", "other").order_by("effective_on", "id"):
        own = link.program_id == program_id
        kind, other = (_OWN[link.kind], link.other) if own else (_OTHERS[link.kind], link.program)
        found.setdefault((kind, other.pk), Relation(kind, other, link))
    return tuple(found.values())
