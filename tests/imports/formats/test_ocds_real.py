"""Every real file of OCDS that is shared beside the project, read and added up a second way."""

import gzip
import json
from collections import Counter
from decimal import ROUND_HALF_EVEN, Decimal

import pytest

from procurement.common.options import chosen
from procurement.imports.format import File
from procurement.imports.formats import format_of
from procurement.imports.formats.ocds import FORMAT
from procurement.imports.loading import Choice, load_files
from tests.running.shared import folder

OCDS = folder("data") / "ocds"
FILES = sorted(
    path
    for part in ("real", "official_examples")
    for path in (OCDS / part).rglob("*")
    if path.name.endswith(FORMAT.suffixes)
)
PUBLISHERS = ["mexico__jalisco", "mexico__cdmx", "nigeria__open-contracting-portal", "colombia", "ukraine", "moldova"]
CENT = Decimal("0.01")


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_it_is_recognised(path):
    assert format_of(File.at(path)) is FORMAT


def read(path):
    """The rows, issues and remarks of a file."""
    portions = list(FORMAT.read(File.at(path), chosen(FORMAT.options, {})))
    return [[each for portion in portions for each in getattr(portion, part)] for part in ("rows", "issues", "remarks")]


def texts(path):
    """The JSON texts of a file, read whole."""
    content = path.read_bytes()
    content = gzip.decompress(content) if path.suffix == ".gz" else content
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    at, decoder = 0, json.JSONDecoder(parse_float=Decimal)
    while at < len(text):
        value, at = decoder.raw_decode(text, at)
        yield value
        at += len(text[at:]) - len(text[at:].lstrip())


def last_releases(path):
    """The compiled release of each process in a file, or its last release."""
    found = {}

    def take(value):
        for inside in value.get("records", []):
            take(inside)
        releases = [each for each in value.get("releases", []) if "ocid" in each]
        compiled = value.get("compiledRelease")
        for release in [compiled] if compiled else releases or ([value] if "ocid" in value else []):
            if "ocid" in release and str(release.get("date")) >= str(found.get(release["ocid"], {}).get("date", "")):
                found[release["ocid"]] = release

    for text in texts(path):
        for value in text if isinstance(text, list) else [text]:
            take(value)
    return found.values()


def expected(path):
    """What the contracts of a file are worth and what was paid, by currency, counted from the last releases alone."""
    sums = Counter()
    for release in last_releases(path):
        contracts = release.get("contracts")
        for each in contracts if contracts is not None else release.get("awards") or []:
            worth = each.get("value") or each.get("valueWithTax") or {}
            if worth.get("amount") and (contracts is not None or each.get("status") in {None, "active"}):
                sums["commitment", worth["currency"].upper()] += rounded(worth["amount"])
            paid = each.get("implementation", {}).get("transactions") or []
            for one in {str(t.get("id") or number): t for number, t in enumerate(paid)}.values():
                value = one.get("value") or one.get("amount") or {}
                if value.get("amount"):
                    sums["payment", value.get("currency") or worth["currency"]] += rounded(value["amount"])
    return sums


def rounded(amount):
    return Decimal(str(amount)).quantize(CENT, rounding=ROUND_HALF_EVEN)


def found_in(path):
    rows, _, _ = read(path)
    sums, currencies = (
        Counter(),
        {row.ref.key: row.values.get("currency") for row in rows if row.ref.table == "contracts"},
    )
    for row in rows:
        if row.ref.table == "ledger_entries" and row.sound:
            sums[row.values["measure"], currencies[row.ref.within]] += row.values["amount"]
    return sums


def all_of(publisher):
    return [path for path in FILES if path.parts[len(OCDS.parts) + 1] == publisher]


@pytest.mark.parametrize("publisher", PUBLISHERS)
def test_the_sums_of_a_publisher_are_those_of_its_files(publisher):
    files = all_of(publisher)
    assert files
    assert [(path.name, found_in(path)) for path in files] == [(path.name, expected(path)) for path in files]


def test_the_awards_of_a_page_of_contracts_finder_add_up():
    files = all_of("uk_contracts_finder_2025")
    assert [found_in(path) for path in files] == [expected(path) for path in files]
    assert sum(found_in(path)["commitment", "GBP"] for path in files) > 10**7


def test_every_file_gives_rows_refusals_or_a_word_why_not():
    for path in FILES:
        rows, issues, remarks = read(path)
        assert rows or issues or remarks, path
        assert all(row.sound for row in rows) or issues, path
        assert [row.ref for row in rows] == [row.ref for row in read(path)[0]], path


def test_no_address_of_a_person_is_read():
    rows = [row for path in FILES for row in read(path)[0]]
    given = [cell.text for row in rows for name, cell in row.given.items() if name not in {"title", "description"}]
    assert len(given) > 5000
    assert [text for text in given if "@" in text and "." in text.rpartition("@")[2]] == []


@pytest.mark.django_db
@pytest.mark.parametrize("publisher", ["mexico__jalisco", "uk_contracts_finder_2025", "colombia"])
def test_what_is_read_is_accepted_and_a_second_load_changes_nothing(publisher):
    files = [File.at(path) for path in all_of(publisher)]
    first, second = (load_files(files, choice=Choice("ocds")) for _ in range(2))
    assert (first.issues, first.adds_up, sum(second.taken.values()), second.adds_up) == ([], True, 0, True)
