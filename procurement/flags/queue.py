"""The order in which flags ask for attention."""

from django.db.models import Case, F, IntegerField, Value, When

from procurement.flags.rule import SEVERITIES

#: Severities as numbers: the worst is the largest.
BY_SEVERITY = Case(
    *(When(severity=name, then=Value(rank)) for rank, name in enumerate(SEVERITIES)), output_field=IntegerField()
)
#: Nulls first, then ascending, so that in the reverse order unknown amounts come last. Amounts are compared as numbers,
#: whatever their currency: to compare money, filter by currency.
BY_AMOUNT = F("outstanding").asc(nulls_first=True)
#: By severity, amount outstanding, and age.
WORST_FIRST = (BY_SEVERITY.desc(), F("outstanding").desc(nulls_last=True), F("condition_since").asc(), F("id").asc())
