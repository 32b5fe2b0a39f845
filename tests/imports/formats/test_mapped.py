"""Lists of any layout, read by a column mapping."""

import datetime as dt
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.common.errors import Refused
from procurement.common.options import chosen
from procurement.imports.cells.values import Unreadable
from procurement.imports.formats.mapped import FORMAT
from procurement.imports.mapped.cells import country
from procurement.imports.mapped.cells import day as day_of
from procurement.imports.mapped.mapping import Column, as_json, mapping_from
from procurement.imports.rows import BadFile, Issue, Row
from tests.imports.arms_list import HEADINGS, ROWS, arms_list, arms_mapping, text
from tests.imports.files import file_of
from tests.imports.sheets import xlsx

PAYMENTS = "No,Buyer,Firm,What,Day,Price (1000),Cur,Paid\n"


def payments_mapping(**more: Any) -> dict[str, Any]:
    amount = {"unit": 1000, "decimal": "."}
    return {
        "name": "Payments",
        "columns": [
            {"heading": "No", "target": "contract.reference"},
            {"heading": "Buyer", "target": "buyer.name"},
            {"heading": "Firm", "target": "supplier.name"},
            {"heading": "What", "target": "contract.title"},
            {"heading": "Day", "target": "contract.signed_on", "order": "dmy", "precision": "day"},
            {"heading": "Price (1000)", "target": "commitment.amount", **amount},
            {"heading": "Cur", "target": "contract.currency", "words": {"Euro": "EUR"}},
            {"heading": "Paid", "target": "payment.amount", "unit": 1, "decimal": ","},
        ],
        "fixed": {"source.title": "Payments"},
        "key": ["No"],
    } | more


def read(file: Any, mapping: dict[str, Any]) -> tuple[dict[str, list[Row]], list[Issue], list[Issue]]:
    """The rows of a file by table, its issues and its remarks."""
    portions = list(FORMAT.read(file, chosen(FORMAT.options, {"mapping": mapping})))
    found: dict[str, list[Row]] = {}
    for row in (row for each in portions for row in each.rows):
        found.setdefault(row.ref.table, []).append(row)
    issues = [issue for each in portions for issue in each.issues]
    return found, issues, [remark for each in portions for remark in each.remarks]


def payments(*lines: str, **more: Any) -> Any:
    return read(file_of(PAYMENTS + "\n".join(lines), "a.csv"), payments_mapping(**more))


def test_a_line_of_a_register_is_a_contract_of_unknown_value():
    found, issues, _ = read(arms_list(), arms_mapping())
    first = found["contracts"][0]
    assert issues == []
    assert (first.values["title"], first.values["currency"]) == ("FICTIONAL-1 Geyser", "USD")
    assert (first.values["signed_on"], first.values["signed_precision"]) == (dt.date(2015, 12, 31), "year")
    assert (first.values["ends_on"], first.values["ends_precision"]) == (dt.date(2018, 12, 31), "year")
    assert first.values["description"] == "Number ordered: 4\nWeapon description: patrol radar"
    assert (first.values["reference_generated"], "ledger_entries" in found) == (True, False)
    assert str(first.values["reference"]).startswith("ARMS-REGISTER-")


def test_names_of_countries_are_their_codes():
    found, _, _ = read(arms_list(), arms_mapping())
    assert {(row.values["name"], row.values["country"]) for row in found["organizations"]} == {
        ("Japan", "JP"), ("Chile", "CL"), ("Iceland", "IS"),
    }  # fmt: skip
    assert [row.values["role"] for row in found["contract_parties"]] == ["lead_supplier"] * 3


def test_estimates_and_several_years_are_taken_with_a_remark():
    found, _, remarks = read(arms_list(), arms_mapping())
    assert sorted(each.kind for each in remarks) == ["in-brackets", "several-years", "several-years"]
    assert found["contracts"][1].values["signed_on"] == dt.date(2016, 12, 31)


def test_names_are_made_of_the_key_alone():
    names = [row.ref.key for row in read(arms_list(), arms_mapping())[0]["contracts"]]
    changed = arms_mapping(fixed={"contract.currency": "EUR", "source.title": "Other"})
    changed["columns"] = changed["columns"][:-6]
    later = tuple((*row[:8], "Delivered", "other comments", *row[10:]) for row in ROWS)
    assert [row.ref.key for row in read(arms_list(*later), changed)[0]["contracts"]] == names
    assert len(set(names)) == 3


