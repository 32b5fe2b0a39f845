"""Fiscal years as rows: what the migration entered, and what may be entered."""

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from procurement.common.errors import Conflict, Refused
from procurement.fiscal.models import FiscalCalendar
from procurement.fiscal.reading import fiscal_years
from procurement.fiscal.recording import refuse_bad_fiscal_year, register_fiscal_year
from procurement.fiscal.years import FiscalYear

pytestmark = pytest.mark.django_db


def test_three_countries_are_known_from_the_start(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert fiscal_years() == {"GB": FiscalYear(4), "JP": FiscalYear(4), "US": FiscalYear(10, 1)}


def test_a_country_gets_its_year():
    register_fiscal_year(FiscalCalendar(country="AU", first_month=7, label=1))
    assert fiscal_years()["AU"] == FiscalCalendar.objects.get(country="AU").rule == FiscalYear(7, 1)


def test_an_edit_is_kept_in_history():
    FiscalCalendar.objects.filter(country="GB").update(first_month=5)
    events = apps.get_model("procurement", "FiscalCalendarEvent").objects.filter(country="GB").order_by("pgh_id")
    assert list(events.values_list("first_month", flat=True)) == [4, 5]


def test_a_country_that_has_one_is_named():
    with pytest.raises(Conflict, match="has the fiscal year of JP") as refused:
        register_fiscal_year(FiscalCalendar(country="JP", first_month=1))
    assert refused.value.existing == FiscalCalendar.objects.get(country="JP").pk


BAD = [
    ({"country": "XX"}, "country", "JP or US"),
    ({"country": "jp"}, "country", "JP or US"),
    ({"country": ""}, "country", "blank"),
    ({"country": "JAPAN"}, "country", "at most 2"),
    ({"first_month": 0}, "first_month", "1 to 12"),
    ({"first_month": 13}, "first_month", "1 to 12"),
    ({"first_month": None}, "first_month", "null"),
    ({"label": 2}, "label", "accepted: 0, 1"),
    ({"first_month": 1, "label": 1}, "label", "0 would be accepted"),
]


@pytest.mark.parametrize(("given", "field", "said"), BAD)
def test_what_is_no_fiscal_year_is_refused(given, field, said):
    with pytest.raises(Refused) as refused:
        refuse_bad_fiscal_year(FiscalCalendar(**{"country": "AU", "first_month": 7} | given))
    assert said in " ".join(refused.value.errors[field])


@pytest.mark.parametrize(
    "given", [{"country": "j1"}, {"first_month": 13}, {"label": 2}, {"first_month": 1, "label": 1}]
)
def test_the_database_refuses_it_too(given):
    with pytest.raises(IntegrityError), transaction.atomic():
        FiscalCalendar.objects.create(**{"country": "AU", "first_month": 7} | given)
