"""Turning one process into rows: its documents, and for each contract the row itself and the facts about it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from procurement.imports.formats.ocds.agreements import Agreement
from procurement.imports.formats.ocds.parties import PREFIX
from procurement.imports.formats.ocds.processes import Process
from procurement.imports.formats.ocds.shapes import day_of, digest, shortened
from procurement.imports.reading import Cell, Reading
from procurement.imports.rows import Given, Ref

#: The length of a key and of a title in our tables.
KEY, TITLE = 200, 500


@dataclass(frozen=True)
class Rows:
    """Where the rows of one process go, and what was chosen for the file."""

    reading: Reading
    process: Process
    options: Mapping[str, Any]
    zone: ZoneInfo | None

    def word(self, text: str) -> Cell:
        """A word of ours that the file implies."""
        return Given("", text, self.process.line)

    def day_of(self, value: Any) -> str:
        """The day of a date, in the zone that was chosen."""
        return day_of(value, self.zone)

    def source(self, day: str) -> Ref:
        """The publication, as it was on a day; the day is known only of one that has an address."""
        published = self.process.publication
        prefix = PREFIX.match(self.process.ocid.lower())
        publisher = self.options["publisher"] or published.publisher
        named = publisher or (prefix[0] if prefix else "a publisher that is not named")
        url = self.options["source_url"] or published.url
        cells: dict[str, Cell] = {
            "title": self.word(shortened(f"Open contracting data of {named}", TITLE)),
            "publisher": self.word(publisher[:300]),
            "url": self.word(url),
            "published_on": self.word(day if url else ""),
            "grade": self.word(self.options["grade"]),
        }
        key = digest(f"{named}\n{url}") + f" {day if url else ''}"
        return self.reading.row(Ref("documents", key), cells, line=self.process.line, record=self.process.ocid)

    def fact(self, table: str, agreement: Agreement, key: str, cells: Mapping[str, Cell]) -> Ref:
        """Add a fact about a contract."""
        ref = Ref(table, shortened(key, KEY), agreement.ref.key)
        return self.reading.row(ref, cells, line=agreement.place.line, record=self.process.ocid)

    def refuse(self, table: str, agreement: Agreement, key: str, reason: str) -> None:
        """Refuse what cannot become a fact about a contract."""
        ref = Ref(table, shortened(key, KEY), agreement.ref.key)
        self.reading.refuse(ref, agreement.place.line, reason, record=self.process.ocid)

    def remark(self, kind: str, agreement: Agreement, said: str, cell: Given | None = None) -> None:
        """Say what was taken although it looks odd, or was left out."""
        cell = cell and replace(cell, text=cell.text[:KEY])
        self.reading.remark(kind, agreement.place.line, f"contracts “{agreement.ref.key}”", said, cell=cell)
