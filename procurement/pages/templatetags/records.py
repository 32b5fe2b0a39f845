"""Links to the rows behind figures from the pages of records, and amounts that are not shortened."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from procurement.common import localized, words
from procurement.common.money import rounded
from procurement.common.texts import in_words
from procurement.exposure.rows import Row
from procurement.pages.templatetags.pages import day, figure, money, to

register = template.Library()
#: Of rows that no parameter of the page of figures asks for.
PLAIN = "plain"


@register.simple_tag(takes_context=True)
def figure_with(context: Context, name: str, amount: Any, currency: str | None, of: Mapping[str, Any]) -> SafeString:
    """The same of whatever a page's own address asks for."""
    return figure(context, name, amount, currency, **of)


@register.simple_tag(takes_context=True)
def address_of(context: Context, name: str, currency: str | None, of: Mapping[str, Any]) -> str:
    """The address of a figure's rows."""
    return to(context, "figure", name, currency=currency, **of)


@register.simple_tag(takes_context=True)
def figure_address(context: Context, name: str, currency: str, of: Mapping[str, Any], contract: int) -> str:
    """The address of a figure's rows for one contract of those that a page asks for."""
    return to(context, "figure", name, currency=currency, **{**of, "contract": contract})


@register.simple_tag(takes_context=True)
def figure_of(context: Context, name: str, currency: str, of: Mapping[str, Any], contract: int) -> SafeString:
    """A link to another figure of a contract, by the figure's name."""
    address = figure_address(context, name, currency, of, contract)
    return format_html('<a href="{}">{}</a>', address, words.word("figure", name))


@register.simple_tag
def in_full(amount: Any, currency: str | None = "") -> SafeString:
    """An amount as answers have it: rounded once, with all its digits."""
    if amount is None:
        return money(None)
    value = Decimal(amount)
    exact = rounded(value, currency or "")
    return format_html('<data class="money" value="{}">{}</data>', exact, localized.in_full(value, currency or ""))


@register.simple_tag
def exact(amount: Any, currency: str | None = "") -> SafeString:
    """An amount that is not rounded: what is shown adds up."""
    return format_html('<span class="money">{}</span>', localized.exactly(Decimal(amount), currency or ""))


@register.simple_tag
def times(amount: Decimal, share: Decimal, currency: str | None = "") -> SafeString:
    """An amount at a share, not rounded."""
    return exact(amount * share, currency)


@register.filter
def digits(number: Decimal) -> str:
    """A number with its digits in groups, and no idle zeros."""
    return localized.exactly(number, "")


@register.simple_tag
def short(amount: Decimal | None, currency: str) -> str:
    """An amount in short, as text within a sentence."""
    return localized.in_short(amount, currency)


@register.simple_tag(takes_context=True)
def api(context: Context, name: str, *, pk: Any = None, **query: Any) -> str:
    """The address of the API that says the same, at the same dates."""
    given = urlencode({key: value for key, value in query.items() if value not in (None, "")})
    asked = "&".join(filter(None, [given, context.get("dates", "")]))
    return reverse(f"api:{name}", args=[] if pk is None else [pk]) + (f"?{asked}" if asked else "")


@register.filter
def at(mapping: Mapping[Any, Any], key: Any) -> Any:
    """What a mapping has for a key; nothing where it has none."""
    return mapping.get(key, ())


@register.simple_tag(takes_context=True)
def figure_for(context: Context, name: str, row: Row, param: str, thing: Any, of: Mapping[str, Any]) -> SafeString:
    """A figure of a row of a table as a link to its rows: those of the whole table where no parameter divides it."""
    amount = row.figures[name]
    if param == PLAIN or (param and not thing):
        return money(amount, row.currency)
    return figure(context, name, amount, row.currency, **{**of, **({param: key_of(thing)} if param else {})})


def key_of(thing: Any) -> Any:
    """What an address names something by: a program by its code, a country by its own."""
    return thing if isinstance(thing, str) else getattr(thing, "code", thing.pk)


@register.filter
def amount_of(row: Row, name: str) -> Decimal | None:
    """A figure of a row."""
    return row.figures[name]


@register.filter
def label(name: str) -> str:
    """A name of code as it reads."""
    return in_words(name)


@register.filter
def local_day(moment: dt.datetime) -> SafeString | str:
    """The day of a moment, in the time zone of the service."""
    return day(timezone.localdate(moment))
