"""Warnings of a request: collected while its body is read, and answered as `warnings`."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

#: The key in the serializers' context under which warnings are kept.
SAID = "warnings"


def warn(context: Any, said: Iterable[str], *, path: str) -> None:
    """Add warnings about a part of the request, named by its path."""
    context.setdefault(SAID, []).extend(f"{path}: {each}" for each in said)


@contextmanager
def warnings_at(context: Any, name: str) -> Iterator[None]:
    """Prefix the paths of warnings raised inside with a name."""
    said: list[str] = context.setdefault(SAID, [])
    before = len(said)
    yield
    said[before:] = [f"{name}.{each}" for each in said[before:]]


def warnings_of(context: Mapping[str, Any]) -> tuple[str, ...]:
    """All warnings about the request."""
    return tuple(context.get(SAID, ()))


def with_warnings(answer: dict[str, Any], said: Iterable[str]) -> dict[str, Any]:
    """An answer with the warnings about its request, each once; without the member if there are none."""
    every = list(dict.fromkeys(said))
    return answer | {"warnings": every} if every else answer
