"""Codes of countries and currencies in any case, and the nearest ones to what is no code. Pure."""

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache

import pycountry

from procurement.common.money import NO_MONEY, currency_fault, is_country
from procurement.common.withdrawn import MONTHS

#: Codes that people use for a country beside those of ISO 3166-1 -> its code there.
USED_FOR = {"UK": "GB", "EL": "GR", "ROC": "TW", "ROK": "KR", "DPRK": "KP", "UAE": "AE", "PRC": "CN", "SU": "RU"}
#: Of currencies that share a word these are named first.
USUAL = frozenset({"USD", "GBP", "AUD", "CAD", "CHF", "SEK", "KRW"})
#: How many codes a refusal names.
MOST = 5
#: How much a text must resemble a name to be taken for it, of 1.
LIKENESS = 0.7


def country_code(text: str) -> str:
    """The code of a country, in whatever case it was typed. Raises ValueError naming the nearest."""
    code = text.upper()
    if is_country(code):
        return code
    raise ValueError(
        f"“{text[:40]}” is not an ISO 3166-1 alpha-2 code of a country; {_offered(nearest_countries(text), 'JP or US')}"
    )


def currency_code(text: str) -> str:
    """The code of a currency, current or withdrawn, in any case. Raises ValueError naming the nearest."""
    code = text.upper()
    fault = currency_fault(code)
    if fault is None:
        return code
    if code in NO_MONEY:
        raise ValueError(fault)
    raise ValueError(
        f"“{text[:40]}” is not an ISO 4217 code of a currency; {_offered(nearest_currencies(text), 'JPY')}"
    )


def nearest_countries(text: str) -> list[str]:
    """The codes of the countries that a text may mean, each with its name, the likeliest first."""
    return _nearest(text, _country_names(), USED_FOR.get(text.upper()))


def nearest_currencies(text: str) -> list[str]:
    """The codes of the currencies that a text may mean, each with its name, the likeliest first."""
    return _nearest(text, _currency_names())


def _offered(nearest: Iterable[str], otherwise: str) -> str:
    named = ", ".join(nearest)
    return f"the nearest: {named}" if named else f"{otherwise} would be accepted"


def _nearest(text: str, names: dict[str, tuple[str, ...]], certain: str | None = None) -> list[str]:
    """Codes by their names: the one that is certain, else by words of names, by like names, by codes."""
    wanted = text.strip().casefold()
    by_name = {name.casefold(): code for code, given in names.items() for name in given}
    certain = certain or by_name.get(wanted)
    found = [certain] if certain else _by_words(wanted, by_name) if len(wanted) > 2 else []
    if not found and len(text) <= 3:
        found = sorted((code for code in names if code[:1] == text[:1].upper()), key=lambda code: _apart(code, text))
    return [f"{code} ({names[code][0]})" for code in list(dict.fromkeys(found))[:MOST]]


def _by_words(wanted: str, by_name: dict[str, str]) -> list[str]:
    containing = {code for name, code in by_name.items() if wanted in name.split()}
    like = [by_name[name] for name in get_close_matches(wanted, by_name, n=MOST, cutoff=LIKENESS)]
    return [*sorted(containing, key=lambda code: (code not in USUAL, code)), *like]


def _apart(code: str, text: str) -> tuple[int, str]:
    """In how many places a code differs from a text, so that the nearest sort first."""
    given = text.upper().ljust(len(code))[: len(code)]
    return sum(one != other for one, other in zip(code, given, strict=True)), code


@cache
def _country_names() -> dict[str, tuple[str, ...]]:
    """Each code with what its country is called; the first is how it is shown."""
    return {
        each.alpha_2: _names(each, "common_name", "name", "official_name", "alpha_3") for each in pycountry.countries
    }


@cache
def _currency_names() -> dict[str, tuple[str, ...]]:
    current = {each.alpha_3: _names(each, "name") for each in pycountry.currencies if each.alpha_3 not in NO_MONEY}
    return dict.fromkeys(MONTHS, ("withdrawn",)) | current


def _names(entry: object, *attributes: str) -> tuple[str, ...]:
    return tuple(str(value) for name in attributes if (value := getattr(entry, name, None)))
