"""Sheets of Japanese ministries: their headings, their cells, and what is never read of them."""

from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.common.errors import Refused
from procurement.common.options import chosen
from procurement.imports.format import File
from procurement.imports.formats import format_of
from procurement.imports.formats.japan_procurement import FORMAT
from procurement.imports.japan.supplier_cell import name_and_number
from procurement.imports.loading import Choice, load_files
from procurement.imports.rows import BadFile, Issue, Row
from tests.imports.sheets import Day, xlsx

HEADINGS = [
    "物品役務等の名称\n及び数量",
    "契約担当官等の氏名並びにその所属する部局の名称及び所在地",
    "契約を締結した日",
    "契約の相手方の商号又は\n名称及び住所",
    "法人番号",
    "随意契約によることとした会計法令の根拠条文及び理由（企画競争又は公募）",
    "予定価格（円）",
    "契約金額（円）",
    "備考",
]
OFFICER = "支出負担行為担当官 防衛 太郎 東京都新宿区市谷本村町5-1"
MAKER = "三菱重工業株式会社\n東京都千代田区丸の内3-2-3"
RADAR: list[object] = [
    *("レーダー　１式", OFFICER, Day(44007), MAKER, "8010401050387"),
    *("会計法第29条の3第4項（ＭＤＡ）", "非公表", 34955000000, ""),
]


def changed(**cells: object) -> list[object]:
    places = {"title": 0, "day": 2, "supplier": 3, "number": 4, "ground": 5, "amount": 7, "remarks": 8}
    found = list(RADAR)
    for name, value in cells.items():
        found[places[name]] = value
    return found


def workbook(*records: list[object], headings: list[object] | None = None, **sheets: list[list[object]]) -> File:
    content = xlsx(**sheets, 契約=[["公共調達の適正化について"], [], headings or list(HEADINGS), *records])
    return File("a.xlsx", lambda: BytesIO(content))


def text(*records: str, encoding: str = "cp932", above: str = "") -> File:
    heading = "件名,契約締結日,契約相手方の名称,法人番号,契約金額（円）,備考"
    content = "\r\n".join([*([above] if above else []), heading, *records]).encode(encoding)
    return File("a.csv", lambda: BytesIO(content))


def parsed(held: File, **options: str) -> tuple[list[Row], list[Issue], list[Issue]]:
    portions = list(FORMAT.read(held, chosen(FORMAT.options, {"buyer": "防衛省"} | options)))
    return (
        [row for each in portions for row in each.rows],
        [issue for each in portions for issue in each.issues],
        [remark for each in portions for remark in each.remarks],
    )


def rows(held: File, table: str, **options: str) -> list[Row]:
    return [row for row in parsed(held, **options)[0] if row.ref.table == table]


def amounts(held: File, **options: str) -> list[int]:
    return [int(str(row.values["amount"])) for row in rows(held, "ledger_entries", **options)]


def kinds(held: File, **options: str) -> list[str]:
    return [remark.kind for remark in parsed(held, **options)[2]]


@pytest.mark.parametrize("held", [workbook(RADAR), text("a,2020/6/25,b,,1,")])
def test_it_is_recognised_by_its_headings_wherever_they_stand(held):
    assert format_of(held).name == "japan_procurement"


def test_other_tables_are_not_taken_for_one():
    with pytest.raises(BadFile, match="in no known format"):
        format_of(File("a.xlsx", lambda: BytesIO(xlsx(a=[["x", "y"], [1, 2]]))))


def test_what_is_wrong_with_a_workbook_that_no_format_takes_is_said():
    with pytest.raises(BadFile, match="holds HTML, whatever its name says"):
        format_of(File("a.xls", lambda: BytesIO(b"<html>")))


def test_a_row_becomes_a_contract_with_its_supplier_and_its_commitment():
    (contract,) = rows(workbook(RADAR), "contracts")
    assert (contract.values["title"], str(contract.values["signed_on"])) == ("レーダー　１式", "2020-06-25")
    assert contract.values["method"] == "foreign_military_sale"
    assert str(contract.values["description"]).startswith("随意契約によることとした会計法令")
    assert amounts(workbook(RADAR)) == [34955000000]
    _, supplier = rows(workbook(RADAR), "organizations")
    assert supplier.values == {
        "name": "三菱重工業株式会社",
        "identifiers": (("JP-HOUJIN-BANGOU", "8010401050387"),),
    }


def test_officials_and_addresses_are_read_nowhere():
    found = repr(parsed(workbook(RADAR, changed(supplier="三菱電機 1-2-3"), changed(amount="?"), changed(day=""))))
    assert not any(each in found for each in ("太郎", "市谷本村町", "丸の内", "1-2-3"))


@pytest.mark.parametrize(
    ("cell", "name", "number"),
    [
        ("三菱重工業㈱\n東京都港区", "三菱重工業㈱", ""),
        ("ＮＥＣ株式会社　東京都港区芝５－７－１", "ＮＥＣ株式会社", ""),
        ("三菱電機株式会社東京都千代田区丸の内2-7-3", "三菱電機株式会社", ""),
        ("株式会社\n日立製作所\n東京都", "株式会社 日立製作所", ""),
        ("東京都個人タクシー協同組合\n東京都中野区", "東京都個人タクシー協同組合", ""),
        ("日本電気（株）\n法人番号７０１０４０１０２２９１６\n東京都", "日本電気（株）", "7010401022916"),
        ("米空軍省", "米空軍省", ""),
        ("Maker Inc. 6801 Rockledge Drive", "", ""),
        ("", "", ""),
    ],
)
def test_of_a_cell_with_name_and_address_only_the_name_is_kept(cell, name, number):
    assert name_and_number(cell, has_address=True) == (name, number)


