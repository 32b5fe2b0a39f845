"""Flags: as stored, or with a date as the rules would find them then; and the actions on them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, NoReturn

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.access.roles import REVIEWER
from procurement.api.flags import backtests, events
from procurement.api.flags.acts import (
    AcceptAllBody,
    AcceptBody,
    AcknowledgeAllBody,
    AcknowledgeBody,
    OutcomesShape,
    ReasonBody,
    accept,
    accept_all,
    answered,
)
from procurement.api.flags.filters import FILTERS
from procurement.api.flags.shapes import EventPageShape, EventShape, FlagShape
from procurement.api.http import filtering
from procurement.api.http.access import user_of
from procurement.api.http.dates import DATES
from procurement.api.http.fields import Body, read_body
from procurement.api.http.guarding import cost_of_sums
from procurement.api.http.idempotency import written
from procurement.api.http.pagination import DatedPagination, link_header, undated_header
from procurement.api.http.viewsets import Names, Resource
from procurement.cases.undated import undated_facts
from procurement.flags import lifecycle
from procurement.flags.models import Flag
from procurement.flags.queue import BY_SEVERITY


class FlagPagination(DatedPagination):
    """Pages of flags; those of a backtest name their permalink."""

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        described = super().get_paginated_response_schema(schema)
        more = {
            "horizon": {"type": "string", "format": "date-time", "description": "of a backtest"},
            "permalink": {"type": ["string", "null"], "description": "of a backtest"},
        }
        return described | {"properties": described["properties"] | more}


class Flags(Resource):
    """Flags. With as_of, published_by or recorded_by the rules are evaluated then, and nothing is stored."""

    shape = FlagShape
    orderings: ClassVar[Mapping[str, str]] = {
        "id": "id",
        "opened_at": "opened_at",
        "severity": "severity_rank",
        "outstanding": "outstanding",
        "condition_since": "condition_since",
    }
    default_ordering = "-opened_at"
    pagination_class = FlagPagination
    search = ("summary",)
    naming: ClassVar[frozenset[str]] = frozenset({"list"})
    many: ClassVar[frozenset[str]] = frozenset({"list", "events"})
    extra_params: ClassVar[Mapping[str, Sequence[str]]] = {"list": tuple(DATES), "events": ("cursor", "page_size")}
    needs: ClassVar[Mapping[str, str]] = {
        "accept": REVIEWER, "accept_all": REVIEWER, "resolve": REVIEWER, "reopen": REVIEWER
    }  # fmt: skip
    bodies: ClassVar[Mapping[str, type[Body]]] = {
        "acknowledge": AcknowledgeBody, "accept": AcceptBody, "resolve": ReasonBody, "reopen": ReasonBody,
        "acknowledge_all": AcknowledgeAllBody, "accept_all": AcceptAllBody,
    }  # fmt: skip
    answers: ClassVar[Mapping[str, type[Any]]] = {
        "events": EventPageShape, "acknowledge_all": OutcomesShape, "accept_all": OutcomesShape
    }  # fmt: skip
    filters = FILTERS

    def get_queryset(self) -> QuerySet[Any]:
        return Flag.objects.annotate(severity_rank=BY_SEVERITY)

    def permission_denied(self, request: Request, message: str | None = None, code: str | None = None) -> NoReturn:
        """Refuse users without the role; logged like any other refusal."""
        verb = (self.action or "").removesuffix("_all")
        if self.action in self.bodies:
            by = request.user if isinstance(request.user, User) else None
            pk = self.kwargs.get("pk")
            complaints = {"role": [message or "this needs a name"]}
            lifecycle.note_refusal(int(pk) if pk else None, verb=verb, by=by, complaints=complaints)
        super().permission_denied(request, message, code)

    # reading

    def list(self, request: Request) -> HttpResponseBase:
        """The stored flags; with a date a backtest."""
        if not self.names_dates():
            return super().list(request)
        if self.is_whole:
            return self.as_file(request, backtests.every(self.params, self.asked))
        found = backtests.page(request, self.params, self.asked)
        return Response(found, headers=link_header({"next": found["next"]}) | undated_header(found.get("undated")))

    def can_be_reproduced(self) -> bool:
        """A backtest can; stored flags are those of now."""
        return self.action == "list" and self.names_dates()

    def cost(self) -> int:
        return cost_of_sums(self.params) if self.action == "list" and self.names_dates() else super().cost()

    def count_undated(self) -> int | None:
        """Of a backtest the undated facts about the requested programs, else about all."""
        return undated_facts(self.asked, filtering.program_ids_in(self.params)) if self.names_dates() else None

    @action(detail=True)
    def events(self, request: Request, pk: str) -> HttpResponseBase:
        """What happened to the flag, in order, with its evidence at each time."""
        if not Flag.objects.filter(pk=pk).exists():
            raise Http404
        if self.is_whole:
            return self.as_file(request, events.every(self.asked, int(pk)))
        found = events.page(request, self.params, self.asked, int(pk))
        return Response(found, headers=link_header({"next": found["next"]}))

    def columns(self) -> Names:
        return (EventShape if self.action == "events" else self.shape).names()

    def numbers(self) -> frozenset[str]:
        return (EventShape if self.action == "events" else self.shape).numbers()

    # what people do with one

    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str) -> Response:
        """Record that somebody has seen the flag, optionally with an owner."""
        return self._done(request, pk, AcknowledgeBody, lifecycle.acknowledge)

    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Accept the condition through a day; the owner takes responsibility."""
        return self._done(request, pk, AcceptBody, accept)

    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, pk: str) -> Response:
        """Close the flag even if its condition still holds."""
        return self._done(request, pk, ReasonBody, lifecycle.resolve)

    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Put the flag back into the queue."""
        return self._done(request, pk, ReasonBody, lifecycle.reopen)

    def _done(self, request: Request, pk: str, body: type[Body], verb: Callable[..., Flag]) -> Response:
        def act() -> Response:
            try:
                flag = verb(int(pk), by=user_of(request), **self._given(request, body))
            except Flag.DoesNotExist as error:
                raise Http404 from error
            return Response(self.one(pk=flag.pk))

        return written(request, act)

    # and with many

    @extend_schema(operation_id="flags_acknowledge_all")
    @action(detail=False, methods=["post"], url_path="acknowledge")
    def acknowledge_all(self, request: Request) -> Response:
        """Record that somebody has seen the flags; a refusal for one does not affect the others."""
        return self._done_with_all(request, AcknowledgeAllBody, lifecycle.acknowledge_all)

    @extend_schema(operation_id="flags_accept_all")
    @action(detail=False, methods=["post"], url_path="accept")
    def accept_all(self, request: Request) -> Response:
        """Accept the conditions of the flags through a day; a refusal for one does not affect the others."""
        return self._done_with_all(request, AcceptAllBody, accept_all)

    def _done_with_all(self, request: Request, body: type[Body], verb: Callable[..., lifecycle.Outcomes]) -> Response:
        def act() -> Response:
            given = self._given(request, body)
            flags = given.pop("flags")
            return Response(answered(flags, verb(flags, by=user_of(request), **given)))

        return written(request, act)

    def _given(self, request: Request, body: type[Body]) -> dict[str, Any]:
        return {"reason": "", **read_body(body, request.data, self.get_serializer_context())}
