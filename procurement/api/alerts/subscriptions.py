"""Subscriptions: which alerts a user gets, when and where."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.access.roles import ANALYST, reaches
from procurement.alerts.events import ALL_EVENTS, EVENTS
from procurement.alerts.leaving import delete_subscription
from procurement.alerts.models import Channel, Subscription
from procurement.alerts.periods import CADENCES
from procurement.alerts.previewing import preview_of, preview_of_stored
from procurement.alerts.subscribing import STATUSES, SubscriptionInput, change_subscription, create_subscription
from procurement.api.alerts.channels import ChannelBody
from procurement.api.alerts.feeds import WithFeed
from procurement.api.alerts.previews import PreviewShape
from procurement.api.http import filtering
from procurement.api.http.access import OwnOnly, own_rows, reach, user_of
from procurement.api.http.conditional import refuse_stale, row_version
from procurement.api.http.fields import ID, Body, Inline, Number, ProgramByCode, Several, Text, Whole, YesNo, read_body
from procurement.api.http.filtering import Filter
from procurement.api.http.idempotency import written
from procurement.api.http.inline import OrganizationField
from procurement.api.http.shapes import Money, Shape
from procurement.api.http.warnings import warnings_of, with_warnings
from procurement.common.clock import database_now
from procurement.common.dates import Asked
from procurement.common.matching import Found
from procurement.delivery.addressing import create_channel
from procurement.parties.models import Organization


class SubscriptionShape(Shape):
    """A subscription; an empty filter means all."""

    attached = frozenset({"programs", "organizations"})

    id = serializers.IntegerField()
    name = serializers.CharField()
    channel = serializers.IntegerField(source="channel_id")
    active = serializers.BooleanField()
    events = serializers.ListField(child=serializers.ChoiceField(choices=ALL_EVENTS))
    programs = serializers.ListField(child=serializers.CharField())
    with_related = serializers.BooleanField(
        help_text="also what the programs went on as: their parts and successors, and those of these"
    )
    organizations = serializers.ListField(child=serializers.IntegerField())
    with_group = serializers.BooleanField(help_text="also the other organizations of their groups")
    countries = serializers.ListField(child=serializers.CharField())
    domains = serializers.ListField(child=serializers.CharField())
    words = serializers.ListField(child=serializers.CharField(), help_text="one of these is enough")
    from_statuses = serializers.ListField(
        child=serializers.ChoiceField(choices=STATUSES), help_text="of changes of a status: one of these before"
    )
    to_statuses = serializers.ListField(
        child=serializers.ChoiceField(choices=STATUSES), help_text="of changes of a status: one of these now"
    )
    rules = serializers.ListField(child=serializers.CharField())
    min_severity = serializers.CharField()
    min_outstanding = Money(currency="currency")
    currency = serializers.CharField()
    cadence = serializers.ChoiceField(choices=CADENCES)
    local_time = serializers.TimeField()
    zone = serializers.CharField()
    group_seconds = serializers.IntegerField(
        help_text="more news of one subject within so many seconds come in one message; 0 sends each at once"
    )
    quiet_from = serializers.TimeField(
        allow_null=True, help_text="news at once wait from then on, by clocks of its zone"
    )
    quiet_until = serializers.TimeField(allow_null=True)
    quiet_passes = serializers.CharField(help_text="flags at least this severe are told of in quiet hours too")
    created_at = serializers.DateTimeField()

    @classmethod
    def attach(cls, rows: Sequence[dict[str, Any]], asked: Asked) -> None:
        ids = [row["id"] for row in rows]
        programs = _joined(Subscription.programs.through, ids, "program__code")
        organizations = _joined(Subscription.organizations.through, ids, "organization_id")
        for row in rows:
            row["programs"], row["organizations"] = programs[row["id"]], organizations[row["id"]]


def _joined(through: type[Model], ids: Collection[int], path: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    rows = through._default_manager.filter(subscription__in=ids).order_by(path)
    for subscription, value in rows.values_list("subscription_id", path):
        found[subscription].append(value)
    return found


@extend_schema_field({"oneOf": [ID, {"$ref": "#/components/schemas/ChannelRequest"}]})
class ChannelField(Inline):
    """One of the user's own channels by id, or inline."""

    model = Channel
    body = ChannelBody

    def named(self, data: Any) -> Model:
        channel = super().named(data)
        if channel not in own_rows(self.context["request"], Channel.objects):
            raise ValidationError(f"no channel of yours has the id {data}")
        return channel

    def found_or_created(self, given: Mapping[str, Any]) -> Found[Channel]:
        return Found(create_channel(owner=self.by, **given), created=True)


