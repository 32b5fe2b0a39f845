"""The page of one country: what it stopped, what it still owes, and where its suppliers are."""

import datetime as dt

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from procurement.cases.records.country import country_case
from procurement.common import localized
from procurement.common.money import is_country
from procurement.pages.asking import refuse_others
from procurement.pages.dates import asked_in
from procurement.pages.organization import SHOWN
from procurement.pages.reading import LARGE, readable
from procurement.pages.rendering import page


@require_safe
@readable(cost=LARGE)
def country(request: HttpRequest, code: str) -> HttpResponse:
    """One country at the asked dates."""
    if not is_country(code):
        raise Http404
    refuse_others(request)
    asked = asked_in(request)
    case = country_case(code, asked)
    context = {
        "case": case,
        "name": localized.country_name(code),
        "shown_figures": SHOWN,
        "of_buyer": {"country": code},
        "of_supplier": {"supplier_country": code},
        "first_month": _month(case.fiscal_year.first_month),
    }
    return page(request, "pages/country.html", asked, context)


def _month(number: int) -> str:
    """The name of a month."""
    return f"{number}月" if localized.in_japanese() else date_format(dt.date(2000, number, 1), "F")
