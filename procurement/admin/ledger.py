"""Ledger entries and completeness statements."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from procurement.admin.facts import FactAdmin
from procurement.ledger.models import Completeness, LedgerEntry


@admin.register(LedgerEntry)
class LedgerEntryAdmin(FactAdmin):
    """Movements of money or value."""

    area, title, icon = "Money", _("Ledger entries"), "payments"
    columns = ("moved", "amount_in_full", "of_contract", "reason")
    amounts = ("amount", "rounding")
    related = ("contract",)
    filters = (("contract", AutocompleteSelectFilter), "measure", "reason")
    search_fields = ("contract__reference", "contract__title", "source_key", "=id")
    content = ("contract", ("measure", "reason"), ("amount", "rounding"), ("milestone", "in_kind"), "counterpart")

    @display(description=_("measure"), ordering="measure")  # type: ignore[untyped-decorator]
    def moved(self, row: LedgerEntry) -> str:
        """What it moves, in a word."""
        return row.get_measure_display().partition(":")[0]


@admin.register(Completeness)
class CompletenessAdmin(FactAdmin):
    """Statements that no movement is missing."""

    area, title, icon = "Money", _("Completeness"), "fact_check"
    columns = ("covered", "through", "basis", "of_contract")
    related = ("contract",)
    filters = (("contract", AutocompleteSelectFilter), "measure", "basis")
    search_fields = ("contract__reference", "contract__title", "source_key", "=id")
    content = ("contract", ("measure", "basis"), "through")

    @display(description=_("measure"), ordering="measure")  # type: ignore[untyped-decorator]
    def covered(self, row: Completeness) -> str:
        """The measure that is complete, in a word."""
        return row.get_measure_display().partition(":")[0]
