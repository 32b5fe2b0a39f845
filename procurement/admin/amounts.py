"""Amounts in forms: typed as people write them, echoed in full beside the box."""

from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminTextInputWidget

from procurement.common.amounts import NotAnAmount, read_amount
from procurement.common.money import in_full


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
        return in_full(value) if isinstance(value, Decimal) else value


class AmountField(forms.DecimalField):
    """A decimal number, written out or in short."""

    widget = AmountInput

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """The amount that was written."""
        if isinstance(value, Decimal):
            return value
        if value in self.empty_values:
            return None
        try:
            return read_amount(str(value)).amount
        except NotAnAmount as error:
            raise forms.ValidationError(str(error), code="invalid") from error

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:  # noqa: ARG002 (Django's signature)
        """Not the attributes of a number input: a browser would not accept 億."""
        return {}


def currency_written(text: str) -> str:
    """The currency that a readable amount names, or nothing."""
    try:
        return read_amount(text).currency
    except NotAnAmount:
        return ""


def echo_amount(request: HttpRequest) -> HttpResponse:
    """A typed amount in full, for the box that shows it while one types; the text is in any one parameter."""
    text = str(next(iter(request.GET.values()), "")).strip()
    if not text:
        return HttpResponse()
    try:
        written = read_amount(text)
    except NotAnAmount:
        return HttpResponse('<span class="text-red-600 dark:text-red-500">not an amount</span>')
    return HttpResponse(format_html("= {} {}", in_full(written.amount), written.currency))
