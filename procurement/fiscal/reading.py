"""Reading every country's fiscal year."""

from procurement.fiscal.models import FiscalCalendar
from procurement.fiscal.years import FiscalYear


def fiscal_years() -> dict[str, FiscalYear]:
    """The fiscal years that differ from the calendar's, or were entered as such, by country. One query.

    A descriptive table: as it is now, whatever dates are asked for. For other countries take `years.CALENDAR`.
    """
    rows = FiscalCalendar.objects.order_by("country").values_list("country", "first_month", "label")
    return {country: FiscalYear(first_month, label) for country, first_month, label in rows}
