"""Recording when a country's fiscal year begins."""

from django.contrib.auth.models import User
from django.db import transaction

from procurement.common.advisory_locks import lock_keys
from procurement.common.errors import Complaints, Conflict
from procurement.common.money import is_country
from procurement.common.validation import complain_of_fields
from procurement.fiscal.models import FiscalCalendar


@transaction.atomic
def register_fiscal_year(row: FiscalCalendar, *, by: User | None = None) -> FiscalCalendar:
    """Store the fiscal year of a country that has none yet.

    Raises Refused, or Conflict naming the row that the country has. Writers take turns under a lock on the country.
    """
    refuse_bad_fiscal_year(row)
    lock_keys([f"fiscal:{row.country}"])
    known = FiscalCalendar.objects.filter(country=row.country).first()
    if known is not None:
        raise Conflict(
            {"country": f"row {known.pk} has the fiscal year of {row.country}; change it"}, existing=known.pk
        )
    row.entered_by = by
    row.save(force_insert=True)
    return row


def refuse_bad_fiscal_year(row: FiscalCalendar) -> None:
    """Raise Refused when a country's fiscal year has invalid values."""
    complaints = Complaints()
    complain_of_fields(row, complaints)
    if not complaints.errors.get("country") and not is_country(row.country):
        complaints.add("country", f"“{row.country}” is not an ISO 3166-1 alpha-2 code; JP or US would be accepted")
    if not complaints.errors.get("first_month") and not 1 <= row.first_month <= 12:
        complaints.add("first_month", f"{row.first_month} is not a month; 1 to 12 would be accepted, 4 for April")
    elif row.first_month == 1 and row.label == FiscalCalendar.Label.ENDS:
        complaints.add("label", "a year that begins in January ends in the same one; 0 would be accepted")
    complaints.refuse_if_any()
