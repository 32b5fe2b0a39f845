"""The thresholds of rules: values in force, reasons, changes, and a preview of what a change would open and resolve."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.decorators import display
from unfold.widgets import UnfoldAdminDecimalFieldWidget

from procurement import tasks
from procurement.access.roles import ADMINISTRATOR, reaches, role_of
from procurement.admin.acting import ActingForm, Doing, Table, asking_page, done, reason_field, sent, text_field
from procurement.admin.amounts import AmountField, currency_written
from procurement.admin.listing import ReadOnly
from procurement.admin.previews import day_cells, preview_table
from procurement.admin.threshold_words import name_of, range_said, rule_title, value_in_words
from procurement.common.errors import Refused
from procurement.common.localized import in_full_and_short
from procurement.common.money import is_currency
from procurement.contracts.models import DIGITS
from procurement.flags.models import ThresholdChange
from procurement.flags.rule import Money
from procurement.flags.thresholds.values import (
    Setting,
    change_threshold,
    refuse_change,
    setting_of,
    settings_in_force,
    threshold_named,
)

HEADERS = (
    gettext_lazy("Threshold"), gettext_lazy("In force"), gettext_lazy("Default"), gettext_lazy("Range"),
    gettext_lazy("Why the default"), gettext_lazy("Last change"), "",
)  # fmt: skip
LINK = '<a class="text-primary-600 dark:text-primary-500" href="{}" aria-label="{}">{}</a>'
INTRO = gettext_lazy(
    "The new value applies from now on: to the next sweep, and to questions about past days. Nothing is changed "
    "before you have seen which flags it would open and resolve."
)
CONFIRM = gettext_lazy(
    "These are the findings that the rule would gain and lose with the new value, on the facts known today. "
    "Nothing is changed yet."
)


@admin.register(ThresholdChange)
class ThresholdChangeAdmin(ReadOnly):
    """Every threshold as it is in force, and below them who changed which one, when and why."""

    list_display = ("at", "rule_shown", "name_shown", "set_to", "by", "reason")
    list_select_related = ("by",)
    search_fields = ("rule", "name", "=currency", "reason", "by__username")
    ordering = ("-id",)
    fields = ("rule_shown", ("name_shown", "set_to"), ("at", "by"), "reason")
    list_before_template = "procurement/admin/thresholds.html"

    @display(description=gettext_lazy("rule"), ordering="rule")  # type: ignore[untyped-decorator]
    def rule_shown(self, row: ThresholdChange) -> str:
        """The title of its rule."""
        return rule_title(row.rule)

    @display(description=gettext_lazy("threshold"), ordering="name")  # type: ignore[untyped-decorator]
    def name_shown(self, row: ThresholdChange) -> str:
        """The threshold in words."""
        return name_of(row.rule, row.name, row.currency)

    @display(description=gettext_lazy("value"))  # type: ignore[untyped-decorator]
    def set_to(self, row: ThresholdChange) -> str:
        """What it was set to."""
        return _("the default") if row.value is None else said_as_set(row)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list of changes below the values in force."""
        context = {"thresholds": in_force(may_change=may_change(request))} | (extra_context or {})
        return super().changelist_view(request, context)  # type: ignore[no-any-return]

    def get_urls(self) -> list[URLPattern]:
        """Also the page for changing one, and its requests."""
        page, day = (self.admin_site.admin_view(view) for view in (self.setting_view, self.day_view))
        return [
            path("set/<slug:rule>/<slug:name>/", page, name="procurement_threshold_set"),
            path("set/<slug:rule>/<slug:name>/day/", day, name="procurement_threshold_day"),
            *super().get_urls(),
        ]

    def setting_view(self, request: HttpRequest, rule: str, name: str) -> HttpResponse:
        """Change one."""
        refuse_others(request)
        try:
            setting = setting_of(rule, name, currency_in(request))
        except Refused as refused:
            raise Http404(str(refused)) from refused
        return setting_page(self, request, setting)

    def day_view(self, request: HttpRequest, rule: str, name: str) -> HttpResponse:
        """What a change would do on one day."""
        refuse_others(request)
        return day_cells(request, rule, name)


def may_change(request: HttpRequest) -> bool:
    """Administrators set thresholds; everybody reads them."""
    return reaches(role_of(request.user), ADMINISTRATOR)


def refuse_others(request: HttpRequest) -> None:
    """Raise PermissionDenied if the user may only read."""
    if not may_change(request):
        raise PermissionDenied


def currency_in(request: HttpRequest) -> str:
    """The currency that a form is sent or opened for; an invalid one is refused when the change is recorded."""
    given = (sent(request) or request.GET).get("currency", "")
    return str(given) if is_currency(str(given)) else ""


# what is in force


def in_force(*, may_change: bool) -> list[tuple[str, Table]]:
    """A table for each rule that has thresholds."""
    return [
        (_(rule.title), {"headers": HEADERS, "rows": [_row(each, may_change=may_change) for each in settings]})
        for rule, settings in groupby(settings_in_force(), key=lambda each: each.rule)
    ]


def _row(setting: Setting, *, may_change: bool) -> list[Any]:
    threshold, name = setting.threshold, named(setting)
    what = _("Change “%(threshold)s”") % {"threshold": name}
    return [
        name,
        said(setting, setting.value),
        said(setting, setting.default),
        range_said(threshold, setting.currency),
        _(threshold.reason),
        last_change(setting),
        format_html(LINK, address_of(setting), what, _("Change")) if may_change else "",
    ]


def named(setting: Setting) -> str:
    """A threshold in words."""
    return name_of(setting.rule.code, setting.threshold.name, setting.currency)


def said(setting: Setting, value: Any) -> str:
    """A value of a threshold in words."""
    return value_in_words(setting.threshold, value, setting.currency)


