"""Procurement rows of gBizINFO, the register of Japanese corporations: CSV of six columns, one award a line.

docs/formats/gbizinfo.md says how each column maps. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from procurement.imports.cells.day_notation import ACCEPTED, day
from procurement.imports.cells.occurrences import BETWEEN, Occurrences
from procurement.imports.cells.values import Unreadable
from procurement.imports.files.headings import Headings, under_headings
from procurement.imports.files.tabular import OPTIONS, PACKED, TEXTS, Line, beginning, lines, record_of
from procurement.imports.format import File, Format
from procurement.imports.japan.awards import Award, UnreadableCell, read_cell
from procurement.imports.offers import Offer, Offering, in_full, offered
from procurement.imports.reading import Cell, Reading
from procurement.imports.rows import Given, Parsed, Ref

COLUMNS = ("date_of_order", "title", "amount", "government_departments", "joint_signatures", "corporate_number")
#: The publication that every file is a part of; files overlap, so none is a source of its own.
SOURCE = {
    "title": "gBizINFO 調達情報",
    "publisher": "経済産業省",
    "url": "https://info.gbiz.go.jp/hojin/DownloadTop",
    "language": "ja",
    "grade": "secondary",
}
#: What stands between the names of several departments.
SEVERAL = "／"


def read(file: File, options: Mapping[str, Any]) -> Iterator[Parsed]:
    """The awards of a file, in portions. Raises BadFile."""
    return in_full(offers(file, options))


def offers(file: File, options: Mapping[str, Any]) -> Offering:
    """The same, not made into rows yet."""
    reading = Reading(file.name)
    found = under_headings(lines(file, **options), {name: (name,) for name in COLUMNS}, partial(_skipped, reading))
    return offered(reading, _offers(found))


def _skipped(reading: Reading, sheet: str, error: Exception) -> None:
    reading.remark("no-headings", 1, sheet, str(error))


def _offers(found: Iterable[tuple[Headings, Line]]) -> Iterator[Offer]:
    """The file names no contract: each is named by its line, and its number among equal lines."""
    met, of, places = Occurrences(), None, []
    for headings, line in found:
        if of is not headings:
            of, places = headings, [headings.place(name) for name in COLUMNS]
        cells = [headings.cell(line, place) for place in places]
        key = met.key(cells)
        yield Offer(key, f"{key}\x1f{BETWEEN.join(cells)}", record_of(line), partial(_record, line, key, cells))


def _record(line: Line, key: str, cells: Sequence[str], reading: Reading) -> Ref:
    """One line; one that says no day or no award is refused."""
    award = Award(reading, line, key)
    given = {name: Given(name, text, line.number) for name, text in zip(COLUMNS, cells, strict=True)}
    try:
        signed_on, value = _day(given["date_of_order"]), award.value(given["amount"])
    except Unreadable as error:
        return award.refuse(error)
    source = award.source(SOURCE)
    award.contract(
        {
            "reference": award.said(f"GBIZ-{award.ref.key}"),
            "generated": award.said("true"),
            "title": given["title"],
            "buyer": _buyer(award, given["government_departments"]),
            "signed_on": signed_on,
            "source": source,
        }
    )
    fact: dict[str, Cell] = {"effective_on": signed_on, "source": source}
    award.supplier(award.said(""), given["corporate_number"], fact)
    for name in _each_once(given["joint_signatures"].text):
        award.party(
            f"joint {name}", award.named(given["joint_signatures"], name, f"named {name}", {}), "supplier", fact
        )
    award.commitment(value, fact)
    return award.ref


def _day(given: Given) -> Given:
    if not given.text:
        raise UnreadableCell(given, f"is empty, so nothing says since when; {ACCEPTED}")
    return replace(given, plain=read_cell(given, day))


def _buyer(award: Award, given: Given) -> Ref:
    """The department; of several, the first."""
    first, several, _ = given.text.partition(SEVERAL)
    if several:
        award.remark("several-buyers", "names several departments; the first is taken as the buyer", given)
    return award.buyer(given, first.strip())


def _each_once(names: str) -> Sequence[str]:
    return list(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))


def _recognises(head: bytes) -> bool:
    return beginning(head).lower().replace('"', "").strip().startswith(",".join(COLUMNS[:4]))


FORMAT = Format(
    "gbizinfo",
    "Procurement rows of gBizINFO (CSV)",
    (*TEXTS, *PACKED),
    read,
    options=OPTIONS,
    recognises=_recognises,
    self_contained=True,
    offers=offers,
)
