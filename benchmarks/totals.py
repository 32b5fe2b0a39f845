"""The one place where measurements touch the totals that are kept as facts are posted.

Without them both acts do nothing: the answer is then the ledger scan itself.
"""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.db import connection

from benchmarks.progress import Progress


def rebuild(progress: Progress) -> None:
    """Build the totals from the ledger, as after an import that no trigger saw."""
    act = found("procurement.exposure.kept.rebuilding", "rebuild_totals")
    if act is None:
        progress.say("no totals to rebuild: every answer scans the ledger")
        return
    act(
        progress=lambda what, done, of: (
            progress.say(f"{what} {done}/{of}") if done in (0, of) or not done % 20 else None
        )
    )
    progress.say("totals rebuilt from the ledger")


def are_there() -> bool:
    """Whether a kept database brought its totals."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM procurement_span)")
        return bool(cursor.fetchone()[0])


def refresh() -> None:
    """Fold what was posted into the totals, as the worker does each time it is nudged."""
    act = found("procurement.exposure.kept.refreshing", "fold")
    if act is not None:
        act()


def from_ledger() -> Callable[[Any], Any] | None:
    """The function that answers a question from the ledger alone; None while there is no other way."""
    return found("procurement.exposure.answering", "answer_from_ledger")


def found(module: str, name: str) -> Callable[..., Any] | None:
    """A function of a module, if both are there; a module that is there and broken raises."""
    if find_spec(module) is None:
        return None
    act: Callable[..., Any] | None = getattr(import_module(module), name, None)
    return act