class KnownOrganizationField(OrganizationField):
    """An organization by id or inline; who may not enter organizations names a stored one."""

    def found_or_created(self, given: Mapping[str, Any]) -> Found[Organization]:
        found = super().found_or_created(given)
        if found.created and not reaches(reach(self.context["request"]), ANALYST):  # what was created is undone
            raise ValidationError("no stored organization is that; give the id of one, or its name as it is stored")
        return found


@extend_schema_field({"type": "string", "example": "08:00"})
class LocalTime(serializers.Field[Any, Any, Any, Any]):
    """A time of day."""

    def to_internal_value(self, data: Any) -> dt.time:
        try:
            return dt.datetime.strptime(str(data)[:5], "%H:%M").time()  # noqa: DTZ007  a time of day has no zone
        except ValueError as error:
            raise ValidationError("must be a time of day such as 08:00") from error

    def to_representation(self, value: dt.time) -> str:
        return f"{value:%H:%M}"


class SubscriptionBody(Body):
    """A subscription as it is posted; without `events` it gets all of them."""

    name = Text(required=False)
    channel = ChannelField()
    active = YesNo(required=False)
    events = serializers.ListField(child=Text(), required=False)
    programs = serializers.ListField(child=ProgramByCode(), required=False)
    with_related = YesNo(required=False)
    organizations = Several(child=KnownOrganizationField(), required=False)
    with_group = YesNo(required=False)
    countries = serializers.ListField(child=Text(), required=False)
    domains = serializers.ListField(child=Text(), required=False)
    words = serializers.ListField(child=Text(), required=False)
    from_statuses = serializers.ListField(child=Text(), required=False)
    to_statuses = serializers.ListField(child=Text(), required=False)
    rules = serializers.ListField(child=Text(), required=False)
    min_severity = Text(required=False)
    min_outstanding = Number(required=False, allow_null=True)
    currency = Text(required=False)
    cadence = Text(required=False)
    local_time = LocalTime(required=False)
    zone = Text(required=False)
    group_seconds = Whole(required=False)
    quiet_from = LocalTime(required=False, allow_null=True)
    quiet_until = LocalTime(required=False, allow_null=True)
    quiet_passes = Text(required=False)


class PreviewBody(SubscriptionBody):
    """A subscription as it would be posted; it needs no channel."""

    channel = ChannelField(required=False)


def subscription_input(given: Mapping[str, Any]) -> SubscriptionInput:
    """The values of a validated body. Default events are all of them; the default name lists the events."""
    events = given.get("events", EVENTS)
    about = ", ".join(program.code for program in given.get("programs", ())) or "all programs"
    name = given.get("name") or f"{'all events' if len(events) == len(EVENTS) else ', '.join(events)}: {about}"[:200]
    return SubscriptionInput(**{**given, "events": events, "name": name})


def selected(given: Mapping[str, Any]) -> SubscriptionInput:
    """The values of a body that need not name a channel, as where messages go changes nothing about what is sent."""
    return subscription_input({"channel": Channel(), **given})


