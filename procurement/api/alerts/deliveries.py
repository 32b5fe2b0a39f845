"""Messages of a user's own subscriptions: their content and their state."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.alerts.models import Delivery, Notice
from procurement.api.http import filtering
from procurement.api.http.access import OwnOnly, own_rows
from procurement.api.http.fields import Body
from procurement.api.http.filtering import Filter
from procurement.api.http.idempotency import written
from procurement.api.http.shapes import Shape
from procurement.api.http.viewsets import Resource
from procurement.common.clock import database_now
from procurement.common.dates import Asked
from procurement.delivery.models import Attempt
from procurement.delivery.replaying import replay


class ToldShape(serializers.Serializer[Any]):
    """One alert in a message."""

    event = serializers.CharField()
    program = serializers.CharField(allow_null=True)
    contract = serializers.IntegerField(allow_null=True)
    summary = serializers.CharField()
    happened_at = serializers.DateTimeField()


class AttemptShape(serializers.Serializer[Any]):
    """One try to send a message."""

    at = serializers.DateTimeField()
    outcome = serializers.ChoiceField(choices=Attempt.Outcome.choices)
    status = serializers.IntegerField(allow_null=True, help_text="the code that the receiver answered, if it did")
    milliseconds = serializers.IntegerField(allow_null=True, help_text="how long it took")
    answer = serializers.CharField(help_text="the first kilobyte of what the receiver answered")
    error = serializers.CharField()


class DeliveryShape(Shape):
    """A message."""

    attached = frozenset({"alerts", "attempts"})

    id = serializers.IntegerField()
    subscription = serializers.IntegerField(source="subscription_id")
    message_id = serializers.CharField()
    sequence = serializers.IntegerField(
        allow_null=True, help_text="its number among the messages of its channel, from its first attempt on"
    )
    state = serializers.ChoiceField(choices=Delivery.State.choices)
    created_at = serializers.DateTimeField()
    digest_until = serializers.DateTimeField(allow_null=True)
    attempt_count = serializers.IntegerField()
    next_try_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    alerts = ToldShape(many=True)
    attempts = AttemptShape(many=True)

    @classmethod
    def attach(cls, rows: Sequence[dict[str, Any]], asked: Asked) -> None:
        ids = [row["id"] for row in rows]
        alerts, attempts = alerts_of(ids), attempts_of(ids)
        for row in rows:
            row["alerts"], row["attempts"] = alerts[row["id"]], attempts[row["id"]]


def alerts_of(delivery_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """What each message says."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    columns = ("event", "program__code", "contract_id", "summary", "happened_at")
    notices = Notice.objects.filter(delivery__in=delivery_ids).order_by("alert")
    for delivery, *values in notices.values_list("delivery", *(f"alert__{column}" for column in columns)):
        found[delivery].append(dict(zip(ToldShape().fields, values, strict=True)))
    return found


def attempts_of(delivery_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """The attempts at each message."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    attempts = Attempt.objects.filter(delivery__in=delivery_ids).order_by("id")
    for attempt in attempts.values("delivery", *AttemptShape().fields):
        found[attempt.pop("delivery")].append(attempt)
    return found


class Deliveries(Resource):
    """Messages; one that failed or was cancelled can be sent again."""

    permission_classes = [OwnOnly]
    shape = DeliveryShape
    orderings: ClassVar[Mapping[str, str]] = {"id": "id"}
    default_ordering = "-id"
    search = ("subscription__name", "message_id")
    bodies: ClassVar[Mapping[str, type[Body]]] = {"replay": Body}
    filters: ClassVar[Mapping[str, Filter]] = {
        "id": filtering.Id("id"),
        "subscription": filtering.Id("subscription"),
        "message_id": filtering.Text("message_id"),
        "state": filtering.Word("state", choices=Delivery.State),
        "created_at": filtering.Moment("created_at"),
        "sent_at": filtering.Moment("sent_at", nullable=True),
    }

    def get_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = own_rows(self.request, Delivery.objects)
        return rows

    @action(detail=True, methods=["post"])
    def replay(self, request: Request, pk: str) -> Response:
        """Put a failed or cancelled message back into the outbox."""
        return written(request, lambda: self._replay(int(pk)))

    def _replay(self, pk: int) -> Response:
        if not self.get_queryset().filter(pk=pk).exists():
            raise Http404
        return Response(self.one(pk=replay(pk, now=database_now()).pk))
