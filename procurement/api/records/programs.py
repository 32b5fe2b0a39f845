"""Programs: their status at the requested dates, who disputes it, and what happened, in order."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.api.exposure.asking import answered, program_rows
from procurement.api.exposure.reading import EXPOSURE_FILTERS, dated, exposure_params, read
from procurement.api.exposure.shapes import ExposureShape, TotalShape
from procurement.api.facts import merged, timeline
from procurement.api.facts.timeline import TimelineShape
from procurement.api.http import filtering
from procurement.api.http.access import user_of
from procurement.api.http.editable import EditableResource
from procurement.api.http.expanding import SHOWING
from procurement.api.http.filtering import Filter
from procurement.api.http.inline import ProgramBody
from procurement.api.http.pagination import (
    UNDATED_SAYS,
    DatedPagination,
    ReproducedShape,
    link_header,
    undated_header,
    undated_part,
)
from procurement.api.http.shapes import Shape
from procurement.api.records.standing_filters import STANDING_FILTERS, of_standing
from procurement.cases.lagging import lags
from procurement.cases.undated import undated_facts
from procurement.common.dates import Asked
from procurement.contracts.models import ContractStatusChange
from procurement.programs.models import Program, StatusChange
from procurement.programs.reading import standing_of, standings
from procurement.programs.recording import create_program, refuse_bad_program
from procurement.programs.standing import Said, Standing

NULLABLE_DATE = {"type": ["string", "null"], "format": "date"}


def standing_fields(standing: Standing) -> dict[str, Any]:
    """The status fields of a program's row."""
    return {
        "status": standing.status,
        "status_since": standing.since,
        "status_since_precision": standing.began.effective_precision if standing.began else None,
        "stopped_on": standing.stopped_on,
        "stopped_on_precision": standing.stop.by.effective_precision if standing.stop else None,
        "stopped_as": standing.stopped_as,
        "stopped_by": standing.stopped_by,
        "disputed": standing.disputed,
        "disputed_since": standing.disputed_since,
        "last_said_on": standing.last_said_on,
    }


class ProgramShape(Shape):
    """A program with its standing status at the asked dates."""

    attached = frozenset(standing_fields(Standing()))

    id = serializers.IntegerField()
    code = serializers.CharField()
    name = serializers.CharField()
    local_name = serializers.CharField()
    buyer = serializers.IntegerField(source="buyer_id", allow_null=True)
    buyer_name = serializers.CharField(source="buyer__name", allow_null=True)
    country = serializers.CharField()
    domain = serializers.CharField()
    description = serializers.CharField()
    source = serializers.IntegerField(source="source_id", allow_null=True)  # type: ignore[assignment]
    created_at = serializers.DateTimeField()
    status = serializers.ChoiceField(choices=StatusChange.Status.choices, allow_null=True)
    status_since = serializers.DateField(allow_null=True)
    status_since_precision = serializers.ChoiceField(choices=StatusChange.Precision.choices, allow_null=True)
    stopped_on = serializers.DateField(allow_null=True)
    stopped_on_precision = serializers.ChoiceField(choices=StatusChange.Precision.choices, allow_null=True)
    stopped_as = serializers.ChoiceField(
        choices=StatusChange.Status.choices, allow_null=True, help_text="the status with which the stop began"
    )
    stopped_by = serializers.ChoiceField(choices=StatusChange.Side.choices, allow_null=True)
    disputed = serializers.BooleanField()
    disputed_since = serializers.DateField(allow_null=True, help_text="the first day of the unbroken dispute")
    last_said_on = serializers.DateField(
        allow_null=True, help_text="when somebody on the buyer's side last said otherwise; a dispute does not lapse"
    )

    @classmethod
    def attach(cls, rows: Sequence[dict[str, Any]], asked: Asked) -> None:
        found = standings(asked, [row["id"] for row in rows])
        for row in rows:
            row.update(standing_fields(found.get(row["id"], Standing())))


def position(said: Said) -> dict[str, Any]:
    """One decision or statement, as a position beside others."""
    return {
        "status_change": said.id,
        "kind": said.kind,
        "status": said.status,
        "side": said.side,
        "speaker": said.speaker,
        "role": said.role,
        "organization": said.organization_id,
        "organization_name": said.organization,
        "term": said.term,
        "quotation": said.quotation,
        "effective_on": said.effective_on,
        "effective_precision": said.effective_precision,
        "published_on": said.published_on,
        "source": said.source_id,
    }


class PositionShape(serializers.Serializer[Any]):
    """Who decided or said what."""

    status_change = serializers.IntegerField()
    kind = serializers.CharField()
    status = serializers.CharField()
    side = serializers.CharField()
    speaker = serializers.CharField()
    role = serializers.CharField()
    organization = serializers.IntegerField(allow_null=True)
    organization_name = serializers.CharField()
    term = serializers.CharField()
    quotation = serializers.CharField()
    effective_on = serializers.DateField()
    effective_precision = serializers.ChoiceField(choices=StatusChange.Precision.choices)
    published_on = serializers.DateField(allow_null=True)
    source = serializers.IntegerField()  # type: ignore[assignment]


WHOLE_DAYS = {"type": ["integer", "null"]}
DAYS = {
    "anyOf": [
        WHOLE_DAYS,
        {"type": "object", "required": ["low", "high"], "properties": {"low": WHOLE_DAYS, "high": WHOLE_DAYS}},
    ]
}


@extend_schema_field(DAYS)
class DaysAfter(serializers.Field[Any, Any, Any, Any]):
    """A number of days, or at least and at most so many."""


PRECISION = {"type": ["string", "null"], "enum": [*StatusChange.Precision.values, None]}


