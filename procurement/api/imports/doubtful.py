"""Doubtful matches: organizations that may be one, and what people decide of them."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.api.http import filtering
from procurement.api.http.access import user_of
from procurement.api.http.fields import Body, Text, read_body
from procurement.api.http.filtering import Filter
from procurement.api.http.idempotency import written
from procurement.api.http.inline import DocumentField
from procurement.api.http.shapes import Shape
from procurement.api.http.viewsets import Resource
from procurement.api.imports.viewset import MayReadNamedOrAnalyse
from procurement.api.records.organizations import IdentifierShape
from procurement.common.dates import Asked
from procurement.imports.deciding import Decision, decide_match
from procurement.imports.models import DoubtfulMatch
from procurement.parties.models import OrganizationIdentifier


class DoubtfulMatchShape(Shape):
    """Two organizations side by side, why they may be one, and what was decided."""

    attached = frozenset({"organization_identifiers", "candidate_identifiers"})

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=DoubtfulMatch.State.choices)
    why = serializers.ChoiceField(choices=DoubtfulMatch.Why.choices)
    similarity = serializers.DecimalField(max_digits=4, decimal_places=3)
    organization = serializers.IntegerField(source="organization_id", help_text="the newer one")
    organization_name = serializers.CharField(source="organization__name")
    organization_local_name = serializers.CharField(source="organization__local_name")
    organization_country = serializers.CharField(source="organization__country")
    organization_identifiers = IdentifierShape(many=True)
    candidate = serializers.IntegerField(source="candidate_id")
    candidate_name = serializers.CharField(source="candidate__name")
    candidate_local_name = serializers.CharField(source="candidate__local_name")
    candidate_country = serializers.CharField(source="candidate__country")
    candidate_identifiers = IdentifierShape(many=True)
    batch = serializers.IntegerField(source="batch_id", help_text="the import that made or named the newer one")
    created_at = serializers.DateTimeField()
    decided_by = serializers.CharField(source="decided_by__username", allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    note = serializers.CharField()

    @classmethod
    def attach(cls, rows: Sequence[dict[str, Any]], asked: Asked) -> None:
        ids = {row[f"{name}_id"] for row in rows for name in ("organization", "candidate")}
        found: dict[int, list[dict[str, str]]] = {pk: [] for pk in ids}
        identifiers = OrganizationIdentifier.objects.filter(organization__in=ids).order_by("scheme", "value")
        for organization, scheme, value in identifiers.values_list("organization", "scheme", "value"):
            found[organization].append({"scheme": scheme, "value": value})
        for row in rows:
            for name in ("organization", "candidate"):
                row[f"{name}_identifiers"] = found[row[f"{name}_id"]]


class DecideBody(Body):
    """Whether the two are the same, and why; a merge needs a source, as every fact does."""

    decision = Text(help_text="same or different")
    note = Text(help_text="the reason")
    source = DocumentField(required=False, allow_null=True)  # type: ignore[assignment]


class DoubtfulMatches(Resource):
    """Organizations that imports have made and that may be others; nothing is merged until a person says so."""

    permission_classes = [MayReadNamedOrAnalyse]
    shape = DoubtfulMatchShape
    search = ("organization__name", "organization__local_name", "candidate__name", "candidate__local_name")
    bodies: ClassVar[Mapping[str, type[Body]]] = {"decide": DecideBody}
    filters: ClassVar[Mapping[str, Filter]] = {
        "id": filtering.Id("id"),
        "state": filtering.Word("state", choices=DoubtfulMatch.State),
        "why": filtering.Word("why", choices=DoubtfulMatch.Why),
        "organization": filtering.Id("organization"),
        "candidate": filtering.Id("candidate"),
        "batch": filtering.Id("batch"),
        "created_at": filtering.Moment("created_at"),
    }

    def get_queryset(self) -> QuerySet[Any]:
        return DoubtfulMatch.objects.present()

    @action(detail=True, methods=["post"])
    def decide(self, request: Request, pk: str) -> Response:
        """Say that the two are the same organization, which merges them, or that they are two."""

        def act() -> Response:
            given = read_body(DecideBody, request.data, self.get_serializer_context())
            decision = Decision(given["decision"], user_of(request), given["note"], given.get("source"))
            try:
                row = decide_match(int(pk), decision)
            except DoubtfulMatch.DoesNotExist as error:
                raise Http404 from error
            return Response(self.one(pk=row.pk))

        return written(request, act)
