"""What a user does not want to hear of until a moment."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Count, Model, QuerySet
from django.http import Http404
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.alerts.models import Mute, Notice, Subscription
from procurement.alerts.muting import MuteInput, create_mute, end_mute
from procurement.api.http import filtering
from procurement.api.http.access import OwnOnly, own_rows, user_of
from procurement.api.http.fields import Body, Moment, ProgramByCode, Reference, Text, YesNo, read_body
from procurement.api.http.filtering import Filter
from procurement.api.http.idempotency import written
from procurement.api.http.shapes import Shape
from procurement.api.http.viewsets import Resource
from procurement.common.clock import database_now
from procurement.common.dates import Asked
from procurement.contracts.models import Contract
from procurement.flags.rules import all_rules


class MuteShape(Shape):
    """A mute of a program, a contract, a rule or a subscription; the others are null or empty."""

    attached = frozenset({"muted"})

    id = serializers.IntegerField()
    user = serializers.CharField(source="owner__username")
    program = serializers.CharField(source="program__code", allow_null=True)
    contract = serializers.IntegerField(source="contract_id", allow_null=True)
    rule = serializers.CharField()
    subscription = serializers.IntegerField(source="subscription_id", allow_null=True)
    until = serializers.DateTimeField()
    snooze = serializers.BooleanField(help_text="what comes meanwhile is kept, and sent in one message at the end")
    created_at = serializers.DateTimeField()
    muted = serializers.IntegerField(help_text="how many notices it muted; GET /notices/?muted_by= names them")

    @classmethod
    def attach(cls, rows: Sequence[dict[str, Any]], asked: Asked) -> None:
        notices = Notice.objects.filter(muted_by__in=[row["id"] for row in rows]).order_by()
        muted = Counter(dict(notices.values_list("muted_by").annotate(Count("pk"))))
        for row in rows:
            row["muted"] = muted[row["id"]]


class OwnSubscription(Reference):
    """One of the user's own subscriptions by id."""

    def to_internal_value(self, data: Any) -> Model:
        row = super().to_internal_value(data)
        if not Subscription.objects.owned_by(user_of(self.context["request"])).filter(pk=row.pk).exists():
            raise ValidationError(f"no subscription of yours has the id {data}")
        return row


class MuteBody(Body):
    """A mute as it is posted: one of program, contract, rule and subscription."""

    program = ProgramByCode(required=False, allow_null=True)
    contract = Reference(Contract, required=False, allow_null=True)
    rule = Text(required=False)
    subscription = OwnSubscription(Subscription, required=False, allow_null=True)
    until = Moment(help_text="when it ends: at most a year from now")
    snooze = YesNo(required=False, help_text="only of a subscription: keep what comes, for one message at the end")


class Mutes(Resource):
    """A user's own mutes, also those that have ended; administrators see everybody's."""

    permission_classes = [OwnOnly]
    shape = MuteShape
    search = ("program__code", "program__name", "contract__reference", "rule", "subscription__name")
    bodies: ClassVar[Mapping[str, type[Body]]] = {"create": MuteBody}
    statuses: ClassVar[Mapping[str, Mapping[Any, Any]]] = {"create": {201: None, 200: None}}
    filters: ClassVar[Mapping[str, Filter]] = {
        "id": filtering.Id("id"),
        "program": filtering.Code("program"),
        "contract": filtering.Id("contract"),
        "rule": filtering.OneOf("rule", words=lambda: [rule.code for rule in all_rules()]),
        "subscription": filtering.Id("subscription"),
        "until": filtering.Moment("until"),
        "snooze": filtering.YesNo("snooze"),
    }

    def get_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = own_rows(self.request, Mute.objects)
        return rows

    def create(self, request: Request) -> Response:
        """Mute something until a moment, in the place of what was said of it before; the same again is found."""
        return written(request, lambda: self._create(request))

    def _create(self, request: Request) -> Response:
        given = read_body(MuteBody, request.data, self.get_serializer_context())
        known = set(Mute.objects.filter(owner=request.user.pk).values_list("pk", flat=True))
        row = create_mute(MuteInput(**given), owner=user_of(request), now=database_now())
        location = {"Location": self.reverse_action("detail", kwargs={"pk": row.pk})}
        return Response(self.one(pk=row.pk), status=200 if row.pk in known else 201, headers=location)

    def destroy(self, request: Request, pk: str) -> Response:
        """Take a mute back: what was muted stays so, and what a snooze kept is sent."""
        return written(request, lambda: self._end(int(pk)))

    def _end(self, pk: int) -> Response:
        if not self.get_queryset().filter(pk=pk).exists():
            raise Http404
        end_mute(pk, now=database_now())
        return Response(status=204)
