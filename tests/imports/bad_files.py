"""Files that nobody can read, or only in part, each with what is to be said of it: for every door."""

import gzip
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field

from procurement.imports.files.sheet_writing import workbook
from procurement.imports.format import LONGEST_LINE
from tests.imports.sheets import xlsx
from tests.imports.texts import HEAD, contract_with

ENTRY = "measure: commitment, effective_on: 2019-10-31, source: notice"
ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(70_000) + "EncryptedPackage".encode("utf-16-le") + bytes(512)
MAKERS = "organizations,name,country,identifiers\n"
MANY = MAKERS + "".join(f"o{number},Maker {number},US,CAGE:{number:05}\n" for number in range(3000))
BASE = [
    ("organizations", [["organizations", "name", "country"], ["mod", "Ministry", "JP"]]),
    ("documents", [["documents", "title", "published_on"], ["notice", "Notice", "2019-10-31"]]),
    (
        "contracts",
        [
            ["contracts", "reference", "title", "buyer", "currency", "source"],
            ["A1", "A1", "Radar", "mod", "JPY", "notice"],
        ],
    ),
]


@dataclass(frozen=True)
class Bad:
    """A file, and what every door says of it."""

    name: str
    content: Callable[[], bytes]
    #: what is refused at the door, where it is none of the rows
    at_the_door: str = ""
    #: what an issue says
    issue: str = ""
    #: how many rows are taken even so
    taken: int = 0
    options: dict[str, str] = field(default_factory=dict)
    format: str = ""


def packed(**members: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return held.getvalue()


def bomb() -> bytes:
    return b"organizations,name\n" + b"0,0\n" * 12_000_000


def with_amounts(*cells: str) -> bytes:
    """A workbook of our templates whose contract has these entries."""
    head = ["ledger_entries", "contract", "measure", "amount", "effective_on", "source"]
    rows = [[f"e{n}", "A1", "commitment", cell, "2019-10-31", "notice"] for n, cell in enumerate(cells)]
    return workbook(dict(BASE) | {"entries": [head, *rows]})


def with_formula() -> bytes:
    sheets: dict[str, list[list[object]]] = {name: [list(row) for row in rows] for name, rows in BASE}
    head: list[object] = ["ledger_entries", "contract", "measure", "amount", "effective_on", "source"]
    rows: list[list[object]] = [["e0", "A1", "commitment", "=1+1", "2019-10-31", "notice"]]
    rows += [["e1", "A1", "commitment", 5, "2019-10-31", "notice"]]
    return xlsx(**sheets, entries=[head, *rows])


def aliases() -> bytes:
    """A million rows of a few lines."""
    rows = ", ".join(["*e"] * 1000)
    contracts = ", ".join(["*c"] * 1000)
    return (
        f"x: [&e {{key: e, {ENTRY}, amount: 1}}]\n"
        f"y: [&c {{key: A1, reference: A1, title: T, buyer: mod, currency: JPY, source: notice, entries: [{rows}]}}]\n"
        f"contracts: [{contracts}]\n"
    ).encode()


BAD = {
    "an empty file": Bad("a.csv", lambda: b"", at_the_door="is empty"),
    "nothing but white space": Bad("a.csv", lambda: b" \n\n", at_the_door="is empty"),
    "no format that there is": Bad("a.csv", MANY.encode, at_the_door="there is no format “abacus”", format="abacus"),
    "another format named": Bad("a.csv", MANY.encode, at_the_door="the file is not in “ocds”", format="ocds"),
    "another format named for a text": Bad(
        "a.yaml", HEAD.encode, at_the_door="the file is not in “gbizinfo”", format="gbizinfo"
    ),
    "a name that says otherwise": Bad("a.csv", lambda: b"%PDF-1.7\n%", at_the_door="holds PDF"),
    "a bomb of gzip": Bad(
        "a.csv.gz", lambda: gzip.compress(bomb()), issue="250 times the packed size", taken=-1, format="templates"
    ),
    "a bomb of zip": Bad("a.zip", lambda: packed(a_csv=bomb()), at_the_door="250 times the packed size"),
    "a million aliases": Bad("a.yaml", aliases, issue="by its aliases; at most 100000 repeated ones"),
    "an alias of itself": Bad("a.yaml", lambda: b"contracts: &a [*a]\n", issue="contains itself"),
    "a line without an end": Bad(
        "a.csv",
        lambda: MAKERS.encode() + b"a," + b"x" * LONGEST_LINE,
        issue="is longer than 16 million characters",
        format="templates",
    ),
    "a line of YAML without an end": Bad("a.yaml", lambda: b"# " + b"x" * LONGEST_LINE, issue="is longer than 16 MiB"),
    "a text of YAML that is too long": Bad("a.yaml", lambda: b"# x\n" * 2_200_000, issue="is longer than 8 million"),
    "a workbook with a password": Bad("a.xlsx", lambda: ENCRYPTED, at_the_door="has a password"),
    "a formula": Bad("a.xlsx", with_formula, issue="is not a decimal number", taken=4),
    "a formula of full width": Bad(
        "a.xlsx", lambda: with_amounts("＝1＋1", "5"), issue="is not a decimal number", taken=4
    ),
    "half a download of gzip": Bad(
        "a.csv.gz",
        lambda: gzip.compress(MANY.encode())[:-200],
        issue="download the file again",
        taken=-1,
        format="templates",
    ),
    "half a download of zip": Bad(
        "a.zip", lambda: packed(a_csv=MANY.encode())[:-200], at_the_door="only the beginning of one"
    ),
    "half a workbook": Bad("a.xlsx", lambda: with_amounts("5")[:-200], at_the_door="only the beginning of a workbook"),
    "half a text in quotes": Bad("a.csv", (MAKERS + 'o1,"Maker').encode, issue="ends within quotation marks"),
    "half a YAML": Bad("a.yaml", lambda: contract_with(entries=f"key: e, {ENTRY}").encode()[:-4], issue="is not YAML"),
    "two currencies in a column": Bad(
        "a.xlsx", lambda: with_amounts("100円", "USD 200", "€300"), issue="is not a decimal number", taken=4
    ),
    "an amount that nothing can hold": Bad(
        "a.xlsx", lambda: with_amounts("1" + "0" * 30, "5"), issue="digits", taken=4
    ),
    "a key twice": Bad(
        "a.xlsx",
        lambda: workbook(dict(BASE) | {"more": [*BASE[0][1], ["mod", "Other", "US"]]}),
        issue="has the name of line 2 of organizations; each row has its own",
        taken=-1,
    ),
    "an identifier twice": Bad(
        "a.csv",
        (MAKERS + "a,Maker,US,LEI:5493001KJTIIGC8Y1R12\nb,Other,FR,LEI:5493001KJTIIGC8Y1R12\n").encode,
        taken=1,
    ),
}
