"""Small files of every format, and ways to damage them: what the fuzzer of readers begins with."""

import csv
import gzip
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import NamedTuple

from procurement.imports.blank_tables import blanks
from procurement.imports.files.sheet_writing import workbook
from procurement.imports.format import File
from procurement.imports.formats import format_of
from procurement.imports.formats.gbizinfo import COLUMNS
from procurement.imports.rows import BadFile
from tests.imports.arms_list import ROWS, text
from tests.imports.formats.ocds_texts import package, release
from tests.imports.formats.us_actions import LEGACY, LISTED, modern, table
from tests.imports.sheets import XLS, Day, ods, xlsx
from tests.imports.texts import WHOLE

#: A real file is read whole up to so many bytes; a longer text, so many of it.
LARGEST = 200_000
#: So many of the real files are taken of each folder.
OF_A_FOLDER = 4


class Seed(NamedTuple):
    """A file as it should be."""

    name: str
    content: bytes


def _csv(rows: list[list[str]]) -> bytes:
    held = io.StringIO(newline="")
    csv.writer(held).writerows(rows)
    return held.getvalue().encode()


def _filled(rows: list[list[str]]) -> list[list[str]]:
    """A template with its examples as rows."""
    return [rows[0], *([row[0].removeprefix("# "), *row[1:]] for row in rows[2:])]


def _japanese() -> Iterator[Seed]:
    heads = ["件名", "契約締結日", "契約相手方の名称", "法人番号", "契約金額（千円）", "備考"]
    records = [
        ["レーダー　１式", "令和2年6月25日", "三菱重工業株式会社", "8010401050387", "34,955,000", ""],
        ["護衛艦", "R2.6.25", "Ａ社", "", "497億8800万円", "単価契約"],
    ]
    text = "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in [heads, *records])
    yield Seed("a.csv", text.encode("cp932"))
    rows: list[list[object]] = [["公共調達の適正化について"], [], list(heads)]
    rows += [["レーダー", Day(44007), "Ａ社", "8010401050387", 34955000, ""], ["艦", "令和2年", "Ｂ社", "", "=1+1", ""]]
    yield Seed("a.xlsx", xlsx(契約=rows, 裏=[["注記"]]))
    payment = {
        "pid": 5001,
        "projectName": "施設",
        "ministry": "防衛省",
        "blockId": "A",
        "originKind": "direct",
        "amount": 3,
    }
    number = "8010401050387"
    recipient = {"key": number, "name": "Ａ社", "corporateNumber": number, "appearances": [payment]}
    yield Seed("a.json", json.dumps({"metadata": {"year": 2024}, "recipients": {number: recipient}}).encode())
    project = {"projectId": 5001, "projectName": "施設", "ministry": "防衛省", "startYear": 2005, "endYear": None}
    yield Seed("a.json", json.dumps({"projects": [project]}, ensure_ascii=False).encode())
    ship = "2018-10-22T00:00:00+09:00,護衛艦（３９００トン型）,49788000000,防衛省,,8010401050387"
    yield Seed("a.csv", "\n".join([",".join(COLUMNS), ship, ship]).encode("utf-8-sig"))


def _made_up() -> Iterator[Seed]:
    yield Seed("a.yaml", WHOLE.encode())
    filled = {name: _filled(rows) for name, rows in blanks({}).items()}
    yield from (Seed("a.csv", _csv(rows)) for rows in filled.values())
    yield Seed("a.xlsx", workbook(filled))
    yield from _japanese()
    yield Seed("a.json", json.dumps(package(release(), release(id="2"))).encode())
    yield Seed("a.jsonl", b"\n".join(json.dumps(release(ocid=f"ocds-213czf-{n}")).encode() for n in range(3)))
    yield Seed("a.json.gz", gzip.compress(json.dumps([release()]).encode()))
    for line in (modern(), LEGACY, LISTED):
        yield Seed("a.csv", table(line, line))
    yield Seed("a.csv.gz", gzip.compress(table(modern(), modern(modification_number="P00001"))))
    yield Seed("a.csv", text(*ROWS).encode())
    yield Seed("a.xls", XLS)
    cell = '<table:table-cell office:value-type="string"><text:p>organizations</text:p></table:table-cell>'
    yield Seed("a.ods", ods(f"<table:table-row>{cell}</table:table-row>"))


def _packed(seeds: list[Seed]) -> Iterator[Seed]:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, seed in enumerate(seeds):
            archive.writestr(f"{number}{seed.name}", seed.content)
    yield Seed("a.zip", held.getvalue())


