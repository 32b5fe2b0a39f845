"""Who decided and said what of a program: decisions apart from statements, with the words in their own language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from procurement.common import localized
from procurement.common.dating import Dated
from procurement.programs.models import StatusChange
from procurement.programs.standing import Said, Standing
from procurement.sources.models import Document

#: So many are shown where there is room for few.
SHORT = 5


@dataclass(frozen=True)
class Word:
    """One decision or statement: who, when, in which words and language, and what was noted of it."""

    said: Said
    language: str
    note: str = ""
    #: whether it differs from the standing status, on the buyer's own side
    disputes: bool = False
    #: whether the body that decides has decided since
    superseded: bool = False

    @property
    def role(self) -> str:
        """The speaker's office, where that says more than the name."""
        return "" if self.said.role.startswith(self.who) else self.said.role

    @property
    def quoted(self) -> str:
        """The words themselves: the sentence, else the term."""
        return self.said.quotation or self.said.term

    @property
    def who(self) -> str:
        """The speaker, else the body that spoke."""
        return self.said.speaker or self.said.organization

    @property
    def dated(self) -> Dated:
        """The day, as its source gives it."""
        return self.said.dated


@dataclass(frozen=True)
class Spoken:
    """All that was decided and said up to the asked day."""

    decisions: tuple[Word, ...]
    #: each speaker's latest word with a status since the program was last sound
    positions: tuple[Word, ...]
    #: every other statement, in order
    others: tuple[Word, ...]

    @property
    def latest_decisions(self) -> tuple[Word, ...]:
        """The last of them."""
        return self.decisions[-SHORT:]

    @property
    def latest_positions(self) -> tuple[Word, ...]:
        """The latest, those that dispute the status first."""
        latest = sorted(self.positions, key=lambda word: (word.disputes, word.said.order), reverse=True)
        return tuple(latest[:SHORT])

    @property
    def latest_others(self) -> tuple[Word, ...]:
        """The last of the other statements, for where nobody takes a position."""
        return tuple(reversed(self.others[-2:]))

    @property
    def speakers(self) -> int:
        """How many take a position."""
        return len(self.positions)

    def sources(self) -> set[int]:
        """The documents that these rest on."""
        each = (*self.decisions, *self.positions, *self.others)
        return {word.said.source_id for word in each if word.said.source_id}


def spoken(said: Sequence[Said], standing: Standing, documents: Mapping[int, Document]) -> Spoken:
    """Sort what was said. One query, for the notes."""
    notes = dict(StatusChange.objects.filter(pk__in=[each.id for each in said]).values_list("pk", "note"))
    disputing = {each.id for each in standing.disputing}

    def words(rows: Iterable[Said]) -> tuple[Word, ...]:
        return tuple(
            Word(
                each,
                language_of(each, documents),
                notes.get(each.id, ""),
                each.id in disputing,
                _is_before(each, standing),
            )
            for each in rows
        )

    in_order = sorted(said, key=lambda each: each.order)
    taken = {each.id for each in standing.positions}
    return Spoken(
        decisions=words(each for each in in_order if each.kind == StatusChange.Kind.DECISION),
        positions=words(standing.positions),
        others=words(each for each in in_order if each.kind != StatusChange.Kind.DECISION and each.id not in taken),
    )


def _is_before(said: Said, standing: Standing) -> bool:
    """Whether a statement was made before the decision that stands."""
    decided = standing.decision
    return said.kind != StatusChange.Kind.DECISION and decided is not None and said.order < decided.order


def language_of(said: Said, documents: Mapping[int, Document]) -> str:
    """The language of the words: that of their source, unless their letters say otherwise."""
    text, source = said.quotation or said.term, documents.get(said.source_id or 0)
    given = source.language if source else ""
    if written := localized.language_of(text):
        return given if given.startswith("zh") else written
    return "en" if given.startswith(("ja", "zh")) else given
