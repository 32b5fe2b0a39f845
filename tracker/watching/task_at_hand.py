"""The task that a worker's process is at, for its log lines."""

from contextvars import ContextVar
from typing import NamedTuple


class Task(NamedTuple):
    """A task as its message names it."""

    id: str
    name: str


#: One at a time in each process. Threads that a task starts have none.
_current: ContextVar[Task | None] = ContextVar("task", default=None)


def current_task() -> Task | None:
    """The task at hand; None outside of tasks."""
    return _current.get()


def at_task(task: Task | None) -> None:
    """Begin a task, or end it with None."""
    _current.set(task)
