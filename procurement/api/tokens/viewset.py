"""A user's own tokens: listed, named, shortened and revoked. `manage.py create_token` issues them."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.access.models import AccessToken
from procurement.access.tokens import change_token, revoke_token
from procurement.api.http import filtering
from procurement.api.http.access import OwnTokens, own_rows, user_of
from procurement.api.http.conditional import digest, refuse_stale
from procurement.api.http.fields import Body, Moment, Text, read_body
from procurement.api.http.filtering import Filter
from procurement.api.http.idempotency import written
from procurement.api.http.shapes import Shape
from procurement.api.http.viewsets import Resource
from procurement.common.dates import Asked

#: Enough characters to tell a token from others, too few to use it.
SHOWN = 8


class TokenShape(Shape):
    """A token, of which only the beginning is shown: no more than a hash of it is kept."""

    id = serializers.IntegerField()
    user = serializers.CharField(source="user__username")
    name = serializers.CharField()
    scope = serializers.ChoiceField(choices=AccessToken.Scope.choices)
    begins_with = serializers.CharField(source="token_key")
    created_at = serializers.DateTimeField(source="created")
    expires_at = serializers.DateTimeField(source="expiry", allow_null=True)
    last_used_at = serializers.DateTimeField(allow_null=True, help_text="to the minute; null: never")
    revoked_at = serializers.DateTimeField(allow_null=True)

    @classmethod
    def attach(cls, rows: Sequence[dict[str, Any]], asked: Asked) -> None:
        for row in rows:
            row["token_key"] = row["token_key"][:SHOWN]


class TokenChange(Body):
    """What may be changed of a token; its life can only be shortened."""

    name = Text(required=False)
    expires_at = Moment(required=False)


class Tokens(Resource):
    """A user's own tokens, revoked and expired ones too; administrators see everybody's."""

    permission_classes = [OwnTokens]
    versioned = False  # a token's last use is no change of the data
    shape = TokenShape
    search = ("name", "user__username")
    bodies: ClassVar[Mapping[str, type[Body]]] = {"partial_update": TokenChange}
    filters: ClassVar[Mapping[str, Filter]] = {
        "id": filtering.Id("id"),
        "user": filtering.Text("user__username"),
        "name": filtering.Text("name"),
        "scope": filtering.Word("scope", choices=AccessToken.Scope),
        "expires_at": filtering.Moment("expiry", nullable=True),
        "last_used_at": filtering.Moment("last_used_at", nullable=True),
        "revoked_at": filtering.Moment("revoked_at", nullable=True),
    }

    def get_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = own_rows(self.request, AccessToken.objects)
        return rows

    def partial_update(self, request: Request, pk: str) -> Response:
        """Name a token, or let it expire earlier."""
        return written(request, lambda: self._change(request, int(pk)))

    def _change(self, request: Request, pk: int) -> Response:
        refuse_stale(request, version_of(self._stored(pk)))
        given = read_body(TokenChange, request.data, self.get_serializer_context())
        row = change_token(pk, now=timezone.now(), by=user_of(request), **given)
        return Response(self.one(pk=pk), headers={"ETag": f'"{version_of(row)}"'})

    def destroy(self, request: Request, pk: str) -> Response:
        """Revoke a token; it stays in the list. Any token may revoke itself."""
        return written(request, lambda: self._revoke(request, int(pk)))

    def _revoke(self, request: Request, pk: int) -> Response:
        refuse_stale(request, version_of(self._stored(pk)))
        revoke_token(pk, now=timezone.now(), by=user_of(request))
        return Response(status=204)

    def _stored(self, pk: int) -> AccessToken:
        row: AccessToken | None = self.get_queryset().filter(pk=pk).first()
        if row is None:
            raise Http404
        return row

    def version(self) -> str:
        return version_of(self._stored(self.kwargs["pk"])) if self.action == "retrieve" else ""


def version_of(row: AccessToken) -> str:
    """The version for If-Match: that a token was used changes nothing."""
    return digest(row.pk, row.name, row.expiry, row.revoked_at)
