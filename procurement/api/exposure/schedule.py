"""What falls due when, and what is unscheduled: parses questions for exposure, and renders its schedules."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from django.http import HttpResponseBase
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.api.exposure.asking import every_schedule
from procurement.api.exposure.files import numbers
from procurement.api.exposure.reading import EXPOSURE, EXPOSURE_FILTERS, ExposureRequest, dated, grouped, read
from procurement.api.exposure.schedule_rows import columns, flat_rows, nested_rows, shown
from procurement.api.exposure.shapes import LEFT_SAYS, RateShape, UnconvertedShape
from procurement.api.http.dates import DATES
from procurement.api.http.filtering import Filter, program_ids_in
from procurement.api.http.guarding import cost_of_sums
from procurement.api.http.pagination import UNDATED_SAYS, ReproducedShape, link_header, undated_header, undated_part
from procurement.api.http.viewsets import Listing, Names
from procurement.api.records.standing_filters import STANDING_FILTERS
from procurement.cases.undated import undated_facts
from procurement.common.file_names import dated_name
from procurement.exposure.answering import GROUPINGS
from procurement.exposure.schedule.answers import Scheduled, checked_period, schedule
from procurement.exposure.schedule.periods import PERIODS

BY = "fiscal_year"
#: Parameters about showing rows of exposure that do not apply to a schedule.
OF_FIGURES = frozenset({"figures", "explain"})


class PeriodShape(serializers.Serializer[Any]):
    """What falls due in a period."""

    period = serializers.CharField(help_text="FY2020, FY2020-Q1, 2020-06 or 2020")
    first_day = serializers.DateField()
    last_day = serializers.DateField()
    amount = serializers.CharField()
    overdue = serializers.BooleanField(help_text="whether the period was over at as_of")


class ScheduleShape(ReproducedShape):
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
    described = STANDING_FILTERS
    naming: ClassVar[frozenset[str]] = frozenset({"list"})
    answers: ClassVar[Mapping[str, type[Any]]] = {"list": ScheduleShape}
    own_filters: ClassVar[Mapping[str, Mapping[str, Filter]]] = {"list": EXPOSURE_FILTERS}

    many: ClassVar[frozenset[str]] = frozenset({"list", "query"})
    asking: ClassVar[Mapping[str, str]] = {"query": "list"}
    reads: ClassVar[Mapping[str, Names]] = {
        "list": ["by", *(name for name in EXPOSURE if name not in OF_FIGURES), *DATES, "format"]
    }

    def cost(self) -> int:
        return cost_of_sums(self.params)

    def list(self, request: Request) -> HttpResponseBase:
        """What falls due when, and what is unscheduled, grouped and filtered as asked, split by currency."""
        by, wanted = checked_period(self.params.get("by", BY)), read(self, self.params)
        self.filled = dated(self, self.params, self.asked)
        if self.is_whole:
            pages = every_schedule(wanted.question, by)
            return self.as_file(request, (row for page in pages for row in self._file_rows(page)))
        return self._page(wanted, schedule(wanted.question, by))

    @action(detail=False, methods=["post"])
    def query(self, request: Request) -> HttpResponseBase:
        """The schedule of exposure, asked in a body: for questions that are too long for an address.

        Nothing is stored.
        """
        return self.list(request)

    def _page(self, wanted: ExposureRequest, found: Scheduled) -> Response:
        following = {"next": None if found.next_offset is None else wanted.page_from(found.next_offset)}
        headers = undated_header(self.undated)
        if self.as_rows:
            return Response(list(self._file_rows(found)), headers=headers | link_header(following))
        return Response(shown(found) | following | undated_part(self.undated), headers=headers)

    def _file_rows(self, found: Scheduled) -> Iterator[dict[str, Any]]:
        """JSON Lines have a group in one line, as JSON; the other formats have a row for each period."""
        return nested_rows(found) if self.request.accepted_renderer.format == "jsonl" else flat_rows(found)

    def count_undated(self) -> int | None:
        """Undated facts about the requested programs, else about all."""
        return undated_facts(self.asked, program_ids_in(self.params))

    # files

    def columns(self) -> Names:
        return columns(grouped(self.params))

    def numbers(self) -> frozenset[str]:
        return numbers(grouped(self.params), self.columns())

    def file_stem(self) -> str:
        by = self.params.get("by", BY).replace("_", "-")
        return dated_name(f"{grouped(self.params).subject('exposure-schedule')}_{by}", self.asked)

    def file_subject(self) -> str:
        return "schedule"
