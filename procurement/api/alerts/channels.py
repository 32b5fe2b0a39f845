"""Where a user's messages go."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.alerts.models import Channel
from procurement.api.http import filtering
from procurement.api.http.access import OwnOnly, user_of
from procurement.api.http.fields import Body, Text
from procurement.api.http.filtering import Filter
from procurement.api.http.idempotency import written
from procurement.api.http.shapes import Shape
from procurement.api.http.viewsets import Resource
from procurement.delivery.addressing import create_channel


class ChannelShape(Shape):
    """A channel."""

    id = serializers.IntegerField()
    kind = serializers.CharField()
    address = serializers.CharField()
    created_at = serializers.DateTimeField()


class ChannelBody(Body):
    """A channel as it is posted."""

    kind = Text(required=False, default="email")
    address = Text(allow_blank=False)


class Channels(Resource):
    """A user's own channels; posting the same one again returns the stored one."""

    permission_classes = [OwnOnly]
    shape = ChannelShape
    search = ("address",)
    bodies: ClassVar[Mapping[str, type[Body]]] = {"create": ChannelBody}
    filters: ClassVar[Mapping[str, Filter]] = {
        "id": filtering.Id("id"),
        "kind": filtering.Text("kind"),
        "address": filtering.Text("address"),
    }

    def get_queryset(self) -> QuerySet[Any]:
        return Channel.objects.visible_to(self.request.user)

    def create(self, request: Request) -> Response:
        """Name an address."""
        return written(request, lambda: self._create(request))

    def _create(self, request: Request) -> Response:
        body = ChannelBody(data=request.data, context=self.get_serializer_context())
        body.is_valid(raise_exception=True)
        known = set(Channel.objects.filter(owner=request.user.pk).values_list("pk", flat=True))
        row = create_channel(owner=user_of(request), **body.validated_data)
        location = {"Location": self.reverse_action("detail", kwargs={"pk": row.pk})}
        return Response(self.one(pk=row.pk), status=200 if row.pk in known else 201, headers=location)
