"""Every program's case in one table: from the first doubt to the final costs."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Q
from django.http import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.api.http import dates
from procurement.api.http.expanding import SHOWING
from procurement.api.http.filtering import Code, Filter, program_ids_in
from procurement.api.http.guarding import cost_of_sums
from procurement.api.http.pagination import UNDATED_SAYS, ReproducedShape, undated_header, undated_part
from procurement.api.http.viewsets import Listing, Names
from procurement.api.records.programs import DaysAfter, Programs
from procurement.api.records.standing_filters import STANDING_FILTERS, programs_chosen
from procurement.cases.files import portfolio_rows, portfolio_table
from procurement.cases.lines import AGES, AMOUNTS, COLUMNS, DATES, FIGURES, FLAGS, SPANS, answered, lines
from procurement.cases.portfolio import portfolio
from procurement.cases.undated import undated_facts
from procurement.common.searching import searching
from procurement.programs.models import Program, StatusChange

#: Because inside a class with a method `list` that name does not mean the type.
Ids = list[int]
NUMBERS = ("contracts", "presumed", *FLAGS)
CHOICES = {"status": StatusChange.Status, "stopped_as": StatusChange.Status, "stopped_by": StatusChange.Side}


class DatedShape(serializers.Serializer[Any]):
    """A day as its source gives it."""

    on = serializers.DateField()
    precision = serializers.ChoiceField(choices=StatusChange.Precision.choices)


class FigureShape(serializers.Serializer[Any]):
    """A reported total; `text` is a one-line summary."""

    measure = serializers.CharField()
    low = serializers.DecimalField(max_digits=24, decimal_places=2, allow_null=True)
    high = serializers.DecimalField(max_digits=24, decimal_places=2, allow_null=True)
    currency = serializers.CharField()
    share = serializers.CharField(allow_null=True)
    share_of = serializers.CharField()
    withheld = serializers.BooleanField()
    scope = serializers.CharField()
    as_of = DatedShape()
    speaker = serializers.CharField()
    source = serializers.CharField()  # type: ignore[assignment]
    text = serializers.CharField()


class AgeShape(serializers.Serializer[Any]):
    """The earliest and the latest day over the contracts."""

    earliest = serializers.DateField()
    latest = serializers.DateField()


#: The kinds of columns that are not plain text.
KINDS: tuple[tuple[type[Any], Sequence[str]], ...] = (
    (DatedShape, DATES),
    (FigureShape, FIGURES),
    (DaysAfter, SPANS),
    (AgeShape, AGES),
    (serializers.IntegerField, NUMBERS),
    (serializers.BooleanField, ("disputed",)),
)


def _field(name: str) -> serializers.Field[Any, Any, Any, Any]:
    never_null = ("program", "name", "standing", "disputed")
    how: dict[str, Any] = {"help_text": COLUMNS[name], "allow_null": name not in never_null}
    if name in AMOUNTS:
        return serializers.DecimalField(max_digits=24, decimal_places=2, **how)
    if name in CHOICES:
        return serializers.ChoiceField(choices=CHOICES[name].choices, **how)
    kind = next((kind for kind, names in KINDS if name in names), serializers.CharField)
    return kind(many=True, **how) if kind is FigureShape else kind(**how)


class CaseShape(serializers.Serializer[Any]):
    """One program in one currency."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The columns of a case."""
        return {name: _field(name) for name in COLUMNS}


class PortfolioShape(ReproducedShape):
    """The portfolio at the asked dates."""

    as_of = serializers.DateField()
    published_by = serializers.DateField(allow_null=True)
    recorded_by = serializers.DateTimeField(allow_null=True)
    undated = serializers.IntegerField(required=False, help_text=UNDATED_SAYS)
    rows = CaseShape(many=True)


class Portfolio(Listing):
    """Programs as cases: status, stop, lag, money at the stop and now, the cost of leaving, expected and actual."""

    shape = PortfolioShape  # type: ignore[assignment]
    dated = True
    pagination_class = None  # type: ignore[assignment]
    answers: ClassVar[Mapping[str, type[Any]]] = {"list": PortfolioShape}
    own_filters: ClassVar[Mapping[str, Mapping[str, Filter]]] = {"list": {"program": Code("program")}}

    search = Programs.search
    described = STANDING_FILTERS
    naming: ClassVar[frozenset[str]] = frozenset({"list"})
    reads: ClassVar[Mapping[str, Names]] = {
        "list": ["program", "program__in", *STANDING_FILTERS, "search", *SHOWING, *dates.DATES, "format"]
    }

    def list(self, request: Request) -> HttpResponseBase:
        """Every program, or those named, one line for each currency; the most recently stopped come first."""
        programs = self._chosen()
        if self.as_rows:
            form = str(request.accepted_renderer.format)
            return self.as_file(request, portfolio_rows(self.asked, form, programs))
        rows = lines(portfolio(self.asked, programs))
        asked: dict[str, Any] = {"as_of": self.asked.as_of, "published_by": self.asked.published_by}
        asked |= {"recorded_by": self.asked.recorded_by} | undated_part(self.undated)
        return Response(asked | {"rows": [*map(answered, rows)]}, headers=undated_header(self.undated))

    def cost(self) -> int:
        return cost_of_sums(self.params)

    def count_undated(self) -> int | None:
        return undated_facts(self.asked, self._chosen())

    def _chosen(self) -> Ids | None:
        """The programs that the request chooses; None for all."""
        found = searching(Program, self.search, self.params["search"]) if "search" in self.params else Q()
        return programs_chosen(self.params, self.asked, program_ids_in(self.params), found)

    def columns(self) -> Names:
        return list(portfolio_table().columns)

    def known_fields(self) -> Names:
        return self.columns() if self.as_rows else list(COLUMNS)

    def numbers(self) -> frozenset[str]:
        return portfolio_table().numbers

    def names_dates(self) -> bool:
        """A file of the portfolio always says of what day it is."""
        return True
