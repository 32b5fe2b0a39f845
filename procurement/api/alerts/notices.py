"""What became of each alert for each subscription: in which message it is, or why in none."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from procurement.alerts.events import ALL_EVENTS
from procurement.alerts.models import Delivery, Notice
from procurement.api.http import filtering
from procurement.api.http.access import OwnOnly, own_rows
from procurement.api.http.filtering import Filter
from procurement.api.http.shapes import Shape
from procurement.api.http.viewsets import Resource


class NoticeShape(Shape):
    """An alert for a subscription: in a message, muted, or waiting if both are null."""

    id = serializers.IntegerField()
    subscription = serializers.IntegerField(source="subscription_id")
    event = serializers.ChoiceField(choices=ALL_EVENTS, source="alert__event")
    program = serializers.CharField(source="alert__program__code", allow_null=True)
    contract = serializers.IntegerField(source="alert__contract_id", allow_null=True)
    summary = serializers.CharField(source="alert__summary")
    happened_at = serializers.DateTimeField(source="alert__happened_at")
    delivery = serializers.IntegerField(
        source="delivery_id",
        allow_null=True,
        help_text="the message that brings it: another subscription's, where that has the same channel and news",
    )
    state = serializers.ChoiceField(
        choices=Delivery.State.choices, source="delivery__state", allow_null=True, help_text="of the message"
    )
    muted_by = serializers.IntegerField(source="muted_by_id", allow_null=True, help_text="the mute: it is never sent")


class Notices(Resource):
    """Which alert went to which of a user's own subscriptions, in which message; administrators see everybody's."""

    permission_classes = [OwnOnly]
    shape = NoticeShape
    orderings: ClassVar[Mapping[str, str]] = {"id": "id"}
    default_ordering = "-id"
    search = ("alert__summary",)
    filters: ClassVar[Mapping[str, Filter]] = {
        "id": filtering.Id("id"),
        "subscription": filtering.Id("subscription"),
        "program": filtering.Code("alert__program"),
        "contract": filtering.Id("alert__contract"),
        "event": filtering.OneOf("alert__event", words=lambda: ALL_EVENTS),
        "delivery": filtering.Id("delivery", nullable=True),
        "muted_by": filtering.Id("muted_by", nullable=True),
    }

    def get_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = own_rows(self.request, Notice.objects)
        return rows
