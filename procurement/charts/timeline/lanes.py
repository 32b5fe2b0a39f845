"""The lanes of speakers: who spoke, on which days, and the words they used. Pure, but for the language of statuses."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from procurement.charts.lettering import MORE, shortened, width_of
from procurement.charts.statuses import status_in_words
from procurement.programs.standing import Said

#: Between the words of a speaker.
THEN = " → "
BUYER = "buyer"


@dataclass(frozen=True)
class Lane:
    """One speaker, or all that have no lane of their own."""

    name: str
    said: tuple[Said, ...]
    #: how many speakers it stands for
    speakers: int = 1

    @property
    def words(self) -> list[str]:
        """The words that were used, in order, each with the status that it stands for."""
        parts: list[tuple[str, list[str]]] = []
        for each in self.said:
            if not each.term and not each.status:
                continue
            if parts and parts[-1][0] == each.status:
                if each.term and each.term not in parts[-1][1]:
                    parts[-1][1].append(each.term)
            else:
                parts.append((each.status, [each.term] if each.term else []))
        return [_worded(status, terms) for status, terms in parts]

    def told(self, size: float, room: float) -> str:
        """The words in one line of a room: where not all fit, the first and the last, else the last."""
        for words in (self.words, [*self.words[:1], MORE, *self.words[-1:]]):
            if width_of(THEN.join(words), size) <= room:
                return THEN.join(words)
        return shortened(self.words[-1], size, room)


def _worded(status: str, terms: Sequence[str]) -> str:
    meant = status_in_words(status) if status else ""
    if not terms:
        return meant
    said = ", ".join(terms)
    tells = all(meant.startswith(term.lower()) for term in terms)  # suspend, suspended
    return said if tells or not meant else f"{said} ({meant})"


def lanes(said: Iterable[Said], most: int) -> list[Lane]:
    """A lane for each speaker that says most, in the order in which they first spoke, then one for all others."""
    by_speaker: dict[object, list[Said]] = defaultdict(list)
    for each in said:
        by_speaker[each.side, each.who].append(each)
    weighed = sorted(by_speaker.values(), key=_weight, reverse=True)
    # a lane for one more costs no more room than one for the others
    shown = weighed if len(weighed) <= most + 1 else weighed[:most]
    others = weighed[len(shown) :]
    found = [Lane(speaker_of(each[0]), tuple(each)) for each in sorted(shown, key=lambda each: each[0].order)]
    if others:
        rest = sorted((each for part in others for each in part), key=lambda each: each.order)
        found.append(Lane("", tuple(rest), len(others)))
    return found


def _weight(said: Sequence[Said]) -> tuple[int, int, int, int]:
    """Decisions first, then the buyer's side, then who named most statuses and used most words."""
    named = sum(bool(each.status) for each in said)
    return (
        sum(each.kind == "decision" for each in said),
        int(said[0].side == BUYER and named > 0),
        named,
        sum(bool(each.term) for each in said),
    )


def name_of(lane: Lane) -> str:
    """The speaker, or how many others there are."""
    others = ngettext("%(count)d other speaker", "%(count)d other speakers", lane.speakers) % {"count": lane.speakers}
    return lane.name or others


def speaker_of(said: Said) -> str:
    """The name of who spoke."""
    return said.speaker or said.organization or _("speaker not named")