class Subscriptions(WithFeed):
    """A user's own subscriptions. To pause one, set active=false."""

    permission_classes = [OwnOnly]
    shape = SubscriptionShape
    search = ("name",)
    bodies: ClassVar[Mapping[str, type[Body]]] = {
        "create": SubscriptionBody, "update": SubscriptionBody, "partial_update": SubscriptionBody,
        **WithFeed.feed_bodies,
        "preview_new": PreviewBody,
    }  # fmt: skip
    answers: ClassVar[Mapping[str, type[Any]]] = {
        "preview": PreviewShape, "preview_new": PreviewShape, **WithFeed.answers,
    }  # fmt: skip
    filters: ClassVar[Mapping[str, Filter]] = {
        "id": filtering.Id("id"),
        "program": filtering.Code("programs"),
        "channel": filtering.Id("channel"),
        "cadence": filtering.OneOf("cadence", words=lambda: CADENCES),
        "active": filtering.YesNo("active"),
    }

    def get_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = own_rows(self.request, Subscription.objects)
        return rows

    def create(self, request: Request) -> Response:
        """Subscribe."""
        return written(request, lambda: self._create(request))

    def _create(self, request: Request) -> Response:
        context = self.get_serializer_context()
        given = read_body(SubscriptionBody, request.data, context)
        row = create_subscription(subscription_input(given), owner=user_of(request))
        location = {"Location": self.reverse_action("detail", kwargs={"pk": row.pk})}
        return Response(with_warnings(self.one(pk=row.pk), warnings_of(context)), status=201, headers=location)

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change the given fields of a subscription."""
        return written(request, lambda: self._change(request, int(pk), partial=True))

    def update(self, request: Request, pk: str) -> Response:
        """Replace all fields of a subscription."""
        return written(request, lambda: self._change(request, int(pk), partial=False))

    def _change(self, request: Request, pk: int, *, partial: bool) -> Response:
        row = self.get_queryset().select_for_update(of=("self",)).filter(pk=pk).first()
        if row is None:
            raise Http404
        refuse_stale(request, version_of(row))
        context = self.get_serializer_context()
        kept = stored_input(row) if partial else {}
        change_subscription(
            row, subscription_input(kept | read_body(SubscriptionBody, request.data, context, partial=partial))
        )
        answer = with_warnings(self.one(pk=pk), warnings_of(context))
        return Response(answer, headers={"ETag": f'"{version_of(row)}"'})

    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a subscription: nothing more is sent, also not what waits. Its deliveries stay readable."""
        return written(request, lambda: self._delete(request, int(pk)))

    def _delete(self, request: Request, pk: int) -> Response:
        row = self.get_queryset().select_for_update(of=("self",), no_key=True).filter(pk=pk).first()
        if row is None:
            raise Http404
        refuse_stale(request, version_of(row))
        delete_subscription(pk, now=timezone.now())
        return Response(status=204)

    @action(detail=False, methods=["post"], url_path="preview")
    def preview_new(self, request: Request) -> Response:
        """Say what a subscription would have sent over the past year. Nothing is stored."""
        with transaction.atomic():
            given = read_body(PreviewBody, request.data, self.get_serializer_context())
            found = preview_of(selected(given), owner=user_of(request), now=database_now())
            transaction.set_rollback(True)  # also of what was given inline
        return Response(PreviewShape(found).data)

    @action(detail=True, methods=["get"])
    def preview(self, _request: Request, pk: str) -> Response:
        """Say what a stored subscription would have sent over the past year, had it been there."""
        row = self.get_queryset().filter(pk=pk).first()
        if row is None:
            raise Http404
        return Response(PreviewShape(preview_of_stored(row, now=database_now())).data)

    def version(self) -> str:
        return version_of(self.get_queryset().get(**self.kwargs)) if self.action == "retrieve" else ""


def stored_input(row: Subscription) -> dict[str, Any]:
    """A stored subscription's values, in the form of a request body."""
    names = SubscriptionInput.__dataclass_fields__.keys() - {"programs", "organizations"}
    stored = {name: getattr(row, name) for name in names}
    return stored | {"programs": list(row.programs.all()), "organizations": list(row.organizations.all())}


def version_of(row: Subscription) -> str:
    """The version that If-Match names."""
    joined = [sorted(rows.values_list("pk", flat=True)) for rows in (row.programs, row.organizations)]
    return row_version(row, *joined)
