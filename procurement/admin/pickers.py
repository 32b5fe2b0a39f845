"""Pickers of codes: countries, currencies, time zones, languages and domains, found by name and by code.

A text in the request stays acceptable: jp is JP. One that is no code is refused with the nearest ones, and is shown
again as it was sent.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, partial
from typing import Any
from zoneinfo import available_timezones

import pycountry
from django import forms
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _
from unfold.widgets import UnfoldAdminSelect2MultipleWidget, UnfoldAdminSelect2Widget

from procurement.common.codes import country_code, currency_code
from procurement.common.localized import country_name, currency_name, language_name
from procurement.common.money import NO_MONEY
from procurement.common.withdrawn import MONTHS
from procurement.programs.models import Program

Offer = tuple[str, str]
NEAREST = 3


def countries() -> Sequence[Offer]:
    """Every country, by its name in the active language."""
    return _named("country", translation.get_language() or "")


def currencies() -> Sequence[Offer]:
    """Every currency, current ones first."""
    return _named("currency", translation.get_language() or "")


def languages() -> Sequence[Offer]:
    """The languages that have a code of two letters."""
    return _named("language", translation.get_language() or "")


def zones() -> Sequence[Offer]:
    """Every time zone."""
    return _zones()


def domains() -> Sequence[Offer]:
    """The domains that programs have so far."""
    rows = Program.objects.exclude(domain="").order_by("domain").values_list("domain", flat=True).distinct()
    return [(domain, domain) for domain in rows]


@cache
def _zones() -> Sequence[Offer]:
    return [(zone, zone.replace("_", " ")) for zone in sorted(available_timezones())]


@cache
def _named(kind: str, language: str) -> Sequence[Offer]:  # noqa: ARG001  (one list for each language)
    if kind == "country":
        return sorted(((c.alpha_2, _with(country_name(c.alpha_2), c.alpha_2)) for c in pycountry.countries), key=_text)
    if kind == "language":
        codes = [each.alpha_2 for each in pycountry.languages if hasattr(each, "alpha_2")]
        return sorted(((code, _with(language_name(code), code)) for code in codes), key=_text)
    current = [each.alpha_3 for each in pycountry.currencies if each.alpha_3 not in NO_MONEY]
    found = sorted(((code, _with(currency_name(code), code)) for code in current), key=_text)
    return [
        *found,
        *((code, _("%(code)s (withdrawn)") % {"code": code}) for code in sorted(set(MONTHS) - set(current))),
    ]


def _with(name: str, code: str) -> str:
    return f"{name} ({code})"


def _text(offer: Offer) -> str:
    return offer[1]


def zone_name(text: str) -> str:
    """A time zone in any case. Raises ValueError naming the nearest."""
    zone = text.strip().replace(" ", "_")
    known = {each.casefold(): each for each in available_timezones()}
    if zone.casefold() in known:
        return known[zone.casefold()]
    cities = {each.rpartition("/")[2]: full for each, full in known.items()}
    near = [cities[each] for each in get_close_matches(zone.casefold(), cities, n=NEAREST, cutoff=0.7)]
    raise ValueError(_refused(text, near or ["Asia/Tokyo", "UTC"]))


def language_code(text: str) -> str:
    """A language tag that begins with the code of a language, in any case. Raises ValueError naming the nearest."""
    first, _dash, rest = text.strip().partition("-")
    code = first.lower()
    if pycountry.languages.get(**{"alpha_2" if len(code) == 2 else "alpha_3": code}) is not None:
        return f"{code}-{rest}" if rest else code
    names = {each.name.casefold(): each.alpha_2 for each in pycountry.languages if hasattr(each, "alpha_2")}
    near = [names[each] for each in get_close_matches(text.casefold(), names, n=NEAREST, cutoff=0.7)]
    raise ValueError(_refused(text, near or ["ja", "en"]))


def _refused(text: str, near: Iterable[str]) -> str:
    said = _("“%(text)s” is no code that is known here; %(near)s would be accepted.")
    return said % {"text": text[:40], "near": ", ".join(near)}


@dataclass(frozen=True)
class Picker:
    """What a picker offers, and how a text is read; without `read`, any text is accepted."""

    offered: Callable[[], Sequence[Offer]]
    read: Callable[[str], str] | None = None


_COUNTRY, _CURRENCY = Picker(countries, country_code), Picker(currencies, currency_code)
#: The columns of codes, by name.
PICKERS = {
    "country": _COUNTRY,
    "currency": _CURRENCY,
    "base": _CURRENCY,
    "quote": _CURRENCY,
    "zone": Picker(zones, zone_name),
    "language": Picker(languages, language_code),
    "domain": Picker(domains),
}


class CodeSelect(UnfoldAdminSelect2Widget):  # type: ignore[misc]  # unfold ships no types
    """A list that is searched by name and code; a value that it does not have is shown as it is."""

    def __init__(self, picker: Picker, attrs: dict[str, Any] | None = None) -> None:
        super().__init__((attrs or {}) | ({} if picker.read else {"data-tags": "true"}))
        self.picker = picker

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        """The list, in the language of the page."""
        offered = self.picker.offered()
        unknown = [(each, each) for each in value if each and each not in dict(offered)]
        self.choices = [("", _("choose…") if self.is_required else "–"), *unknown, *offered]
        return super().optgroups(name, value, attrs)  # type: ignore[no-any-return]


class CodeField(forms.CharField):
    """One code."""

    def __init__(self, picker: Picker, **kwargs: Any) -> None:
        super().__init__(**(kwargs | {"widget": CodeSelect(picker)}))
        self.picker = picker

    def to_python(self, value: Any) -> str:
        """The code, as it is stored."""
        text = super().to_python(value)
        if not text or self.picker.read is None:
            return text or ""
        try:
            return self.picker.read(text)
        except ValueError as error:
            raise forms.ValidationError(str(error), code="invalid") from error


class SeveralSelect(UnfoldAdminSelect2MultipleWidget):  # type: ignore[misc]  # unfold ships no types
    """The same for several codes."""

    def __init__(self, offered: Callable[[], Sequence[Offer]] = countries, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.offered = offered
        self.attrs["class"] = "unfold-admin-autocomplete"  # no other: Django's script would ask for rows of a table

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        """The list, in the language of the page."""
        offered = self.offered()
        self.choices = [*((each, each) for each in value if each not in dict(offered)), *offered]
        return super().optgroups(name, value, attrs)  # type: ignore[no-any-return]


class SeveralField(forms.Field):
    """Several codes; a text with commas is accepted too."""

    def __init__(self, offered: Callable[[], Sequence[Offer]], **kwargs: Any) -> None:
        super().__init__(**({"widget": SeveralSelect(offered)} | kwargs))

    def read(self, text: str) -> str:
        """A code, as it is stored. Raises ValueError saying what would be accepted."""
        return text

    def to_python(self, value: Any) -> list[str]:
        """The codes."""
        given = [value] if isinstance(value, str) else value or []
        texts = [text.strip() for each in given for text in each.split(",") if text.strip()]
        try:
            return [self.read(text) for text in texts]
        except ValueError as error:
            raise forms.ValidationError(str(error), code="invalid") from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether others were chosen."""
        try:
            return self.to_python(data) != list(initial or [])
        except forms.ValidationError:
            return True


class CountriesField(SeveralField):
    """Several countries."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(countries, **kwargs)

    def read(self, text: str) -> str:
        """The code of a country."""
        return country_code(text)


def code_formfield(column: "models.Field[Any, Any]") -> forms.Field | None:
    """The field of a column of codes; None for any other column."""
    if not isinstance(column, models.CharField) or column.name not in PICKERS or column.choices:
        return None
    return column.formfield(form_class=partial(CodeField, PICKERS[column.name]))  # type: ignore[arg-type]
