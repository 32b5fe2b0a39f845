"""Contracts."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db import models
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import RangeDateFilter
from unfold.decorators import action
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminSelectWidget

from procurement.admin.acting import searched
from procurement.admin.asking_back import ask_back, warn
from procurement.admin.choosing import CHOOSE, say_what_is_accepted
from procurement.admin.editable import EditableAdmin
from procurement.admin.entering import EnteringForm
from procurement.admin.facts import day_column
from procurement.admin.guided.contract_acts import RECORD, ContractActs
from procurement.admin.listed.contracts import (
    CONTRACT_COLUMNS,
    ContractColumns,
    CurrencyFilter,
    OutstandingFilter,
    ProgramFilter,
    StatusFilter,
    SupplierFilter,
)
from procurement.admin.organization_filter import OrganizationFilter
from procurement.admin.records.contracts import contract_record
from procurement.admin.records.noting import Noted
from procurement.admin.records.page import RecordPage
from procurement.admin.rehoming import rehoming_page
from procurement.admin.returning import with_return
from procurement.contracts.currency import what_holds
from procurement.contracts.models import Contract, ContractParty, ContractStatusChange, ProgramAllocation
from procurement.contracts.recording import (
    ContractParts,
    change_contract,
    enter_contract,
    first_day,
    first_precision,
)
from procurement.parties.models import Organization
from procurement.programs.models import Program

NAMES = (("reference", "reference_generated"), ("title", "local_title"), ("buyer", "method"), ("currency", "ocid"))
TIMES = (("signed_on", "signed_precision"), "starts_on", ("ends_on", "ends_precision"))
ORIGIN = ("source", "is_remainder", "description")
#: The answer that a contract's first status is not known; none is stored.
NOT_KNOWN = "not_known"
FIRST = (("program", "share"), ("status", "lead_supplier"))


class NewContractForm(EnteringForm):
    """A contract with the first facts about it, which take effect at signature, else at its source's date."""

    program = forms.ModelChoiceField(
        Program.objects, required=False, widget=searched(ProgramAllocation, "program"), help_text=_("may follow later")
    )
    share = forms.DecimalField(
        required=False,
        widget=UnfoldAdminDecimalFieldWidget(),
        help_text=_("of the contract, up to 1; goes with a program"),
    )
    status = forms.ChoiceField(
        choices=[("", CHOOSE), (NOT_KNOWN, _("not known yet")), *ContractStatusChange.Status.choices],
        widget=UnfoldAdminSelectWidget(),
    )
    lead_supplier = forms.ModelChoiceField(
        Organization.objects, required=False, widget=searched(ContractParty, "organization")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        say_what_is_accepted(self.fields["status"])

    def clean(self) -> dict[str, Any]:
        """A program has a share of the contract, and nobody assumes which."""
        cleaned = super().clean()
        if cleaned.get("program") and cleaned.get("share") is None and "share" not in self.errors:
            self.add_error("share", _("Say how much of it belongs to the program: 1 for all of it, 0.5 for half."))
        return cleaned


@admin.register(Contract)
class ContractAdmin(Noted, RecordPage, ContractColumns, ContractActs, EditableAdmin):
    """Contracts."""

    record_template = "procurement/admin/records/contract.html"
    record = staticmethod(contract_record)

    list_display = CONTRACT_COLUMNS
    list_display_links = ("reference", "title")
    signed = staticmethod(day_column("signed_on", "signed_precision"))
    ends = staticmethod(day_column("ends_on", "ends_precision"))
    list_select_related = ("buyer",)
    list_filter = (
        ("contractparty_set__organization", SupplierFilter),
        ("buyer", OrganizationFilter),
        ("programallocation_set__program", ProgramFilter),
        StatusFilter,
        CurrencyFilter,
        OutstandingFilter,
        "method",
        "is_remainder",
        ("signed_on", RangeDateFilter),
    )
    search_fields = ("reference", "title", "local_title", "ocid")
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

    def get_fieldsets(self, request: HttpRequest, obj: models.Model | None = None) -> Sequence[tuple[Any, Any]]:  # noqa: ARG002
        """The contract's own fields; for a new one also its programs and suppliers."""
        first = (_("To begin with"), {"fields": FIRST})
        came_in = (_("How it was recorded"), {"fields": (("created_at", "entered_by"),), "classes": ("collapse",)})
        what = [
            (None, {"fields": NAMES}),
            (_("When it runs"), {"fields": TIMES}),
            (_("Where it comes from"), {"fields": ORIGIN}),
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
                statuses=[] if status == NOT_KNOWN else [ContractStatusChange(status=status, **common)],
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

    @action(description=_("Move to program…"), url_path="rehome", icon="move_up", permissions=["add_facts"])  # type: ignore[untyped-decorator]
    def rehome(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Move a share of it to another program."""
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404
        return rehoming_page(self, request, row)

    @action(description=_("Add a ledger entry"), icon="payments", permissions=["add_facts"])  # type: ignore[untyped-decorator]
    def add_entry(self, request: HttpRequest, object_id: str) -> HttpResponse:  # noqa: ARG002
        """Go to the form."""
        return HttpResponseRedirect(_form("ledgerentry", object_id, "ledger"))

    @action(description=_("Record a status change"), icon="flag_circle", permissions=["add_facts"])  # type: ignore[untyped-decorator]
    def add_status(self, request: HttpRequest, object_id: str) -> HttpResponse:  # noqa: ARG002
        """Go to the form."""
        return HttpResponseRedirect(_form("contractstatuschange", object_id, "states"))


def _form(table: str, contract_id: str, anchor: str) -> str:
    """The form of a new row about a contract, which returns to a part of the contract's page."""
    back = reverse("admin:procurement_contract_change", args=[int(contract_id)])
    form = reverse(f"admin:procurement_{table}_add")
    return with_return(form, f"{back}#{anchor}", contract=int(contract_id))
