"""Exposure through time."""

import csv

import pytest

from procurement.fiscal.intervals import interval_ends
from procurement.fiscal.years import FiscalYear
from tests.makers import day, decide, make_contract, make_program, make_rate, post, rehome, state_complete

JAPAN, UNITED_STATES = FiscalYear(4), FiscalYear(10, 1)


@pytest.mark.parametrize(("interval", "first", "last", "rule", "ends"), [
    ("month", "2020-01-15", "2020-03-10", JAPAN, ["2020-01-31", "2020-02-29", "2020-03-10"]),
    ("month", "2020-01-31", "2020-02-29", JAPAN, ["2020-01-31", "2020-02-29"]),
    ("quarter", "2020-02-01", "2020-07-01", JAPAN, ["2020-03-31", "2020-06-30", "2020-07-01"]),
    ("year", "2019-06-15", "2020-06-15", JAPAN, ["2019-12-31", "2020-06-15"]),
    ("fiscal_year", "2019-03-31", "2020-06-15", JAPAN, ["2019-03-31", "2020-03-31", "2020-06-15"]),
    ("fiscal_year", "2019-10-01", "2020-09-30", UNITED_STATES, ["2020-09-30"]),
    ("year", "2020-06-15", "2020-06-15", JAPAN, ["2020-06-15"]),
])  # fmt: skip
def test_each_interval_ends_on_its_last_day_and_the_last_one_at_to(interval, first, last, rule, ends):
    assert [each.isoformat() for each in interval_ends(interval, day(first), day(last), rule)] == ends


@pytest.fixture
def history(db):
    one, two = make_program("one"), make_program("two")
    contract = make_contract(one, committed="100.00", paid="10.00", signed_on="2020-01-10")
    post(contract, "20.00", "payment", on="2020-02-10")
    make_contract(two, committed="7.00", currency="USD", signed_on="2020-02-01")
    rehome(contract, [(one, "0.25"), (two, "0.75")], "2020-03-01")
    decide(one, "suspended", "2020-02-20")
    state_complete(contract, "2020-03-31")


QUESTIONS = [
    "",
    "group_by=program",
    "group_by=program,supplier&program=one&explain=true",
    "group_by=currency&figures=paid,outstanding",
    "group_by=program_status&published_by=2020-02-15",
    "group_by=program&currency=JPY",
    "group_by=fiscal_year&currency=JPY&rate_type=other&country=JP",
]


@pytest.mark.parametrize("asked", QUESTIONS)
def test_each_point_is_the_answer_at_its_day(anonymous, history, asked):
    for number, on in enumerate(("2020-01-31", "2020-02-29", "2020-03-30")):
        make_rate("EUR", "JPY", f"12{number}", on)
        make_rate("EUR", "USD", "1.25", on)
        make_rate("USD", "JPY", f"9{number}", on, "other")
    found = anonymous.read(f"exposure/series/?interval=month&from=2020-01-01&to=2020-03-30&{asked}")
    assert [name for name in found if name != "undated"] == ["interval", "from", "to", "points", "horizon", "permalink"]
    assert [point["as_of"] for point in found["points"]] == ["2020-01-31", "2020-02-29", "2020-03-30"]
    for point in found["points"]:
        answer = anonymous.read(f"exposure/?as_of={point['as_of']}&{asked}")
        assert point == {name: answer[name] for name in ("as_of", "rates", "rows", "totals")}


def test_a_series_shows_what_was_paid_through_time(anonymous, history):
    found = anonymous.read("exposure/series/?interval=month&from=2020-01-01&to=2020-03-31&figures=paid&program=one")
    paid = [[row["paid"] for row in point["rows"]] for point in found["points"]]
    # 10; 10 + 20; a quarter of that
    assert paid == [["10.00"], ["30.00"], ["7.50"]]


