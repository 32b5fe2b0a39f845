"""Exchange rates: as published, as set for a fiscal year, and as entered by hand."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.api.http import filtering
from procurement.api.http.access import user_of
from procurement.api.http.fields import Body, Day, Number, Text, Whole, Word, read_body
from procurement.api.http.filtering import Filter
from procurement.api.http.idempotency import written
from procurement.api.http.inline import DocumentField
from procurement.api.http.shapes import Shape, Share
from procurement.api.http.viewsets import Resource
from procurement.api.http.warnings import warnings_of, with_warnings
from procurement.rates.models import DIGITS, PLACES, ExchangeRate
from procurement.rates.recording import NO_SOURCE, post_rate

RATE = re.compile(rf"\d{{1,{DIGITS - PLACES}}}(\.\d{{1,{PLACES}}})?", re.ASCII)


@extend_schema_field({"type": ["string", "integer"], "pattern": f"^{RATE.pattern}$", "example": "120.73"})
class RateField(Share):
    """A rate as a decimal string without trailing zeros."""


@extend_schema_field({"type": ["string", "integer"], "pattern": f"^{RATE.pattern}$", "example": "120.73"})
class RateNumber(Number):
    """A rate as a decimal string."""

    def to_internal_value(self, data: Any) -> Decimal:
        text = str(data) if isinstance(data, int) and not isinstance(data, bool) else data
        if not isinstance(text, str) or not RATE.fullmatch(text):
            raise ValidationError(
                f"must be a decimal number as a string, above zero, with at most {DIGITS - PLACES} digits before the "
                f'point and {PLACES} after it; "120.73" would be accepted'
            )
        return Decimal(text)


class ExchangeRateShape(Shape):
    """One unit of `base` was worth `rate` units of `quote`; budget rates have a fiscal year and a country."""

    id = serializers.IntegerField()
    base = serializers.CharField()
    quote = serializers.CharField()
    rate = RateField()
    rate_type = serializers.ChoiceField(choices=ExchangeRate.Type.choices)
    on = serializers.DateField()
    fiscal_year = serializers.IntegerField(allow_null=True)
    country = serializers.CharField()
    source = serializers.IntegerField(source="source_id")  # type: ignore[assignment]
    recorded_at = serializers.DateTimeField()


class ExchangeRateBody(Body):
    """A rate as requests give it; a budget rate's `on` is computed from its fiscal year."""

    base = Text(allow_blank=False)
    quote = Text(allow_blank=False)
    rate = RateNumber()
    rate_type = Word(ExchangeRate.Type)
    on = Day(required=False)
    fiscal_year = Whole(required=False, allow_null=True)
    country = Text(required=False)
    source = DocumentField(error_messages={"required": NO_SOURCE, "null": NO_SOURCE})  # type: ignore[assignment]


class ExchangeRates(Resource):
    """Rates, appended and never edited: of several for the same pair and day, the one recorded last is in force."""

    shape = ExchangeRateShape
    body: ClassVar[type[Body]] = ExchangeRateBody
    statuses: ClassVar[Mapping[str, Mapping[Any, Any]]] = {"create": {201: None, 200: None}}
    dated = True
    orderings: ClassVar[Mapping[str, str]] = {"id": "id", "on": "on"}
    search = ("base", "quote", "country", "source__title", "source__publisher")
    filters: ClassVar[Mapping[str, Filter]] = {
        "id": filtering.Id("id"),
        "base": filtering.Currency("base"),
        "quote": filtering.Currency("quote"),
        "rate_type": filtering.Word("rate_type", choices=ExchangeRate.Type),
        "on": filtering.Day("on"),
        "fiscal_year": filtering.Year("fiscal_year", nullable=True),
        "country": filtering.Country("country"),
        "source": filtering.Id("source"),
    }

    def get_queryset(self) -> QuerySet[ExchangeRate]:
        return ExchangeRate.objects.all()

    def rows(self) -> QuerySet[Any]:
        return ExchangeRate.objects.in_view(self.asked)

    def any_date(self) -> bool:
        return self.action != "list"

    def create(self, request: Request) -> Response:
        """Append a rate: 201, or 200 if it is already in force. A newer row for the same rate corrects it."""
        return written(request, lambda: self._create(request))

    def _create(self, request: Request) -> Response:
        context = self.get_serializer_context()
        given = read_body(self.body, request.data, context)
        posted = post_rate(ExchangeRate(**given, entered_by=user_of(request)))
        address = self.reverse_action("detail", kwargs={"pk": posted.rate.pk})
        status = 201 if posted.created else 200
        answer = with_warnings(self.one(pk=posted.rate.pk), (*warnings_of(context), *posted.warnings))
        return Response(answer, status=status, headers={"Location": address})
