"""Posting rates by hand: appended, repeated, corrected, and refused."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from procurement.common.errors import Refused
from procurement.rates.models import ExchangeRate
from procurement.rates.recording import post_rate
from tests.makers import day, make_budget_rate, make_rate, make_source

pytestmark = pytest.mark.django_db

REFERENCE = {"base": "EUR", "quote": "JPY", "rate": Decimal("120.73"), "rate_type": "ecb_reference"}
BUDGET = {"base": "USD", "quote": "JPY", "rate": Decimal(110), "rate_type": "budget"}
OF_2019 = {"fiscal_year": 2019, "country": "JP"}


def posted(source, **given):
    return post_rate(ExchangeRate(**REFERENCE | {"on": day("2019-10-31"), "source": source} | given))


def test_the_same_rate_again_is_the_stored_row():
    source = make_source()
    first, second = posted(source), posted(source)
    assert (first.created, second.created, second.rate.pk) == (True, False, first.rate.pk)


def test_another_rate_is_a_later_row_that_holds():
    source = make_source()
    rows = [posted(source, rate=Decimal(rate)).rate for rate in ("120.73", "120.74", "120.73")]
    assert list(ExchangeRate.objects.order_by("id")) == rows
    assert ExchangeRate.objects.holding().get() == rows[2]


def test_another_source_is_another_row():
    assert posted(make_source()).created
    assert posted(make_source()).created


def test_a_budget_rate_begins_with_its_fiscal_year():
    assert make_budget_rate("USD", "JPY", "110", 2019).on == day("2019-04-01")
    assert make_budget_rate("JPY", "USD", "0.0092", 2020, "US").on == day("2019-10-01")
    assert make_budget_rate("USD", "THB", "31", 2020, "TH").on == day("2020-01-01")


def test_a_withdrawn_currency_is_known():
    assert make_rate("EUR", "SKK", "30.126", "2008-12-31").pk


TOMORROW = timezone.localdate() + dt.timedelta(days=1)
BAD = [
    (REFERENCE, {"base": "EURO"}, "base", "at most 3"),
    (REFERENCE, {"base": ""}, "base", "blank"),
    (REFERENCE, {"quote": "YEN"}, "quote", "JPY would be accepted"),
    (REFERENCE, {"quote": "jpy"}, "quote", "JPY would be accepted"),
    (REFERENCE, {"quote": "EUR"}, "quote", "two currencies"),
    (REFERENCE, {"base": "USD"}, "base", "per euro"),
    (REFERENCE, {"rate": Decimal(0)}, "rate", "above zero"),
    (REFERENCE, {"rate": Decimal(-1)}, "rate", "above zero"),
    (REFERENCE, {"rate": Decimal("NaN")}, "rate", "number"),
    (REFERENCE, {"rate": Decimal("1e-13")}, "rate", "12 decimal places"),
    (REFERENCE, {"rate": Decimal("1e12")}, "rate", "12 digits before"),
    (REFERENCE, {"rate_type": "guess"}, "rate_type", "accepted: ecb_reference, budget, other"),
    (REFERENCE, {"on": None}, "on", "must be given"),
    (REFERENCE, {"on": TOMORROW}, "on", "in the future"),
    (REFERENCE, {"source": None}, "source", "names its source"),
    (REFERENCE, {"fiscal_year": 2019}, "fiscal_year", "only budget rates"),
    (REFERENCE, {"country": "JP"}, "country", "only budget rates"),
    (BUDGET, {"country": "JP"}, "fiscal_year", "2019 would be accepted"),
    (BUDGET, {"country": "JP", "fiscal_year": 19}, "fiscal_year", "1900 to 2199"),
    (BUDGET, {"fiscal_year": 2019}, "country", "JP or US"),
    (BUDGET, {"fiscal_year": 2019, "country": "XX"}, "country", "JP or US"),
    (BUDGET, OF_2019 | {"on": day("2019-10-31")}, "on", "2019-04-01"),
]


@pytest.mark.parametrize(("kind", "given", "field", "said"), BAD)
def test_what_is_no_rate_is_refused(kind, given, field, said):
    on = {} if kind is BUDGET else {"on": day("2019-10-31")}
    with pytest.raises(Refused) as refused:
        post_rate(ExchangeRate(**kind | on | {"source": make_source()} | given))
    assert said in " ".join(refused.value.errors[field])
    assert not ExchangeRate.objects.exists()


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (REFERENCE, {"rate": 0}),
        (REFERENCE, {"quote": "EUR"}),
        (REFERENCE, {"base": "USD"}),
        (REFERENCE, {"quote": "yen"}),
        (REFERENCE, OF_2019),
        (BUDGET, {"country": "JP"}),
        (BUDGET, {"fiscal_year": 2019}),
    ],
)
def test_the_database_refuses_it_too(kind, given):
    with pytest.raises(IntegrityError, match="rate_"), transaction.atomic():
        ExchangeRate.objects.create(**kind | {"on": day("2019-10-31"), "source": make_source()} | given)


COMMANDS = ["UPDATE {} SET rate = 1", "DELETE FROM {}", "TRUNCATE {} CASCADE"]


@pytest.mark.parametrize("command", COMMANDS)
def test_sql_that_changes_a_rate_is_refused(command):
    make_rate("EUR", "JPY", "120.73", "2019-10-31")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="append a later row"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(command.format(ExchangeRate._meta.db_table))
    assert ExchangeRate.objects.get().rate == Decimal("120.73")


def test_a_time_that_the_client_sends_is_ignored():
    row = ExchangeRate(**REFERENCE, on=day("2019-10-31"), source=make_source())
    row.recorded_at = dt.datetime(2001, 1, 1, tzinfo=dt.UTC)
    ExchangeRate.objects.bulk_create([row])
    assert ExchangeRate.objects.get().recorded_at > timezone.now() - dt.timedelta(minutes=1)
