"""Our own templates: written, filled in, read back."""

from contextlib import suppress
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from procurement.imports.blank_tables import EXAMPLES, blanks
from procurement.imports.files.sheet_writing import workbook
from procurement.imports.format import File
from procurement.imports.formats import format_of
from procurement.imports.formats.templates import FORMAT
from procurement.imports.loading import load_files
from procurement.imports.rows import BadFile, Issue, Row
from procurement.imports.tables import TABLES


def file(content: str | bytes, name: str = "a.csv") -> File:
    held = content.encode() if isinstance(content, str) else content
    return File(name, lambda: BytesIO(held))


def parsed(held: File) -> tuple[list[Row], list[Issue], list[Issue]]:
    portions = list(FORMAT.read(held, {"encoding": "", "delimiter": ""}))
    return (
        [row for each in portions for row in each.rows],
        [issue for each in portions for issue in each.issues],
        [remark for each in portions for remark in each.remarks],
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    call_command("write_templates", tmp_path, stdout=StringIO())
    return tmp_path


def test_there_is_a_template_of_each_table_that_says_what_its_columns_mean(folder):
    assert {path.stem for path in folder.glob("*.csv")} == set(TABLES) == set(EXAMPLES)
    text = (folder / "contracts.csv").read_text("utf-8-sig")
    assert "one of domestic, direct_commercial" in text
    assert "the name of a row of organizations (needed)" in text


def test_a_template_that_nobody_filled_in_holds_nothing(folder):
    for path in folder.iterdir():
        assert format_of(File.at(path)).name == "templates"
        assert parsed(File.at(path)) == ([], [], [])


@pytest.mark.django_db
@pytest.mark.parametrize("pattern", ["*.csv", "*.xlsx"])
def test_the_examples_of_all_templates_together_are_a_portfolio_that_is_taken_once(folder, pattern):
    files = [filled(path) for path in sorted(folder.glob(pattern))]
    first, second = load_files(files), load_files(files)
    assert [str(issue) for issue in first.issues] == []
    assert first.taken.total() == sum(map(len, EXAMPLES.values()))
    assert (second.taken.total(), second.unchanged.total()) == (0, first.taken.total())


def filled(path: Path) -> File:
    """A template with its examples as rows."""
    if path.suffix == ".csv":
        lines = path.read_text("utf-8-sig").splitlines(keepends=True)
        return file("".join([lines[0], *(line.removeprefix("# ") for line in lines[2:])]), path.name)
    sheets = {
        name: [rows[0], *([row[0].removeprefix("# "), *row[1:]] for row in rows[2:])]
        for name, rows in blanks({}).items()
    }
    return file(workbook(sheets), path.name)


def test_values_may_be_written_as_people_write_them():
    (row,), _, _ = parsed(file("ledger_entries,contract,amount,effective_on\nK,C-1,△1億円,令和2年6月25日\n"))
    assert (str(row.values["amount"]), str(row.values["effective_on"]), row.ref.within) == (
        "-100000000",
        "2020-06-25",
        "C-1",
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("ledger_entries,contract,amount\nK,,5\n", "names no contract"),
        ("ledger_entries,contract,amount,source\nK,C-1,=5,n\n", "is not a decimal number"),
        ("contracts,colour\nK,red\n", "has the unknown columns colour; accepted: contracts, reference"),
        ("contracts,title\nK,x\n", "is missing"),
    ],
)
def test_what_cannot_be_read_is_refused(content, said):
    assert any(said in issue.reason for issue in parsed(file(content))[1])


def test_a_sheet_that_is_none_of_ours_is_left_out_and_said():
    held = workbook({"Notes": [["my notes"]], "x": [["programs", "name"], ["p", "P"]]})
    assert format_of(file(held, "a.xlsx")).name == "templates"
    rows, _, remarks = parsed(file(held, "a.xlsx"))
    assert ([row.ref.key for row in rows], [remark.kind for remark in remarks]) == (["p"], ["no-table"])


@given(st.lists(st.lists(st.text(st.sampled_from('#ab1-=,"億年\x00')), min_size=1, max_size=5), max_size=4))
def test_whatever_the_cells_say_only_rows_and_refusals_come_out(records):
    head = '"status_changes","program","status","effective_on"'
    content = "\n".join([head, *(",".join(f'"{cell}"' for cell in each) for each in records)])
    with suppress(BadFile):
        parsed(file(content))
