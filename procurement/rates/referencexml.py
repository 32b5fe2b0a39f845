"""Reading the ECB's reference rates as XML. Pure.

<Cube>
    <Cube time="2026-10-30">
        <Cube currency="USD" rate="1.1172"/>
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import IO
from xml.parsers import expat

from procurement.common.errors import BadSource
from procurement.rates.referencequotes import CODE, BadCell, Days, Quote, quote_of

PIECE = 64 * 1024


def quotes_in_xml(opened: IO[bytes], name: str, today: dt.date) -> Iterator[Quote | BadCell]:
    """The rates of an open file, in its order, and what cannot be read. Raises BadSource."""
    cubes = _Cubes(name, today)
    try:
        while piece := opened.read(PIECE):
            cubes.parser.Parse(piece, False)
            yield from cubes.taken()
        cubes.parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise BadSource(f"{name} is no XML, or not all of it: {error}") from error
    if not cubes.has_days:
        raise BadSource(f"{name} has no day with rates; it is no file of reference rates")
    yield from cubes.taken()


class _Cubes:
    """What the elements say, in their order."""

    def __init__(self, name: str, today: dt.date) -> None:
        self.name, self.days, self.has_days = name, Days(today), False
        self.day: dt.date | None = None
        self.currencies: set[str] = set()
        self.found: list[Quote | BadCell] = []
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler = self.element
        self.parser.StartDoctypeDeclHandler = self.refuse_doctype

    def taken(self) -> list[Quote | BadCell]:
        """What was found since the last call."""
        found, self.found = self.found, []
        return found

    def refuse_doctype(self, *_: object) -> None:
        """The ECB's files define nothing of their own."""
        raise BadSource(f"{self.name} has definitions of its own, which no file of reference rates has")

    def element(self, name: str, given: Mapping[str, str]) -> None:
        """Note a day, or a rate of the day."""
        if name.rpartition(":")[2] != "Cube":
            return
        if "time" in given:
            self.begin_day(given["time"])
        elif "currency" in given and self.day is not None:
            self.found.append(self.quote(given["currency"], given.get("rate", ""), self.day))

    def begin_day(self, text: str) -> None:
        """The rates that follow are of this day; of none, where it cannot be read."""
        self.has_days = True
        self.currencies.clear()
        try:
            self.day = self.days.read(text.strip())
        except ValueError as error:
            self.day = None
            self.found.append(BadCell(self.line, "time", text, str(error)))

    def quote(self, code: str, text: str, day: dt.date) -> Quote | BadCell:
        """The rate of a currency, once a day."""
        if not CODE.fullmatch(code):
            return BadCell(self.line, "currency", code, "is not a currency's code")
        if code in self.currencies:
            return BadCell(self.line, code, text, "is given twice for the day; the first one is taken")
        self.currencies.add(code)
        return quote_of(self.line, code, text.strip(), day)

    @property
    def line(self) -> int:
        """Where the parser is."""
        return int(self.parser.CurrentLineNumber)
