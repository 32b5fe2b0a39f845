"""Layouts of US contract files: which heading holds what, in which kind of file. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from procurement.imports.formats.us_contract_actions.cells import Part, whole


@dataclass(frozen=True)
class At:
    """A heading, and which part of what stands under it is meant."""

    heading: str
    part: Part = whole


@dataclass(frozen=True)
class Kind:
    """One kind of file: under which headings our cells stand (the first that is not empty counts), and its document.

    `needs` are headings that no other kind has together. If `starts_with_contract`, every line says when the whole
    contract starts; otherwise when the action takes effect, so that only the award says when the contract starts.
    """

    name: str
    columns: Mapping[str, Sequence[At]]
    needs: frozenset[str]
    document: Mapping[str, str]
    starts_with_contract: bool = False
    #: The most characters that names of suppliers have, where longer ones are cut; 0 where none is.
    names_end_at: int = 0
    #: How numbers of the Department of Defense begin, with the code and name of the agency that awarded them; for
    #: kinds that name only the department.
    offices: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Layout:
    """A kind of file with the places of its columns in one file."""

    kind: Kind
    headings: Sequence[str]
    places: Mapping[str, Sequence[tuple[int, Part]]]
    #: Whether the first line holds headings and no action.
    is_headed: bool = True

    def texts(self, cells: Sequence[str]) -> dict[str, str]:
        """The cells that are not empty, by our names."""
        found: dict[str, str] = {}
        for name, places in self.places.items():
            for place, part in places:
                if cells[place] and (text := part(cells[place])):
                    found[name] = text
                    break
        return found

    def heading(self, name: str) -> str:
        """The heading of a cell of ours."""
        if (places := self.places.get(name)) is None:
            return name
        return self.headings[places[0][0]]

    def missing(self, names: Iterable[str]) -> list[str]:
        """The headings of some cells of ours that this file does not have."""
        return [self.kind.columns[name][0].heading for name in names if name not in self.places]


def normal(heading: str) -> str:
    """A heading as it is compared: Datetime-Scrape is datetime_scrape."""
    return re.sub(r"[^0-9a-z]+", "_", heading.strip().lower()).strip("_")


def laid_out(kind: Kind, headings: Sequence[str], *, is_headed: bool = True) -> Layout:
    """A kind of file with these headings; the first of several equal ones counts."""
    first: dict[str, int] = {}
    for place, heading in enumerate(headings):
        first.setdefault(normal(heading), place)
    places = {
        name: [(first[at.heading], at.part) for at in column if at.heading in first]
        for name, column in kind.columns.items()
    }
    return Layout(kind, headings, {name: found for name, found in places.items() if found}, is_headed)