def test_equal_keys_are_several_contracts():
    names = [row.ref.key for row in read(arms_list(ROWS[0], ROWS[0]), arms_mapping())[0]["contracts"]]
    assert names == [names[0], f"{names[0]}-2"]


def test_dropped_columns_may_be_missing_and_others_in_any_order():
    lines = [";".join(reversed(row[:10])) for row in (HEADINGS, *ROWS)]
    found, issues, _ = read(file_of("\n".join(lines), "a.csv"), arms_mapping())
    assert (len(found["contracts"]), issues) == (3, [])


def test_a_missing_column_is_named():
    _, issues, _ = read(file_of("Recipient;Supplier\nJapan;Iceland\n", "a.csv"), arms_mapping())
    assert "there is no Year of order" in issues[0].reason


def test_amounts_have_their_unit_their_decimals_and_their_currency():
    found, issues, _ = payments('K1,Army,Firm,Boat,03/04/2020,"1,500.5",Euro,"2.000,75"')
    entries = {row.values["measure"]: row.values["amount"] for row in found["ledger_entries"]}
    assert (entries, issues) == ({"commitment": Decimal(1_500_500), "payment": Decimal("2000.75")}, [])
    assert found["contracts"][0].values["currency"] == "EUR"
    assert found["ledger_entries"][0].values["effective_on"] == dt.date(2020, 4, 3)


@pytest.mark.parametrize(
    ("line", "column", "said"),
    [
        ("K1,Army,Firm,Boat,03/04/2020,$5,Euro,", "Price (1000)", "is in $, and the column in EUR"),
        ("K1,Army,Firm,Boat,31/02/2020,5,EUR,", "Day", "is not in the calendar"),
        ("K1,Army,Firm,Boat,12/2020,5,EUR,", "Day", "is not a day"),
        ("K1,Army,Firm,Boat,03/04/2020,=5+5,EUR,", "Price (1000)", "is a formula"),
        (",Army,Firm,Boat,03/04/2020,5,EUR,", "", "has nothing under No"),
    ],
)
def test_a_line_with_a_bad_cell_is_refused_as_a_whole_and_says_which(line, column, said):
    found, (issue,), _ = payments(line)
    assert (issue.line, issue.field) == (2, column)
    assert said in issue.reason
    assert [(row.ref.table, row.sound) for rows in found.values() for row in rows] == [("contracts", False)]


@pytest.mark.parametrize("text", ["", "-", "n/a", "0", "0.00"])
def test_no_amount_is_no_entry_and_never_zero(text):
    found, issues, _ = payments(f"K1,Army,Firm,Boat,03/04/2020,{text},EUR,")
    assert (issues, "ledger_entries" in found, len(found["contracts"])) == ([], False, 1)


def test_several_lines_of_one_contract_are_told_apart():
    lines = ("K1,Army,Firm,Boat,03/04/2020,5,EUR,10", "K1,Army,Firm,Boat,03/04/2020,,EUR,20")
    found, issues, _ = payments(*lines, line_key=["Paid"])
    assert [row.ref.key for row in found["ledger_entries"]] == ["commitment 10", "payment 10", "payment 20"]
    assert (len(found["contracts"]), len(found["contract_parties"]), issues) == (1, 1, [])


def test_a_program_has_the_contracts_that_name_it():
    mapping = payments_mapping()
    mapping["fixed"] |= {"program.code": "boats", "program.name": "Boats"}
    found, _, _ = read(file_of(PAYMENTS + "K1,Army,Firm,Boat,03/04/2020,5,EUR,", "a.csv"), mapping)
    assert found["programs"][0].values["code"] == "boats"
    assert found["allocations"][0].values["share"] == 1