def said_as_set(change: ThresholdChange) -> str:
    """The value of a change in words, also of a threshold that is gone."""
    try:
        threshold = threshold_named(change.rule, change.name)
    except Refused:
        return in_full_and_short(change.value, change.currency)
    return value_in_words(threshold, change.value, change.currency)


def last_change(setting: Setting) -> str:
    """Who changed a threshold last, when and why."""
    change = setting.change
    if change is None:
        return "-"
    at = f"{timezone.localtime(change.at):%Y-%m-%d %H:%M}"
    said = _("%(at)s, %(who)s: %(why)s")
    return said % {"at": at, "who": change.by or _("unknown user"), "why": change.reason}


def address_of(setting: Setting) -> str:
    """The page on which a threshold is changed."""
    address = reverse("admin:procurement_threshold_set", args=[setting.rule.code, setting.threshold.name])
    return f"{address}?currency={setting.currency}" if setting.currency else address


# changing one


class SettingForm(ActingForm):
    """The new value and the reason. It also carries what the preview showed, so that nothing else can be confirmed."""

    currency = text_field(
        help_text=gettext_lazy("the ISO code of the currency that the threshold applies to, such as JPY")
    )
    value = forms.DecimalField(required=False, max_digits=DIGITS, widget=UnfoldAdminDecimalFieldWidget())
    reason = reason_field(required=False)  # checked when the change is recorded, which also logs a missing one
    seen = forms.CharField(required=False, widget=forms.HiddenInput())

    def __init__(self, setting: Setting, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(setting.threshold, Money):
            self.fields["value"] = AmountField(required=False)
            self.fields["currency"].initial = setting.currency
        else:
            del self.fields["currency"]
        help_text = _("%(range)s; empty: the default, %(default)s")
        given = {"range": range_said(setting.threshold, setting.currency), "default": said(setting, setting.default)}
        self.fields["value"].help_text = help_text % given

    def clean(self) -> dict[str, Any]:
        """Refuse an amount in a currency other than the threshold's."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["reason"] = cleaned.get("reason", "").replace("\r\n", "\n")  # browsers send the lines of a text so
        written = currency_written(str(self.data.get("value", ""))) if "currency" in self.fields else ""
        if written and written != cleaned.get("currency"):
            complaint = _("is given in %(written)s, but this is the amount for %(currency)s")
            self.add_error("value", complaint % {"written": written, "currency": cleaned.get("currency")})
        return cleaned

    def asked(self) -> dict[str, Any]:
        """The change in the form in which it is recorded."""
        return {"currency": self.cleaned_data.get("currency", ""), "value": self.cleaned_data["value"]}

    def show(self, token: str) -> None:
        """Remember what is shown."""
        self.data = {**self.data.dict(), "seen": token}  # type: ignore[attr-defined]  # it was sent, and has no lists


def setting_page(model_admin: Any, request: HttpRequest, setting: Setting) -> HttpResponse:
    """Ask for a value and a reason, show the effects, and only then change it."""
    back = reverse("admin:procurement_thresholdchange_changelist")
    form = SettingForm(setting, sent(request))
    doing = Doing(
        title=_("“%(rule)s”: %(threshold)s") % {"rule": _(setting.rule.title), "threshold": named(setting)},
        button=_("Show what it would change"),
        intro=str(INTRO),
        do=partial(change, setting, form, request),
        tables=[(_("As it is"), {"headers": HEADERS[:-1], "rows": [_row(setting, may_change=False)[:-1]]})],
    )
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["seen"] != token_of(setting, form):
            doing = look_first(doing, setting, form, request)
        elif done(request, form, doing):
            return HttpResponseRedirect(back)
    return asking_page(model_admin, request, form, doing, {"back": back})


def look_first(doing: Doing, setting: Setting, form: SettingForm, request: HttpRequest) -> Doing:
    """The page with the effects of the change; errors are shown at once."""
    asked, reason = form.asked(), form.cleaned_data["reason"]
    names = (setting.rule.code, setting.threshold.name)
    try:
        refuse_change(*names, **asked, reason=reason, by=request.user)  # type: ignore[arg-type]
    except Refused as refused:
        form.complain(refused)
        return doing
    table = preview_table(*names, asked, timezone.localdate())
    form.show(token_of(setting, form))
    ends = {"before": said(setting, setting.value), "after": said(setting, new_value(setting, asked["value"]))}
    heading = _("From %(before)s to %(after)s") % ends
    return replace(doing, button=_("Change it"), intro=str(CONFIRM), tables=[*doing.tables, (heading, table)])


def change(setting: Setting, form: SettingForm, request: HttpRequest, given: Mapping[str, Any]) -> str:
    """Change a threshold, and start an update of flags as soon as it is committed."""
    change_threshold(
        setting.rule.code,
        setting.threshold.name,
        **form.asked(),
        reason=given["reason"],
        by=request.user,  # type: ignore[arg-type]
    )
    transaction.on_commit(partial(tasks.nudge, "sweep"))
    told = _("“%(threshold)s” of the rule “%(rule)s” is %(value)s now. A sweep brings the flags up to date.")
    value = said(setting, new_value(setting, given["value"]))
    return told % {"threshold": named(setting), "rule": _(setting.rule.title), "value": value}


def new_value(setting: Setting, value: Any) -> Any:
    """The value that will be in force."""
    return setting.default if value is None else value


def token_of(setting: Setting, form: SettingForm) -> str:
    """Identifies a previewed change and the earlier change that it replaces."""
    asked = form.asked()
    value = "default" if asked["value"] is None else str(asked["value"].normalize())
    return f"{asked['currency']} {value} over {setting.change.pk if setting.change else 'the default'}".strip()
