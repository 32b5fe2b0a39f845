"""What somebody said a total was."""

from typing import Any

from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from procurement.admin.facts import FactAdmin
from procurement.admin.listing import clipped, link_to, unbroken
from procurement.common.amounts import in_full
from procurement.figures.models import ReportedFigure
from procurement.figures.reporting import reported_figures


@admin.register(ReportedFigure)
class ReportedFigureAdmin(FactAdmin):
    """Reported totals; contradicting ones stand side by side."""

    recorder = reported_figures
    columns = ("measure", "figure", "subject", "as_of_date", "covering", "speaker")
    amounts = ("amount", "low", "high", "rounding")
    related = ("program", "contract", "organization", "speaker_organization")
    filters = (
        ("program", AutocompleteSelectFilter),
        ("contract", AutocompleteSelectFilter),
        ("organization", AutocompleteSelectFilter),
        "measure",
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
        ("measure", "as_of_date"),
        ("amount", "currency"),
        ("low", "high"),
        ("rounding", "scope"),
        ("speaker", "speaker_organization"),
    )

    @staticmethod
    def currency_of(row: Any) -> str:
        """A figure carries its own currency."""
        return str(row.currency)

    @display(description="figure")  # type: ignore[untyped-decorator]
    def figure(self, row: ReportedFigure) -> SafeString:
        """The amount, or its range."""
        if row.amount is not None:
            return unbroken(f"{in_full(row.amount)} {row.currency}")
        low, high = ("?" if end is None else in_full(end) for end in (row.low, row.high))
        return unbroken(f"{low} to {high} {row.currency}")

    @display(description="about")  # type: ignore[untyped-decorator]
    def subject(self, row: ReportedFigure) -> SafeString:
        """What it is about."""
        about = row.program or row.contract or row.organization
        return clipped(link_to(about), about)

    @display(description="scope", ordering="scope")  # type: ignore[untyped-decorator]
    def covering(self, row: ReportedFigure) -> SafeString:
        """What it covers."""
        return clipped(row.scope or "-")
