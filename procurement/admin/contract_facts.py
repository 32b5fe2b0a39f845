"""Facts about contracts: states, parties, programs, milestones, liability estimates, guarantees."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import AutocompleteSelectFilter
from unfold.decorators import display

from procurement.admin.colours import CONTRACT_STATUS, Colours
from procurement.admin.facts import FactAdmin, day_column
from procurement.admin.organization_filter import OrganizationFilter
from procurement.contracts.models import (
    ContractParty,
    ContractStatusChange,
    Guarantee,
    LiabilityEstimate,
    Milestone,
    ProgramAllocation,
)

SEARCHED = ("contract__reference", "contract__title", "source_key", "=id")
OF_CONTRACT = ("contract", AutocompleteSelectFilter)
COLOURS = Colours(CONTRACT_STATUS | {"show_cause": "warning", "confirmation": "success"})


@admin.register(ContractStatusChange)
class ContractStatusChangeAdmin(FactAdmin):
    """The states of contracts."""

    title, icon = _("Status changes"), "flag_circle"
    columns = ("headline", "of_contract", "suspends", "until", "notified")
    related = ("contract",)
    filters = (OF_CONTRACT, "act", "status", "suspends", "termination_ground")
    search_fields = SEARCHED
    content = (
        "contract",
        ("act", "status"),
        ("termination_ground", "decided_by"),
        ("suspends", "until"),
        ("notified_on", "notified_precision"),
    )
    notified = staticmethod(day_column("notified_on", "notified_precision"))

    @display(description=_("status"), ordering="status", label=COLOURS)  # type: ignore[untyped-decorator]
    def headline(self, row: ContractStatusChange) -> tuple[str, str]:
        """The state, or the act that changed none."""
        return row.status or row.act, row.get_status_display() or row.get_act_display().partition(":")[0]


@admin.register(ContractParty)
class ContractPartyAdmin(FactAdmin):
    """Who is party to contracts."""

    title, icon = _("Parties"), "handshake"
    columns = ("organization", "role", "of_contract")
    related = ("organization", "contract")
    filters = (OF_CONTRACT, ("organization", OrganizationFilter), "role")
    search_fields = ("organization__name", *SEARCHED)
    content = ("contract", ("organization", "role"))


@admin.register(ProgramAllocation)
class ProgramAllocationAdmin(FactAdmin):
    """Which programs contracts belong to. A contract's own page moves it from one to another in one step."""

    title, icon = _("Allocations"), "pie_chart"
    columns = ("of_contract", "program", "share")
    related = ("contract", "program")
    filters = (OF_CONTRACT, ("program", AutocompleteSelectFilter))
    search_fields = ("program__code", "program__name", *SEARCHED)
    content = ("contract", ("program", "share"))


@admin.register(Milestone)
class MilestoneAdmin(FactAdmin):
    """What falls due."""

    title, icon = _("Milestones"), "event"
    columns = ("kind", "due", "amount_in_full", "of_contract", "description")
    amounts = ("amount",)
    related = ("contract",)
    filters = (OF_CONTRACT, "kind")
    search_fields = SEARCHED
    content = ("contract", ("kind", "amount"), ("due_on", "due_precision"), "description")
    due = staticmethod(day_column("due_on", "due_precision"))


@admin.register(LiabilityEstimate)
class LiabilityEstimateAdmin(FactAdmin):
    """What leaving would cost."""

    title, icon = _("Liability estimates"), "gavel"
    columns = ("of_contract", "low_in_full", "point_in_full", "high_in_full", "withheld", "method")
    amounts = ("low", "point", "high")
    related = ("contract",)
    filters = (OF_CONTRACT, "withheld")
    search_fields = SEARCHED
    content = ("contract", ("low", "high"), ("point", "withheld"), ("method", "clause"))


@admin.register(Guarantee)
class GuaranteeAdmin(FactAdmin):
    """What secures contracts."""

    title, icon = _("Guarantees"), "verified_user"
    columns = ("of_contract", "kind", "event", "amount_in_full", "guarantor", "valid_until")
    amounts = ("amount",)
    related = ("contract", "guarantor")
    filters = (OF_CONTRACT, "kind", "event")
    search_fields = ("guarantor__name", *SEARCHED)
    content = ("contract", ("kind", "event"), ("amount", "guarantor"), "valid_until")
