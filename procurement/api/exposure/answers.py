"""What is under contract, paid and owed: questions to procurement.exposure, and its answers."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from django.http import HttpResponseBase
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.api.exposure.asking import answered, every_page
from procurement.api.exposure.reading import EXPOSURE, display, groups, question, read
from procurement.api.exposure.rows import flat_columns, flat_rows, shown_rates, shown_rows
from procurement.api.exposure.series import SERIES, flat_points, series, steps
from procurement.api.exposure.shapes import ExposureShape, SeriesShape
from procurement.api.http.dates import DATES
from procurement.api.http.filtering import program_ids_in
from procurement.api.http.pagination import link_header, undated_header, undated_part
from procurement.api.http.viewsets import Listing, Names
from procurement.cases.undated import undated_facts

#: How many rows of a streamed answer are read in one statement, and so at one moment.
MOST_AT_ONCE = 20_000


class Exposure(Listing):
    """Exposure of any group of contracts."""

    shape = ExposureShape  # type: ignore[assignment]
    dated = True
    pagination_class = None  # type: ignore[assignment]
    answers: ClassVar[Mapping[str, type[Any]]] = {"list": ExposureShape, "series": SeriesShape}
    many: ClassVar[frozenset[str]] = frozenset({"list", "series"})
    reads: ClassVar[Mapping[str, Names]] = {
        "list": [*EXPOSURE, *DATES, "format"],
        "series": [
            name for name in (*SERIES, *EXPOSURE, *DATES, "format") if name not in {"as_of", "cursor", "page_size"}
        ],
    }
    refused: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "series": {"as_of": "a series has a day for each point; give from and to instead"}
    }

    def list(self, request: Request) -> HttpResponseBase:
        """Exposure at any dates, grouped and filtered as asked, always also split by currency."""
        if self.as_rows and not {"cursor", "page_size"} & set(self.params):
            return self.as_file(request, self._every_row())
        found = answered(read(request, self.params, self.asked))
        headers = undated_header(found.get("undated"))
        if not self.as_rows:
            return Response(found, headers=headers)
        columns = self.columns()
        rows = list(flat_rows(found["rows"], columns, found["rates"]))
        return Response(rows, headers=link_header({"next": found["next"]}) | headers)

    @action(detail=False)
    def series(self, request: Request) -> HttpResponseBase:
        """The same over time: the figures at the end of each interval, and finally at `to`."""
        asked = question(self.params, self.asked, of_today="to" not in self.params)
        found = series(asked, steps(self.params), display(self.params))
        found |= undated_part(self.undated)
        return self.as_file(request, flat_points(found, self.columns())) if self.as_rows else Response(found)

    def count_undated(self) -> int | None:
        """Undated facts about the requested programs, else about all; in a series, those of its last day."""
        asked = replace(self.asked, as_of=steps(self.params).last) if self.action == "series" else self.asked
        return undated_facts(asked, program_ids_in(self.params))

    def _every_row(self) -> Iterator[dict[str, Any]]:
        columns, how = self.columns(), display(self.params)
        asked = question(self.params, self.asked, of_today="as_of" not in self.request.query_params)
        pages = every_page(asked)
        return (row for page in pages for row in flat_rows(shown_rows(page, how), columns, shown_rates(page.rates)))

    def columns(self) -> Names:
        """The head of a CSV file, which depends on the question."""
        days = ["as_of"] if self.action == "series" else []
        return [*days, *flat_columns(groups(self.params), display(self.params))]
