"""Exchange rates and fiscal years over the API."""

import pytest

from procurement.rates.models import ExchangeRate
from tests.makers import make_budget_rate, make_rate, make_source

BUDGET = {"base": "USD", "quote": "JPY", "rate": "110", "rate_type": "budget", "fiscal_year": 2019, "country": "JP"}
CITED = {"url": "https://example.org/budget", "title": "Rates of the budget"}


def test_a_budget_rate_is_entered_and_read(analyst):
    made = analyst.made("exchange-rates/", BUDGET | {"source": CITED})
    shown = {name: made[name] for name in ("rate", "on", "fiscal_year", "country")}
    assert shown == {"rate": "110", "on": "2019-04-01", "fiscal_year": 2019, "country": "JP"}
    assert analyst.read(f"exchange-rates/{made['id']}/") == made == analyst.rows("exchange-rates/")[0]


def test_the_same_again_is_the_stored_row(analyst):
    body = BUDGET | {"source": CITED}
    made = analyst.made("exchange-rates/", body)
    again = analyst.post("exchange-rates/", body)
    assert (again.status_code, again.json()["id"]) == (200, made["id"])


def test_rates_are_filtered(anonymous, db):
    for on in ("2019-10-30", "2019-10-31"):
        make_rate("EUR", "JPY", "120.73", on)
    make_rate("EUR", "USD", "1.1154", "2019-10-31")
    make_budget_rate("USD", "JPY", "110", 2019)
    counts = {
        "base=EUR&quote=JPY": 2,
        "on__gte=2019-10-31": 2,
        "on__lte=2019-10-30": 2,
        "rate_type=budget": 1,
        "fiscal_year=2019": 1,
        "fiscal_year__isnull=true": 3,
        "as_of=2019-10-30": 2,
        "published_by=2019-04-01": 1,
    }
    assert {query: len(anonymous.rows(f"exchange-rates/?{query}")) for query in counts} == counts


def test_rates_are_read_in_order_of_their_days(anonymous, db):
    for on in ("2019-10-30", "2019-10-31", "2019-10-29"):
        make_rate("EUR", "JPY", "120.73", on)
    rows = anonymous.every("exchange-rates/?ordering=-on&page_size=2")
    assert [row["on"] for row in rows] == ["2019-10-31", "2019-10-30", "2019-10-29"]


RATES = [
    ("a number with a fraction", {"rate": 1.1}, "rate", "as a string"),
    ("zero", {"rate": "0"}, "rate", "above zero"),
    ("below zero", {"rate": "-1"}, "rate", "above zero"),
    ("too many decimals", {"rate": "1." + "0" * 12 + "1"}, "rate", "12 after it"),
    ("too large", {"rate": "1" + "0" * 12}, "rate", "12 digits before"),
    ("an unknown type", {"rate_type": "guess"}, "rate_type", "ecb_reference"),
    ("an unknown currency", {"base": "DOLLAR"}, "base", "ISO 4217"),
    ("the base itself", {"base": "JPY"}, "quote", "two currencies"),
    ("no fiscal year", {"fiscal_year": None}, "fiscal_year", "budget"),
    ("a year beyond all", {"fiscal_year": 10**9}, "fiscal_year", "1900 to 2199"),
    ("another day", {"on": "2019-10-31"}, "on", "2019-04-01"),
    ("not a day", {"on": "2019-02-30"}, "on", "2020-06-15"),
    ("an unknown country", {"country": "XX"}, "country", "JP or US"),
    ("no source", {"source": None}, "source", "names its source"),
    ("an unknown field", {"amount": "1"}, "amount", "accepted: base"),
    ("the future", {"rate_type": "ecb_reference", "on": "2990-01-01"}, "on", "in the future"),
]


@pytest.mark.parametrize(("given", "field", "said"), [case[1:] for case in RATES], ids=[case[0] for case in RATES])
def test_a_bad_rate_is_refused_by_field(analyst, given, field, said):
    errors = analyst.errors("exchange-rates/", BUDGET | {"source": make_source().pk} | given)
    assert said in " ".join(errors[field])
    assert not ExchangeRate.objects.exists()


def test_a_reader_enters_no_rate(reader):
    assert reader.post("exchange-rates/", BUDGET | {"source": CITED}).status_code == 403


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_rate_is_not_edited(analyst, method):
    row = make_rate("EUR", "JPY", "120.73", "2019-10-31")
    assert analyst.send(method, f"exchange-rates/{row.pk}/", {"rate": "1"}).status_code == 405


def test_a_fiscal_year_is_entered_and_changed(analyst):
    made = analyst.made("fiscal-years/", {"country": "AU", "first_month": 6, "label": 1})
    changed = analyst.patch(f"fiscal-years/{made['id']}/", {"first_month": 7})
    assert (changed.status_code, changed.json()["first_month"], changed.json()["label"]) == (200, 7, 1)
    assert [row["country"] for row in analyst.rows("fiscal-years/?ordering=country")] == ["AU", "GB", "JP", "US"]


def test_a_stale_change_of_a_fiscal_year_is_refused(analyst):
    address = f"fiscal-years/{analyst.rows('fiscal-years/?country=GB')[0]['id']}/"
    tag = analyst.get(address)["ETag"]
    assert analyst.patch(address, {"first_month": 5}, If_Match=tag).status_code == 200
    assert analyst.patch(address, {"first_month": 6}, If_Match=tag).status_code == 412


YEARS = [
    ({"first_month": 13}, 400, "first_month", "1 to 12"),
    ({"country": "XX"}, 400, "country", "JP or US"),
    ({"label": 2}, 400, "label", "accepted: 0, 1"),
    ({"first_month": "4"}, 400, "first_month", "whole number"),
    ({"country": "JP"}, 409, "country", "change it"),
]


@pytest.mark.parametrize(("given", "status", "field", "said"), YEARS)
def test_a_bad_fiscal_year_is_refused_by_field(analyst, given, status, field, said):
    errors = analyst.errors("fiscal-years/", {"country": "AU", "first_month": 7} | given, status)
    assert said in " ".join(errors[field])


def test_a_country_keeps_its_row(analyst):
    (row,) = analyst.rows("fiscal-years/?country=GB")
    refused = analyst.patch(f"fiscal-years/{row['id']}/", {"country": "FR"})
    assert "cannot be changed" in refused.json()["errors"]["country"][0]
