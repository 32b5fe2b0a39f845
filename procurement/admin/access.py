"""Users and roles. Nobody changes an account or a group that may do more than they (access/administering.py)."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from procurement.access.administering import (
    givable_permissions,
    grantable_groups,
    may_administer,
    may_change_group,
)
from procurement.access.auditing import Act, note, note_permissions, noting_permissions
from procurement.access.roles import ADMINISTRATOR, ROLES, reaches, role_of
from procurement.access.sessions import changing_rights
from procurement.admin.listing import Listing
from procurement.admin.login_acting import LoginActing

admin.site.unregister(User)
admin.site.unregister(Group)
# secrets, and addresses that identify nobody here
admin.site.unregister([Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken])


def administrates(request: HttpRequest) -> bool:
    """Whether a request is an administrator's."""
    return reaches(role_of(request.user), ADMINISTRATOR)


@admin.register(User)
class UserAdmin(LoginActing, DjangoUserAdmin, Listing):  # type: ignore[misc,type-arg]
    """Users. Their group gives their permissions; a user who has entered facts cannot be deleted."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "roles", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "groups")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (gettext_lazy("Who it is"), {"fields": (("first_name", "last_name"), "email")}),
        (gettext_lazy("What they may do"), {"fields": ("groups", ("is_active", "is_staff"), "is_superuser")}),
        (gettext_lazy("When"), {"fields": (("last_login", "date_joined"),)}),
    )
    readonly_fields = ("last_login", "date_joined")

    def get_queryset(self, request: HttpRequest) -> Any:
        """Users with their groups."""
        return super().get_queryset(request).prefetch_related("groups")

    def get_autocomplete_fields(self, request: HttpRequest) -> list[str]:  # noqa: ARG002 (Django's signature)
        """Groups are searched for."""
        return ["groups"]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Nobody puts an account into a group that may do more than they."""
        if db_field.name == "groups":
            kwargs["queryset"] = grantable_groups(request.user)
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @display(description=gettext_lazy("roles"))  # type: ignore[untyped-decorator]
    def roles(self, row: User) -> str:
        """The groups of a user."""
        return ", ".join(group.name for group in row.groups.all()) or "-"

    # who may change whom

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Administrators make accounts."""
        return administrates(request) and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Also the door of the password page."""
        allowed = administrates(request) if obj is None else may_administer(request.user, obj)
        return allowed and super().has_change_permission(request, obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """Nobody can give a user more rights than their own."""
        names = [*super().get_readonly_fields(request, obj)]
        return names if request.user.is_superuser else [*names, "is_superuser"]

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """An account that cannot be changed offers no way to its password."""
        sets: Any = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return sets
        return [(None, {"fields": ("username",)}), *sets[1:]]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page says why an account cannot be changed."""
        row = self.get_object(request, unquote(object_id))
        if row is not None and request.method == "GET" and not self.has_change_permission(request, row):
            messages.info(request, _("This account may do more than yours, so you can only look at it."))
        return super().change_view(request, object_id, form_url, extra_context)

    # what is noted

    def _changeform_view(self, request: HttpRequest, object_id: Any, form_url: str, extra_context: Any) -> HttpResponse:
        if request.method != "POST" or object_id is None:
            return super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[no-any-return]
        with changing_rights(unquote(object_id), request=request):
            return super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[no-any-return]

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002
        """Set another user's password, which is noted."""
        with transaction.atomic(), changing_rights(unquote(id), request=request):
            return super().user_change_password(request, id, form_url)

    def log_addition(self, request: HttpRequest, obj: User, message: Any) -> Any:
        """A new account is stored at this point."""
        note(Act.ACCOUNT_MADE, obj.username, by=request.user, account=str(obj.pk))
        return super().log_addition(request, obj, message)


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, Listing):  # type: ignore[misc]
    """The roles, which every migrate resets, and groups of one's own."""

    search_fields = ("name",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Administrators make groups."""
        return administrates(request) and super().has_add_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Group | None = None) -> bool:
        """Only groups that may do no more than the user, and none of the roles."""
        allowed = administrates(request) if obj is None else may_change_group(request.user, obj)
        return allowed and super().has_change_permission(request, obj)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any) -> Any:
        """Nobody gives a group what they may not do themselves."""
        field = super().formfield_for_manytomany(db_field, request=request, **kwargs)
        if field is not None and request is not None and db_field.name == "permissions":
            field.queryset = givable_permissions(request.user)
        return field

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> "tuple[QuerySet[Any], bool]":
        """The search box of an account offers the groups that one may give."""
        found, several = super().get_search_results(request, queryset, search_term)
        if request.GET.get("field_name") == "groups":
            found = found & grantable_groups(request.user)
        return found, several

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page says why a group cannot be changed."""
        row = self.get_object(request, unquote(object_id))
        if row is not None and request.method == "GET" and not self.has_change_permission(request, row):
            messages.info(request, why_kept(row))
        return super().change_view(request, object_id, form_url, extra_context)

    def _changeform_view(self, request: HttpRequest, object_id: Any, form_url: str, extra_context: Any) -> HttpResponse:
        if request.method != "POST" or object_id is None:
            return super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[no-any-return]
        with noting_permissions(unquote(object_id), by=request.user):
            return super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[no-any-return]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        """What a new group may do is noted as if it had been given to it."""
        super().save_related(request, form, formsets, change)
        if not change:
            note_permissions(form.instance.pk, set(), by=request.user)


def why_kept(group: Group) -> str:
    """Why a group cannot be changed."""
    if group.name in ROLES:
        return _(
            "This is one of the four roles. What they may do comes with each release, so it cannot be changed here."
        )
    return _("This group may do more than you, so you can only look at it.")
