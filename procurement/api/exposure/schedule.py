"""What falls due when, and what is unscheduled: parses questions for exposure, and renders its schedules."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.api.exposure.reading import EXPOSURE, groups, read
from procurement.api.exposure.rows import (
    RATES,
    UNCONVERTED,
    labels_of,
    marked,
    rates_in_words,
    shown_keys,
    shown_left,
    shown_rates,
)
from procurement.api.exposure.shapes import LEFT_SAYS, RateShape, UnconvertedShape
from procurement.api.http.dates import DATES
from procurement.api.http.filtering import program_ids_in
from procurement.api.http.pagination import UNDATED_SAYS, undated_header, undated_part
from procurement.api.http.viewsets import Listing, Names
from procurement.cases.undated import undated_facts
from procurement.common.dates import Asked
from procurement.common.money import as_text
from procurement.exposure.answering import GROUPINGS
from procurement.exposure.schedule.answers import Scheduled, checked_period, schedule
from procurement.exposure.schedule.periods import PERIODS
from procurement.exposure.schedule.schedule import COUNTS, Schedule

BY = "fiscal_year"
#: Parameters about showing rows of exposure that do not apply to a schedule.
OF_FIGURES = frozenset({"figures", "explain"})


def asked_schedule(request: Request, params: Mapping[str, str], asked: Asked) -> dict[str, Any]:
    """Answer a request; `params` are checked already."""
    by, wanted = checked_period(params.get("by", BY)), read(request, params, asked)
    found = schedule(wanted.question, by)
    following = None if found.next_offset is None else wanted.page_from(found.next_offset)
    return shown(found) | {"next": following}


# answers


def shown(found: Scheduled) -> dict[str, Any]:
    """Schedules in the shape of an answer of exposure."""
    asked, currencies = found.question.asked, {each.currency for each in found.totals}
    return {
        "as_of": asked.as_of,
        "published_by": asked.published_by,
        "recorded_by": asked.recorded_by,
        "currency": found.question.currency or (currencies.pop() if len(currencies) == 1 else None),
        "rates": shown_rates(found.rates),
        **shown_left(found.question, found.left),
        "by": found.by,
        "group_by": list(found.question.group_by),
        "rows": _rows(found),
        "totals": [marked(_row(each, asked), found) for each in found.totals],
    }


def _rows(found: Scheduled) -> list[dict[str, Any]]:
    """The rows, named as those of an answer."""
    labels = labels_of(found.question.group_by, found.rows)
    asked = found.question.asked
    return [marked(shown_keys(row, labels, found.standings) | _row(row, asked), found) for row in found.rows]


def _row(found: Schedule, asked: Asked) -> dict[str, Any]:
    """A row without its keys."""
    currency = found.currency or ""
    return {
        "currency": found.currency,
        "outstanding": as_text(found.outstanding, currency),
        "periods": None if found.outstanding is None else _periods(found, asked),
        "unscheduled": as_text(found.unscheduled, currency),
        **found.counts,
    }


def _periods(found: Schedule, asked: Asked) -> list[dict[str, Any]]:
    return [
        {
            "period": each.period.label,
            "first_day": each.period.first_day,
            "last_day": each.period.last_day,
            "amount": as_text(each.amount, found.currency or ""),
            "overdue": each.is_overdue(asked.as_of),
        }
        for each in found.instalments
    ]


class PeriodShape(serializers.Serializer[Any]):
    """What falls due in a period."""

    period = serializers.CharField(help_text="FY2020, FY2020-Q1, 2020-06 or 2020")
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    amount = serializers.CharField()
    overdue = serializers.BooleanField(help_text="whether the period was over at as_of")


class ScheduleShape(serializers.Serializer[Any]):
    """An answer: one schedule per group and currency, and those of the totals by currency."""

    as_of = serializers.DateField()
    published_by = serializers.DateField(allow_null=True)
    recorded_by = serializers.DateTimeField(allow_null=True)
    currency = serializers.CharField(
        allow_null=True, help_text="that asked for, else that of all rows; null where they have several"
    )
    rates = RateShape(many=True)
    unconverted = UnconvertedShape(many=True, required=False, help_text=LEFT_SAYS)
    by = serializers.ChoiceField(choices=list(PERIODS))
    group_by = serializers.ListField(child=serializers.ChoiceField(choices=GROUPINGS))
    rows = serializers.ListField(child=serializers.DictField())
    totals = serializers.ListField(child=serializers.DictField())
    undated = serializers.IntegerField(required=False, help_text=UNDATED_SAYS)
    next = serializers.CharField(allow_null=True)


class ExposureSchedule(Listing):
    """What is outstanding of any group of contracts, by when it falls due."""

    shape = ScheduleShape  # type: ignore[assignment]
    dated = True
    pagination_class = None  # type: ignore[assignment]
    answers: ClassVar[Mapping[str, type[Any]]] = {"list": ScheduleShape}

    reads: ClassVar[Mapping[str, Names]] = {
        "list": ["by", *(name for name in EXPOSURE if name not in OF_FIGURES), *DATES, "format"]
    }

    def list(self, request: Request) -> HttpResponseBase:
        """What falls due when, and what is unscheduled, grouped and filtered as asked, split by currency."""
        found = asked_schedule(request, self.params, self.asked) | undated_part(self.undated)
        if self.as_rows and "currency" in self.params:
            found["rows"] = [row | {RATES: rates_in_words(found["rates"])} for row in found["rows"]]
        return Response(found, headers=undated_header(self.undated))

    def count_undated(self) -> int | None:
        """Undated facts about the requested programs, else about all."""
        return undated_facts(self.asked, program_ids_in(self.params))

    def columns(self) -> Names:
        """The keys depend on the question."""
        keys = [name for name in groups(self.params) if name != "currency"]
        marks = [name for name, given in ((UNCONVERTED, UNCONVERTED), (RATES, "currency")) if given in self.params]
        return [*keys, "currency", "outstanding", "periods", "unscheduled", *COUNTS, *marks]
