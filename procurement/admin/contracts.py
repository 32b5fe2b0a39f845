"""Contracts."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db import models
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.contrib.filters.admin import AutocompleteSelectFilter, RangeDateFilter
from unfold.decorators import action
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminSelectWidget

from procurement.admin.acting import searched
from procurement.admin.asking_back import ask_back, warn
from procurement.admin.editable import EditableAdmin
from procurement.admin.entering import EnteringForm
from procurement.admin.facts import day_column
from procurement.admin.guided.contract_acts import RECORD, ContractActs
from procurement.admin.listing import Rows, amount_column
from procurement.admin.organization_filter import OrganizationFilter
from procurement.admin.rehoming import rehoming_page
from procurement.contracts.currency import what_holds
from procurement.contracts.models import Contract, ContractParty, ContractStatusChange, ProgramAllocation
from procurement.contracts.recording import (
    ContractParts,
    change_contract,
    enter_contract,
    first_day,
    first_precision,
)
from procurement.ledger.models import LedgerEntry
from procurement.parties.models import Organization
from procurement.programs.models import Program

NAMES = (("reference", "reference_generated"), ("title", "local_title"), ("buyer", "method"), ("currency", "ocid"))
TIMES = (("signed_on", "signed_precision"), "starts_on", ("ends_on", "ends_precision"))
ORIGIN = ("source", "is_remainder", "description")
FIRST = (("program", "share"), ("status", "lead_supplier"))


class NewContractForm(EnteringForm):
    """A contract with the first facts about it, which take effect at signature, else at its source's date."""

    program = forms.ModelChoiceField(
        Program.objects, required=False, widget=searched(ProgramAllocation, "program"), help_text="may follow later"
    )
    share = forms.DecimalField(
        required=False, initial=Decimal(1), widget=UnfoldAdminDecimalFieldWidget(), help_text="of the contract, up to 1"
    )
    status = forms.ChoiceField(
        required=False,
        choices=[("", "not known yet"), *ContractStatusChange.Status.choices],
        initial=ContractStatusChange.Status.ACTIVE,
        widget=UnfoldAdminSelectWidget(),
    )
    lead_supplier = forms.ModelChoiceField(
        Organization.objects, required=False, widget=searched(ContractParty, "organization")
    )


class Statuses(Rows):
    """The states of a contract."""

    model = ContractStatusChange
    fields = ("effective_on", "act", "status", "suspends", "until", "source")
    related = ("source", "contract")


class Allocations(Rows):
    """The programs that it belonged to."""

    model = ProgramAllocation
    fields = ("effective_on", "program", "share", "source")
    related = ("program", "source", "contract")


class Parties(Rows):
    """Who is party to it."""

    model = ContractParty
    fields = ("effective_on", "role", "organization", "source")
    related = ("organization", "source", "contract")


class Entries(Rows):
    """What moved under it."""

    model = LedgerEntry
    fk_name = "contract"
    fields = readonly_fields = ("effective_on", "measure", "amount_in_full", "reason", "source")
    related = ("source", "contract")
    amount_in_full = staticmethod(amount_column("amount", lambda row: str(row.contract.currency)))


@admin.register(Contract)
class ContractAdmin(ContractActs, EditableAdmin):
    """Contracts."""

    list_display = ("reference", "title", "buyer", "method", "currency", "signed", "ends", "is_remainder")
    list_display_links = ("reference", "title")
    signed = staticmethod(day_column("signed_on", "signed_precision"))
    ends = staticmethod(day_column("ends_on", "ends_precision"))
    list_select_related = ("buyer",)
    list_filter = (
        ("buyer", OrganizationFilter),
        ("programallocation_set__program", AutocompleteSelectFilter),
        "method",
        "is_remainder",
        ("signed_on", RangeDateFilter),
    )
    search_fields = ("reference", "title", "local_title", "ocid")
    inlines = (Statuses, Allocations, Parties, Entries)
    actions_detail = (RECORD, "add_entry", "add_status")

    def get_form(
        self,
        request: HttpRequest,
        obj: models.Model | None = None,
        change: bool = False,  # noqa: FBT001, FBT002
        **kwargs: Any,
    ) -> type[EnteringForm]:
        """A new contract comes with its first facts."""
        form = EnteringForm if obj else NewContractForm
        return super().get_form(request, obj, change=change, **({"form": form} | kwargs))

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> Sequence[tuple[str | None, Any]]:  # noqa: ARG002
        """The contract's own fields; for a new one also its programs and suppliers."""
        first = ("To begin with", {"fields": FIRST})
        came_in = ("How it was recorded", {"fields": (("created_at", "entered_by"),), "classes": ("collapse",)})
        what = [
            (None, {"fields": NAMES}),
            ("When it runs", {"fields": TIMES}),
            ("Where it comes from", {"fields": ORIGIN}),
        ]
        return [*what, came_in if obj else first]

    def create(self, request: HttpRequest, row: Contract, form: "ModelForm[Any]") -> models.Model:
        """Store a new contract with its first facts, all or none."""
        given = form.cleaned_data
        begins = {"effective_on": first_day(row), "effective_precision": first_precision(row)}
        common = {**begins, "source": row.source, "entered_by": request.user}
        program, supplier, status = given["program"], given["lead_supplier"], given["status"]
        entered = enter_contract(
            row,
            ContractParts(
                parties=[ContractParty(organization=supplier, role="lead_supplier", **common)] if supplier else [],
                statuses=[ContractStatusChange(status=status, **common)] if status else [],
                allocations=[ProgramAllocation(program=program, share=given["share"], **common)] if program else [],
            ),
        )
        warn(request, ask_back(request, entered.warnings))
        return entered.row

    def kept_as_is(self, row: Contract) -> Sequence[str]:
        """The buyer and, once there are amounts, their currency cannot be edited."""
        return ("buyer", "currency") if what_holds(row.pk) else ("buyer",)

    def kept(self, request: HttpRequest, row: Contract, changed: Sequence[str]) -> None:
        """Store the edited columns, once warnings are confirmed."""
        warn(request, ask_back(request, change_contract(row, changed)))

    def has_add_facts_permission(self, request: HttpRequest, object_id: Any = None) -> bool:  # noqa: ARG002
        """Users who may add facts about contracts."""
        return request.user.has_perms(
            ["procurement.add_programallocation", "procurement.add_ledgerentry", "procurement.add_contractstatuschange"]
        )

    @action(description="Move to program…", url_path="rehome", icon="move_up", permissions=["add_facts"])  # type: ignore[untyped-decorator]
    def rehome(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Move a share of it to another program."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        return rehoming_page(self, request, row)

    @action(description="Add a ledger entry", icon="payments", permissions=["add_facts"])  # type: ignore[untyped-decorator]
    def add_entry(self, request: HttpRequest, object_id: str) -> HttpResponse:  # noqa: ARG002
        """Go to the form."""
        return HttpResponseRedirect(f"{reverse('admin:procurement_ledgerentry_add')}?contract={int(object_id)}")

    @action(description="Record a status change", icon="flag_circle", permissions=["add_facts"])  # type: ignore[untyped-decorator]
    def add_status(self, request: HttpRequest, object_id: str) -> HttpResponse:  # noqa: ARG002
        """Go to the form."""
        return HttpResponseRedirect(
            f"{reverse('admin:procurement_contractstatuschange_add')}?contract={int(object_id)}"
        )
