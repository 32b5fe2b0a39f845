"""US contract actions: whole files, as published, broken and stored."""

import csv
import os
import re
from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.common.options import chosen
from procurement.contracts.models import Contract, ContractStatusChange
from procurement.imports.format import File
from procurement.imports.formats.us_contract_actions.recognising import layout_of
from procurement.imports.loading import Choice, load_files
from procurement.imports.rows import Parsed
from procurement.ledger.models import LedgerEntry
from tests.fuzzing import examples
from tests.house.shape import ROOT
from tests.imports.formats.us_actions import FORMAT, LEGACY, LISTED, MODERN, modern, read, table
from tests.makers import make_program
from tests.running.shared import VARIABLE

SHARED = Path(os.environ.get(VARIABLE) or ROOT.parent / "shared") / "data" / "usaspending"
#: The files, whether they begin with headings, and the places of funding, commitment and ceiling.
PUBLISHED = {
    "legacy_feed_dod_fy2006.csv": (True, (2, 3, 4)),
    "fpds_terminations_2025-02-20.csv": (True, (21, 23, 25)),
    "fpds_terminations_2025-04-04.csv": (True, (20, 22, 24)),
    "modern_2018_headerless_3rows.csv": (False, (7, 9, 11)),
    "modern_prime_transactions_header_297.csv": (True, (9, 12, 14)),
}


def portions(path: Path) -> list[Parsed]:
    if not path.exists():
        pytest.skip(f"no file {path}; {VARIABLE} says where what is shared lies")
    return list(FORMAT.read(File.at(path), chosen(FORMAT.options, {})))


def counted(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The first line of each record, and its cells, as the csv module alone tells them."""
    with path.open(encoding="utf-8-sig", newline="") as opened:
        found, begins = csv.reader(opened), 1
        for cells in found:
            yield begins, cells
            begins = found.line_num + 1


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_file_is_taken_to_the_cent_and_to_the_line(name: str) -> None:
    parsed, (is_headed, columns) = portions(SHARED / name), PUBLISHED[name]
    read_rows = [row for portion in parsed for row in portion.rows]
    refused = {row.line for row in read_rows if not row.sound}
    lines = list(counted(SHARED / name))[is_headed:]
    assert len({row.record for row in read_rows}) == len(lines)
    for measure, column in zip(("funding", "commitment", "ceiling"), columns, strict=True):
        taken = [row.values["amount"] for row in read_rows if row.values.get("measure") == measure]
        there = [Decimal(cells[column] or 0) for line, cells in lines if line not in refused]
        assert sum(Decimal(str(each)) for each in taken) == sum(there)


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_file_gives_the_same_rows_each_time(name: str) -> None:
    assert portions(SHARED / name) == portions(SHARED / name)


def test_every_heading_of_the_modern_layout_that_we_read_is_in_the_published_one() -> None:
    path = SHARED / "modern_prime_transactions_header_297.csv"
    portions(path)
    (_, head), *_ = counted(path)
    layout = layout_of(head)
    assert layout is not None
    # one is of files of changes, one of older files
    assert layout.kind.columns.keys() - layout.places.keys() == {"deleted"}


TEXTS = st.one_of(
    st.sampled_from(
        ["", "0", "F", "K", "-5.00", "1e9", "99999999999999999999.99", "13/32/2020", "2910-01-01", "\x00", "a\nb"]
    ),
    st.text(max_size=12),
)


@settings(max_examples=examples(60))
@given(
    st.sampled_from([MODERN, LEGACY, LISTED]),
    st.lists(st.dictionaries(st.integers(0, 40), TEXTS, max_size=6), min_size=1, max_size=4),
    st.integers(0, 4000),
)
def test_whatever_the_cells_hold_there_are_only_rows_and_refusals(
    line: dict[str, str], changes: list[dict[int, str]], cut: int
) -> None:
    names = list(line)
    lines = [line | {names[at % len(names)]: text for at, text in each.items()} for each in changes]
    content = table(*lines).replace(b"\\r", b"\\n")
    for each in (content, content[:cut], content[cut:]):
        parsed = read(each)
        assert all(row.sound or parsed.issues for row in parsed.rows)
        FORMAT.recognises(each)


@given(st.binary(max_size=400))
def test_whatever_a_file_begins_with_it_is_recognised_or_not(head: bytes) -> None:
    for each in (head, b"PK\x03\x04" + head, b"\x1f\x8b" + head):
        assert FORMAT.recognises(each) in {True, False}


def loaded(*contents: bytes, **options: object) -> list[dict[str, int]]:
    """The records of several files by outcome, one loaded after the other."""
    files = [File(f"{number}.csv", lambda content=content: BytesIO(content)) for number, content in enumerate(contents)]  # type: ignore[misc]
    return [dict(load_files([each], choice=Choice(options=options)).records) for each in files]


LINES = (
    modern(),
    modern(
        modification_number="P00001", action_date="2020-09-01", action_type_code="C", federal_action_obligation="-50"
    ),
    modern(
        modification_number="P00002", action_date="2021-03-01", action_type_code="X", action_type="TERMINATE FOR CAUSE"
    ),
)


def test_actions_are_stored_once_however_often_and_in_whatever_files_they_come(db: None) -> None:
    whole = table(*LINES)
    assert loaded(whole, whole, table(*LINES[1:])) == [{"taken": 3}, {"unchanged": 3}, {"unchanged": 2}]
    contract = Contract.objects.get()
    assert contract.ledgerentry_set.filter(measure="funding").count() == 3
    assert sum(each.amount for each in LedgerEntry.objects.filter(measure="funding")) == 750
    assert [each.status for each in ContractStatusChange.objects.order_by("effective_on")] == ["active", "terminated"]


def test_a_contract_is_allocated_to_make_program_that_is_there(db: None) -> None:
    make_program(code="ddg-51")
    content = table(modern(dod_acquisition_program_code="180"))
    assert loaded(content, programs={"180": "ddg-51"}) == [{"taken": 1}]
    assert Contract.objects.get().programallocation_set.get().program.code == "ddg-51"


def test_make_program_that_is_not_there_is_not_made(db: None) -> None:
    content = table(modern(dod_acquisition_program_code="180"))
    assert loaded(content, programs={"180": "ddg-51"}) == [{"refused": 1}]
    assert LedgerEntry.objects.count() == 3


def test_the_page_names_every_column_of_the_modern_layout_or_the_group_it_is_dropped_with() -> None:
    path = SHARED / "modern_prime_transactions_header_297.csv"
    portions(path)
    (_, head), *_ = counted(path)
    page = (ROOT / "docs/formats/us_contract_actions.md").read_text("utf-8")
    named = [re.escape(each).replace("…", ".*") for each in re.findall("`([^` ]+)`", page)]
    first, last = (
        head.index(each) for each in ("alaskan_native_corporation_owned_firm", "sba_certified_8a_joint_venture")
    )
    columns = [each for at, each in enumerate(head) if not first < at < last]
    assert [each for each in columns if not any(re.fullmatch(name, each) for name in named)] == []
