"""Users, roles and tokens."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from procurement.access.models import AccessToken, RepeatableRequest
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
class AccessTokenAdmin(ReadOnly):
    """Tokens of the API. Only a hash of each is kept; `manage.py create_token` makes one; deleting revokes it."""

    list_display = ("begins_with", "user", "scope", "created", "expiry")
    list_select_related = ("user",)
    list_filter = ("scope",)
    search_fields = ("user__username",)
    ordering = ("-created",)
    fields = ("begins_with", "user", "scope", "created", "expiry")

    @display(description="begins with")  # type: ignore[untyped-decorator]
    def begins_with(self, row: AccessToken) -> str:
        """Enough of a token to tell it from others."""
        return f"{row.token_key[:SHOWN]}…"

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Deleting revokes."""
        return request.user.has_perm("procurement.delete_accesstoken")


@admin.register(RepeatableRequest)
class RepeatableRequestAdmin(ReadOnly):
    """The stored answers to repeatable requests."""

    list_display = ("key", "user", "status", "created_at")
    list_select_related = ("user",)
    search_fields = ("key", "user__username")
    ordering = ("-created_at",)
    fields = ("key", "user", "status", "location", "created_at")
