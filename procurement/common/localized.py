"""Amounts, days and names as people of the active language write them.

178.7 bn JPY and 15 June 2020 in English (by common/money.py), 1,787億円 and 2020年6月15日 in Japanese. Days keep the
precision of their sources. Nothing here is read by machines: the API and files have decimal strings and ISO dates.
"""

import datetime as dt
import gettext as catalogues
import re
from collections.abc import Callable, Sequence
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache

import pycountry
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from procurement.common import money
from procurement.common.dates import BY, DAY
from procurement.common.dating import Dated

JAPANESE, ENGLISH = "ja", "en"
#: Units of the short form in Japanese, by their zeros.
_UNITS = ((12, "兆"), (8, "億"), (4, "万"))
_FOUR_DIGITS = Context(prec=4, rounding=ROUND_HALF_EVEN)
_EXACT = Context(prec=60)
#: Currencies that Japanese names in one word after the number; others keep their code.
_NAMES = {"JPY": "円", "USD": "ドル", "EUR": "ユーロ", "GBP": "ポンド"}
#: The eras since the first day of each, newest first: what a Japanese year is counted by.
_ERAS = ((dt.date(2019, 5, 1), "令和"), (dt.date(1989, 1, 8), "平成"), (dt.date(1926, 12, 25), "昭和"))
_COUNTRIES, _CURRENCIES, _LANGUAGES = "iso3166-1", "iso4217", "iso639-3"

#: Kana, and the characters that Japanese shares with Chinese: what is Chinese says so by its source.
_JAPANESE_LETTERS = re.compile("[\u3041-\u30ff\u4e00-\u9fff]")

Ends = tuple[Decimal | None, Decimal | None]


def in_japanese() -> bool:
    """Whether the active language is Japanese."""
    return (translation.get_language() or "").partition("-")[0] == JAPANESE


# amounts


def in_short(amount: Decimal | None, currency: str = "") -> str:
    """An amount to four digits."""
    return range_in_short(amount, amount, currency)


def in_full(amount: Decimal | None, currency: str = "") -> str:
    """An amount with all its digits."""
    return range_in_full(amount, amount, currency)


def in_full_and_short(amount: Decimal | None, currency: str = "") -> str:
    """An amount with all its digits, in Japanese followed by its short form: 178,700,000,000円（1,787億円）.

    Where the short form is rounded, 約 says so.
    """
    whole = in_full(amount, currency)
    if amount is None or not in_japanese() or abs(amount) < 10 ** _UNITS[-1][0]:
        return whole
    about = "" if _FOUR_DIGITS.plus(amount) == amount else "約"
    return f"{whole}（{about}{in_short(amount, currency)}）"


def range_in_short(low: Decimal | None, high: Decimal | None, currency: str = "") -> str:
    """Two ends of an amount, each to four digits; an end that is None is open."""
    if not in_japanese():
        return unknown() if low is None and high is None else money.range_in_short(low, high, currency)
    return _japanese_range(_short, low, high, currency)


def range_in_full(low: Decimal | None, high: Decimal | None, currency: str = "") -> str:
    """Two ends of an amount with all their digits."""
    if not in_japanese():
        return unknown() if low is None and high is None else money.range_in_full(low, high, currency)
    return _japanese_range(_full, low, high, currency)


def exactly(amount: Decimal, currency: str) -> str:
    """An amount with all the decimals that it has, as a share of one may have many."""
    return f"{amount.normalize(_EXACT):,f}{_named_unit(currency)}"


def _named_unit(currency: str) -> str:
    """A currency behind a number: 円, or a space and its code."""
    return _NAMES.get(currency, f" {currency}" if currency else "") if in_japanese() else f" {currency}".rstrip()


def unknown() -> str:
    """The word for what nobody knows."""
    return _("unknown")


def _japanese_range(
    digits: Callable[[Decimal, str], str], low: Decimal | None, high: Decimal | None, currency: str
) -> str:
    name = _named_unit(currency)
    known = list(dict.fromkeys(digits(end, currency) for end in (low, high) if end is not None))
    if not known:
        return unknown()
    bound = "以下" if low is None else "以上" if high is None else ""
    return f"{'〜'.join(known)}{name}{bound}"


def _full(amount: Decimal, currency: str) -> str:
    return money.in_full(amount, currency).removesuffix(currency).rstrip()


def _short(amount: Decimal, currency: str) -> str:
    rough = _FOUR_DIGITS.plus(amount)
    for zeros, unit in _UNITS:
        if abs(rough) >= Decimal(10) ** zeros:
            return f"{rough.scaleb(-zeros).normalize():,f}{unit}"
    return _full(amount, currency)


