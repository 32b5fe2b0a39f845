"""What users do not want to hear of for a while."""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from procurement.admin.choosing import NONE
from procurement.admin.entering import EnteringForm
from procurement.admin.owned import Owned
from procurement.alerts.models import Mute
from procurement.alerts.muting import MuteInput, create_mute, end_mute
from procurement.common.clock import database_now
from procurement.flags.rules import all_rules


class MuteForm(EnteringForm):
    """One of program, contract, rule and subscription, and until when."""

    rule = forms.ChoiceField(required=False, widget=UnfoldAdminSelectWidget())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if (rule := self.fields.get("rule")) is not None:
            rule.choices = [("", NONE), *((each.code, _(each.title)) for each in all_rules())]  # type: ignore[attr-defined]


@admin.register(Mute)
class MuteAdmin(Owned):
    """Mutes; another one of the same thing takes the place of the first."""

    leaving = gettext_lazy("News are sent again from now on. What was muted stays so; what a snooze kept is sent.")
    form = MuteForm
    list_display = ("of", "until", "snooze", "owner", "muted")
    list_select_related = ("owner", "program", "contract", "subscription")
    list_filter = ("snooze",)
    search_fields = ("owner__username", "program__name", "program__code", "contract__reference", "rule")
    ordering = ("-id",)
    fieldsets = (
        (gettext_lazy("Of what: exactly one"), {"fields": (("program", "contract"), ("rule", "subscription"))}),
        (None, {"fields": ("until", "snooze", ("owner", "created_at"))}),
    )
    readonly_fields = ("owner", "created_at")

    @display(description=gettext_lazy("of"))  # type: ignore[untyped-decorator]
    def of(self, row: Mute) -> str:
        """What is muted."""
        return str(row.target)

    @display(description=gettext_lazy("muted notices"))  # type: ignore[untyped-decorator]
    def muted(self, row: Any) -> int:
        """How many notices it muted."""
        return int(row.muted)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Any]":
        """A user's own rows, with what they muted."""
        rows: QuerySet[Any] = super().get_queryset(request).annotate(muted=Count("notices"))
        return rows

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A stored one is taken back, or another one takes its place."""
        return obj is None and bool(super().has_change_permission(request, obj))

    def end(self, row: Mute) -> None:
        """Take it back."""
        end_mute(row.pk, now=database_now())

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001
        """Store through the verb."""
        if not change:
            given = {name: form.cleaned_data.get(name) for name in MuteInput.__dataclass_fields__}
            given |= {"rule": given["rule"] or "", "snooze": bool(given["snooze"])}
            made = create_mute(MuteInput(**given), owner=cast("User", request.user), now=database_now())
            vars(obj).update(vars(made))
