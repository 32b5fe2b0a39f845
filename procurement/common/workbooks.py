"""Workbooks (.xlsx) that are sent while they are written: a million rows take no more memory than one. Pure.

Libraries that write workbooks hold them in memory or in temporary files until they are whole; this writes few kinds of
cells, and each sheet straight into the zip file that is being sent.
"""

import datetime as dt
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from xml.sax.saxutils import escape, quoteattr

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: The most rows of a sheet of Excel. A further sheet also begins before a part of the zip file becomes too large
#: for readers without ZIP64.
MOST_ROWS, MOST_CHARACTERS = 1_048_576, 600_000_000
#: The longest text of a cell, in units of UTF-16, and the note at the end of a text that was cut.
LONGEST_TEXT, CUT = 32_767, " [cut: a cell of Excel holds no more]"
#: Excel calculates with this many digits of a number, and would lose the others.
DIGITS = 15
#: Excel counts days from here, and takes 1900 for a leap year: earlier days are text.
DAY_ZERO, FIRST_DAY = dt.date(1899, 12, 30), dt.date(1900, 3, 1)
#: About so many bytes are given out at a time.
PIECE = 65_536
#: The styles of cells by their place in the list of styles; of amounts by their decimals. Text has a style of its own,
#: so that it stays text when somebody edits it.
_GENERAL, _TEXT, _DAY, _HEAD = 0, 1, 2, 5
_AMOUNTS = {2: 3, 3: 4}

Cell = None | bool | int | Decimal | dt.date | str


@dataclass(frozen=True)
class Sheet:
    """A table: its name, its head, which may be empty, and its rows."""

    name: str
    head: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def streamed(*sheets: Sheet) -> Iterator[bytes]:
    """A workbook piece by piece.

    Text is never a formula. A number with more than 15 digits is text, so that no digit is lost, and so is a moment,
    because Excel knows no zones. Rows that one sheet does not hold go on in further ones: `contracts (2)`. A fault in
    the rows leaves a file that no program opens, because its directory would come last.
    """
    pipe, names = _Pipe(), list[str]()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in _FIRST:
            archive.writestr(_entry(path), _BEGIN + content, zipfile.ZIP_DEFLATED)
        for name, lines in _portions(sheets):
            names.append(name)
            with archive.open(_entry(f"xl/worksheets/sheet{len(names)}.xml"), "w") as part:
                for text in lines:
                    part.write(text.encode())
                    if pipe.size >= PIECE:
                        yield pipe.taken()
        for path, content in _last(names):
            archive.writestr(_entry(path), _BEGIN + content, zipfile.ZIP_DEFLATED)
    yield pipe.taken()


