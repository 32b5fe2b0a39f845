"""What the XML of a workbook says before its sheets are opened: how large they are, and where formulas stand. Pure."""

import zipfile
from array import array
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from posixpath import join, normpath
from typing import TypeAlias
from xml.parsers import expat

from procurement.imports.files.packed import CannotUnpack, member_bytes, members

#: The most cells of a sheet, the empty ones of its rectangle included: about 300 MB in memory.
MOST_CELLS = 10_000_000
#: The most bytes of XML in a workbook.
MOST_XML = 1024**3

Attributes: TypeAlias = Mapping[str, str]
#: What is done with each element of a file: its name without a prefix, and its attributes with theirs.
Handler: TypeAlias = Callable[[str, Attributes], None]


class Formulas:
    """Where the formulas of a sheet are, by rows and columns from 1, and how far the sheet reaches."""

    def __init__(self) -> None:
        self.row, self.column, self.last_row, self.last_column = 0, 0, 0, 0
        self._found: array[int] = array("Q")
        self._next = 0

    def of_row(self, row: int) -> Iterator[int]:
        """The columns of the formulas in a row; rows are asked for in their order."""
        while self._next < len(self._found) and self._found[self._next] >> 32 <= row:
            at = self._found[self._next]
            self._next += 1
            if at >> 32 == row:
                yield at & 0xFFFFFFFF

    def reach(self, row: int, column: int) -> None:
        """Note a cell that holds something. Raises CannotUnpack where the rectangle of all cells becomes too large."""
        if row <= self.last_row and column <= self.last_column:
            return
        self.last_row, self.last_column = max(self.last_row, row), max(self.last_column, column)
        if self.last_row * self.last_column > MOST_CELLS:
            raise CannotUnpack(f"has a sheet of more than {MOST_CELLS // 1_000_000} million cells, empty ones included")

    def add(self, row: int, column: int) -> None:
        """Note a formula."""
        self._found.append(row << 32 | column)

    def in_order(self) -> "Formulas":
        """The same, in the order of rows, whatever the order of the file."""
        self._found = array("Q", sorted(self._found))
        return self


def inspect(archive: zipfile.ZipFile) -> dict[str, Formulas]:
    """The formulas of each sheet by its name. Raises CannotUnpack where a sheet is too large, or no sheet is there."""
    files = {each.filename: each for each in members(archive)}
    if sum(each.file_size for each in files.values()) > MOST_XML:
        raise CannotUnpack(f"becomes larger than {MOST_XML // 1024**2} MiB when unpacked")
    if "content.xml" in files:
        tables = _Tables()
        _read(archive, files["content.xml"], tables.element)
        return {name: each.in_order() for name, each in tables.found.items()}
    if "xl/workbook.xml" not in files:
        raise CannotUnpack("holds no workbook")
    return {name: _of_sheet(archive, files[path]) for name, path in _paths(archive, files).items() if path in files}


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, handle: Handler) -> None:
    """Hand over each element of a file. Raises CannotUnpack."""
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, given: handle(name.rpartition(":")[2] if ":" in name else name, given)
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        for chunk in member_bytes(archive, member):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise CannotUnpack(f"is damaged ({error})") from error


def _refuse_doctype(*_: object) -> None:
    raise CannotUnpack("has a sheet with definitions of its own, which no spreadsheet writes")


def _paths(archive: zipfile.ZipFile, files: Mapping[str, zipfile.ZipInfo]) -> dict[str, str]:
    """The file of each sheet of an xlsx, by the name of the sheet."""
    names: dict[str, str] = {}
    paths: dict[str, str] = {}

    def listed(element: str, given: Attributes) -> None:
        if element == "sheet":
            names[given.get("name", "")] = next((at for name, at in given.items() if name.endswith(":id")), "")

    def related(element: str, given: Attributes) -> None:
        if element == "Relationship":
            paths[given.get("Id", "")] = normpath(join("/xl", given.get("Target", ""))).lstrip("/")

    _read(archive, files["xl/workbook.xml"], listed)
    if "xl/_rels/workbook.xml.rels" in files:
        _read(archive, files["xl/_rels/workbook.xml.rels"], related)
    return {name: paths[at] for name, at in names.items() if at in paths}


def _of_sheet(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Formulas:
    """A sheet of an xlsx, whose rows and cells may say where they are, or else follow each other."""
    sheet = Formulas()

    def element(name: str, given: Attributes) -> None:
        if name == "c":
            at = given.get("r", "")
            letters = at.rstrip("0123456789")
            sheet.column = _column(letters) if letters else sheet.column + 1
            sheet.reach(_whole(at[len(letters) :], sheet.row), sheet.column)
        elif name == "row":
            sheet.row, sheet.column = _whole(given.get("r", ""), sheet.row + 1), 0
        elif name == "f":
            sheet.add(sheet.row, sheet.column)

    _read(archive, member, element)
    return sheet.in_order()


@lru_cache(1024)
def _column(letters: str) -> int:
    number = 0
    for letter in letters[:8]:
        number = number * 26 + ord(letter.upper()) - 64
    return number


def _whole(text: str, otherwise: int) -> int:
    return int(text) if text and len(text) < 10 and text.isdecimal() else otherwise


class _Tables:
    """The sheets of an ods, whose rows and cells may be given once and repeated."""

    def __init__(self) -> None:
        self.found: dict[str, Formulas] = {}
        self.sheet, self.repeated = Formulas(), 1

    def element(self, name: str, given: Attributes) -> None:
        """Empty rows and cells count only where something follows them."""
        sheet = self.sheet
        if name == "table":
            self.sheet = self.found.setdefault(given.get("table:name", ""), Formulas())
        elif name == "table-row":
            self.repeated = _whole(given.get("table:number-rows-repeated", ""), 1)
            sheet.row, sheet.column = sheet.row + self.repeated, 0
        elif name in {"table-cell", "covered-table-cell"}:
            sheet.column += _whole(given.get("table:number-columns-repeated", ""), 1)
            if "table:formula" in given:
                sheet.add(sheet.row - self.repeated + 1, sheet.column)
            if "office:value-type" in given:
                sheet.reach(sheet.row, sheet.column)
        elif name == "p" and sheet.column:
            sheet.reach(sheet.row, sheet.column)
