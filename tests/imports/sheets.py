"""Small workbooks as spreadsheets write them, made by hand so that everything in them is seen."""

import zipfile
from base64 import b85decode
from io import BytesIO
from xml.sax.saxutils import escape, quoteattr
from zlib import decompress

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
#: The second format is that of a Japanese day, 令和2年6月25日.
_ERA = quoteattr('[$-411]ggge"年"m"月"d"日"')
_STYLES = (
    f'<styleSheet {_MAIN}><numFmts count="1"><numFmt numFmtId="164" formatCode={_ERA}/></numFmts>'
    '<cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>'
)


class Day(int):
    """The serial number of a day, in a cell that shows it as a Japanese one."""


def xlsx(**sheets: list[list[object]]) -> bytes:
    """A workbook; texts that begin with = are formulas without a value, as some programs write them."""
    return zipped(_parts({name: "".join(_row(*each) for each in enumerate(rows, 1)) for name, rows in sheets.items()}))


def xlsx_of(rows: str, *, state: str = "visible") -> bytes:
    """A workbook with one sheet, of which the rows are given as XML, and another one."""
    return zipped(_parts({"契約": rows, "裏": _row(1, ["x"])}, {"裏": state}))


def zipped(parts: dict[str, str]) -> bytes:
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in parts.items():
            written.writestr(name, content)
    return held.getvalue()


def _parts(sheets: dict[str, str], states: dict[str, str] | None = None) -> dict[str, str]:
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" state="{(states or {}).get(name, "visible")}" r:id="rId{n}"/>'
        for n, name in enumerate(sheets, 1)
    )
    related = "".join(
        f'<Relationship Id="rId{n}" Type="{_RELATED}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n, _ in enumerate(sheets, 1)
    )
    styles = f'<Relationship Id="rId0" Type="{_RELATED}/styles" Target="styles.xml"/>'
    return {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" Target="xl/workbook.xml" '
        f'Type="{_RELATED}/officeDocument"/></Relationships>',
        "xl/workbook.xml": f'<workbook {_MAIN} xmlns:r="{_RELATED}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{styles}{related}</Relationships>',
        "xl/styles.xml": _STYLES,
    } | {
        f"xl/worksheets/sheet{n}.xml": f"<worksheet {_MAIN}><sheetData>{rows}</sheetData></worksheet>"
        for n, rows in enumerate(sheets.values(), 1)
    }


def _row(number: int, values: list[object]) -> str:
    cells = "".join(_cell(f"{chr(65 + place)}{number}", value) for place, value in enumerate(values))
    return f'<row r="{number}">{cells}</row>'


def _cell(at: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Day):
        return f'<c r="{at}" s="1"><v>{value}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{at}"><v>{value!r}</v></c>'
    if str(value).startswith("="):
        return f'<c r="{at}"><f>{escape(str(value)[1:])}</f></c>'
    return f'<c r="{at}" t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def ods(rows: str) -> bytes:
    """A workbook as LibreOffice writes it, of which the rows are given as XML."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "META-INF/manifest.xml": '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
            "content.xml": f"<office:document-content {spaces}><office:body><office:spreadsheet>"
            f'<table:table table:name="契約">{rows}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        }
    )


#: A workbook of Excel 97 with 名称 in B2, 12 in B3 and 2020-06-25 in C3, written by xlwt.
XLS = decompress(
    b85decode(
        "c-rk)O-NKx6#nj;8Rv)jdD<9gAcK&Z31V*A=(C_)B^p6L1f|X_L>*&rGeKnPEQO$z5rJTfHd>p0sGxQ&0;3i|5X{uFO@T=Zo!2>M"
        "-ow!d94N!M-{YQp-ub!rzIX3A@80)jxjH}ppuT`D=z<4DJBX?>nW7SOZ%mNhwwZP702NzfS0NaniLCPBY2>w^=aA>S00Z~EFNp%5"
        "s9eBh^p2-fi5<i-8N-0$F?14DxJ{BM>SR<kLWhLz5xOLn&xCf1WL9V=+2+-GEL*)TN1RoB)@T%66x{A3@%bQ<cGTh(ui|SrRLRzd"
        "qnY7>(Osr!@P@Gfn$Vt9I+fx3815njWC?9!V{OS~9&wuN1$?&?z=|8yFA`e5vvLKJ|JW?||3)65N!%*GX?TH2*q0<oatLG9!x}^N"
        "pYvW_Lrl^(7t%*gf6azCi%Zm-o1#7<(GVt@Bq!#pB_>SjcJ1D`w<ibttcxO<luTc0bU$|w8`s%`oTDQ3h?Z%KcpMTsC9UogzFugY"
        "7A)0GeYFmAVp?owMB7CDbO_#A2g>+n;&Wg6A2;MaTL+0>>?vG{FTS_t(MaE?B>D3-jaJpFZp|^CSZ=MH-0@Lp-7k40V3^L!vYn4!"
        "4C@p*O5O(?3qzi9!{WKL$`*$uJKb3_=)TLS!9zBsjI@CeG&D3cG&D3cG&KGdN_*YXj-7Y%KIb&xcmC_FQz`1-B>yc=VVtfBI#eD<"
        "n(7R)6|JAW@F}+~wM`%Qe<9-x^`5~924x&06|Y}9cd7E{*|wwk=R&B`{)?52^Dp=R6Y=lKiv"
    )
)
