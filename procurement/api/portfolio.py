"""Every program's case in one table: from the first doubt to the bill."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpResponseBase
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.api.asking import DATES
from procurement.api.filtering import program_ids_in
from procurement.api.pagination import UNDATED_SAYS, undated_header, undated_part
from procurement.api.rendering import wants_rows
from procurement.api.resources import Listing, Names
from procurement.cases.lines import COLUMNS, lines
from procurement.cases.portfolio import portfolio
from procurement.cases.undated import undated_facts
from procurement.programs.models import StatusChange

AMOUNTS = (
    "committed_at_stop", "paid_at_stop", "committed", "paid", "outstanding", "unaccounted", "estimate_low",
    "estimate_high", "exit_paid",
)  # fmt: skip
DAYS = ("status_since", "stopped_on", "first_doubt_on", "notified_on", "contract_act_on")
NUMBERS = ("days_doubt_to_act", "contracts", "flags_high", "flags_medium", "flags_low")


def _field(name: str) -> serializers.Field[Any, Any, Any, Any]:
    how: dict[str, Any] = {"help_text": COLUMNS[name], "allow_null": name not in ("program", "name", "disputed")}
    if name in AMOUNTS:
        return serializers.DecimalField(max_digits=24, decimal_places=2, **how)
    if name in DAYS:
        return serializers.DateField(**how)
    if name in NUMBERS:
        return serializers.IntegerField(**how)
    if name in ("status", "stopped_by"):
        choices = StatusChange.Status.choices if name == "status" else StatusChange.Side.choices
        return serializers.ChoiceField(choices=choices, **how)
    return serializers.BooleanField(**how) if name == "disputed" else serializers.CharField(**how)


class CaseShape(serializers.Serializer[Any]):
    """One program in one currency."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """The columns of a case."""
        return {name: _field(name) for name in COLUMNS}


class PortfolioShape(serializers.Serializer[Any]):
    """The portfolio at the asked dates."""

    as_of = serializers.DateField()
    published_by = serializers.DateField(allow_null=True)
    recorded_by = serializers.DateTimeField(allow_null=True)
    undated = serializers.IntegerField(required=False, help_text=UNDATED_SAYS)
    rows = CaseShape(many=True)


class Portfolio(Listing):
    """Programs as cases: status, stop, lag, money at the stop and now, what leaving was to cost and did cost."""

    shape = PortfolioShape  # type: ignore[assignment]
    dated = True
    pagination_class = None  # type: ignore[assignment]
    answers: ClassVar[Mapping[str, type[Any]]] = {"list": PortfolioShape}

    @classmethod
    def accepted_params(cls, action: str) -> Names:
        return ["program", "program__in", *DATES, "format"]

    def list(self, request: Request) -> HttpResponseBase:
        """Every program, or those named, one line for each currency; those that stopped last come first."""
        rows = lines(portfolio(self.asked, program_ids_in(self.params)))
        if wants_rows(request):
            return self.as_file(request, rows)
        asked: dict[str, Any] = {"as_of": self.asked.as_of, "published_by": self.asked.published_by}
        asked |= {"recorded_by": self.asked.recorded_by} | undated_part(self.undated)
        return Response(asked | {"rows": [*rows]}, headers=undated_header(self.undated))

    def count_undated(self) -> int | None:
        return undated_facts(self.asked, program_ids_in(self.params))

    def columns(self) -> Names:
        return [*COLUMNS]
