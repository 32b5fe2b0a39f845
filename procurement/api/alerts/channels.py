"""Where a user's messages go."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.crypto import salted_hmac
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.access.roles import ADMINISTRATOR, reaches
from procurement.alerts.leaving import delete_channel
from procurement.alerts.models import Channel
from procurement.api.http import filtering
from procurement.api.http.access import OwnOnly, own_rows, reach, user_of
from procurement.api.http.conditional import digest, refuse_stale
from procurement.api.http.fields import Body, Text, read_body
from procurement.api.http.filtering import Filter
from procurement.api.http.idempotency import written
from procurement.api.http.shapes import Shape
from procurement.api.http.viewsets import Resource
from procurement.common.clock import database_now
from procurement.common.dates import Asked
from procurement.common.json_text import as_json
from procurement.delivery.addressing import change_channel, create_channel, secrets_in, shown_settings
from procurement.delivery.channels import carriers
from procurement.delivery.models import Attempt
from procurement.delivery.pausing import resume
from procurement.delivery.testing import send_test
from procurement.delivery.verifying import ask_anew, vouch
from procurement.delivery.waiting import in_words, waits_for
from procurement.tasks import nudge


def settings_in_words() -> str:
    """The settings of each kind, for the OpenAPI description."""
    kinds = [(kind, "; ".join(f"{each.name}: {each.says}" for each in c.options)) for kind, c in carriers().items()]
    return " ".join(f"{kind.capitalize()}: {says or 'none'}." for kind, says in kinds)


class ChannelShape(Shape):
    """A channel. Secret settings are never shown, only that they are set."""

    attached = frozenset({"secrets", "waits_because"})

    id = serializers.IntegerField()
    kind = serializers.CharField()
    address = serializers.CharField()
    settings = serializers.DictField()
    secrets = serializers.ListField(child=serializers.CharField(), help_text="the names of the secret settings")
    created_at = serializers.DateTimeField()
    last_sequence = serializers.IntegerField(help_text="the number of its newest message")
    failures = serializers.IntegerField(help_text="failed attempts since it last accepted a message")
    failing_since = serializers.DateTimeField(allow_null=True)
    paused_at = serializers.DateTimeField(
        allow_null=True, help_text="since when nothing is sent, because it kept failing; messages wait"
    )
    paused_because = serializers.CharField(help_text="the last error before it was paused")
    verified_at = serializers.DateTimeField(
        allow_null=True,
        help_text="when its reader, or an administrator, said that messages may go there; e-mail waits for that",
    )
    waits_because = serializers.CharField(help_text="why messages wait for it now; empty if they do not")

    @classmethod
    def attach(cls, rows: Sequence[dict[str, Any]], asked: Asked) -> None:
        for row in rows:
            kind, stored = row["kind"], row["settings"]
            row["settings"], row["secrets"] = shown_settings(kind, stored), sorted(secrets_in(kind, stored))
            row["waits_because"] = in_words(waits_for(row["verified_at"], row["paused_at"], kind=kind))


@extend_schema_field({"type": "object", "additionalProperties": True, "description": settings_in_words()})
class Settings(serializers.Field[Any, Any, Any, Any]):
    """Settings by name; the kind of the channel determines them."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, Mapping):
            raise ValidationError("must be an object of names and values; {} would be accepted")
        return dict(data)


class ChannelBody(Body):
    """A channel as it is posted."""

    kind = Text(required=False, default="email")
    address = Text(allow_blank=False)
    settings = Settings(required=False)


class ChannelChange(Body):
    """Changes of a channel. A setting that is left out stays; null removes one."""

    address = Text(allow_blank=False, required=False)
    settings = Settings(required=False)


class TestedShape(serializers.Serializer[Any]):
    """How a test message fared."""

    outcome = serializers.ChoiceField(choices=Attempt.Outcome.choices)
    status = serializers.IntegerField(allow_null=True, help_text="the code that the receiver answered, if it did")
    milliseconds = serializers.IntegerField(help_text="how long it took")
    answer = serializers.CharField(help_text="the first kilobyte of what the receiver answered")
    error = serializers.CharField()


