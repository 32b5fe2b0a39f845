"""Files of lists and of exposure: their names, their dates, the mark of CSV, and that they are whole."""

import csv
import json

import pytest
from django.utils import timezone

from tests.makers import decide, make_contract, make_program, make_rate, post
from tests.sheets_read import rows as workbook_rows
from tests.sheets_read import sheets

TODAY = timezone.localdate().isoformat()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture
def portfolio(db):
    program = make_program("x")
    decide(program, "suspended", "2020-06-15")
    make_contract(program, committed="1000", paid="100")
    make_contract(program, committed="10", paid="1", currency="USD")
    return program


def content(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def csv_rows(answer):
    return list(csv.DictReader(content(answer).decode().splitlines()))


def name_of(answer):
    return answer["Content-Disposition"].partition("filename=")[2].strip('"')


# names


@pytest.mark.parametrize(("asked", "name"), [
    ("contracts/?format=csv", f"contracts_{TODAY}.csv"),
    ("contracts/?format=xlsx", f"contracts_{TODAY}.xlsx"),
    ("contracts/?format=csv&page_size=5", f"contracts_{TODAY}_part.csv"),
    ("contracts/?format=jsonl&as_of=2020-06-25", "contracts_as-of-2020-06-25.jsonl"),
    ("programs/x/timeline/?format=csv", f"programs-x-timeline_{TODAY}.csv"),
    ("flags/?as_of=2020-06-25&format=csv", "flags_as-of-2020-06-25.csv"),
    ("portfolio/?format=csv", f"portfolio_as-of-{TODAY}.csv"),
    ("exposure/?group_by=program&as_of=2020-06-25&published_by=2020-06-30&format=csv",
     "exposure-by-program_as-of-2020-06-25_published-by-2020-06-30.csv"),
    ("exposure/?as_of=2020-06-25&published_by=2020-06-30&undated=include&format=xlsx",
     "exposure_as-of-2020-06-25_published-by-2020-06-30_undated-included.xlsx"),
    ("exposure/?group_by=contract_status,currency&as_of=2020-06-25&page_size=1&format=jsonl",
     "exposure-by-contract-status-currency_as-of-2020-06-25_part.jsonl"),
    ("exposure/series/?interval=fiscal_year&calendar=JP&from=2019-04-01&to=2020-06-25&group_by=program&format=csv",
     "exposure-series-by-program_fiscal-year_from-2019-04-01_as-of-2020-06-25.csv"),
    ("exposure/schedule/?by=quarter&group_by=program&as_of=2020-06-25&format=csv",
     "exposure-schedule-by-program_quarter_as-of-2020-06-25.csv"),
])  # fmt: skip
def test_a_file_is_named_after_what_it_holds(anonymous, portfolio, asked, name):
    answer = anonymous.get(asked)
    assert (answer.status_code, name_of(answer)) == (200, name)
    list(getattr(answer, "streaming_content", ()))


def test_changes_say_through_which_moment_they_go(anonymous, portfolio):
    answer = anonymous.get("changes/?format=jsonl")
    assert name_of(answer).startswith("changes_recorded-by-2")
    after = answer["X-Horizon"].replace("+", "%2B")
    assert len(content(answer).splitlines()) == len(anonymous.read("changes/")["results"])
    assert anonymous.read(f"changes/?after={after}")["results"] == []


# the mark


@pytest.mark.parametrize(
    "asked", ["contracts/?", "contracts/?page_size=5&", "exposure/?group_by=program&", "flag-rules/?"]
)
def test_csv_begins_with_the_mark_when_that_is_asked_for(anonymous, portfolio, asked):
    plain, marked = (content(anonymous.get(f"{asked}format=csv{more}")) for more in ("", "&bom=true"))
    assert marked == "\ufeff".encode() + plain
    assert content(anonymous.get(f"{asked}format=csv&bom=false")) == plain


@pytest.mark.parametrize(("asked", "said"), [
    ("contracts/?bom=true", "applies only to CSV"),
    ("contracts/?format=xlsx&bom=true", "applies only to CSV"),
    ("contracts/?format=csv&bom=yes", "neither true nor false"),
    ("programs/x/?bom=true", "unknown parameter"),
])  # fmt: skip
def test_the_mark_is_refused_where_it_says_nothing(anonymous, portfolio, asked, said):
    answer = anonymous.get(asked)
    assert (answer.status_code, said in str(answer.json()["errors"]["bom"])) == (400, True)


def test_a_page_of_marked_csv_leads_to_the_next(anonymous, portfolio):
    link = anonymous.get("contracts/?format=csv&bom=true&page_size=1")["Link"]
    following = anonymous.get(link.partition("/api/v1/")[2].partition(">")[0])
    assert content(following).decode("utf-8-sig").count("\n") == 2


# workbooks


def test_a_workbook_is_had_by_its_media_type_too(anonymous, portfolio):
    answer = anonymous.get("contracts/", Accept=XLSX)
    assert (answer["Content-Type"], answer.streaming) == (XLSX, True)
    assert [row["reference"] for row in workbook_rows(content(answer))] == [
        row["reference"] for row in anonymous.rows("contracts/")
    ]


def test_a_page_of_a_workbook_has_a_tag_and_its_link(anonymous, portfolio):
    asked = "ledger-entries/?format=xlsx&page_size=1"
    first, again = anonymous.get(asked), anonymous.get(asked)
    assert first["ETag"] == again["ETag"]
    assert 'rel="next"' in first["Link"]
    assert len(workbook_rows(content(first))) == 1


def test_a_workbook_says_where_it_is_from_and_how_many_rows_it_has(anonymous, portfolio):
    about = sheets(content(anonymous.get("contracts/?format=xlsx&currency=USD")))["about"]
    assert about[0] == ["file", f"contracts_{TODAY}.xlsx"]
    assert about[1] == ["address", "http://testserver/api/v1/contracts/?format=xlsx&currency=USD"]
    assert about[2] == ["rows", 1.0]


# dates and rates


DATED = "as_of=2020-06-25&published_by=2020-06-30&undated=include"


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx"])
@pytest.mark.parametrize("asked", ["exposure/?group_by=program&", "exposure/schedule/?", "portfolio/?"])
def test_each_row_of_exposure_says_of_what_dates_it_is(anonymous, portfolio, asked, form):
    answer = anonymous.get(f"{asked}{DATED}&format={form}")
    read = {"csv": csv_rows, "xlsx": lambda each: workbook_rows(content(each))}
    rows = read[form](answer) if form in read else [json.loads(line) for line in content(answer).splitlines()]
    assert {(row["as_of"], row["published_by"], row["undated"], row["recorded_by"] or "") for row in rows} == {
        ("2020-06-25", "2020-06-30", "include", "")
    }


def test_the_moment_by_which_it_was_recorded_too(anonymous, portfolio):
    until = anonymous.read("changes/")["horizon"]
    (row, *_) = csv_rows(anonymous.get(f"exposure/?recorded_by={until}&format=csv"))
    assert row["recorded_by"] == until


def test_a_converted_row_names_its_rates(anonymous, portfolio):
    make_rate("USD", "JPY", "107.17", "2020-06-24", "other")
    rows = csv_rows(
        anonymous.get("exposure/?group_by=contract&currency=JPY&rate_type=other&as_of=2020-06-25&format=csv")
    )
    shown = ("committed", "converted_from", "rate", "rate_on", "rate_type", "rate_age_days")
    assert [tuple(row[name] for name in shown) for row in rows] == [
        ("1000.00", "", "", "", "", ""), ("1071.70", "USD", "107.17", "2020-06-24", "other", "1")
    ]  # fmt: skip


def test_a_row_of_several_currencies_names_the_rate_of_each(anonymous, portfolio):
    post(make_contract(portfolio, currency="GBP"), "2", on="2020-01-01")
    make_rate("USD", "EUR", "0.9", "2020-06-24", "other"), make_rate("JPY", "EUR", "0.01", "2020-06-25", "other")
    make_rate("GBP", "EUR", "1.1", "2020-06-25", "other")
    for asked in ("exposure/?", "exposure/schedule/?"):
        row = csv_rows(
            anonymous.get(f"{asked}group_by=program&currency=EUR&rate_type=other&as_of=2020-06-25&format=csv")
        )[0]
        assert (row["converted_from"], row["rate"]) == ("GBP; JPY; USD", "1.1; 0.01; 0.9")
        assert row["rate_on"] == "2020-06-25; 2020-06-25; 2020-06-24"
        assert row["rate_age_days"] == "0; 0; 1"


def test_without_a_conversion_there_are_no_columns_about_rates(anonymous, portfolio):
    assert "rate" not in csv_rows(anonymous.get("exposure/?format=csv"))[0]


def test_each_row_of_a_series_has_its_own_day_and_rate(anonymous, portfolio):
    make_rate("USD", "JPY", "107.17", "2020-06-24", "other"), make_rate("USD", "JPY", "107.52", "2020-05-29", "other")
    asked = (
        "exposure/series/?interval=month&from=2020-05-01&to=2020-06-25&group_by=contract&currency=JPY&rate_type=other"
    )
    rows = csv_rows(anonymous.get(f"{asked}&format=csv"))
    assert [(row["as_of"], row["rate"]) for row in rows if row["rate"]] == [
        ("2020-05-31", "107.52"), ("2020-06-25", "107.17")
    ]  # fmt: skip


# whole


def test_a_backtest_comes_whole(anonymous, portfolio):
    for number in range(3):
        make_contract(portfolio, committed=f"{number + 5}", paid="1")
    asked = "flags/?as_of=2020-06-25&rule=suspended-program-active-contract"
    rows = csv_rows(anonymous.get(f"{asked}&format=csv"))
    assert len(rows) == len(anonymous.rows(asked)) == 5
    page = anonymous.get(f"{asked}&format=csv&page_size=2")
    assert (len(csv_rows(page)), 'rel="next"' in page["Link"]) == (2, True)


def test_a_backtest_that_is_refused_is_refused_before_it_begins(anonymous, portfolio):
    assert anonymous.get("flags/?as_of=2020-06-25&owner=x&format=csv").status_code == 400


def test_a_timeline_comes_whole_and_as_pages(anonymous, portfolio):
    found = anonymous.every("programs/x/timeline/?page_size=2")
    rows = csv_rows(anonymous.get("programs/x/timeline/?format=csv"))
    assert [(row["type"], row["id"]) for row in rows] == [(each["type"], str(each["id"])) for each in found]
    page = anonymous.get("programs/x/timeline/?format=csv&page_size=2")
    assert (len(csv_rows(page)), 'rel="next"' in page["Link"]) == (2, True)


def test_a_schedule_has_every_group(anonymous, db, monkeypatch):
    monkeypatch.setattr("procurement.api.exposure.asking.MOST_AT_ONCE", 2)
    for number in range(5):
        make_contract(make_program(f"p-{number}"), committed="5", paid="1")
    lines = content(anonymous.get("exposure/schedule/?group_by=program&format=jsonl")).splitlines()
    assert [json.loads(line)["program"]["code"] for line in lines] == [f"p-{number}" for number in range(5)]


@pytest.mark.parametrize(
    "more", ["", "&as_of=2020-06-25", "&published_by=2020-06-30", "&currency=JPY&rate_type=other&as_of=2020-06-25"]
)
def test_exposure_of_every_contract_is_read_some_at_a_time(anonymous, portfolio, monkeypatch, more):
    make_rate("USD", "JPY", "107.17", "2020-06-24", "other")
    monkeypatch.setattr("procurement.api.exposure.asking.CONTRACTS_AT_ONCE", 2)
    for number in range(5):
        make_contract(portfolio, committed=f"{number + 5}", paid="1")
    asked = f"exposure/?group_by=contract{more}"
    rows = csv_rows(anonymous.get(f"{asked}&format=csv"))
    assert [(row["contract_reference"], row["committed"]) for row in rows] == [
        (row["contract"]["reference"], row["committed"]) for row in anonymous.read(asked)["rows"]
    ]
