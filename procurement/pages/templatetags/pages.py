"""Links that keep the dates of a page, and amounts, days and codes as people of its language write them."""

import datetime as dt
import decimal
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from procurement.common import localized, words
from procurement.common.dates import BY
from procurement.common.dating import Dated
from procurement.common.money import rounded, trimmed
from procurement.common.phrases import Phrase
from procurement.pages import terms
from procurement.pages.rendering import dates_of

register = template.Library()
_SIX_DIGITS = decimal.Context(prec=6, rounding=decimal.ROUND_HALF_EVEN)


@register.simple_tag(takes_context=True)
def to(context: Context, name: str, *parts: Any, **query: Any) -> str:
    """The address of another page at the same dates, but for those given: {% to "program" program.code %}."""
    given = {key: value for key, value in query.items() if value not in (None, "")}
    asked = urlencode(given | {key: value for key, value in parse_qsl(context.get("dates", "")) if key not in query})
    return reverse(f"pages:{name}", args=parts) + (f"?{asked}" if asked else "")


@register.simple_tag(takes_context=True)
def api(context: Context, name: str, *parts: Any, **query: Any) -> str:
    """The address of the API that says the same at the same dates: {% api "programs-timeline" code format="csv" %}."""
    return f"{reverse(f'api:{name}', args=parts)}?{urlencode({**query, **dates_of(context['asked'])})}"


# amounts


@register.simple_tag
def money(amount: Any, currency: str | None = "") -> SafeString:
    """An amount in short, with all its digits on hover and for screen readers; None is unknown."""
    value = _decimal(amount)
    if value is None:
        return format_html('<span class="unknown">{}</span>', localized.unknown())
    exact, shown = rounded(value, currency or ""), localized.in_short(value, currency or "")
    return format_html(
        '<data class="money" value="{}" title="{}">{}</data>', exact, localized.in_full(value, currency or ""), shown
    )


@register.simple_tag(takes_context=True)
def figure(context: Context, name: str, amount: Any, currency: str | None, /, **of: Any) -> SafeString:
    """A figure of exposure as a link to the rows that it sums: {% figure "paid" row.paid row.currency program=code %}.

    What is unknown is a link too: to what would make it known.
    """
    address = to(context, "figure", name, currency=currency, **of)
    return format_html('<a class="figure" href="{}">{}</a>', address, money(amount, currency))


@register.simple_tag(takes_context=True)
def figure_range(context: Context, low: Any, high: Any, currency: str | None, /, *, program: str) -> SafeString:
    """A figure with two ends, which no rows add up to: a link to the estimates of a program from which it follows."""
    address = f"{to(context, 'program', program)}#leaving"
    return format_html('<a class="figure" href="{}">{}</a>', address, money_range(low, high, currency))


@register.simple_tag
def money_range(low: Any, high: Any, currency: str | None = "") -> SafeString:
    """Two ends of an amount; an end that is None is open."""
    ends = _decimal(low), _decimal(high)
    if ends == (None, None):
        return format_html('<span class="unknown">{}</span>', localized.unknown())
    in_full = localized.range_in_full(*ends, currency or "")
    return format_html(
        '<span class="money" title="{}">{}</span>', in_full, localized.range_in_short(*ends, currency or "")
    )


def _decimal(amount: Any) -> Decimal | None:
    return None if amount is None or amount == "" else Decimal(amount)


@register.filter
def known_share(share: str | Decimal) -> str:
    """A share of one in percent, with at most one digit behind the point; truncated: only what is whole is 100 %."""
    return f"{trimmed((Decimal(share) * 100).quantize(Decimal('0.1'), rounding=decimal.ROUND_DOWN))} %"


@register.filter
def negative(amount: Decimal) -> Decimal:
    """An amount with the other sign."""
    return -amount


@register.filter
def rate(given: Decimal) -> str:
    """A rate to six digits."""
    return trimmed(_SIX_DIGITS.plus(given))