class Channels(Resource):
    """A user's own channels; posting the same one again returns the stored one."""

    permission_classes = [OwnOnly]
    shape = ChannelShape
    search = ("address",)
    bodies: ClassVar[Mapping[str, type[Body]]] = {
        "create": ChannelBody,
        "partial_update": ChannelChange,
        "resume": Body,
        "test": Body,
        "verify": Body,
        "vouch": Body,
    }
    answers: ClassVar[Mapping[str, type[Any]]] = {"test": TestedShape}
    statuses: ClassVar[Mapping[str, Mapping[Any, Any]]] = {"create": {201: None, 200: None}}
    filters: ClassVar[Mapping[str, Filter]] = {
        "id": filtering.Id("id"),
        "kind": filtering.OneOf("kind", words=carriers),
        "address": filtering.Text("address"),
    }

    def get_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = own_rows(self.request, Channel.objects)
        return rows

    def create(self, request: Request) -> Response:
        """Name an address."""
        return written(request, lambda: self._create(request))

    def _create(self, request: Request) -> Response:
        given = read_body(ChannelBody, request.data, self.get_serializer_context())
        known = set(Channel.objects.filter(owner=request.user.pk).values_list("pk", flat=True))
        row = create_channel(owner=user_of(request), **given)
        transaction.on_commit(ask_soon)
        location = {"Location": self.reverse_action("detail", kwargs={"pk": row.pk})}
        return Response(self.one(pk=row.pk), status=200 if row.pk in known else 201, headers=location)

    def partial_update(self, request: Request, pk: str) -> Response:
        """Change the address, or some of the settings, such as a secret."""
        return written(request, lambda: self._change(request, int(pk)))

    def _change(self, request: Request, pk: int) -> Response:
        row = self.get_queryset().select_for_update(of=("self",)).filter(pk=pk).first()
        if row is None:
            raise Http404
        refuse_stale(request, version_of(row))
        changed = change_channel(row.pk, **read_body(ChannelChange, request.data, self.get_serializer_context()))
        transaction.on_commit(ask_soon)
        return Response(self.one(pk=pk), headers={"ETag": f'"{version_of(changed)}"'})

    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a channel and its secrets. Subscriptions that use it are switched off, and what waits is not sent."""
        return written(request, lambda: self._delete(request, int(pk)))

    def _delete(self, request: Request, pk: int) -> Response:
        row = self.get_queryset().filter(pk=pk).first()
        if row is None:
            raise Http404
        refuse_stale(request, version_of(row))
        delete_channel(pk, now=timezone.now())
        return Response(status=204)

    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        """Send to a paused channel again, first what waited."""
        return written(request, lambda: self._resume(int(pk)))

    def _resume(self, pk: int) -> Response:
        if not self.get_queryset().filter(pk=pk).exists():
            raise Http404
        resume(pk, now=database_now())
        return Response(self.one(pk=pk))

    @action(detail=True, methods=["post"])
    def verify(self, request: Request, pk: str) -> Response:
        """Send the reader of its address the mail with the link again, by which they say that they want messages."""
        return written(request, lambda: self._verify(int(pk)))

    def _verify(self, pk: int) -> Response:
        if not self.get_queryset().filter(pk=pk).exists():
            raise Http404
        ask_anew(pk, now=database_now())
        transaction.on_commit(ask_soon)
        return Response(self.one(pk=pk))

    @action(detail=True, methods=["post"])
    def vouch(self, request: Request, pk: str) -> Response:
        """Let messages go to its address without its reader's word, as an administrator who knows them; audited."""
        return written(request, lambda: self._vouch(request, int(pk)))

    def _vouch(self, request: Request, pk: int) -> Response:
        if not self.get_queryset().filter(pk=pk).exists():
            raise Http404
        if not reaches(reach(request), ADMINISTRATOR):
            raise PermissionDenied("This needs the role administrator, and a token whose scope is admin.")
        vouch(pk, by=user_of(request), now=database_now())
        return Response(self.one(pk=pk))

    @action(detail=True, methods=["post"])
    def test(self, _request: Request, pk: str) -> Response:
        """Send a test message now, and show the answer. A paused channel that accepts it is resumed."""
        channel = self.get_queryset().filter(pk=pk).first()
        if channel is None:
            raise Http404
        tried = send_test(channel, now=database_now())
        return Response(
            {
                "outcome": Attempt.Outcome.FAILED if tried.error else Attempt.Outcome.SENT,
                "status": tried.answer.status,
                "milliseconds": tried.milliseconds,
                "answer": tried.answer.text,
                "error": tried.error,
            }
        )

    def version(self) -> str:
        return version_of(self.get_queryset().get(**self.kwargs)) if self.action == "retrieve" else ""


def ask_soon() -> None:
    """Have the mails to readers sent now; if this is lost, the schedule does."""
    nudge("ask_readers")


def version_of(row: Channel) -> str:
    """The version for If-Match. A secret cannot be guessed from it."""
    settings = salted_hmac("channel settings", as_json(row.settings)).hexdigest()
    return digest(row.pk, row.kind, row.address, settings)
