"""Yen with a reference rate and hryvnias with another one, through every door that converts."""

import pytest

from tests.makers import make_contract, make_program, make_rate, owe

ASKED = "currency=USD&as_of=2020-06-25"
#: Every answer that converts, each with where its rates and its outstanding stand.
DOORS = {
    "exposure": f"exposure/?{ASKED}",
    "exposure by program": f"exposure/?group_by=program&{ASKED}",
    "deferred": f"exposure/?figures=outstanding,deferred&{ASKED}",
    "schedule": f"exposure/schedule/?by=quarter&{ASKED}",
    "a program's exposure": f"programs/x/exposure/?{ASKED}",
    "series": "exposure/series/?interval=month&from=2020-06-25&to=2020-06-25&currency=USD",
}
USED = [
    {"base": "JPY", "quote": "USD", "rate": "0.01", "on": "2020-06-25", "type": "ecb_reference"},
    {"base": "UAH", "quote": "USD", "rate": "0.04", "on": "2020-06-24", "type": "other"},
]


@pytest.fixture(autouse=True)
def portfolio(db):
    program = make_program("x")
    for currency in ("JPY", "UAH"):
        owe(make_contract(program, committed="1000", paid="100", currency=currency), "2021-06-30", "200")
    make_rate("EUR", "JPY", "125", "2020-06-25")
    make_rate("EUR", "USD", "1.25", "2020-06-25")
    make_rate("USD", "UAH", "25", "2020-06-24", "other")


@pytest.mark.parametrize("door", DOORS)
def test_each_pair_is_converted_at_the_first_type_that_has_a_rate(anonymous, door):
    found = anonymous.read(f"{DOORS[door]}&rate_type=ecb_reference,other")
    (found,) = found.get("points", [found])
    assert found["rates"] == USED
    # 900 x 0.01 + 900 x 0.04
    assert [total["outstanding"] for total in found["totals"]] == ["45.00"]


def test_what_is_deferred_is_converted_at_the_same_rates(anonymous):
    found = anonymous.read(f"{DOORS['deferred']}&rate_type=ecb_reference,other")
    # 200 x 0.01 + 200 x 0.04
    assert found["totals"][0]["deferred"] == {
        "by": "fiscal_year", "years": [{"fiscal_year": 2021, "amount": "10.00"}], "unscheduled": "35.00"
    }  # fmt: skip


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("types", "missing", "advised"),
    [("ecb_reference", "UAH/USD", "ecb_reference,other"), ("other,budget", "JPY/USD", "other,budget,ecb_reference")],
)
def test_one_type_alone_is_refused_with_the_list_that_would_work(anonymous, door, types, missing, advised):
    refused = anonymous.get(f"{DOORS[door]}&rate_type={types}")
    (said,) = refused.json()["errors"]["currency"]
    assert refused.status_code == 400
    assert f"no {' or '.join(types.split(','))} rate for {missing} at 2020-06-25" in said
    assert f"rate_type={advised}, another as_of" in said
    assert anonymous.get(f"{DOORS[door]}&rate_type={advised}").status_code == 200


@pytest.mark.parametrize("door", DOORS)
def test_an_unknown_type_is_refused_with_those_that_exist(anonymous, door):
    refused = anonymous.get(f"{DOORS[door]}&rate_type=ecb_reference,guess")
    assert refused.status_code == 400
    assert "accepted, separated by commas: ecb_reference, budget, other" in refused.json()["errors"]["rate_type"][0]


def test_a_file_of_rows_is_converted_too(anonymous):
    response = anonymous.get(f"{DOORS['exposure by program']}&rate_type=ecb_reference,other&format=csv")
    assert b",45.00," in b"".join(response.streaming_content)
