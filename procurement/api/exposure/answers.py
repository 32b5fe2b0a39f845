"""What is under contract, paid and owed: questions to procurement.exposure, and its answers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django.http import HttpResponseBase
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.api.exposure.asking import answered, every_page
from procurement.api.exposure.files import columns, numbers, rows_of, rows_of_all
from procurement.api.exposure.ranking import ORDERING, RANKING, RANKING_FILTERS, Order
from procurement.api.exposure.reading import (
    ANY,
    EXPOSURE,
    EXPOSURE_FILTERS,
    RATE_AGE,
    accepts_old_rates,
    dated,
    display,
    grouped,
    of_today,
    question,
    read,
)
from procurement.api.exposure.series import SERIES, answers_by_day, series, steps
from procurement.api.exposure.shapes import ExposureShape, SeriesShape
from procurement.api.http.dates import DATES
from procurement.api.http.filtering import Filter, program_ids_in
from procurement.api.http.guarding import OVER_ALL, cost_of_sums
from procurement.api.http.pagination import link_header, undated_header, undated_part
from procurement.api.http.viewsets import Listing, Names
from procurement.api.records.standing_filters import STANDING_FILTERS
from procurement.cases.undated import undated_facts
from procurement.common.file_names import dated_name
from procurement.exposure.answering import answer


class Exposure(Listing):
    """Exposure of any group of contracts."""

    shape = ExposureShape  # type: ignore[assignment]
    dated = True
    pagination_class = None  # type: ignore[assignment]
    described: ClassVar[Mapping[str, Filter]] = {
        **STANDING_FILTERS, **RANKING_FILTERS, ORDERING: Order(ORDERING)
    }  # fmt: skip
    naming: ClassVar[frozenset[str]] = frozenset({"list", "series"})
    answers: ClassVar[Mapping[str, type[Any]]] = {"list": ExposureShape, "series": SeriesShape}
    many: ClassVar[frozenset[str]] = frozenset({"list", "series", "query", "series_query"})
    asking: ClassVar[Mapping[str, str]] = {"query": "list", "series_query": "series"}
    reads: ClassVar[Mapping[str, Names]] = {
        "list": [*EXPOSURE, *sorted(RANKING), *DATES, "format"],
        "series": [
            name for name in (*SERIES, *EXPOSURE, *DATES, "format") if name not in {"as_of", "cursor", "page_size"}
        ],
    }
    own_filters: ClassVar[Mapping[str, Mapping[str, Filter]]] = {"list": EXPOSURE_FILTERS, "series": EXPOSURE_FILTERS}
    refused: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "series": {"as_of": "a series has a day for each point; give from and to instead"}
    }

    def list(self, request: Request) -> HttpResponseBase:
        """Exposure at any dates, grouped and filtered as asked, always also split by currency."""
        if "currency" in self.params:
            self.filled = dated(self, self.params, self.asked)
        if self.as_rows:
            return self._whole(request) if self.is_whole else self._part(request)
        may_be_read_twice = self.cost() < OVER_ALL
        found = answered(read(self, self.params), self.data_version if may_be_read_twice else None)
        return Response(found, headers=undated_header(found.get("undated")))

    def _whole(self, request: Request) -> HttpResponseBase:
        asked = question(self.params, self.asked, of_today=of_today(self, self.params, self.asked))
        how, pages = display(self.params), every_page(asked)
        return self.as_file(request, (row for page in pages for row in rows_of(page, how)))

    def _part(self, request: Request) -> Response:
        wanted = read(self, self.params)
        found = answer(wanted.question)
        following = {"next": wanted.page_after(found)}
        headers = link_header(following) | undated_header(self.undated)
        return Response(list(rows_of(found, wanted.display)), headers=headers)

    @action(detail=False)
    def series(self, request: Request) -> HttpResponseBase:
        """The same over time: the figures at the end of each interval, and finally at `to`."""
        return self._series(request)

    def _series(self, request: Request) -> HttpResponseBase:
        today = "to" not in self.params or accepts_old_rates(self.params)
        old_rates = {RATE_AGE: ANY} if today and "currency" in self.params else {}
        self.filled = {"to": steps(self.params).last.isoformat()} | old_rates
        asked, how = question(self.params, self.asked, of_today=today), display(self.params)
        if self.as_rows:
            return self.as_file(request, rows_of_all(answers_by_day(asked, steps(self.params)), how))
        return Response(series(asked, steps(self.params), how) | undated_part(self.undated))

    @action(detail=False, methods=["post"])
    def query(self, request: Request) -> HttpResponseBase:
        """Exposure, asked in a body: for questions that are too long for an address.

        Nothing is stored.
        """
        return self.list(request)

    @action(detail=False, methods=["post"], url_path="series/query")
    def series_query(self, request: Request) -> HttpResponseBase:
        """A series of exposure, asked in a body: for questions that are too long for an address.

        Nothing is stored.
        """
        return self._series(request)

    def cost(self) -> int:
        return OVER_ALL if self.action == "series" else cost_of_sums(self.params)

    def count_undated(self) -> int | None:
        """Undated facts about the requested programs, else about all; in a series, those of its last day."""
        asked = replace(self.asked, as_of=steps(self.params).last) if self.action == "series" else self.asked
        return undated_facts(asked, program_ids_in(self.params))

    # files

    def columns(self) -> Names:
        return columns(grouped(self.params), display(self.params))

    def numbers(self) -> frozenset[str]:
        return numbers(grouped(self.params), self.columns())

    def file_stem(self) -> str:
        if self.action != "series":
            return dated_name(grouped(self.params).subject("exposure"), self.asked)
        asked, subject = steps(self.params), grouped(self.params).subject("exposure-series")
        days = f"{asked.interval.replace('_', '-')}_from-{asked.first.isoformat()}"
        return dated_name(f"{subject}_{days}", replace(self.asked, as_of=asked.last))

    def file_subject(self) -> str:
        return "series" if self.action == "series" else "exposure"
