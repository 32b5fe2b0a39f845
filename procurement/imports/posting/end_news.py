"""Whether a file's word about when a contract ends counts, decided from what files said of it before. Pure."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto


@dataclass(frozen=True)
class End:
    """When a contract ends, and how exactly that is known; no day where nobody says."""

    on: dt.date | None = None
    precision: str = "day"

    def __str__(self) -> str:
        """The end as it is shown in a remark."""
        shown = self.on.isoformat() if self.on else "nothing"
        return shown if self.on is None or self.precision == "day" else f"{shown} ({self.precision})"


@dataclass(frozen=True)
class Word:
    """What a record said of a contract's end, and the day of that record if it is known."""

    said_on: dt.date | None
    end: End
    batch_id: int = 0
    #: Of two words of one day the one stored later counts.
    order: int = 0


class Verdict(Enum):
    """What becomes of a word."""

    #: it was said before
    NOTHING = auto()
    #: it changes nothing, but a later file is compared with it
    NOTE = auto()
    #: it is newer than what is stored
    TAKE = auto()
    #: it is older, and differs
    OLDER = auto()
    #: it differs, and nothing says which of the two is newer
    UNCLEAR = auto()


def newest(words: Iterable[Word]) -> Word | None:
    """The word that counts: the one of the latest record."""
    return max(words, key=lambda each: (each.said_on or dt.date.min, each.order), default=None)


def verdict(
    given: Word, stored: End, words: Sequence[Word], stored_on: dt.date | None = None, *, is_own: bool = False
) -> Verdict:
    """Decide about a word that names a day.

    `words` were said before and stand. Without any, `stored_on` is the day of the document from which the stored end
    is; and of a contract that is the file's own (`is_own`) nothing else was said.
    """
    last = newest(words)
    since = last.said_on if last else stored_on
    if given.end == stored:
        is_news = last is None or (given.said_on is not None and (since is None or given.said_on > since))
        return Verdict.NOTE if is_news else Verdict.NOTHING
    if any(each.end == given.end and each.said_on == given.said_on for each in words):
        return Verdict.NOTHING
    if stored.on is None or (is_own and last is None):
        return Verdict.TAKE
    if given.said_on is None or since is None:
        return Verdict.UNCLEAR
    # a record that is published again may say otherwise than before
    is_newer = given.said_on > since or (given.said_on == since and last is not None)
    return Verdict.TAKE if is_newer else Verdict.OLDER
