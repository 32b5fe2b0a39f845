"""Status changes that wait for a second person: who proposed what, and the decision."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.access.roles import ANALYST, REVIEWER, reaches
from procurement.api.http import filtering
from procurement.api.http.access import MayReadOrAnalyse, reach, user_of
from procurement.api.http.fields import Body, Text, read_body
from procurement.api.http.filtering import Code, Filter
from procurement.api.http.idempotency import written
from procurement.api.http.shapes import Shape
from procurement.api.http.viewsets import Resource
from procurement.common.dates import Asked
from procurement.programs.approving import NotYours, approve, refuse, withdraw
from procurement.programs.drafts import StatusDraft
from procurement.programs.models import StatusChange

#: What a draft would record, by the names of the API; each is a column of the table.
CHANGE: Mapping[str, str] = {
    **{name: name for name in ("kind", "status", "scope")},
    "revokes": "revokes_id",
    **{name: name for name in ("casts_doubt", "speaker", "role")},
    "organization": "organization_id",
    **{name: name for name in ("side", "term", "quotation", "sequence")},
    "source": "source_id",
    **{name: name for name in ("source_key", "effective_on", "effective_precision", "published_on", "note")},
}
#: The fields of a draft that are no columns of its table.
ATTACHED = frozenset({"change"})


class ProposedChange(serializers.Serializer[Any]):
    """A status change as it would be recorded."""

    kind = serializers.ChoiceField(choices=StatusChange.Kind.choices)
    status = serializers.ChoiceField(choices=StatusChange.Status.choices, allow_blank=True)
    scope = serializers.ChoiceField(choices=StatusChange.Scope.choices)
    revokes = serializers.IntegerField(allow_null=True)
    casts_doubt = serializers.BooleanField()
    speaker = serializers.CharField()
    role = serializers.CharField()
    organization = serializers.IntegerField(allow_null=True)
    side = serializers.ChoiceField(choices=StatusChange.Side.choices)
    term = serializers.CharField()
    quotation = serializers.CharField()
    sequence = serializers.IntegerField()
    source = serializers.IntegerField()  # type: ignore[assignment]
    source_key = serializers.CharField()
    effective_on = serializers.DateField()
    effective_precision = serializers.ChoiceField(choices=StatusChange.Precision.choices)
    published_on = serializers.DateField(allow_null=True)
    note = serializers.CharField()


@extend_schema_field(ProposedChange(allow_null=True))
class Change(serializers.Field[Any, Any, Any, Any]):
    """The status change that would be recorded; null for a reversal."""


class StatusDraftShape(Shape):
    """A status change that waits, or waited, for the approval of a second person."""

    attached = ATTACHED

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=StatusDraft.State.choices)
    act = serializers.ChoiceField(choices=StatusDraft.Act.choices)
    program = serializers.CharField(source="program__code")
    amends = serializers.IntegerField(source="amends_id", allow_null=True, help_text="the row to correct or reverse")
    change = Change(help_text="the status change that would be recorded; null for a reversal")
    source = serializers.IntegerField(source="source_id")  # type: ignore[assignment]
    note = serializers.CharField(help_text="of the correction or reversal")
    proposed_by = serializers.CharField(source="proposed_by__username", allow_null=True)
    proposed_at = serializers.DateTimeField()
    decided_by = serializers.CharField(source="decided_by__username", allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    fact = serializers.IntegerField(source="fact_id", allow_null=True, help_text="what was recorded on approval")

    @classmethod
    def attach(cls, rows: Sequence[dict[str, Any]], asked: Asked) -> None:
        kept = dict(StatusDraft.objects.filter(pk__in=[row["id"] for row in rows]).values_list("pk", "columns"))
        for row in rows:
            columns = kept[row["id"]]
            row["change"] = {name: columns[column] for name, column in CHANGE.items()} if columns else None


def drafts_as_answered(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Drafts by id, as they are answered: to whoever has just posted the same."""
    rows = StatusDraft.objects.filter(pk__in=ids).values(*StatusDraftShape.columns())
    shaped = StatusDraftShape.shaped(list(rows), Asked(dt.date.max))
    return {row["id"]: row for row in shaped}


class MayProposeOrDecide(MayReadOrAnalyse):
    """Never anonymous: a draft is seen by who proposed it, and by reviewers and administrators."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return reach(request) is not None and super().has_permission(request, view)


class DecisionBody(Body):
    """Why it is decided so."""

    reason = Text(required=False)


class RefusalBody(Body):
    """Why it is not approved."""

    reason = Text(allow_blank=False)


class StatusDrafts(Resource):
    """Status changes that wait for a second person. Who proposed one sees it; reviewers and administrators see all."""

    permission_classes = [MayProposeOrDecide]
    shape = StatusDraftShape
    search = ("program__code", "program__name", "note", "reason", "source_key")
    needs: ClassVar[Mapping[str, str]] = {"approve": REVIEWER, "refuse": REVIEWER, "withdraw": ANALYST}
    bodies: ClassVar[Mapping[str, type[Body]]] = {
        "approve": DecisionBody, "refuse": RefusalBody, "withdraw": DecisionBody
    }  # fmt: skip
    filters: ClassVar[Mapping[str, Filter]] = {
        "id": filtering.Id("id"),
        "state": filtering.Word("state", choices=StatusDraft.State),
        "act": filtering.Word("act", choices=StatusDraft.Act),
        "program": Code("program"),
        "amends": filtering.Id("amends", nullable=True),
        "fact": filtering.Id("fact", nullable=True),
        "source_key": filtering.Text("source_key"),
        "proposed_by": filtering.Text("proposed_by__username"),
        "proposed_at": filtering.Moment("proposed_at"),
    }

    def is_own(self) -> bool:
        return True

    def get_queryset(self) -> QuerySet[Any]:
        """Those that this request may see: as far as its token reaches."""
        rows = StatusDraft.objects.visible_to(self.request.user)
        return rows if reaches(reach(self.request), REVIEWER) else rows.filter(proposed_by=self.request.user.pk)

    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Record what was proposed, checked again; another person than the proposer, with the role reviewer."""
        return self._decide(request, int(pk), approve)

    @action(detail=True, methods=["post"])
    def refuse(self, request: Request, pk: str) -> Response:
        """Decide that it is not recorded, and say why."""
        return self._decide(request, int(pk), refuse)

    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take back what one proposed oneself."""
        return self._decide(request, int(pk), withdraw)

    def _decide(self, request: Request, pk: int, act: Callable[..., Any]) -> Response:
        return written(request, lambda: self._decided(request, pk, act))

    def _decided(self, request: Request, pk: int, act: Callable[..., Any]) -> Response:
        if not self.get_queryset().filter(pk=pk).exists():
            raise Http404
        given = read_body(self.bodies[self.action], request.data, self.get_serializer_context())
        try:
            act(pk, by=user_of(request), **given)
        except NotYours as error:
            raise PermissionDenied(" ".join(said for each in error.errors.values() for said in each)) from error
        return Response(self.one(pk=pk))