# days


def day(given: dt.date | Dated) -> str:
    """A day as a sentence has it, with no more precision than its source: 15 June 2020, June 2020, by 15 June 2020."""
    dated = given if isinstance(given, Dated) else Dated(given)
    write = _JAPANESE_DAYS if in_japanese() else _ENGLISH_DAYS
    return write.get(dated.precision, write["fiscal_year"])(dated.on)


def since(given: dt.date | Dated) -> str:
    """A day since which something holds: 15 June 2020 at the latest, where its source says no more than that."""
    dated = given if isinstance(given, Dated) else Dated(given)
    if dated.precision != BY:
        return day(dated)
    return f"遅くとも{day(dated.on)}" if in_japanese() else f"{day(dated.on)} at the latest"


def day_with_era(given: dt.date | Dated) -> str:
    """The same, in Japanese with the year of the era beside it: 2020年（令和2年）6月15日."""
    if not in_japanese():
        return day(given)
    on = given.on if isinstance(given, Dated) else given
    return day(given).replace(f"{on.year}年", f"{on.year}年（{era_year(on)}）", 1)


def era_year(on: dt.date) -> str:
    """The Japanese year of a day: 令和2年, 令和元年; before Shōwa the year as it is."""
    for first, era in _ERAS:
        if on >= first:
            number = on.year - first.year + 1
            return f"{era}{'元' if number == 1 else number}年"
    return f"{on.year}年"


def _english(form: str) -> Callable[[dt.date], str]:
    return lambda on: date_format(on, form)


_ENGLISH_DAYS: dict[str, Callable[[dt.date], str]] = {
    DAY: _english("j F Y"),
    BY: lambda on: f"by {date_format(on, 'j F Y')}",
    "month": _english("F Y"),
    "quarter": lambda on: f"Q{(on.month + 2) // 3} {on.year}",
    "year": _english("Y"),
    "fiscal_year": lambda on: f"fiscal year to {date_format(on, 'j F Y')}",
}
_JAPANESE_DAYS: dict[str, Callable[[dt.date], str]] = {
    DAY: lambda on: f"{on.year}年{on.month}月{on.day}日",
    BY: lambda on: f"{on.year}年{on.month}月{on.day}日までに",
    "month": lambda on: f"{on.year}年{on.month}月",
    "quarter": lambda on: f"{on.year}年第{(on.month + 2) // 3}四半期",
    "year": lambda on: f"{on.year}年",
    "fiscal_year": lambda on: f"{on.year}年{on.month}月{on.day}日までの会計年度",
}


def listed(texts: Sequence[str]) -> str:
    """Several texts as a sentence lists them: A, B and C."""
    if in_japanese() or len(texts) < 2:
        return "、".join(texts)
    return f"{', '.join(texts[:-1])} and {texts[-1]}"


# names


def country_name(code: str) -> str:
    """The name of a country by its ISO 3166 code; several nations have none."""
    found = pycountry.countries.get(alpha_2=code) if code else None
    if found is None:
        return code or pgettext("country", "several")
    return _named(_COUNTRIES, getattr(found, "common_name", found.name), found.name)


def currency_name(code: str) -> str:
    """The name of a currency by its ISO 4217 code; one that was withdrawn keeps its code."""
    found = pycountry.currencies.get(alpha_3=code) if code else None
    return _named(_CURRENCIES, found.name, found.name) if found is not None else code


def language_name(code: str) -> str:
    """The name of a language by its code of two letters."""
    found = pycountry.languages.get(alpha_2=code) if code else None
    return _named(_LANGUAGES, found.name, found.name) if found is not None else code


def own_name(name: str, local: str) -> str:
    """What something is called in the active language: by its local name, where that is Japanese and so is the page."""
    return local if local and in_japanese() and language_of(local) == JAPANESE else name


def language_of(text: str) -> str:
    """The language of a text by its letters: ja for kana and Chinese characters; empty where these do not say."""
    return JAPANESE if _JAPANESE_LETTERS.search(text) else ""


def _named(domain: str, name: str, official: str) -> str:
    if not in_japanese():
        return name
    words = _catalogue(domain)
    return next((found for each in (name, official) if (found := words.gettext(each)) != each), name)


@lru_cache
def _catalogue(domain: str) -> catalogues.NullTranslations:
    return catalogues.translation(domain, pycountry.LOCALES_DIR, languages=[JAPANESE], fallback=True)