def test_one_sheet_of_a_workbook_is_read():
    rows = [list(HEADINGS), *map(list, ROWS)]
    held = file_of(xlsx(Notes=[["nothing"]], Orders=rows, Old=rows), "a.xlsx")
    assert len(read(held, arms_mapping(sheet="Orders"))[0]["contracts"]) == 3
    assert len(read(held, arms_mapping())[0]["contracts"]) == 6


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"columns": []}, "columns", "has no column"),
        ({"columns": [{"heading": "Recipient"}]}, "fixed.contract.title", "a column must be it"),
        ({"key": []}, "key", "the columns whose values together name a contract"),
        ({"key": ["Colour"]}, "key", "“Colour” is no heading"),
        ({"name": ""}, "name", "is missing"),
        ({"fixed": {"contract.colour": "red"}}, "fixed.contract.colour", "is unknown; accepted: contract.reference"),
        ({"fixed": {"commitment.amount": "5"}}, "fixed.commitment.amount", "which a column must give"),
        ({"fixed": {"source.published_on": "yesterday"}}, "fixed.source.published_on", "day"),
        ({"columns": [{"heading": "x", "target": "commitment.amount"}]}, "columns.0.unit", "must say the unit"),
        ({"columns": [{"heading": "x", "target": "contract.signed_on"}]}, "columns.0.order", "must say the order"),
        ({"columns": [{"heading": "x", "target": "x.y"}]}, "columns.0.target", "accepted: contract."),
        ({"columns": [{"heading": "x", "colour": 1}]}, "columns.0", "unknown field “colour”"),
        ({"columns": 5}, "columns", "must be a list"),
        ({"colour": 5}, "mapping", "unknown field “colour”"),
        ({"prefix": "a\0"}, "prefix", "NUL"),
    ],
)
def test_what_a_mapping_lacks_is_named(change, field, said):
    with pytest.raises(Refused) as refused:
        mapping_from(arms_mapping() | change)
    assert said in " ".join(refused.value.errors[field])


def test_a_day_that_has_no_precision_is_exact():
    column = {"heading": "x", "target": "contract.starts_on", "order": "ymd", "precision": "year"}
    mapping = arms_mapping()
    with pytest.raises(Refused, match="always an exact day"):
        mapping_from(mapping | {"columns": [*mapping["columns"], column]})


def test_a_mapping_is_stored_as_it_was_given():
    stored = as_json(mapping_from(arms_mapping()))
    assert as_json(mapping_from(stored)) == stored
    assert stored["columns"][0] == {"heading": "Recipient", "target": "buyer.name"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON | st.fixed_dictionaries({}, optional=dict.fromkeys(arms_mapping(), JSON)))
def test_any_other_json_is_refused(value):
    with suppress(Refused):
        mapping_from(value)


@given(st.lists(st.text()), st.sampled_from(["", "\n", ";", "\0"]))
def test_any_text_gives_rows_and_refusals_only(cells, between):
    with suppress(BadFile):
        read(file_of((text() + between.join(cells)).encode("utf-8", "replace"), "a.csv"), arms_mapping())


@pytest.mark.parametrize(
    ("name", "code"),
    [("JP", "JP"), ("Japan", "JP"), ("JPN", "JP"), ("Turkey", "TR"), ("russia", "RU"), ("South Korea", "KR")],
)
def test_a_country_is_known_by_its_usual_names(name, code):
    assert country(name) == code


@pytest.mark.parametrize("name", ["Soviet Union", "Europe", "jp-", ""])
def test_any_other_is_refused(name):
    with pytest.raises(Unreadable, match="no name of a country"):
        country(name)


@pytest.mark.parametrize(
    ("text", "precision", "day"),
    [
        ("2020-02", "month", "2020-02-29"),
        ("2/2021", "month", "2021-02-28"),
        ("25/06/2020", "month", "2020-06-30"),
        ("2020年6月", "month", "2020-06-30"),
        ("２０２０年", "year", "2020-12-31"),
        ("2017 - (2019)", "year", "2019-12-31"),
        ("2020-06-25", "year", "2020-12-31"),
    ],
)
def test_a_month_or_a_year_is_its_last_day(text, precision, day):
    assert day_of(Column("x", "contract.signed_on", order="dmy", precision=precision), text) == day


@pytest.mark.parametrize(
    ("text", "precision"), [("20", "year"), ("2910", "year"), ("2020-13", "month"), ("x", "month")]
)
def test_what_is_no_month_and_no_year_is_refused(text, precision):
    with pytest.raises(Unreadable, match="would be accepted"):
        day_of(Column("x", "contract.signed_on", order="ymd", precision=precision), text)
