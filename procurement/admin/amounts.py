"""Amounts in forms: typed as people write them, echoed in full beside the box, with what the contract comes to."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminTextInputWidget

from procurement.common.amounts import NotAnAmount, Written, read_amount
from procurement.common.localized import in_full
from procurement.common.money import in_full as digits_in_full
from procurement.common.money import is_currency
from procurement.common.prepared_statements import ask
from procurement.contracts.models import Contract
from procurement.contracts.plausible import Ledger
from procurement.contracts.sizes import entries, ledgers

#: The parameter that names the box whose text is echoed.
BOX = "_box"
#: A unit, which says nothing of what a contract comes to.
ROUNDING = "rounding"
WRONG = '<span class="text-red-700 dark:text-red-400">{}</span>'


class AmountInput(UnfoldAdminTextInputWidget):  # type: ignore[misc]  # unfold ships no types
    """A box that shows, while one types, how the amount is understood."""

    template_name = "procurement/admin/amount.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "placeholder": "178.7B, 1787億円 or 178,700,000,000"} | (attrs or {}))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Where the echo comes from."""
        return super().get_context(name, value, attrs) | {"echo": reverse_lazy("admin:echo_amount")}  # type: ignore[no-any-return]

    def format_value(self, value: Any) -> str | None:
        """A stored amount with grouped digits; typed text unchanged."""
        return digits_in_full(value) if isinstance(value, Decimal) else value


class AmountField(forms.DecimalField):
    """A decimal number, written out or in short."""

    widget = AmountInput
    #: The currency that its row is kept in, if the form knows it: the one that a sign may mean.
    currency = ""

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """The amount that was written."""
        if isinstance(value, Decimal):
            return value
        if value in self.empty_values:
            return None
        try:
            return read_amount(str(value), self.currency).amount
        except NotAnAmount as error:
            raise forms.ValidationError(str(error), code="invalid") from error

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:  # noqa: ARG002 (Django's signature)
        """Not the attributes of a number input: a browser would not accept 億."""
        return {}


def currency_written(text: str, currency: str = "") -> str:
    """The currency that a readable amount names, or nothing."""
    try:
        return read_amount(text, currency).currency
    except NotAnAmount:
        return ""


def echo_amount(request: HttpRequest) -> HttpResponse:
    """A typed amount in full, for the box that shows it while one types, with its contract's commitment and payments.

    The parameter `_box` names the one that has the text; without it, the text is in the only one.
    """
    box = request.GET.get(BOX) or next(iter(request.GET), "")
    text = request.GET.get(box, "").strip()
    if not text:
        return HttpResponse()
    contract = _contract(request)
    kept_in = contract.currency if contract else _currency(request)
    try:
        written = read_amount(text, kept_in)
    except NotAnAmount:
        return HttpResponse(format_html(WRONG, _("not an amount")))
    return HttpResponse(_echo(written, kept_in, None if box == ROUNDING else contract))


def _echo(written: Written, kept_in: str, contract: Contract | None) -> SafeString:
    shown = format_html("= {}", in_full(written.amount, written.currency or kept_in))
    if written.currency and kept_in and written.currency != kept_in:
        return format_html("{} " + WRONG, shown, _("but the stored amount is in %(currency)s") % {"currency": kept_in})
    if contract is None:
        return shown
    return format_html('{} <span class="font-normal">({})</span>', shown, _so_far(contract))


def _so_far(contract: Contract) -> str:
    """What the ledger of a contract has, to compare an amount with."""
    ledger = ledgers([contract.pk], ask([entries([contract.pk])])[0])[contract.pk]
    committed = ledger.of("commitment").net if ledger.knows("commitment") else None
    said = {"committed": in_full(committed, contract.currency), "paid": in_full(_paid(ledger), contract.currency)}
    return _("of this contract so far: committed %(committed)s, paid %(paid)s") % said


def _paid(ledger: Ledger) -> Decimal | None:
    known = ledger.knows("payment") or ledger.knows("refund")
    return ledger.of("payment").net - ledger.of("refund").net if known else None


def _contract(request: HttpRequest) -> Contract | None:
    """The contract that is chosen in the form, if the user may see contracts."""
    chosen = request.GET.get("contract", "")
    if not (chosen.isascii() and chosen.isdecimal() and len(chosen) < 19):
        return None
    if not request.user.has_perm("procurement.view_contract"):
        return None
    return Contract.objects.filter(pk=int(chosen)).first()


def _currency(request: HttpRequest) -> str:
    code = request.GET.get("currency", "").strip().upper()
    return code if is_currency(code) else ""