@extend_schema_field({"type": "object", "properties": {"on": NULLABLE_DATE, "precision": PRECISION, "days": DAYS}})
class LagField(serializers.Field[Any, Any, Any, Any]):
    """A day as its source gives it, and how many days after the beginning of the stop: a range if a date is coarse."""


class LagShape(serializers.Serializer[Any]):
    """First doubt, stop, notice to the other side and act on a contract, in days from the stop."""

    first_doubt = LagField()
    stop = LagField()
    other_side_notified = LagField()
    contract_act = LagField()


class ContractActShape(serializers.Serializer[Any]):
    """One act on a contract of the program since it was last sound."""

    contract = serializers.IntegerField()
    contract_status_change = serializers.IntegerField()
    act = serializers.ChoiceField(choices=ContractStatusChange.Act.choices)
    status = serializers.CharField()
    suspends = serializers.CharField()
    on = serializers.DateField()
    precision = serializers.ChoiceField(choices=StatusChange.Precision.choices)
    days = DaysAfter(allow_null=True, help_text="after the stop, below zero before it; a range if coarse")


class ProgramDetailShape(ProgramShape, ReproducedShape):
    """A program with everything that its page shows."""

    decided_by = PositionShape(allow_null=True)
    positions = PositionShape(many=True)
    exposure = TotalShape(many=True)
    lag = LagShape(allow_null=True)
    contract_acts = ContractActShape(many=True)
    undated = serializers.IntegerField(required=False, help_text=UNDATED_SAYS)


class Programs(EditableResource):
    """Programs, by code."""

    model = Program
    shape = ProgramShape
    body = ProgramBody
    lookup_field = "code"
    lookup_value_regex = r"[-a-zA-Z0-9_]{1,60}"
    fixed = frozenset({"code"})
    dated = True
    pagination_class = DatedPagination
    naming: ClassVar[frozenset[str]] = frozenset({"timeline", "exposure", "retrieve"})
    many: ClassVar[frozenset[str]] = frozenset({"list", "timeline", "history"})
    orderings: ClassVar[Mapping[str, str]] = {"id": "id", "code": "code"}
    search = ("code", "name", "local_name", "description")
    described = STANDING_FILTERS
    extra_params: ClassVar[Mapping[str, Sequence[str]]] = {
        "list": ["status", *STANDING_FILTERS],
        "timeline": ["cursor", "page_size", "search", *sorted(SHOWING)],
        "exposure": exposure_params(without="program"),
    }
    answers: ClassVar[Mapping[str, type[Any]]] = {
        "retrieve": ProgramDetailShape,
        "timeline": TimelineShape,
        "exposure": ExposureShape,
    }
    own_filters: ClassVar[Mapping[str, Mapping[str, Filter]]] = {
        "list": {"status": filtering.Word("status", choices=StatusChange.Status)}, "exposure": EXPOSURE_FILTERS
    }  # fmt: skip
    filters: ClassVar[Mapping[str, Filter]] = {
        "id": filtering.Id("id"),
        "code": filtering.Stored("code"),
        "buyer": filtering.Organization("buyer", nullable=True),
        "country": filtering.Country("country"),
        "domain": filtering.Stored("domain"),
    }

    def found(self) -> QuerySet[Any]:
        return super().found().filter(of_standing(self.params, self.asked))

    # writing

    def created(self, given: dict[str, Any]) -> Program:
        return create_program(Program(**given, entered_by=user_of(self.request)))

    def check(self, row: Program) -> None:
        refuse_bad_program(row)

    # reading

    def retrieve(self, request: Request, **by: Any) -> Response:
        """One program: its standing status, all positions, its exposure, and the time from doubt to act."""
        row = self.one(**by)
        standing = standing_of(row["id"], self.asked)
        lag = lags(self.asked, [row["id"]])[row["id"]] if standing.is_stopped else None
        more = {
            "decided_by": position(standing.decision) if standing.decision else None,
            "positions": [position(said) for said in standing.positions],
            "exposure": program_rows(self.asked, row["id"]),
            "lag": lag.distances() if lag else None,
            "contract_acts": lag.told_acts() if lag else [],
        }
        return Response(row | more | undated_part(undated_facts(self.asked, [row["id"]])))

    def count_undated(self) -> int | None:
        """Count the undated facts about all programs that match the filters, whatever their status."""
        return undated_facts(self.asked, self.narrowed(self.get_queryset()).values("pk"))

    @action(detail=True)
    def timeline(self, request: Request, code: str) -> HttpResponseBase:
        """Every dated fact about the program and the contracts that ever belonged to it, in order."""
        program = self._program(code)
        if self.is_whole:
            self.undated = undated_facts(self.asked, [program])
            return self.as_file(request, timeline.every(self.asked, program, self.params))
        found = timeline.page(request, self.params, self.asked, program)
        return Response(found, headers=link_header({"next": found["next"]}) | undated_header(found.get("undated")))

    def columns(self) -> list[str]:
        return merged.columns() if self.action == "timeline" else super().columns()

    def known_fields(self) -> list[str]:
        return merged.columns() if self.action == "timeline" else super().known_fields()

    def numbers(self) -> frozenset[str]:
        return merged.numbers() if self.action == "timeline" else super().numbers()

    @action(detail=True)
    def exposure(self, request: Request, code: str) -> Response:
        """What is still under contract, paid and owed, of this program, and when that falls due."""
        self._program(code)
        params = {"group_by": "program", **self.params, "program": code}
        self.filled, self.cursor_params = dated(self, params, self.asked), params
        found = answered(read(self, params, with_deferred=True), self.data_version)
        return Response(found, headers=undated_header(found.get("undated")))

    def _program(self, code: str) -> int:
        found = self.rows().filter(code=code).values_list("id", flat=True).first()
        if found is None:
            raise Http404
        return int(found)
