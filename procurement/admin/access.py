"""Users, roles and tokens."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.contrib.admin import EmptyFieldListFilter
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from unfold.decorators import action, display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from procurement.access.models import AccessToken, RepeatableRequest
from procurement.access.tokens import change_token, revoke_token
from procurement.admin.acting import ActingForm, Doing, act_page, sent
from procurement.admin.entering import EnteringAdmin
from procurement.admin.listing import Listing, ReadOnly

admin.site.unregister(User)
admin.site.unregister(Group)

#: Enough characters to tell a token from others, too few to use it.
SHOWN = 8


@admin.register(User)
class UserAdmin(DjangoUserAdmin, Listing):  # type: ignore[misc,type-arg]
    """Users. Their group gives their permissions; a user who has entered facts cannot be deleted."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "roles", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "groups")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Who it is", {"fields": (("first_name", "last_name"), "email")}),
        ("What they may do", {"fields": ("groups", ("is_active", "is_staff"), "is_superuser")}),
        ("When", {"fields": (("last_login", "date_joined"),)}),
    )
    readonly_fields = ("last_login", "date_joined")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Users with their groups."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:  # noqa: ARG002 (Django's signature)
        """Groups are searched for."""
        return ["groups"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Nobody can give a user more rights than their own."""
        names = [*super().get_readonly_fields(request, obj)]
        return names if request.user.is_superuser else [*names, "is_superuser"]

    @display(description="roles")  # type: ignore[untyped-decorator]
    def roles(self, row: User) -> str:
        """The groups of a user."""
        return ", ".join(group.name for group in row.groups.all()) or "-"


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, Listing):  # type: ignore[misc]
    """The roles; every migrate resets their permissions."""

    search_fields = ("name",)


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

    @display(description="begins with")  # type: ignore[untyped-decorator]
    def begins_with(self, row: AccessToken) -> str:
        """Enough of a token to tell it from others."""
        return f"{row.token_key[:SHOWN]}…"

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:  # noqa: ARG002 (Django's signature)
        """Whose a token is stays."""
        return []

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """A token is shown once, by the command that makes it."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: ARG002, FBT001
        """Store through the verb."""
        given = {"name": obj.name, "expires_at": obj.expiry if "expiry" in form.changed_data else None}
        vars(obj).update(vars(change_token(obj.pk, now=timezone.now(), **given)))

    def has_revoke_permission(self, request: HttpRequest, object_id: Any = None) -> bool:  # noqa: ARG002
        """Who may change a token may revoke it."""
        return bool(self.has_change_permission(request))

    @action(description="Revoke", icon="block", permissions=["revoke"])  # type: ignore[untyped-decorator]
    def revoke(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Revoke a token for good."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404

        def do(_given: Mapping[str, Any]) -> str:
            revoked = revoke_token(row.pk, now=timezone.now())
            return "The token is revoked." if revoked else "The token was revoked before."

        intro = f"Requests with this {row.scope} token of {row.user} are refused from now on. This cannot be undone."
        return act_page(self, request, row, ActingForm(sent(request)), Doing("Revoke", "Revoke", intro, do))


@admin.register(RepeatableRequest)
class RepeatableRequestAdmin(ReadOnly):
    """The stored answers to repeatable requests."""

    list_display = ("key", "user", "status", "created_at")
    list_select_related = ("user",)
    search_fields = ("key", "user__username")
    ordering = ("-created_at",)
    fields = ("key", "user", "status", "location", "created_at")
