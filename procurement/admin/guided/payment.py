"""Recording that money was paid under a contract, or came back."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminSelectWidget

from procurement.admin.acting import sent
from procurement.admin.amounts import AmountField
from procurement.admin.guided.foreseeing import Outcome
from procurement.admin.guided.pages import ContractActForm, Guided, common_of, guided_page, outcome_of
from procurement.common.localized import in_full
from procurement.contracts.models import Contract, Milestone
from procurement.ledger.models import LedgerEntry, Measure
from procurement.ledger.recording import ledger_entries


class PaymentForm(ContractActForm):
    """How much was paid, and which milestone it meets."""

    own = ("amount", "milestone")
    amount = AmountField(
        label=gettext_lazy("Amount paid"), help_text=gettext_lazy("a negative amount is money that came back: a refund")
    )
    milestone = forms.ModelChoiceField(
        Milestone.objects.none(),
        required=False,
        label=gettext_lazy("Milestone that it meets"),
        empty_label=gettext_lazy("none, or not known"),
        widget=UnfoldAdminSelectWidget(),
    )

    def __init__(self, contract: Contract, *args: Any, **kwargs: Any) -> None:
        super().__init__(contract, *args, **kwargs)
        self.fields["milestone"].queryset = unmet(contract)  # type: ignore[attr-defined]


def unmet(contract: Contract) -> Any:
    """The payments that fall due under a contract and that no entry meets, the next one first."""
    meeting = LedgerEntry.objects.unreversed().filter(contract=contract, milestone__isnull=False)
    due = Milestone.objects.unreversed().filter(contract=contract, kind=Milestone.Kind.PAYMENT)
    return due.exclude(pk__in=meeting.values("milestone")).order_by("due_on", "id")


def record_payment(request: HttpRequest, contract: Contract, given: Mapping[str, Any]) -> Outcome:
    """Append the payment; of a negative amount the refund. Raises Refused."""
    amount = given["amount"]
    is_refund = amount < 0
    entry = LedgerEntry(
        measure=Measure.REFUND if is_refund else Measure.PAYMENT,
        amount=abs(amount),
        reason=LedgerEntry.Reason.OTHER,
        milestone=given["milestone"],
        **common_of(contract, given, request),
    )
    words = _("Recorded a refund of {amount}: {rows}.") if is_refund else _("Recorded a payment of {amount}: {rows}.")
    shown = in_full(abs(amount), contract.currency)
    return outcome_of([ledger_entries.record(entry)], lambda rows: format_html(words, amount=shown, rows=rows))


def payment_page(model_admin: Any, request: HttpRequest, contract: Contract) -> HttpResponse:
    """The page that records a payment."""
    guided = Guided(
        title=_("Record a payment under %(contract)s") % {"contract": contract},
        button=_("Record the payment"),
        intro=_("Money that was paid out under the contract, in %(currency)s, or that the supplier paid back.")
        % {"currency": contract.currency},
        record=lambda given: record_payment(request, contract, given),
    )
    return guided_page(model_admin, request, contract, PaymentForm(contract, sent(request)), guided)
