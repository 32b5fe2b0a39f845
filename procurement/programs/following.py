"""Which programs carry on what others began: their parts, and what succeeds or replaces them. Pure."""

from collections.abc import Collection, Iterable, Mapping

#: Links that lead from the program they are about to one that carries it on, and those that lead back to it.
FORWARD, BACKWARD = frozenset({"successor"}), frozenset({"replaces", "part_of"})

Steps = Mapping[int, Collection[int]]


def steps(links: Iterable[tuple[int, str, int]]) -> Steps:
    """From each program the ones that carry it on at once; a link is a program, a kind and another program."""
    found: dict[int, set[int]] = {}
    for program, kind, other in links:
        if kind in FORWARD:
            found.setdefault(program, set()).add(other)
        elif kind in BACKWARD:
            found.setdefault(other, set()).add(program)
    return found


def followed(programs: Iterable[int], by: Steps) -> frozenset[int]:
    """Programs with their parts and successors, and the parts and successors of those; circles end where they began."""
    reached, waiting = set[int](), {*programs}
    while waiting:
        at = waiting.pop()
        reached.add(at)
        waiting.update(each for each in by.get(at, ()) if each not in reached)
    return frozenset(reached)
