"""Exchange rates."""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import display

from procurement.admin.asking_back import ask_back, warn
from procurement.admin.entering import EnteringAdmin
from procurement.admin.listing import clipped, link_to, unbroken
from procurement.common.money import trimmed
from procurement.rates.models import ExchangeRate
from procurement.rates.recording import post_rate


@admin.register(ExchangeRate)
class ExchangeRateAdmin(EnteringAdmin):
    """Rates: entered once, and corrected by entering the same rate again."""

    list_display = ("pair", "worth", "rate_type", "on", "fiscal_year", "country", "source_link", "recorded_at")
    list_select_related = ("source",)
    list_filter = ("rate_type", ("on", RangeDateFilter))
    search_fields = ("=base", "=quote", "=country", "=fiscal_year")
    ordering = ("-on", "-id")
    readonly_fields = ("recorded_at", "entered_by")
    fieldsets = (
        (None, {"fields": (("base", "quote"), ("rate", "rate_type"), "on", ("fiscal_year", "country"), "source")}),
        (_("How it was recorded"), {"fields": (("recorded_at", "entered_by"),)}),
    )

    @display(description=_("pair"), ordering="base")  # type: ignore[untyped-decorator]
    def pair(self, row: ExchangeRate) -> str:
        """The two currencies."""
        return f"{row.base}/{row.quote}"

    @display(description=_("rate"))  # type: ignore[untyped-decorator]
    def worth(self, row: ExchangeRate) -> SafeString:
        """The rate: what one unit of the base is worth."""
        return unbroken(trimmed(row.rate))

    @display(description=_("source"))  # type: ignore[untyped-decorator]
    def source_link(self, row: ExchangeRate) -> SafeString:
        """The document that says so."""
        return clipped(link_to(row.source), row.source)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:  # noqa: ARG002
        """Nobody edits a rate."""
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: "ModelForm[Any]", change: bool) -> None:  # noqa: ARG002, FBT001
        """Record the rate; the page continues with the stored row. Raises Refused, which rolls everything back."""
        obj.entered_by = request.user
        posted = post_rate(obj)
        warn(request, ask_back(request, posted.warnings))
        if not posted.created:
            said = gettext("The same rate is in force already, as row %(row)s: nothing was added.")
            messages.info(request, said % {"row": posted.rate.pk})
        vars(obj).update(vars(posted.rate))
