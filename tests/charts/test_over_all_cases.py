"""The charts over all cases: what they sum, and what they say is left out."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement.charts.all_charts import CHARTS
from procurement.charts.asking import Chosen
from procurement.charts.deferred import Due, deferred, shortened_to
from procurement.charts.drawing import draw
from procurement.charts.figure import SHEET
from procurement.common.dates import Asked
from tests.makers import (
    day,
    decide,
    make_contract,
    make_program,
    make_rate,
    make_supplier,
    owe,
    post,
    report,
)

pytestmark = pytest.mark.django_db

ON = Asked(day("2020-12-31"))


def drawn(name, currency="JPY"):
    return CHARTS[name](Chosen(ON, currency))


def rows(figure):
    """The table, as the values that machines read."""
    names = [name for name, _head in figure.table.columns]
    return [dict(zip(names, (cell.value for cell in row), strict=True)) for row in figure.table.rows]


@pytest.fixture
def radar():
    program = make_program("radar")
    decide(program, "suspended")
    return program


def test_who_is_exposed_to_whom(radar):
    make_contract(radar, committed="9000000", paid="2000000", supplier=make_supplier("Maker", "US"))
    make_contract(radar, committed="3000000", supplier=make_supplier("Werk", "DE"))
    make_contract(radar, committed="5", currency="TWD", supplier=make_supplier("Third", "TW"))
    figure = drawn("who-to-whom")
    found = [(row["supplier_country"], row["outstanding"], row["unaccounted"]) for row in rows(figure)]
    assert found == [("US", "7000000.00", "0.00"), ("DE", "", "3000000.00")]
    assert "Japan → United States 7 m JPY; Japan → Germany 3 m JPY" in figure.alternative
    assert "1 contract in TWD is left out, as there is no rate for it." in figure.notes


def test_exposure_by_status_goes_from_one_status_to_the_next(radar):
    make_contract(radar, committed="9000000", paid="2000000", signed_on="2020-01-15")
    found = [(row["day"], row["status"], row["outstanding"]) for row in rows(drawn("by-status"))]
    assert found[0] == ("2020-03-31", "", "7000000.00")
    assert found[1] == ("2020-06-30", "suspended", "7000000.00")
    assert found[-1][0] == "2020-12-31"


def test_amounts_through_time_are_at_the_rates_of_one_day(radar):
    make_rate("EUR", "JPY", "125", "2020-12-30", "ecb_reference")
    make_rate("EUR", "JPY", "100", "2020-03-30", "ecb_reference")
    make_contract(radar, committed="8", paid="0.40", currency="EUR", signed_on="2020-01-15")
    assert {row["outstanding"] for row in rows(drawn("by-status"))} == {"950.00"}


def test_what_is_outstanding_falls_due_by_fiscal_year_and_the_rest_has_no_date(radar):
    contract = make_contract(radar, committed="9000000", paid="2000000")
    owe(contract, "2020-09-30", "1000000")
    owe(contract, "2021-09-30", "4000000")
    figure = drawn("deferred")
    found = [(row["fiscal_year"], row["amount"], row["kind"]) for row in rows(figure)]
    assert found == [("FY2020", "1000000.00", "due"), ("FY2021", "4000000.00", "due"), ("", "2000000.00", "undated")]
    assert "7 m JPY is outstanding, of which 2 m JPY has no date on record." in figure.alternative
    assert deferred(Chosen(ON, "JPY"), radar).title == "Radar: When what is outstanding falls due"


def test_what_fell_due_long_ago_is_said_to_be_overdue(radar):
    contract = make_contract(radar, committed="9000000", paid="2000000", signed_on="2018-10-31")
    owe(contract, "2019-09-30", "1000000", on="2018-10-31")
    assert rows(drawn("deferred"))[0]["kind"] == "overdue"


def test_the_last_of_many_years_are_one_bar():
    dues = [Due(f"FY{year}", Decimal(1)) for year in range(2020, 2030)]
    *first, last, rest = shortened_to([*dues, Due("", Decimal(5), "undated")], most=4)
    assert ([each.label for each in first], last.label, last.amount) == (
        ["FY2020", "FY2021", "FY2022"],
        "FY2023–FY2029",
        7,
    )
    assert rest.kind == "undated"


def test_the_cost_of_leaving_is_the_ledgers_or_what_was_reported(radar):
    contract = make_contract(radar, committed="9000000", paid="2000000")
    post(contract, "3000000", "compensation", on="2020-07-01")
    report(radar, "termination_cost", low="4000000", high="8000000")
    report(radar, "settlement", "5000000")  # the ledger knows better
    make_program("jet")
    figure = drawn("leaving")
    (row,) = rows(figure)
    assert (row["estimated_low"], row["estimated_high"], row["actual_low"]) == (
        "4000000.00",
        "8000000.00",
        "3000000.00",
    )
    assert "Radar: estimated 4 m to 8 m JPY, paid so far 3 m JPY." in figure.alternative


def test_an_open_end_is_an_arrow(radar):
    report(radar, "termination_cost", low="4000000")
    (panel,) = drawn("leaving").describe(SHEET)["vconcat"]
    assert any(layer["mark"].get("shape") == "triangle-right" for layer in panel["layer"])


@pytest.mark.parametrize("name", CHARTS)
def test_nothing_on_record_is_said_and_drawn(name):
    figure = drawn(name)
    assert figure.alternative
    assert figure.is_empty
    assert "Nothing is on record" in draw(figure).decode()


def queries():
    """How many each chart takes."""
    counted = {}
    for name in CHARTS:
        with CaptureQueriesContext(connection) as taken:
            drawn(name)
        counted[name] = len(taken)
    return counted


def test_more_contracts_are_no_more_queries():
    found = []
    for number in (1, 20):
        for each in range(number):
            program = make_program(f"p-{number}-{each}")
            decide(program, "suspended", f"2020-{each % 9 + 1:02}-15")
            make_contract(program, committed="5000000", paid="1000000", signed_on="2018-10-31")
        found.append(queries())
    assert found[1] == found[0]
    assert max(found[0].values()) <= 30
