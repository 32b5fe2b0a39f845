"""What a request states and is not stored: gathered while its body is read, and answered as `warnings`."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

#: Where the context of a request's serializers keeps what was said.
SAID = "warnings"


def warn(context: Any, said: Iterable[str], *, path: str) -> None:
    """Remember what is odd about a part of the request, named by its path."""
    context.setdefault(SAID, []).extend(f"{path}: {each}" for each in said)


@contextmanager
def warnings_at(context: Any, name: str) -> Iterator[None]:
    """Put a name before the paths of what is warned of inside."""
    said: list[str] = context.setdefault(SAID, [])
    before = len(said)
    yield
    said[before:] = [f"{name}.{each}" for each in said[before:]]


def warnings_of(context: Mapping[str, Any]) -> tuple[str, ...]:
    """Everything that was said about the request."""
    return tuple(context.get(SAID, ()))


def with_warnings(answer: dict[str, Any], said: Iterable[str]) -> dict[str, Any]:
    """An answer with what was odd about its request, each once; without the member where nothing was."""
    every = list(dict.fromkeys(said))
    return answer | {"warnings": every} if every else answer
