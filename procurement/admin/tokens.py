"""Tokens of the API, and the stored answers to requests that may be repeated."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.contrib.admin import EmptyFieldListFilter
from django.contrib.admin.utils import unquote
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import action, display

from procurement.access.administering import may_administer
from procurement.access.models import AccessToken, RepeatableRequest
from procurement.access.tokens import change_token, revoke_token
from procurement.admin.acting import ActingForm, Doing, act_page, sent
from procurement.admin.entering import EnteringAdmin
from procurement.admin.listing import ReadOnly

#: Enough characters to tell a token from others, too few to use it.
SHOWN = 8


@admin.register(AccessToken)
class AccessTokenAdmin(EnteringAdmin):
    """Tokens of the API. Only a hash of each is kept; `manage.py create_token` makes one and shows it once."""

    list_display = ("begins_with", "user", "name", "scope", "created", "expiry", "last_used_at", "revoked_at")
    list_select_related = ("user",)
    list_filter = ("scope", ("revoked_at", EmptyFieldListFilter))
    search_fields = ("user__username", "name")
    ordering = ("-created",)
    fields = ("begins_with", "user", "name", "scope", "created", "expiry", "last_used_at", "revoked_at")
    readonly_fields = ("begins_with", "user", "scope", "created", "last_used_at", "revoked_at")
    actions_detail = ("revoke",)

    @display(description=gettext_lazy("begins with"))  # type: ignore[untyped-decorator]
    def begins_with(self, row: AccessToken) -> str:
        """Enough of a token to tell it from others."""
        return f"{row.token_key[:SHOWN]}…"

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:  # noqa: ARG002 (Django's signature)
        """Whose a token is stays."""
        return []

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """A token is shown once, by the command that makes it."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes a token of an account that may do more than they."""
        allowed = obj is None or obj.user_id == request.user.pk or may_administer(request.user, obj.user)
        return allowed and bool(super().has_change_permission(request, obj))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: ARG002, FBT001
        """Store through the verb."""
        given = {"name": obj.name, "expires_at": obj.expiry if "expiry" in form.changed_data else None}
        vars(obj).update(vars(change_token(obj.pk, now=timezone.now(), by=request.user, **given)))  # type: ignore[arg-type]

    def has_revoke_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Who may change a token may revoke it."""
        row = self.get_object(request, unquote(str(object_id))) if object_id else None
        return bool(self.has_change_permission(request, row))

    @action(description=gettext_lazy("Revoke"), icon="block", permissions=["revoke"])  # type: ignore[untyped-decorator]
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Revoke a token for good."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404

        def do(_given: Mapping[str, Any]) -> str:
            revoked = revoke_token(row.pk, now=timezone.now(), by=request.user)  # type: ignore[arg-type]
            said = _("The token “%(token)s” is revoked.") if revoked else _("The token “%(token)s” was revoked before.")
            return said % {"token": row.name or row.pk}

        intro = _("Requests with this token of %(user)s are refused from now on. This cannot be undone.")
        doing = Doing(_("Revoke"), _("Revoke"), intro % {"user": row.user}, do)
        return act_page(self, request, row, ActingForm(sent(request)), doing)


@admin.register(RepeatableRequest)
class RepeatableRequestAdmin(ReadOnly):
    """The stored answers to repeatable requests."""

    list_display = ("key", "user", "status", "created_at")
    list_select_related = ("user",)
    search_fields = ("key", "user__username")
    ordering = ("-created_at",)
    fields = ("key", "user", "status", "location", "created_at")
