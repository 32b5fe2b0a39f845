"""The refused rows of a file, to be mended."""

import pytest

from procurement.imports.batches.refused_rows import as_csv, what_was_said
from procurement.imports.formats.gbizinfo import COLUMNS
from procurement.imports.models import ImportBatch
from tests.imports.arms_list import HEADINGS, ROWS, arms_mapping, text
from tests.imports.formats.test_gbizinfo import SHIP
from tests.imports.orders import FIRST, imported, orders
from tests.imports.sheets import xlsx
from tests.imports.texts import WHOLE

pytestmark = pytest.mark.django_db
__all__ = ["orders"]
GBIZ = "\n".join([",".join(COLUMNS), SHIP, SHIP.replace("49788000000", "many"), SHIP.replace("2018", "2910")]) + "\n"


def mendable(batch: ImportBatch) -> str:
    return b"".join(as_csv(batch)).decode()


def test_they_stand_under_the_headings_of_their_file():
    found = mendable(imported(GBIZ))
    assert found.startswith("\ufeffdate_of_order,title,")
    assert [line.split(",")[0] for line in found.splitlines()[1:]] == [
        "2018-10-22T00:00:00+09:00",
        "2910-10-22T00:00:00+09:00",
    ]


def test_mended_they_are_taken():
    first = imported(GBIZ)
    mended = mendable(first).replace("many", "5").replace("2910", "2019")
    assert (first.records, imported(mended.encode(), "mended.csv").records) == (
        {"taken": 1, "refused": 2},
        {"taken": 2},
    )


def test_what_stands_above_the_headings_is_kept():
    bad = ("Nowhere at all", *ROWS[0][1:])
    batch = imported(text(*ROWS, bad), "a.csv", format="mapped", options={"mapping": arms_mapping()})
    lines = mendable(batch).splitlines()
    assert (lines[2].split(",")[:2], lines[3].split(",")[0], len(lines)) == (list(HEADINGS[:2]), "Nowhere at all", 4)


def test_rows_of_a_workbook_become_csv():
    rows = [list(HEADINGS), *map(list, ROWS), ["Nowhere", *ROWS[0][1:]]]
    batch = imported(xlsx(Orders=rows), "a.xlsx", format="mapped", options={"mapping": arms_mapping()})
    assert mendable(batch).splitlines()[1].startswith("Nowhere,Iceland,2015")


def test_of_several_sheets_the_reasons_are_given():
    rows = [list(HEADINGS), ["Nowhere", *ROWS[0][1:]]]
    batch = imported(xlsx(A=rows, B=rows), "a.xlsx", format="mapped", options={"mapping": arms_mapping()})
    assert mendable(batch).splitlines()[0] == "\ufeffline,row,column,value,reason"


def test_of_what_is_no_table_the_reasons_are_given():
    batch = imported(WHOLE.replace("JPY", "J", 1), "a.yaml")
    assert mendable(batch).startswith("\ufeffline,row,column,value,reason")


def test_no_cell_runs_as_a_formula_and_amounts_stay():
    bad = SHIP.replace("護衛艦（３９００トン型）", "=HYPERLINK(1)").replace("49788000000", '"-5,000"')
    found = mendable(imported("\n".join([",".join(COLUMNS), bad])))
    assert "'=HYPERLINK(1)" in found
    assert '"-5,000"' in found


def test_reasons_name_line_and_reason():
    rows = list(what_was_said(imported(FIRST + "A4,Maker,2020-01-31,1.001,\n")))
    assert (rows[1][0], rows[1][2], rows[1][3]) == ("5", "amount", "1.001")
