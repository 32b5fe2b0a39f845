"""Messages of a user's own subscriptions: their content and their state."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.alerts.models import Channel, Delivery, Notice, Subscription
from procurement.api.alerts.figures import ComparedShape
from procurement.api.http import filtering
from procurement.api.http.access import OwnOnly, own_rows
from procurement.api.http.fields import Body, Moment, Whole, YesNo, read_body
from procurement.api.http.filtering import Filter
from procurement.api.http.idempotency import written
from procurement.api.http.shapes import Shape
from procurement.api.http.viewsets import Resource
from procurement.common.clock import database_now
from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.delivery.models import Attempt
from procurement.delivery.replaying import Chosen, replay, replay_all
from procurement.delivery.waiting import in_words, waits_for
from procurement.tasks import nudge


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

    attached = frozenset({"subscriptions", "alerts", "attempts", "waits_because"})

    id = serializers.IntegerField()
    subscription = serializers.IntegerField(source="subscription_id")
    subscriptions = serializers.ListField(
        child=serializers.IntegerField(), help_text="all that asked for what it says; several may have one channel"
    )
    message_id = serializers.CharField()
    sequence = serializers.IntegerField(
        allow_null=True, help_text="its number among the messages of its channel, from its first attempt on"
    )
    state = serializers.ChoiceField(choices=Delivery.State.choices)
    created_at = serializers.DateTimeField()
    digest_until = serializers.DateTimeField(allow_null=True)
    figures = ComparedShape(many=True, allow_null=True, help_text="of a digest")
    sent_before = serializers.IntegerField(
        help_text="of a digest: how much more of its period was sent to this address already, and is not repeated"
    )
    attempt_count = serializers.IntegerField()
    next_try_at = serializers.DateTimeField()
    sent_at = serializers.DateTimeField(allow_null=True)
    waits_because = serializers.CharField(help_text="why it is held, if it is; empty otherwise")
    alerts = ToldShape(many=True)
    attempts = AttemptShape(many=True)

    @classmethod
    def attach(cls, rows: Sequence[dict[str, Any]], asked: Asked) -> None:
        ids = [row["id"] for row in rows]
        alerts, attempts, asking = alerts_of(ids), attempts_of(ids), subscriptions_of(ids)
        held = why_held([row["id"] for row in rows if row["state"] == Delivery.State.HELD])
        for row in rows:
            row["alerts"], row["attempts"] = alerts[row["id"]], attempts[row["id"]]
            row["subscriptions"] = sorted({row["subscription_id"], *asking[row["id"]]})
            row["waits_because"] = held.get(row["id"], "")


def alerts_of(delivery_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """What each message says."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    columns = ("event", "program__code", "contract_id", "summary", "happened_at")
    notices = Notice.objects.filter(delivery__in=delivery_ids).order_by("alert")
    rows = notices.values_list("delivery", "alert", *(f"alert__{column}" for column in columns)).distinct()
    for delivery, _, *values in rows:
        found[delivery].append(dict(zip(ToldShape().fields, values, strict=True)))
    return found


def subscriptions_of(delivery_ids: Sequence[int]) -> dict[int, list[int]]:
    """The subscriptions that asked for what each message says."""
    found: dict[int, list[int]] = defaultdict(list)
    rows = Notice.objects.filter(delivery__in=delivery_ids).order_by("delivery", "subscription")
    for delivery, subscription in rows.values_list("delivery", "subscription").distinct():
        found[delivery].append(subscription)
    return found


def attempts_of(delivery_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """The attempts at each message."""
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    attempts = Attempt.objects.filter(delivery__in=delivery_ids).order_by("id")
    for attempt in attempts.values("delivery", *AttemptShape().fields):
        found[attempt.pop("delivery")].append(attempt)
    return found


def why_held(delivery_ids: Sequence[int]) -> dict[int, str]:
    """Why each message that is held waits."""
    if not delivery_ids:
        return {}
    columns = [f"subscription__channel__{name}" for name in ("verified_at", "paused_at", "kind")]
    rows = Delivery.objects.filter(pk__in=delivery_ids).values_list("pk", *columns)
    return {pk: in_words(waits_for(verified_at, paused_at, kind=kind)) for pk, verified_at, paused_at, kind in rows}


class ReplayBody(Body):
    """Which failed messages are sent again; without anything, all that are one's own. `until` is their creation."""

    channel = Whole(required=False)
    subscription = Whole(required=False)
    since = Moment(required=False)
    until = Moment(required=False)
    cancelled = YesNo(required=False)


class ReplayedShape(serializers.Serializer[Any]):
    """What became of them."""

    replayed = serializers.IntegerField(help_text="in the outbox again")
    left = serializers.IntegerField(help_text="not sent again: their subscription is off, or ended, or its user is")
    more = serializers.BooleanField(help_text="whether others are left that one request does not take; ask again")


class Deliveries(Resource):
    """Messages; those that failed or were cancelled can be sent again."""

    permission_classes = [OwnOnly]
    shape = DeliveryShape
    orderings: ClassVar[Mapping[str, str]] = {"id": "id"}
    default_ordering = "-id"
    search = ("subscription__name", "message_id")
    bodies: ClassVar[Mapping[str, type[Body]]] = {"replay": Body, "replay_all": ReplayBody}
    answers: ClassVar[Mapping[str, type[Any]]] = {"replay_all": ReplayedShape}
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
        delivery = replay(pk, now=database_now())
        transaction.on_commit(send_soon)
        return Response(self.one(pk=delivery.pk))

    @extend_schema(operation_id="deliveries_replay_all")
    @action(detail=False, methods=["post"], url_path="replay")
    def replay_all(self, request: Request) -> Response:
        """Put all failed messages that are asked for back into the outbox, the oldest first, up to 1,000."""
        return written(request, lambda: self._replay_all(request))

    def _replay_all(self, request: Request) -> Response:
        given = read_body(ReplayBody, request.data, self.get_serializer_context())
        refuse_others(request, given)
        done = replay_all(self.get_queryset(), Chosen(**given), now=database_now())
        transaction.on_commit(send_soon)
        return Response({"replayed": done.replayed, "left": done.left, "more": done.more})


def refuse_others(request: Request, given: Mapping[str, Any]) -> None:
    """Raise Refused where a channel or subscription is named that is not one's own."""
    own = {"channel": Channel.everything, "subscription": Subscription.everything}
    for name, rows in own.items():
        if name in given and not own_rows(request, rows).filter(pk=given[name]).exists():
            raise Refused({name: f"no {name} of yours has the id {given[name]}"})


def send_soon() -> None:
    """Have the outbox emptied now; if this is lost, the schedule does."""
    nudge("deliver")
