"""The order in which flags ask for attention."""

from django.db.models import Case, F, IntegerField, Value, When

from procurement.flags.rule import SEVERITIES

#: The worst is the largest, whatever the words.
BY_SEVERITY = Case(
    *(When(severity=name, then=Value(rank)) for rank, name in enumerate(SEVERITIES)), output_field=IntegerField()
)
#: From what is not known to the most, so that the other way round what is not known comes last. Amounts are compared as
#: numbers, whatever their currency: whoever wants to compare money chooses one.
BY_AMOUNT = F("outstanding").asc(nulls_first=True)
#: How bad, how much is owed, how old.
WORST_FIRST = (BY_SEVERITY.desc(), F("outstanding").desc(nulls_last=True), F("condition_since").asc(), F("id").asc())
