"""When each country's fiscal year begins."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from procurement.api.http import filtering
from procurement.api.http.access import user_of
from procurement.api.http.editable import EditableResource
from procurement.api.http.fields import Body, Text, Whole
from procurement.api.http.filtering import Filter
from procurement.api.http.shapes import Shape
from procurement.fiscal.models import FiscalCalendar
from procurement.fiscal.recording import refuse_bad_fiscal_year, register_fiscal_year


class FiscalYearShape(Shape):
    """A country's fiscal year; label 0 names it after the year it begins in, 1 after the year it ends in."""

    id = serializers.IntegerField()
    country = serializers.CharField()
    first_month = serializers.IntegerField()
    label = serializers.ChoiceField(choices=FiscalCalendar.Label.choices)  # type: ignore[assignment]
    created_at = serializers.DateTimeField()


class FiscalYearBody(Body):
    """A country's fiscal year as requests give it."""

    country = Text(allow_blank=False)
    first_month = Whole()
    label = Whole(required=False)  # type: ignore[assignment]


class FiscalYears(EditableResource):
    """Fiscal years by country; a country without a row has the calendar year."""

    model = FiscalCalendar
    shape = FiscalYearShape
    body = FiscalYearBody
    fixed = frozenset({"country"})
    orderings: ClassVar[Mapping[str, str]] = {"id": "id", "country": "country"}
    search = ("country",)
    filters: ClassVar[Mapping[str, Filter]] = {"id": filtering.Id("id"), "country": filtering.Country("country")}

    def created(self, given: dict[str, Any]) -> FiscalCalendar:
        return register_fiscal_year(FiscalCalendar(**given), by=user_of(self.request))

    def check(self, row: FiscalCalendar) -> None:
        refuse_bad_fiscal_year(row)
