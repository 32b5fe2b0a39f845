"""Rates and fiscal years, as analysts enter them."""

import pytest
from django.urls import reverse

from procurement.fiscal.models import FiscalCalendar
from procurement.rates.models import ExchangeRate
from tests.makers import make_rate, make_source

RATE = {"base": "USD", "quote": "JPY", "rate": "110", "rate_type": "budget", "fiscal_year": "2019", "country": "JP"}
ADD_RATE, ADD_YEAR = reverse("admin:procurement_exchangerate_add"), reverse("admin:procurement_fiscalcalendar_add")


@pytest.fixture
def body(db):
    return RATE | {"on": "", "source": make_source().pk}


def test_a_budget_rate_is_entered_without_its_day(analyst, body):
    assert analyst.post(ADD_RATE, body).status_code == 302
    row = ExchangeRate.objects.get()
    assert (row.on.isoformat(), row.entered_by) == ("2019-04-01", analyst.user)


def test_the_same_rate_again_adds_nothing(analyst, body):
    analyst.post(ADD_RATE, body)
    answer = analyst.post(ADD_RATE, body, follow=True)
    assert "The same rate is in force already" in answer.content.decode()
    assert ExchangeRate.objects.count() == 1


def test_what_the_verb_refuses_stands_in_the_form(analyst, body):
    answer = analyst.post(ADD_RATE, body | {"base": "YEN"})
    assert "is not an ISO 4217 code of a currency" in answer.content.decode()
    assert not ExchangeRate.objects.exists()


def test_a_rate_is_not_edited(administrator):
    row = make_rate("EUR", "JPY", "120.73", "2019-10-31")
    address = reverse("admin:procurement_exchangerate_change", args=[row.pk])
    assert administrator.post(address, RATE).status_code == 403


def test_a_fiscal_year_is_entered_and_changed(analyst):
    analyst.post(ADD_YEAR, {"country": "AU", "first_month": "6", "label": "1"})
    row = FiscalCalendar.objects.get(country="AU")
    analyst.post(reverse("admin:procurement_fiscalcalendar_change", args=[row.pk]), {"first_month": "7", "label": "1"})
    row.refresh_from_db()
    assert (row.first_month, row.entered_by) == (7, analyst.user)


def test_a_month_that_does_not_exist_is_refused(analyst):
    answer = analyst.post(ADD_YEAR, {"country": "AU", "first_month": "13", "label": "0"})
    assert "13 is not a month" in answer.content.decode()
