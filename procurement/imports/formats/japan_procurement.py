"""Contracts as Japanese ministries publish them (公共調達の適正化): sheets and CSV with the prescribed headings.

docs/formats/japan_procurement.md says how each column maps. Names and addresses of officials, and addresses of
suppliers, are never read. Pure.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any

from procurement.common.options import NotAccepted, Option
from procurement.imports.cells.day_notation import ACCEPTED, Days
from procurement.imports.cells.notation import narrow, says_nothing, unit_of
from procurement.imports.cells.occurrences import Occurrences
from procurement.imports.cells.values import Unreadable
from procurement.imports.files.headings import ROWS_BEFORE, Headings, NoHeadings, find_headings, normal, under_headings
from procurement.imports.files.tabular import OPTIONS, SUFFIXES, Line, lines
from procurement.imports.files.workbooks import WORKBOOKS
from procurement.imports.format import File, Format
from procurement.imports.japan.awards import Award, UnreadableCell, read_cell
from procurement.imports.japan.supplier_cell import name_and_number
from procurement.imports.reading import Cell, Reading
from procurement.imports.rows import Given, Parsed, Ref

#: Our names of the columns, and how ministries spell their headings; * stands for any end.
NEEDED = {
    "title": (
        "物品役務等の名称*",
        "物品等又は役務の名称*",
        "公共工事の名称*",
        "契約件名*",
        "件名*",
        "案件名*",
        "調達件名*",
    ),
    "signed_on": ("契約を締結した日*", "契約締結日*", "契約締結年月日*", "契約年月日*", "契約日*"),
    "amount": ("契約金額（円）", "契約金額", "契約金額（税込*", "契約金額*"),
}
MORE = {
    "supplier": (
        *(
            "契約の相手方の商号*",
            "契約の相手方の称号*",
            "契約の相手方の名称*",
            "契約の相手方の氏名*",
            "契約相手方の商号*",
        ),
        *("契約相手方の称号*", "契約相手方の名称*", "契約の相手方", "契約の相手方名*", "契約相手方", "契約相手方名*"),
        *("契約業者名*", "落札者名*", "契約者名*"),
    ),
    "number": ("法人番号*", "契約の相手方の法人番号*", "契約相手方の法人番号*", "相手方法人番号*"),
    "reference": ("契約番号*", "契約書番号*"),
    "quantity": ("数量*",),
    "measure": ("単位",),
    "competition": ("一般競争入札*", "契約方式*", "入札方式*"),
    "ground": ("随意契約によることとした*", "随意契約理由*", "随意契約の理由*", "根拠条文*"),
    "remarks": ("備考*",),
}
COLUMNS = NEEDED | MORE
#: What a row of sums is called.
TOTALS = re.compile(r"(総|小|合|累|月)?計(\(?\d*件\)?)?|総合計|.*(小計|合計)")
#: What stands in the ground of a contract under the US-Japan mutual defense assistance agreement.
MILITARY_SALE = re.compile(r"MDA|FMS|有償援助|相互防衛援助協定", re.IGNORECASE)
UNIT_PRICE = "単価"
#: How units are named above a table.
ABOVE = re.compile(r"単位[:・]?\(?(.*)")


def read(file: File, options: Mapping[str, Any]) -> Iterator[Parsed]:
    """The contracts of a file, in portions. Raises BadFile."""
    reading = Reading(file.name)
    stored = {name: options[name] for name in ("encoding", "delimiter")}
    found = under_headings(lines(file, **stored), NEEDED, partial(_skipped, reading))
    return reading.portions(_records(reading, found, options))


def _skipped(reading: Reading, sheet: str, error: NoHeadings) -> None:
    reading.remark("no-headings", error.line, sheet, f"the sheet is left out: it {error}")


def _records(reading: Reading, found: Iterator[tuple[Headings, Line]], options: Mapping[str, Any]) -> Iterator[object]:
    met, table = Occurrences(), None
    for headings, line in found:
        if table is None or table.headings is not headings:
            table = _Table(reading, headings, line, options)
        if not table.leaves_out(line):
            yield table.record(line, met)


class _Table:
    """The columns of one sheet, and how its cells are written."""

    def __init__(self, reading: Reading, headings: Headings, first: Line, options: Mapping[str, Any]) -> None:
        self.reading, self.headings, self.options = reading, headings, options
        self.places = {name: headings.place(*spellings) for name, spellings in COLUMNS.items()}
        self.unit = _unit(headings, self.places["amount"])
        in_workbook = any(each in f"{reading.file} {first.sheet}".lower() for each in WORKBOOKS)
        year = options["fiscal_year"]
        self.days = Days(fiscal_year=int(year) if year else None, serials=in_workbook)

    def given(self, line: Line, name: str) -> Given:
        """A cell under its heading; one that says nothing is empty."""
        place = self.places[name]
        text = self.headings.cell(line, place)
        shown = self.headings.shown[place] if place is not None else name
        return Given(" ".join(shown.split()), "" if says_nothing(text) else text, line.number)

    def leaves_out(self, line: Line) -> bool:
        """Whether a line is no contract: a sum, a note or the headings again. Says so."""
        title = self.given(line, "title").text
        bare = re.sub(r"\s", "", narrow(title or next(filter(str.strip, line.cells), "")))
        if self.places["title"] is not None and normal(title) == normal(self.headings.shown[self.places["title"]]):
            self.reading.remark("headings-again", line.number, "headings", "the headings stand here again")
        elif not self.given(line, "signed_on").text and TOTALS.fullmatch(bare):
            self.reading.remark("total", line.number, bare, "is a sum, and no contract")
        elif not any(self.given(line, name).text for name in ("signed_on", "amount", "supplier", "number")):
            said = "is a note, and no contract: it has no day, no amount and no supplier"
            self.reading.remark("note", line.number, "note", said)
        else:
            return False
        return True

    def record(self, line: Line, met: Occurrences) -> Ref:
        """One contract; it is refused without a day, or with an amount that is none."""
        signed_on, value, reference = (self.given(line, name) for name in ("signed_on", "amount", "reference"))
        name, number = self.supplier(line)
        fault: Unreadable | None = None
        try:
            signed_on = self.signed_on(signed_on)
        except Unreadable as error:
            fault = error
        told = (self.given(line, "title").text, signed_on.plain, _bare(value.text), name.text, number.text)
        key = met.key(map(normal, (reference.text,) if reference.text else told))
        award = Award(self.reading, line, key)
        try:
            value = self.value(award, value, line)
        except Unreadable as error:
            fault = fault or error
        if fault:
            return award.refuse(fault)
        buyer = award.buyer(award.said(self.options["buyer"]), self.options["buyer"])
        source = award.source(self.publication())
        cells: dict[str, Cell] = {
            "reference": reference if reference.text else award.said(f"SHEET-{key}"),
            "title": self.given(line, "title"),
            "buyer": buyer,
            "method": award.said(self.method(line)),
            "signed_on": signed_on,
            "description": award.said(self.description(line)),
            "source": source,
        }
        award.contract(cells if reference.text else cells | {"generated": award.said("true")})
        fact: dict[str, Cell] = {"effective_on": signed_on, "source": source}
        award.supplier(name, number, fact)
        award.commitment(value, fact)
        return award.ref

    def signed_on(self, given: Given) -> Given:
        """The day of signature. Raises Unreadable."""
        if not given.text:
            raise UnreadableCell(given, f"is empty, so nothing says since when; {ACCEPTED}")
        return replace(given, plain=read_cell(given, self.days.day))

    def supplier(self, line: Line) -> tuple[Given, Given]:
        """The name and the number of the supplier, from one cell or two."""
        cell, number = self.given(line, "supplier"), self.given(line, "number")
        has_address = any(each in cell.name for each in ("住所", "所在地"))
        name, within = name_and_number(cell.text, has_address=has_address)
        if cell.text and not name:
            said = "does not show where the name ends and the address begins, so none is taken"
            self.reading.remark("supplier-unclear", line.number, cell.name, said)
        return replace(cell, text=name), number if number.text else replace(number, text=within)

    def value(self, award: Award, given: Given, line: Line) -> Given:
        """The amount in plain digits; without them where it is that of a unit, or not known. Raises Unreadable."""
        if UNIT_PRICE in given.text:
            award.remark("unit-price", "is the price of a unit; the value of the contract is unknown", given)
            return replace(given, plain="")
        if UNIT_PRICE in self.given(line, "remarks").text:
            award.remark("unit-price-total", "is what the publisher expects under unit prices (単価契約)", given)
        return award.value(given, self.unit)

    def method(self, line: Line) -> str:
        """Foreign military sales are marked in the ground; nothing else is known of the way."""
        told = (self.given(line, name).text for name in ("ground", "remarks"))
        return "foreign_military_sale" if any(MILITARY_SALE.search(narrow(each)) for each in told) else ""

    def description(self, line: Line) -> str:
        """The quantity, and how and on what ground the supplier was chosen."""
        quantity = " ".join(filter(None, (self.given(line, name).text for name in ("quantity", "measure"))))
        told = [("数量", quantity)]
        told += [(each.name, each.text) for each in (self.given(line, name) for name in ("competition", "ground"))]
        return "\n".join(f"{name}: {' '.join(text.split())}" for name, text in told if text)

    def publication(self) -> dict[str, str]:
        """The document that all files of the publication stand for."""
        given = {name: self.options[name] for name in ("title", "url", "published_on")}
        return given | {"publisher": self.options["buyer"], "language": "ja", "grade": "primary"}


def _bare(text: str) -> str:
    """An amount as workbooks hold it, also from a file that writes 1,500円."""
    return re.sub("[,¥円 ]", "", narrow(text))


def _unit(headings: Headings, place: int | None) -> int:
    """The unit of amounts: the one in their heading, else the one named above the table (単位：千円)."""
    shown = headings.shown[place] if place is not None else ""
    if "円" in shown:
        return unit_of(shown)
    above = (ABOVE.search(narrow("".join(each.split()))) for each in headings.above)
    return next((unit_of(found[1]) for found in above if found), 1)


def _fiscal_year(value: object) -> str:
    text = str(value).strip()
    if not re.fullmatch(r"(19|20)\d\d", text, re.ASCII):
        raise NotAccepted("is no year; 2020 would be accepted for 令和2年度")
    return text


def _holds_such_a_table(file: File) -> bool:
    is_workbook = file.name.lower().endswith(WORKBOOKS)
    read_lines = lines(file) if is_workbook else islice(lines(file), ROWS_BEFORE)
    try:
        if is_workbook:
            return next(under_headings(read_lines, NEEDED, lambda *_: None), None) is not None
        find_headings(read_lines, NEEDED)
    except NoHeadings:
        return False
    return True


FORMAT = Format(
    "japan_procurement",
    "Contracts of a Japanese ministry (公共調達の適正化; workbook or CSV)",
    SUFFIXES,
    read,
    options=(
        Option("buyer", "the ministry that publishes the file, e.g. 防衛省", needed=True),
        Option("title", "what the publication is called", default="公共調達の適正化に基づく契約に係る情報の公表"),
        Option("url", "its address; files of one publication have one"),
        Option("published_on", "the day on which it was published, if known"),
        Option(
            "fiscal_year",
            "the year in which days without a year lie: 2020 for April 2020 to March 2021",
            read=_fiscal_year,
        ),
        *OPTIONS,
    ),
    looks_into=_holds_such_a_table,
    self_contained=True,
)
