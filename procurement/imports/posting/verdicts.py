"""What becomes of a fact whose key was posted before, decided from what is stored of that key."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from procurement.sources.appending import content, differing_columns
from procurement.sources.facts import Fact

#: Another publication may say the same: where the source is another one, these may differ in an unchanged row.
OF_THE_PUBLICATION = frozenset({"source_id", "published_on", "note"})
#: A value is shown up to here.
SHOWN = 80


class Verdict(Enum):
    """What becomes of it."""

    #: the key is new
    STORE = auto()
    #: a batch took it back: it becomes the next revision
    AGAIN = auto()
    UNCHANGED = auto()
    #: it says otherwise than the stored row, which is taken back; it becomes the next revision
    CORRECT = auto()
    #: it says otherwise than a row that a person corrected or took back
    QUEUE = auto()
    #: it says otherwise, and nothing says that it may
    REFUSE = auto()


@dataclass
class Stored:
    """The stored revisions of a key in their order, and by which row each was taken back."""

    revisions: list[Fact] = field(default_factory=list)
    reversals: dict[int, int] = field(default_factory=dict)

    @property
    def latest(self) -> Fact:
        """The one that counts."""
        return self.revisions[-1]

    @property
    def reversal(self) -> int | None:
        """The row that took the latest back."""
        return self.reversals.get(self.latest.pk)


@dataclass(frozen=True)
class Posted:
    """Of the rows of keys those that any batch put in, those that this one did, and whether it may correct."""

    by_any: Collection[int] = ()
    by_this: Collection[int] = ()
    corrects: bool = False


def verdict(stored: Stored, row: Fact, left_open: frozenset[str], posted: Posted) -> Verdict:
    """Decide about a row."""
    if not stored.revisions:
        return Verdict.STORE
    if stored.reversal in posted.by_any:
        return Verdict.AGAIN
    if any(not differing(each, row, left_open) for each in stored.revisions):
        return Verdict.UNCHANGED
    if not posted.corrects or stored.latest.pk in posted.by_this:
        return Verdict.REFUSE
    by_a_person = stored.latest.revision > 1 and stored.latest.pk not in posted.by_any
    return Verdict.QUEUE if by_a_person or stored.reversal is not None else Verdict.CORRECT


def differing(stored: Fact, row: Fact, left_open: frozenset[str]) -> list[str]:
    """The columns in which a row says otherwise than a stored one."""
    found = differing_columns(stored, row, left_open)
    if "source_id" in found and not set(found) - OF_THE_PUBLICATION:
        return []
    return found


# what is said of it


def corrected(stored: Fact, row: Fact, columns: Sequence[str]) -> str:
    """The remark on a row that corrects a stored one."""
    return f"corrects row {stored.pk}, which said otherwise ({_both(stored, row, columns)})"


def queued(stored: Fact, row: Fact, columns: Sequence[str], reversal: int | None) -> str:
    """Why a row waits for a person."""
    who = f"row {stored.pk}, by which a person corrected an earlier one, says otherwise"
    if reversal is not None:
        who = f"row {stored.pk}, which a person took back by row {reversal}, said otherwise"
    both = _both(stored, row, columns)
    return f"{who} ({both}); the stored rows stay until a person decides: correct row {stored.pk}, or leave it"


def taken_back(stored: Fact, reversal: int) -> str:
    """The remark on a row that is unchanged, and that a person took back."""
    return f"is row {stored.pk}, which was taken back by row {reversal}; it stays so"


def repeated(stored: Fact, row: Fact, columns: Sequence[str]) -> str:
    """Why a row is refused: another one has its key."""
    return (
        f"“{row.source_key}” was used before, by row {stored.pk}, with other content ({', '.join(columns)}); "
        f"repeat that content, use another key, or correct row {stored.pk}"
    )


def _both(stored: Fact, row: Fact, columns: Sequence[str]) -> str:
    had, has = content(stored), content(row)
    return "; ".join(f"{name}: {_shown(has[name])} given, {_shown(had[name])} stored" for name in columns)


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    text = value.isoformat() if isinstance(value, dt.date) else str(value)
    return text if len(text) <= SHOWN else text[:SHOWN] + "…"
