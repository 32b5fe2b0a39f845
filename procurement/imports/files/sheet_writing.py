"""Writing a workbook (.xlsx) of text, which every spreadsheet opens. Pure."""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_BEGIN = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def workbook(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """A workbook with these sheets; every cell is text, so that a spreadsheet changes none."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in _parts(sheets):
            written.writestr(zipfile.ZipInfo(name), _BEGIN + content, zipfile.ZIP_DEFLATED)
    return held.getvalue()


def _parts(sheets: Mapping[str, Sequence[Sequence[str]]]) -> Iterator[tuple[str, str]]:
    names = list(sheets)
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        for n in range(1, len(names) + 1)
    )
    types = (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>{kinds}</Types>'
    )
    yield "[Content_Types].xml", types
    yield "_rels/.rels", _relationships([("officeDocument", "xl/workbook.xml")])
    listed = "".join(f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
    yield "xl/workbook.xml", f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATED}"><sheets>{listed}</sheets></workbook>'
    paths = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(names) + 1)]
    yield "xl/_rels/workbook.xml.rels", _relationships(paths)
    for n, rows in enumerate(sheets.values(), 1):
        held = "".join(f"<row>{''.join(map(_cell, cells))}</row>" for cells in rows)
        yield f"xl/worksheets/sheet{n}.xml", f'<worksheet xmlns="{_MAIN}"><sheetData>{held}</sheetData></worksheet>'


def _relationships(paths: Sequence[tuple[str, str]]) -> str:
    each = (
        f'<Relationship Id="rId{n}" Type="{_RELATED}/{kind}" Target="{path}"/>'
        for n, (kind, path) in enumerate(paths, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(each)}</Relationships>'


def _cell(text: str) -> str:
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
