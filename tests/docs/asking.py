"""Where an answer stands in what the service says: `rows[0].paid`, `results[side=seller, status=active].speaker`.

A step is a name, and behind it in brackets a number, a name that has a dot itself, `*` for every row, or conditions
that exactly one row meets.
"""

import re
from collections.abc import Iterator
from typing import Any

STEP = re.compile(r"([^.\[\]]+)|\[([^\]]*)\]")
EVERY = "[*]"


def said(answer: Any, where: str) -> str:
    """What stands there, as the page writes it. Raises LookupError or TypeError where it is not one thing."""
    ends = [passed[-1] for passed in ways(answer, steps(where))]
    return in_words(ends if EVERY in where else ends[0])


def sources(answer: Any, where: str) -> set[int]:
    """The documents that the facts on the way rest on; figures, which add up facts, name none."""
    passed = [each for way in ways(answer, steps(where)) for each in way if isinstance(each, dict)]
    return {each["source"] for each in passed if {"source", "published_on"} <= each.keys()}


def steps(where: str) -> list[str]:
    """The steps of a path; those in brackets keep them."""
    return [name or f"[{chosen}]" for name, chosen in STEP.findall(where)]


def ways(value: Any, to: list[str], passed: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """What is passed from a value to each end, the end last."""
    passed = (*passed, value)
    if not to:
        yield passed
    elif to[0] == EVERY:
        for each in value:
            yield from ways(each, to[1:], passed)
    else:
        yield from ways(taken(value, to[0]), to[1:], passed)


def taken(value: Any, step: str) -> Any:
    """What one step leads to."""
    chosen = step.removeprefix("[").removesuffix("]")
    if isinstance(value, dict):
        return value[chosen]
    if not isinstance(value, list):
        raise TypeError(f"{value} has no {step}")
    return value[int(chosen)] if chosen.isdigit() else the_row(value, chosen)


def the_row(rows: list[Any], conditions: str) -> Any:
    """The one row that meets all conditions."""
    wanted = [condition.split("=", 1) for condition in conditions.split(", ")]
    meeting = [row for row in rows if all(meets(row, where, words) for where, words in wanted)]
    if len(meeting) != 1:
        raise LookupError(f"{len(meeting)} of {len(rows)} rows meet {conditions}")
    return meeting[0]


def meets(row: Any, where: str, words: str) -> bool:
    """Whether a row says so; one that has no such place does not."""
    try:
        return said(row, where) == words
    except (LookupError, TypeError):
        return False


def in_words(value: Any) -> str:
    """An answer as the page writes it."""
    if isinstance(value, list):
        return ", ".join(in_words(each) for each in value) or "none"
    if isinstance(value, dict):
        raise TypeError(f"more than one thing: {', '.join(value)}")
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)
