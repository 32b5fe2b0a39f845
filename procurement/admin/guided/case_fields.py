"""Fields of a case: countries and currencies by code or name, typed with suggestions."""

from typing import Any

import pycountry
from django import forms
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminTextInputWidget

from procurement.common.money import is_currency


class CountryField(forms.CharField):
    """A country by its two-letter code or its name; gives the code."""

    def __init__(self, **kwargs: Any) -> None:
        widget = UnfoldAdminTextInputWidget({"list": "case-countries", "autocomplete": "off"})
        super().__init__(widget=widget, max_length=80, **kwargs)

    def clean(self, value: Any) -> str:
        """The code of what was typed."""
        text = str(super().clean(value) or "").strip()
        if not text:
            return ""
        try:
            return str(pycountry.countries.lookup(text).alpha_2)
        except LookupError:
            said = _("“%(text)s” is no country; a code (JP) or an English name (Japan) would be accepted")
            raise forms.ValidationError(said % {"text": text}, code="invalid") from None


class CurrencyField(forms.CharField):
    """A currency by its code."""

    def __init__(self, **kwargs: Any) -> None:
        widget = UnfoldAdminTextInputWidget({"list": "case-currencies", "autocomplete": "off"})
        super().__init__(widget=widget, max_length=20, **kwargs)

    def clean(self, value: Any) -> str:
        """The code in capitals."""
        text = str(super().clean(value) or "").strip().upper()
        if text and not is_currency(text):
            said = _("“%(text)s” is no code of a currency; JPY would be accepted")
            raise forms.ValidationError(said % {"text": text}, code="invalid")
        return text


def suggestions() -> dict[str, list[tuple[str, str]]]:
    """What the lists beside these fields offer: codes and names."""
    return {
        "countries": sorted(((each.alpha_2, each.name) for each in pycountry.countries), key=lambda each: each[1]),
        "currencies": sorted((each.alpha_3, each.name) for each in pycountry.currencies),
    }