def _real() -> Iterator[Seed]:
    """Real files that lie beside the project, where they do."""
    root = Path(os.environ.get("TRACKER_SHARED") or Path(__file__).resolve().parents[3] / "shared") / "data"
    for folder in sorted({path.parent for path in root.rglob("*") if path.is_file()}):
        files = sorted((path for path in folder.iterdir() if path.is_file()), key=lambda path: path.stat().st_size)
        for path in files[:OF_A_FOLDER]:
            whole = path.suffix.lower() in {".zip", ".xlsx", ".xls", ".gz", ".ods"}
            if path.suffix.lower() not in {".md", ".txt"} and (not whole or path.stat().st_size <= LARGEST):
                with path.open("rb") as opened:
                    yield Seed(path.name, opened.read(LARGEST))


@cache
def seeds() -> tuple[Seed, ...]:
    """All of them."""
    made = list(_made_up())
    tables = [seed for seed in made if seed.name in {"a.csv", "a.xlsx"}]
    return (*made, *_packed(tables[:4]), *_real())


@cache
def by_kind() -> tuple[tuple[Seed, ...], ...]:
    """The same by their format and suffix, as there are many real files of some and none of others."""
    found: dict[tuple[str, str], list[Seed]] = {}
    for seed in seeds():
        try:
            name = format_of(File(seed.name, partial(io.BytesIO, seed.content))).name
        except BadFile:  # cut, as large ones are
            name = ""
        found.setdefault((name, seed.name.rpartition(".")[2]), []).append(seed)
    return tuple(map(tuple, found.values()))


# damage

#: What stands in files and nobody expects.
TOKENS = (
    b"",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"9" * 400,
    b"-1",
    b"1e999",
    b"NaN",
    b"null",
    b"=1+1",
    "＝1".encode(),
    b'"',
    b"'",
    b",",
    b"\r",
    b"\n\n",
    b"{",
    b"[" * 300,
    b"]",
    b"}",
    b"\\ud800",
    b"\\u0000",
    "\u202e".encode(),
    "令和0年13月40日".encode(),
    b"9999-12-31",
    b"0001-01-01",
    b"2020-02-30",
    b"10000-01-01",
    b"(1,500)",
    "△億".encode(),
    b"1" + b"0" * 30,
    b"0.00000000001",
    b"*a",
    b"&a ",
    b"<<: *a",
    b"!!python/object:os.system",
    b"<!DOCTYPE a>",
    b"\x1f\x8b",
    b"PK\x03\x04",
    b"true",
    b"USD",
    b"#REF!",
)


def _flip(data: bytearray, random: Random, _other: Callable[[], bytes]) -> None:
    for _ in range(random.randint(1, 8)):
        data[random.randrange(len(data))] = random.randrange(256)


def _cut(data: bytearray, random: Random, _other: Callable[[], bytes]) -> None:
    del data[random.randrange(len(data)) :]


def _lose(data: bytearray, random: Random, _other: Callable[[], bytes]) -> None:
    begin = random.randrange(len(data))
    del data[begin : begin + random.randint(1, 200)]


def _repeat(data: bytearray, random: Random, _other: Callable[[], bytes]) -> None:
    begin = random.randrange(len(data))
    part = data[begin : begin + random.randint(1, 300)]
    data[begin:begin] = part * random.randint(1, 20)


def _insert(data: bytearray, random: Random, _other: Callable[[], bytes]) -> None:
    for _ in range(random.randint(1, 3)):
        begin = random.randrange(len(data))
        data[begin : begin + random.choice([0, 0, 1, 5, 10])] = random.choice(TOKENS)


def _splice(data: bytearray, random: Random, other: Callable[[], bytes]) -> None:
    given, begin = other(), random.randrange(len(data))
    at = random.randrange(len(given) or 1)
    data[begin : begin + random.randint(0, 500)] = given[at : at + random.randint(1, 2000)]


DAMAGES = (_flip, _cut, _lose, _repeat, _insert, _insert, _insert, _splice)


def damaged(content: bytes, random: Random) -> bytes:
    """A file after some accidents."""
    data = bytearray(content)
    for _ in range(random.choice([1, 1, 1, 2, 4])):
        if data:
            random.choice(DAMAGES)(data, random, lambda: random.choice(seeds()).content)
    return bytes(data)


def case(number: int) -> Seed:
    """The damaged file of a number: always the same one, as long as the seeds are."""
    random = Random(number)
    seed = random.choice(random.choice(by_kind()))
    if random.random() < 0.7:  # inside what is packed, beyond its sums
        with suppress(zipfile.BadZipFile, OSError, EOFError):
            if seed.name.endswith(".gz"):
                return Seed(seed.name, gzip.compress(damaged(gzip.decompress(seed.content), random), 1))
            if seed.content.startswith(b"PK"):
                return Seed(seed.name, _repacked(seed.content, random))
    return Seed(seed.name, damaged(seed.content, random))


def _repacked(content: bytes, random: Random) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as written:
        unlucky = random.choice(archive.namelist())
        for name in archive.namelist():
            inside = archive.read(name)
            written.writestr(name, damaged(inside, random) if name == unlucky else inside)
    return held.getvalue()
