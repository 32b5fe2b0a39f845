"""Reported figures."""

from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from procurement.admin.facts import FactAdmin, day_column
from procurement.admin.listing import clipped, link_to, unbroken
from procurement.admin.organization_filter import OrganizationFilter
from procurement.common.localized import range_in_full
from procurement.common.money import trimmed
from procurement.figures.models import ReportedFigure


@admin.register(ReportedFigure)
class ReportedFigureAdmin(FactAdmin):
    """Reported totals; contradicting ones stand side by side."""

    area, title, icon = "Money", _("Reported figures"), "format_quote"
    columns = ("measure", "figure", "subject", "as_of", "covering", "speaker")
    amounts = ("amount", "low", "high", "rounding")
    related = ("program", "contract", "organization", "speaker_organization", "borne_by")
    filters = (
        ("program", AutocompleteSelectFilter),
        ("contract", AutocompleteSelectFilter),
        ("organization", OrganizationFilter),
        "measure",
        "withheld",
        ("borne_by", OrganizationFilter),
    )
    search_fields = (
        "program__code",
        "contract__reference",
        "organization__name",
        "speaker",
        "scope",
        "source_key",
        "=id",
    )
    content = (
        "program",
        "contract",
        "organization",
        ("measure", "currency"),
        ("as_of_date", "as_of_precision"),
        ("amount", "withheld"),
        ("low", "high"),
        ("share", "share_of"),
        ("rounding", "scope"),
        ("speaker", "speaker_organization"),
        "borne_by",
    )
    as_of = staticmethod(day_column("as_of_date", "as_of_precision"))

    @staticmethod
    def currency_of(row: Any) -> str:
        """A figure carries its own currency."""
        return str(row.currency)

    @display(description=_("figure"))  # type: ignore[untyped-decorator]
    def figure(self, row: ReportedFigure) -> SafeString:
        """The amount, its range, the share, or that it is withheld."""
        if row.withheld:
            return unbroken(gettext("withheld"))
        low, high = row.ends
        if low is None and high is None and row.share is not None:
            shown = {"share": trimmed(row.share * 100), "whole": row.share_of}
            return clipped(gettext("%(share)s %% of %(whole)s") % shown)
        return unbroken(range_in_full(low, high, row.currency))

    @display(description=_("about"))  # type: ignore[untyped-decorator]
    def subject(self, row: ReportedFigure) -> SafeString:
        """What it is about."""
        about = row.program or row.contract or row.organization
        return clipped(link_to(about), about)

    @display(description=_("scope"), ordering="scope")  # type: ignore[untyped-decorator]
    def covering(self, row: ReportedFigure) -> SafeString:
        """What it covers."""
        return clipped(row.scope or "-")
