"""The charts over all cases."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from procurement.charts.all_charts import CHARTS
from procurement.pages.chart_files import chart_of, chosen_in
from procurement.pages.reading import LARGE, readable
from procurement.pages.rendering import page

#: The currencies that the page offers; every other one can stand in its address.
OFFERED = ("USD", "EUR", "JPY", "GBP")


@require_safe
@readable(cost=LARGE)
def charts(request: HttpRequest) -> HttpResponse:
    """Every chart over all cases, in one currency."""
    chosen = chosen_in(request)
    context = {
        "figures": [chart_of(name, chosen) for name in CHARTS],
        "currency": chosen.currency,
        "currencies": list(dict.fromkeys([*OFFERED, chosen.currency])),
    }
    return page(request, "pages/charts.html", chosen.asked, context)