class _Pipe:
    """The output of a zip file: it keeps the bytes until they are taken, and cannot seek."""

    def __init__(self) -> None:
        self.held: list[bytes] = []
        self.size = 0

    def write(self, given: bytes, /) -> int:
        self.held.append(bytes(given))
        self.size += len(given)
        return len(given)

    def taken(self) -> bytes:
        found, self.held, self.size = b"".join(self.held), [], 0
        return found

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nothing is open."""


def _entry(path: str) -> zipfile.ZipInfo:
    """A part of the zip file, without a date, so that the same rows make the same file."""
    entry = zipfile.ZipInfo(path)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


# sheets


class _Rows:
    """Rows, with a look at the next one before it is taken."""

    def __init__(self, rows: Iterable[Sequence[Cell]]) -> None:
        self.rest = iter(rows)
        self.next = next(self.rest, None)

    def take(self) -> Sequence[Cell]:
        taken, self.next = self.next, next(self.rest, None)
        assert taken is not None, "the caller saw it"
        return taken


def _portions(sheets: Iterable[Sheet]) -> Iterator[tuple[str, Iterator[str]]]:
    """Each sheet of the file, its name and the pieces of its text; a full one is followed by a further one."""
    for sheet in sheets:
        rows, number = _Rows(sheet.rows), 1
        yield sheet_name(sheet.name), _lines(sheet.head, rows)
        while rows.next is not None:
            number += 1
            yield sheet_name(sheet.name, number), _lines(sheet.head, rows)


def sheet_name(name: str, number: int = 1) -> str:
    """A name that Excel accepts: at most 31 characters, and none of those that stand for something."""
    kept = re.sub(r"[\[\]:*?/\\']", "-", name)[:24] or "rows"
    return kept if number == 1 else f"{kept} ({number})"


def _lines(head: Sequence[str], rows: _Rows) -> Iterator[str]:
    yield f'{_BEGIN}<worksheet xmlns="{_MAIN}">{_FROZEN if head else ""}<sheetData>'
    number = characters = 0
    if head:
        number = 1
        yield _row(number, [_text_cell(f"{_letters(at)}1", name, _HEAD) for at, name in enumerate(head)])
    while rows.next is not None and number < MOST_ROWS and characters < MOST_CHARACTERS:
        number += 1
        text = _row(number, [_cell(f"{_letters(at)}{number}", cell) for at, cell in enumerate(rows.take())])
        characters += len(text)
        yield text
    yield "</sheetData></worksheet>"


def _row(number: int, cells: Iterable[str]) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


@cache
def _letters(column: int) -> str:
    """The letters of a column, counted from zero: A to Z, AA, ..."""
    rest, last = divmod(column, 26)
    return (_letters(rest - 1) if rest else "") + chr(ord("A") + last)


# cells


def _cell(place: str, value: Cell) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{value:d}</v></c>'
    if isinstance(value, int | Decimal):
        return _number_cell(place, Decimal(value))
    if isinstance(value, dt.date):
        return _day_cell(place, value)
    return _text_cell(place, value)


def _number_cell(place: str, value: Decimal) -> str:
    if not is_exact(value):
        return _text_cell(place, f"{value:f}")
    decimals = -int(value.as_tuple().exponent)
    return f'<c r="{place}" s="{_AMOUNTS.get(decimals, _GENERAL)}"><v>{value:f}</v></c>'


def is_exact(value: Decimal) -> bool:
    """Whether Excel holds a number to its last digit."""
    if not value.is_finite() or value.adjusted() >= DIGITS:
        return False
    digits = value.as_tuple().digits
    return len(digits) <= DIGITS or len("".join(map(str, digits)).strip("0")) <= DIGITS


def _day_cell(place: str, day: dt.date) -> str:
    if isinstance(day, dt.datetime) or day < FIRST_DAY:
        return _text_cell(place, day.isoformat())
    return f'<c r="{place}" s="{_DAY}"><v>{(day - DAY_ZERO).days}</v></c>'


def _text_cell(place: str, text: str, style: int = _TEXT) -> str:
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_escaped(text)}</t></is></c>'


#: Characters that XML cannot hold, and text that looks like the notation for them.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")


def _escaped(text: str) -> str:
    """Text as XML, cut to what a cell holds; a carriage return would otherwise be read as a line feed."""
    kept = _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", _fitting(text))
    return escape(kept, {"\r": "&#13;"})


def _fitting(text: str) -> str:
    if len(text) <= LONGEST_TEXT // 2:
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * LONGEST_TEXT:
        return text
    return units[: 2 * (LONGEST_TEXT - len(CUT))].decode("utf-16-le", "ignore") + CUT


# the parts of the file besides the sheets

_BEGIN = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_FROZEN = (
    '<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" '
    'state="frozen"/></sheetView></sheetViews>'
)
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="#,##0.000"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="6">'
    + "".join(
        f'<xf numFmtId="{number}" fontId="{font}" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" '
        f'applyFont="{font}"/>'
        for number, font in ((0, 0), (49, 0), (164, 0), (4, 0), (165, 0), (49, 1))
    )
    + "</cellXfs></styleSheet>"
)


def _relationships(paths: Iterable[tuple[str, str]]) -> str:
    each = (
        f'<Relationship Id="rId{n}" Type="{_RELATED}/{kind}" Target="{path}"/>'
        for n, (kind, path) in enumerate(paths, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(each)}</Relationships>'


#: The parts that come first, by which programs recognise the file. The number of sheets is not known yet, so a sheet is
#: the default type of a part.
_FIRST = (
    (
        "[Content_Types].xml",
        (
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="{_TYPE}.worksheet+xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
        ),
    ),
    ("_rels/.rels", _relationships([("officeDocument", "xl/workbook.xml")])),
    ("xl/styles.xml", _STYLES),
)


def _last(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The list of the sheets."""
    listed = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
    views = f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATED}"><bookViews><workbookView/></bookViews>'
    yield "xl/workbook.xml", f"{views}<sheets>{listed}</sheets></workbook>"
    paths = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(names) + 1)]
    yield "xl/_rels/workbook.xml.rels", _relationships([*paths, ("styles", "styles.xml")])
