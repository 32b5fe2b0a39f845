"""The feed of a subscription: its secret address, shown to its owner alone, and renewed by them."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import Http404
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.alerts.models import Subscription
from procurement.api.http.fields import Body
from procurement.api.http.idempotency import written
from procurement.api.http.viewsets import Resource
from procurement.delivery.feeding import feed_url, renew_feed


class FeedShape(serializers.Serializer[Any]):
    """Where the messages of a subscription are read as a feed (Atom)."""

    url = serializers.CharField(help_text="secret: whoever has it reads the messages")


class WithFeed(Resource):
    """Subscriptions with their feeds."""

    feed_bodies: ClassVar[Mapping[str, type[Body]]] = {"renew_feed": Body}
    answers: ClassVar[Mapping[str, type[Any]]] = {"feed": FeedShape, "renew_feed": FeedShape}

    @action(detail=True)
    def feed(self, request: Request, pk: str) -> Response:
        """The secret address of the subscription's feed; only its owner is told."""
        return Response({"url": feed_url(self._own(request, int(pk)))})

    @feed.mapping.post
    def renew_feed(self, request: Request, pk: str) -> Response:
        """Give the feed a new address; the old one leads nowhere from now on."""
        return written(request, lambda: self._renewed(request, int(pk)))

    def _renewed(self, request: Request, pk: int) -> Response:
        return Response({"url": feed_url(renew_feed(self._own(request, pk).pk))})

    def _own(self, request: Request, pk: int) -> Subscription:
        row: Subscription | None = Subscription.objects.owned_by(request.user).filter(pk=pk).first()
        if row is None:
            raise Http404
        return row