def test_fiscal_years_are_those_of_the_calendar_or_of_the_filter(anonymous, history):
    asked = "exposure/series/?interval=fiscal_year&from=2019-04-01&to=2020-04-01&"
    for given in ("calendar=JP", "country=JP", "calendar=JP&country=US"):
        points = anonymous.read(asked + given)["points"]
        assert [point["as_of"] for point in points] == ["2020-03-31", "2020-04-01"]
    assert [point["as_of"] for point in anonymous.read(asked + "calendar=FR")["points"]] == [
        "2019-12-31", "2020-04-01"
    ]  # fmt: skip


def test_a_series_ends_today_when_nothing_else_is_said(anonymous, history, settings):
    found = anonymous.read("exposure/series/?interval=year&from=2020-01-01")
    assert found["to"] == found["points"][-1]["as_of"] == anonymous.read("exposure/")["as_of"]


def test_a_series_comes_flat_with_a_day_in_each_row(anonymous, history):
    response = anonymous.get(
        "exposure/series/?interval=month&from=2020-01-01&to=2020-02-10&group_by=program&format=csv"
    )
    rows = list(csv.DictReader(b"".join(response.streaming_content).decode().splitlines()))
    shown = [(row["as_of"], row["program_code"], row["committed"]) for row in rows]
    assert shown == [("2020-01-31", "one", "100.00"), ("2020-02-10", "one", "100.00"), ("2020-02-10", "two", "7.00")]


@pytest.mark.parametrize(("asked", "field", "said"), [
    ("from=2020-01-01", "interval", "accepted: month, quarter, year, fiscal_year"),
    ("interval=week&from=2020-01-01", "interval", "“week” is not an interval"),
    ("interval=month", "from", "must be given"),
    ("interval=month&from=2020-02-30", "from", "is not a day"),
    ("interval=month&from=2020-01-02&to=2020-01-01", "from", "is after to"),
    ("interval=month&from=1900-01-01&to=2020-01-01", "interval", "more than 400 points"),
    ("interval=month&from=1900-01-01&to=2020-01-01", "interval", "to=1933-04-30"),
    ("interval=month&from=2020-01-01&to=2020-02-01&as_of=2020-01-01", "as_of", "give from and to"),
    ("interval=month&from=2020-01-01&page_size=5", "page_size", "unknown parameter"),
    ("interval=month&from=2020-01-01&calendar=JP", "calendar", "give interval=fiscal_year"),
    ("interval=fiscal_year&from=2020-01-01", "calendar", "calendar=JP would be accepted"),
    ("interval=fiscal_year&from=2020-01-01&country=JP,US", "calendar", "the filter names 2 countries"),
    ("interval=month&from=2020-01-01&to=2020-01-31&currency=JPY", "currency", "USD/JPY at 2020-01-31"),
    ("interval=month&from=2020-01-01&recorded_by=2090-01-01T00:00:00Z", "recorded_by", "later than the horizon"),
])  # fmt: skip
def test_a_series_that_cannot_be_is_refused_with_what_would_work(anonymous, db, asked, field, said):
    make_contract(committed="1.00", currency="USD")
    refused = anonymous.get(f"exposure/series/?{asked}")
    assert refused.status_code == 400, refused.content
    assert said in refused.json()["errors"][field][0]


def test_rows_beyond_what_an_answer_holds_are_refused_and_not_cut(anonymous, history, monkeypatch):
    asked = "exposure/series/?interval=month&from=2020-01-01&to=2020-03-31&group_by=program&program=one"
    monkeypatch.setattr("procurement.api.exposure.series.MOST_ROWS", 3)
    assert len(anonymous.read(asked)["points"]) == 3
    monkeypatch.setattr("procurement.api.exposure.series.MOST_ROWS", 2)
    (said,) = anonymous.get(asked).json()["errors"]["group_by"]
    assert said.startswith("by 2020-03-31 there are more than 2 rows in the 3 points, and a series has no pages")