# days and words


@register.filter
def day(given: dt.date | Dated | None) -> SafeString | str:
    """A day as its source gives it, in the page's language."""
    return "" if given is None else _time(given, localized.day(given))


@register.filter
def since_when(given: Dated) -> SafeString | str:
    """Since when something holds; where only the latest possible day is known, that is said."""
    if given.precision == BY:
        return format_html(_("since {} at the latest"), day(given.on))
    return format_html(_("since {}"), day(given))


@register.filter
def long_day(given: dt.date | Dated | None) -> SafeString | str:
    """A day with the year of the era, in Japanese."""
    return "" if given is None else _time(given, localized.day_with_era(given))


@register.simple_tag
def dated(on: dt.date | None, precision: str = "day") -> SafeString | str:
    """A stored day with its precision."""
    return "" if on is None else day(Dated(on, precision))


def _time(given: dt.date | Dated, text: str) -> SafeString:
    on = given.on if isinstance(given, Dated) else given
    return format_html('<time datetime="{}">{}</time>', on.isoformat(), text)


@register.filter
def day_text(given: dt.date | Dated | None) -> str:
    """The same without markup, for attributes."""
    return "" if given is None else localized.day(given)


@register.filter
def since(given: dt.date | Dated | None) -> SafeString | str:
    """A day since which something holds."""
    return "" if given is None else _time(given, localized.since(given))


@register.filter
def signed(contract: Any) -> SafeString | str:
    """The day on which a contract was signed."""
    return dated(contract.signed_on, contract.signed_precision)


@register.filter
def percent(share: Decimal) -> str:
    """A share in percent: 50 %, 33.33 %."""
    return f"{trimmed((share * 100).quantize(Decimal('0.01')))} %"


@register.filter
def own_name(thing: Any) -> str:
    """What a program, contract or organization is called in the page's language."""
    return localized.own_name(*_names(thing))


@register.filter
def other_name(thing: Any) -> str:
    """What it is called beside that, if it has a second name."""
    name, local = _names(thing)
    return next((each for each in (local, name) if each and each != localized.own_name(name, local)), "")


def _names(thing: Any) -> tuple[str, str]:
    kind = "title" if hasattr(thing, "title") else "name"
    return getattr(thing, kind), getattr(thing, f"local_{kind}", "")


@register.filter
def written_in(text: str) -> str:
    """The language of what analysts wrote, in English or Japanese, where it is not that of the page."""
    written = localized.language_of(text) or localized.ENGLISH
    return "" if (written == localized.JAPANESE) == localized.in_japanese() else written


@register.filter
def language_of(text: str) -> str:
    """The language of a name by its letters, for the attribute lang."""
    return localized.language_of(text)


@register.filter
def word(code: str | None, vocabulary: str) -> str:
    """A code in words: {{ row.status|word:"program_status" }}."""
    return words.word(vocabulary, code)


@register.filter
def meaning(term: str) -> str:
    """What an official's word means in the language of the page; empty where it is of that language, or not known."""
    return terms.meaning(term, in_japanese=localized.in_japanese())


@register.filter
def named(program: Any) -> str:
    """The name of a program: in Japanese the Japanese one, where it is a Japanese program's."""
    local = program.local_name if localized.in_japanese() and program.buyer_country == "JP" else ""
    return str(local or program.name)


@register.filter
def said(phrase: str) -> str:
    """A sentence of a module that knows no language, in that of the page."""
    return phrase.said(_) if isinstance(phrase, Phrase) else phrase


@register.filter
def country(code: str | None) -> str:
    """The name of a country."""
    return localized.country_name(code or "")


# sources


@register.inclusion_tag("pages/parts/source.html", takes_context=True)
def source(context: Context, source_id: int | None) -> dict[str, Any]:
    """A document that something rests on, as a link to it, with its grade where it is weak; from `documents`."""
    return {"document": context["documents"].get(source_id), "dates": context.get("dates", "")}
