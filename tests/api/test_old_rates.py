"""Questions of today when the newest rate is old, and amounts that have no rate, through every door that converts."""

import csv
import datetime as dt

import pytest
import time_machine

from tests.makers import make_contract, make_program, make_rate, owe

pytestmark = pytest.mark.django_db

#: Every answer that converts; of today, as none names a day.
DOORS = {
    "exposure": "exposure/?currency=USD",
    "exposure by program": "exposure/?group_by=program&currency=USD",
    "exposure by contract": "exposure/?group_by=contract&currency=USD",
    "deferred": "exposure/?figures=outstanding,deferred&currency=USD",
    "schedule": "exposure/schedule/?by=quarter&currency=USD",
    "a program's exposure": "programs/x/exposure/?currency=USD",
    "series": "exposure/series/?interval=year&from=2020-06-25&currency=USD",
}
OLD = {
    "base": "JPY", "quote": "USD", "rate": "0.01", "on": "2020-06-25", "type": "ecb_reference", "age_days": 21,
    "stale": True,
}  # fmt: skip


@pytest.fixture(autouse=True)
def portfolio(db):
    program = make_program("x")
    owe(make_contract(program, committed="1000", paid="100"), "2021-06-30", "200")
    make_rate("EUR", "JPY", "125", "2020-06-25")
    make_rate("EUR", "USD", "1.25", "2020-06-25")
    with time_machine.travel(dt.datetime(2020, 7, 16, 12, tzinfo=dt.UTC), tick=False):
        yield program


def last(found):
    return found.get("points", [found])[-1]


@pytest.mark.parametrize("door", DOORS)
def test_today_is_answered_at_the_newest_rate_which_says_its_age(anonymous, door):
    found = last(anonymous.read(DOORS[door]))
    assert found["rates"] == [OLD]
    assert found["totals"][0]["outstanding"] == "9.00"


@pytest.mark.parametrize("door", sorted(set(DOORS) - {"series"}))
def test_the_same_day_by_its_name_is_refused_and_the_newest_is_named(anonymous, door):
    refused = anonymous.get(f"{DOORS[door]}&as_of=2020-07-16")
    (said,) = refused.json()["errors"]["currency"]
    assert refused.status_code == 400
    assert "EUR/JPY: last 2020-06-25 before, first never after" in said


def test_a_rate_of_last_week_says_no_age(anonymous):
    with time_machine.travel(dt.datetime(2020, 7, 2, 12, tzinfo=dt.UTC), tick=False):
        (rate,) = anonymous.read(DOORS["exposure"])["rates"]
    assert not {"age_days", "stale"} & set(rate)


def test_of_a_series_only_the_last_point_is_of_today(anonymous):
    series = "exposure/series/?interval=month&from=2020-06-25&currency=USD"
    assert [point["rates"][0].get("age_days") for point in anonymous.read(series)["points"]] == [None, 21]
    refused = anonymous.get(series.replace("month", "month&to=2020-07-16"))
    assert "JPY/USD at 2020-07-16" in refused.json()["errors"]["currency"][0]
    with time_machine.travel(dt.datetime(2020, 8, 16, 12, tzinfo=dt.UTC), tick=False):
        refused = anonymous.get(series)
    assert "JPY/USD at 2020-07-31" in refused.json()["errors"]["currency"][0]


def test_a_following_page_is_of_today_too(anonymous):
    make_contract(make_program("y"), committed="7")
    first = anonymous.read("exposure/?group_by=program&currency=USD&page_size=1")
    second = anonymous.client.get(first["next"]).json()
    assert (first["rates"], second["rates"]) == ([OLD], [OLD])
    assert [row["program"]["code"] for page in (first, second) for row in page["rows"]] == ["x", "y"]


def lines_of(response):
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode().splitlines()


def rows_of(response):
    return list(csv.DictReader(lines_of(response)))


@pytest.mark.parametrize("door", ["exposure by program", "schedule", "series"])
@pytest.mark.parametrize("more", ["", "&page_size=5"])
def test_files_say_the_age_of_the_rate_of_each_row(anonymous, door, more):
    *_, row = rows_of(anonymous.get(f"{DOORS[door]}{'' if door == 'series' else more}&format=csv"))
    shown = ("converted_from", "rate", "rate_on", "rate_type", "rate_age_days")
    assert [row[name] for name in shown] == ["JPY", "0.01", "2020-06-25", "ecb_reference", "21"]