def test_a_name_that_cannot_be_told_from_an_address_is_not_taken():
    assert kinds(workbook(changed(supplier="Maker Inc. 6801 Rockledge Drive", number=""))) == [
        "supplier-unclear",
        "supplier-unknown",
    ]


@pytest.mark.parametrize(
    ("day", "iso"),
    [("令和2年6月25日", "2020-06-25"), ("R2.6.25", "2020-06-25"), (44007, "2020-06-25"), ("6月25日", "2020-06-25")],
)
def test_days_are_read_however_they_are_written(day, iso):
    (contract,) = rows(workbook(changed(day=day)), "contracts", fiscal_year="2020")
    assert str(contract.values["signed_on"]) == iso


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"day": "6月25日"}, "has no year"),
        ({"day": ""}, "is empty, so nothing says since when"),
        ({"day": "令和2年13月1日"}, "not in the calendar"),
        ({"amount": "△500"}, "is negative"),
        ({"amount": "=G4*2"}, "is a formula"),
        ({"amount": "＝1"}, "is a formula"),
        ({"amount": "$5"}, "an amount in JPY"),
        ({"amount": "約5億"}, "is no amount"),
    ],
)
def test_a_row_that_says_no_award_is_refused_and_the_others_stand(cells, said):
    found, issues, _ = parsed(workbook(changed(**cells), RADAR))
    assert [(issue.line, said in issue.reason, "would be accepted" in issue.reason) for issue in issues] == [
        (4, True, True)
    ]
    assert [row.sound for row in found if row.ref.table == "contracts"] == [False, True]


def test_amounts_are_in_the_unit_of_their_heading_or_of_the_line_above():
    in_millions = [each.replace("契約金額（円）", "契約金額（百万円）") for each in HEADINGS]
    assert amounts(workbook(changed(amount="34,955"), headings=list(in_millions))) == [34955000000]
    plain = "件名,契約締結日,契約相手方の名称,契約金額\r\n"
    held = f'一覧,,,（単位：千円）\r\n{plain}a,2020/6/25,b,"1,500"\r\n'.encode("cp932")
    assert amounts(File("a.csv", lambda: BytesIO(held))) == [1500000]
    assert amounts(text("a,2020/6/25,b,,497億8800万円,")) == [49788000000]


def test_sums_notes_and_repeated_headings_are_no_contracts():
    sums: list[list[object]] = [["合計（2件）", "", "", "", "", "", "", 5], ["", "", "", "計", "", "", "", 5]]
    held = workbook(RADAR, *sums, list(HEADINGS), ["※ 公益法人の区分において"], RADAR)
    assert len(rows(held, "contracts")) == 2
    assert kinds(held) == ["total", "total", "headings-again", "note"]


def test_unit_prices_are_no_value():
    assert kinds(workbook(changed(amount="単価 ＠500円"))) == ["unit-price"]
    assert amounts(workbook(changed(amount="単価 ＠500円"))) == []
    assert kinds(workbook(changed(remarks="単価契約"))) == ["unit-price-total"]


def test_sheets_without_these_headings_are_left_out_and_said():
    assert kinds(workbook(RADAR, 表紙=[["防衛省"]])) == ["no-headings"]


def test_a_number_of_the_contract_is_its_reference_and_else_one_is_generated():
    with_number = ["契約番号", *HEADINGS]
    (contract,) = rows(workbook(["A-1", *RADAR], headings=list(with_number)), "contracts")
    assert (contract.values["reference"], "reference_generated" in contract.values) == ("A-1", False)
    (contract,) = rows(workbook(RADAR), "contracts")
    assert contract.values["reference_generated"]


def test_a_workbook_and_its_csv_name_a_contract_alike():
    (one,) = rows(workbook(changed(amount=1500, number="")), "contracts")
    (other,) = rows(text('レーダー 1式,令和2年6月25日,三菱重工業株式会社,,"1,500",'), "contracts")
    assert one.ref == other.ref


def test_options_are_checked():
    for wrong in ({}, {"buyer": "防衛省", "fiscal_year": "令和2"}):
        with pytest.raises(Refused):
            chosen(FORMAT.options, wrong)


@pytest.mark.django_db
def test_a_file_is_taken_once():
    choice = Choice(options={"buyer": "防衛省"})
    held = workbook(RADAR, RADAR, changed(amount="単価"), changed(day=""))
    first, second = load_files([held], choice=choice), load_files([held], choice=choice)
    assert (first.adds_up, first.taken["contracts"], first.refused["contracts"]) == (True, 3, 1)
    assert (second.taken.total(), second.unchanged["contracts"]) == (0, 3)


@given(st.lists(st.lists(st.text(st.sampled_from("計12年月日令和R.億,円東京都区=\n株\x00")), max_size=9), max_size=3))
def test_whatever_the_cells_say_only_rows_and_refusals_come_out(records):
    content = "\n".join(",".join(f'"{cell}"' for cell in each) for each in [HEADINGS, *records]).encode()
    with suppress(BadFile):
        parsed(File("a.csv", lambda: BytesIO(content)))
