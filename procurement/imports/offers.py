"""Records of a file that are made into rows only where that is needed: a newer edition has mostly known ones. Pure."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from procurement.imports.reading import Reading
from procurement.imports.rows import BadFile, Parsed


class Offer(NamedTuple):
    """A record that can be made into rows.

    `key` is that of its contract. `content` is all that decides what the record becomes, beside the options of the
    file: its cells, and which of several equal records it is. `record` is the name that its rows give it.
    """

    key: str
    content: str
    record: str
    enter: Callable[[Reading], object]


@dataclass(frozen=True)
class Made:
    """The rows of some records, and of which of those something was said while they were made."""

    parsed: Parsed
    noisy: frozenset[str]


@dataclass
class Portion:
    """A portion of a file: its records, and what was found while they were collected."""

    file: str
    offers: Sequence[Offer] = ()
    found: Parsed = field(default_factory=Parsed)
    ahead: Made | None = None

    def made(self, which: Iterable[int]) -> Made:
        """The rows of some records, by their places."""
        reading, noisy = Reading(self.file), set[str]()
        for place in which:
            offer, before = self.offers[place], len(reading.issues) + len(reading.remarks)
            offer.enter(reading)
            if len(reading.issues) + len(reading.remarks) > before:
                noisy.add(offer.record)
        made = reading.portion()
        parsed = Parsed(made.rows, (*made.issues, *self.found.issues), (*made.remarks, *self.found.remarks))
        return Made(parsed, frozenset(noisy))

    def made_whole(self) -> Made:
        """The rows of all records; made once."""
        if self.ahead is None:
            self.ahead = self.made(range(len(self.offers)))
        return self.ahead

    def told_apart(self) -> list[bool]:
        """Of each record whether it is the only one of its contract: of several a later one may be refused."""
        counted = Counter(each.key for each in self.offers)
        return [counted[each.key] == 1 for each in self.offers]


#: Reads a file as `Reader` does, but makes no rows.
Offering: TypeAlias = Iterator[Portion]


def offered(reading: Reading, offers: Iterable[Offer]) -> Offering:
    """Records in portions, as `Reading.portions` cuts them; what `reading` was told meanwhile goes with them."""
    some: list[Offer] = []
    try:
        for offer in offers:
            some.append(offer)
            if reading.is_full(len(some)):
                yield Portion(reading.file, some, reading.portion())
                some = []
    except BadFile as error:
        reading.complain(error.line, "file", "", "", str(error))
    yield Portion(reading.file, some, reading.portion())


def in_full(portions: Offering) -> Iterator[Parsed]:
    """The rows of all records."""
    return (each.made_whole().parsed for each in portions)