def test_files_name_no_currency_and_no_age_for_what_was_not_converted(anonymous, portfolio):
    (row,) = rows_of(anonymous.get("exposure/?currency=JPY&format=csv"))
    assert (row["converted_from"], row["rate_age_days"]) == ("", "")


def test_without_a_currency_there_are_no_such_columns(anonymous):
    head, *_ = lines_of(anonymous.get("exposure/?group_by=program&format=csv"))
    assert not {"rate_age_days", "unconverted"} & set(head.split(","))


# amounts without a rate


@pytest.fixture
def hryvnias(portfolio):
    make_contract(portfolio, committed="50", paid="10", currency="UAH")


@pytest.mark.parametrize("door", DOORS)
def test_without_a_rate_ever_today_is_refused_too(anonymous, hryvnias, door):
    refused = anonymous.get(DOORS[door])
    (said,) = refused.json()["errors"]["currency"]
    assert refused.status_code == 400
    assert "UAH/USD" in said
    assert "unconverted=show" in said


@pytest.mark.parametrize("door", DOORS)
def test_or_its_amounts_stay_in_their_own_currency_last_marked_and_counted(anonymous, hryvnias, door):
    found = last(anonymous.read(f"{DOORS[door]}&unconverted=show"))
    shown = [(row["currency"], row["outstanding"], row["unconverted"]) for row in found["totals"]]
    assert shown == [("USD", "9.00", False), ("UAH", "40.00", True)]
    assert [row["unconverted"] for row in found["rows"]][-1:] in ([True], [])
    assert found["unconverted"] == [{"currency": "UAH", "contracts": 1}]


def test_programs_all_in_one_come_before_what_has_no_rate(anonymous, portfolio):
    make_contract(make_program("a"), committed="50", currency="UAH")
    found = anonymous.read("exposure/?group_by=program&currency=USD&unconverted=show&page_size=1")
    rest = anonymous.client.get(found["next"]).json()
    assert [row["program"]["code"] for page in (found, rest) for row in page["rows"]] == ["x", "a"]
    assert [total["currency"] for total in rest["totals"]] == ["USD", "UAH"]


def test_pages_of_contracts_hold_every_row_once(anonymous, portfolio):
    make_contract(portfolio, committed="50", currency="UAH")
    make_contract(portfolio, committed="70")
    address, seen = "exposure/?group_by=contract&currency=USD&unconverted=show&page_size=1", []
    while address:
        found = anonymous.read(address) if address.startswith("exposure") else anonymous.client.get(address).json()
        seen += [row["committed"] for row in found["rows"]]
        address = found["next"]
    assert sorted(seen) == ["0.70", "10.00", "50.00"]


def test_where_everything_has_a_rate_nothing_is_left(anonymous):
    found = anonymous.read("exposure/?currency=USD&unconverted=show")
    assert (found["unconverted"], [row["unconverted"] for row in found["totals"]]) == ([], [False])


@pytest.mark.parametrize("door", ["exposure by program", "schedule", "series"])
def test_a_file_marks_what_has_none(anonymous, hryvnias, door):
    group = "" if "group_by" in DOORS[door] else "&group_by=program"
    rows = rows_of(anonymous.get(f"{DOORS[door]}{group}&unconverted=show&format=csv"))
    found = {(row["currency"], row["unconverted"], row["converted_from"]) for row in rows}
    assert found >= {("USD", "false", "JPY"), ("UAH", "true", "")}
    assert {mark for _, mark, _ in found} == {"false", "true"}


@pytest.mark.parametrize(
    ("query", "said"),
    [("unconverted=show", "give currency too"), ("currency=USD&unconverted=hide", "“hide” is unknown; accepted: show")],
)
def test_another_word_or_none_to_convert_to_is_refused(anonymous, query, said):
    assert said in anonymous.get(f"exposure/?{query}").json()["errors"]["unconverted"][0]
