"""What falls due when, as the API answers it."""

import csv
import json

import pytest

from tests.makers import decide, make_contract, make_program, make_rate, owe, rehome


@pytest.fixture
def portfolio(db):
    program = make_program("x", name="X", domain="missile_defence")
    contract = make_contract(program, committed="1000", paid="100")
    owe(contract, "2020-03-31", "300")
    owe(contract, "2021-06-30", "200")
    owe(contract, "2021-06-30", None)
    owe(contract, "2020-12-01", "5", kind="delivery")
    decide(program, "suspended", "2020-06-15")
    return program


def test_a_schedule_has_the_members_of_an_answer_and_its_period(anonymous, portfolio):
    found = anonymous.read("exposure/schedule/?group_by=program&as_of=2020-06-25")
    assert list(found) == [
        "as_of", "published_by", "recorded_by", "currency", "rates", "by", "group_by", "rows", "totals", "next",
        "horizon", "permalink",
    ]  # fmt: skip
    assert (found["as_of"], found["currency"], found["by"], found["next"]) == (
        "2020-06-25", "JPY", "fiscal_year", None
    )  # fmt: skip


def test_a_row_says_what_falls_due_when_and_what_is_left(anonymous, portfolio):
    row = anonymous.read("exposure/schedule/?group_by=program&as_of=2020-06-25")["rows"][0]
    assert (row.pop("program")["code"], row.pop("currency")) == ("x", "JPY")
    late = {"period": "FY2019", "first_day": "2019-04-01", "last_day": "2020-03-31", "amount": "300.00"}
    next_year = {"period": "FY2021", "first_day": "2021-04-01", "last_day": "2022-03-31", "amount": "200.00"}
    # 1000 - 100 outstanding, less 300 and 200
    assert row == {
        "outstanding": "900.00", "periods": [late | {"overdue": True}, next_year | {"overdue": False}],
        "unscheduled": "400.00", "payments_without_amount": 1, "payments_of_unknown_outstanding": 0, "deliveries": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("by", "periods"),
    [("quarter", ["FY2019-Q4", "FY2021-Q1"]), ("month", ["2020-03", "2021-06"]), ("year", ["2020", "2021"])],
)
def test_by_chooses_the_periods(anonymous, portfolio, by, periods):
    (total,) = anonymous.read(f"exposure/schedule/?by={by}")["totals"]
    assert [each["period"] for each in total["periods"]] == periods


def test_unknown_stays_null(anonymous, db):
    owe(make_contract(committed="10"), "2021-06-30", "5")
    (row,) = anonymous.read("exposure/schedule/")["rows"]
    assert (row["outstanding"], row["periods"], row["unscheduled"]) == (None, None, None)
    assert row["payments_of_unknown_outstanding"] == 1


@pytest.mark.parametrize(
    ("given", "rest"),
    [
        ("as_of=2019-10-30", None),
        ("published_by=2020-01-01", "400.00"),
        ("domain=naval", None),
        ("program=x", "400.00"),
    ],
)
def test_dates_and_filters_apply(anonymous, portfolio, given, rest):
    make_program("ships", domain="naval")
    assert [row["unscheduled"] for row in anonymous.read(f"exposure/schedule/?{given}")["rows"]] == [rest] * bool(rest)


def test_amounts_are_converted_at_the_rate_that_is_named(anonymous, portfolio):
    make_rate("EUR", "JPY", "100", "2020-06-25")
    found = anonymous.read("exposure/schedule/?currency=EUR&as_of=2020-06-25")
    assert found["rates"] == [
        {"base": "JPY", "quote": "EUR", "rate": "0.01", "on": "2020-06-25", "type": "ecb_reference"}
    ]
    (row,) = found["rows"]
    assert ([each["amount"] for each in row["periods"]], row["unscheduled"]) == (["3.00", "2.00"], "4.00")


def test_pages_hold_every_row_once(anonymous, db):
    for number in range(5):
        owe(make_contract(make_program(f"p-{number}"), committed="5", paid="1"), "2021-06-30", "2")
    rows = anonymous.every("exposure/schedule/?group_by=program&page_size=2", "rows")
    assert sorted(row["program"]["code"] for row in rows) == [f"p-{number}" for number in range(5)]
    assert {row["periods"][0]["amount"] for row in rows} == {"2.00"}


def test_a_file_has_a_row_for_each_period_and_one_for_the_rest(anonymous, portfolio):
    asked = "exposure/schedule/?group_by=country&by=year&as_of=2020-06-25&format=csv"
    rows = list(csv.DictReader(b"".join(anonymous.get(asked).streaming_content).decode().splitlines()))
    assert {(row["as_of"], row["country"], row["currency"], row["outstanding"]) for row in rows} == {
        ("2020-06-25", "JP", "JPY", "900.00")
    }
    assert [(row["period"], row["amount"], row["overdue"]) for row in rows] == [
        ("2020", "300.00", "false"), ("2021", "200.00", "false"), ("unscheduled", "400.00", "")
    ]  # fmt: skip


def test_json_lines_have_a_group_in_one_line(anonymous, portfolio):
    asked = "exposure/schedule/?group_by=program&as_of=2020-06-25"
    lines = b"".join(anonymous.get(f"{asked}&format=jsonl").streaming_content).splitlines()
    (row,) = anonymous.read(asked)["rows"]
    dates = {"as_of": "2020-06-25", "published_by": None, "undated": None, "recorded_by": None}
    assert [json.loads(line) for line in lines] == [dates | row]


def test_a_programs_exposure_says_what_is_deferred(anonymous, portfolio):
    found = anonymous.read("programs/x/exposure/?as_of=2020-06-25")
    years = [{"fiscal_year": 2019, "amount": "300.00"}, {"fiscal_year": 2021, "amount": "200.00"}]
    expected = {"by": "fiscal_year", "years": years, "unscheduled": "400.00"}
    assert [row["deferred"] for row in (*found["rows"], *found["totals"])] == [expected, expected]


def test_only_the_programs_own_part_is_deferred(anonymous, portfolio):
    other = make_program("y")
    contract = make_contract(portfolio, committed="100", paid="0.02")
    owe(contract, "2021-06-30", "10")
    rehome(contract, [(portfolio, "0.5"), (other, "0.5")], "2020-01-01")
    (row,) = anonymous.read("programs/y/exposure/?as_of=2020-06-25")["rows"]
    # half of 10; half of 99.98 less that
    assert row["deferred"]["years"] == [{"fiscal_year": 2021, "amount": "5.00"}]
    assert row["deferred"]["unscheduled"] == "44.99"


def test_a_program_that_owes_nothing_known_has_nothing_deferred(anonymous, db):
    decide(make_program("z"), "suspended", "2020-06-15")
    (row,) = anonymous.read("programs/z/exposure/")["rows"]
    assert row["deferred"] is None
