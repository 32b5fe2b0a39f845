"""Money: currencies, accepted decimals, and the one place where amounts are rounded and written. Pure."""

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context, Decimal

import pycountry

from procurement.common.withdrawn import MONTHS

#: Currencies with three minor digits (DESIGN.md section 5); every other currency is entered and shown with two.
THREE_DECIMALS = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})

#: Codes of ISO 4217 that stand for no money at all.
NO_MONEY = {"XXX": "says that no currency is involved", "XTS": "is kept for testing"}

#: The ledger stores NUMERIC(24, 4); entries must stay below this, so that sums of millions of rows fit too.
LARGEST = Decimal("1e16")

#: Made once, because an answer may round a hundred thousand amounts: enough digits for any sum, and the last decimals
#: shown.
_WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN)
_UNITS = {places: Decimal(1).scaleb(-places) for places in (2, 3)}
_TEN_THOUSAND = Decimal(10_000)

#: The word for an amount that nobody knows.
UNKNOWN = "unknown"
#: Units of the short form, by their zeros; smaller amounts are written in full.
_SHORT_UNITS = ((12, "tn"), (9, "bn"), (6, "m"))
#: The short form has four digits, so that amounts of any size can be compared at a glance.
_FOUR_DIGITS = Context(prec=4, rounding=ROUND_HALF_EVEN)


def decimals(currency: str) -> int:
    """How many decimals an amount of this currency may have and is shown with."""
    return 3 if currency in THREE_DECIMALS else 2


def is_currency(code: str) -> bool:
    """Whether the code is an ISO 4217 alphabetic code of a currency, in capitals, current or withdrawn."""
    return currency_fault(code) is None


def currency_fault(code: str) -> str | None:
    """Say why a code is no currency, or None."""
    if code in NO_MONEY:
        return f"“{code}” {NO_MONEY[code]}: an amount has a currency; JPY would be accepted"
    if code in MONTHS or (len(code) == 3 and code.isupper() and pycountry.currencies.get(alpha_3=code) is not None):
        return None
    return f"“{code[:20]}” is not an ISO 4217 code in capitals; JPY would be accepted"


def is_country(code: str) -> bool:
    """Whether the code is an ISO 3166-1 alpha-2 code in capitals."""
    return len(code) == 2 and code.isupper() and pycountry.countries.get(alpha_2=code) is not None


def amount_fault(amount: Decimal, currency: str) -> str | None:
    """Say what is wrong with an amount of the ledger, or None. Zero moves no money and is refused."""
    if not amount.is_finite():
        return "must be a finite decimal number"
    if amount == 0:
        return "must not be zero: an entry moves money or value"
    if abs(amount) >= LARGEST:
        return f"must be below {LARGEST:f} in either direction"
    places = decimals(currency)
    if -amount.as_tuple().exponent > places and amount != amount.quantize(_UNITS[places]):  # type: ignore[operator]
        return f"may have at most {decimals(currency)} decimals in {currency}"
    return None


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Round for output, half-even, once: invariants hold before this, not after it. Zero has no sign."""
    return _WIDE.plus(amount.quantize(_UNITS[decimals(currency)], context=_WIDE))


def as_text(amount: Decimal | None, currency: str) -> str | None:
    """The decimal string that answers carry; unknown stays None."""
    return None if amount is None else f"{rounded(amount, currency):f}"


def truncated_share(part: Decimal, whole: Decimal, *, complete: bool = True) -> str | None:
    """A coverage share with four decimals, truncated so that 1.0000 means complete; None when the whole is zero.

    If the parts make the whole but not everything is known (`complete` is false), it is 0.9999.
    """
    if whole == 0:
        return None
    parts = int(_WIDE.multiply(_WIDE.divide(part, whole), _TEN_THOUSAND))
    parts = parts if complete else min(parts, 9_999)
    return f"{_WIDE.divide(Decimal(parts), _TEN_THOUSAND):.4f}"


def trimmed(number: Decimal) -> str:
    """A number without idle zeros and without groups, for shares and rates: 0.5 or 110."""
    return f"{number.normalize(_WIDE):f}"


def in_full(amount: Decimal | None, currency: str = "") -> str:
    """An amount for people, rounded as answers are: 28,455,000,000 JPY, -0.50 USD, or “unknown”.

    Without a currency it is a number, written as it is.
    """
    return range_in_full(amount, amount, currency)


def in_short(amount: Decimal | None, currency: str = "") -> str:
    """An amount to four digits: 178.7 bn JPY; below a million in full."""
    return range_in_short(amount, amount, currency)


def range_in_full(low: Decimal | None, high: Decimal | None, currency: str = "") -> str:
    """Two ends of an amount: 450,000,000 to 680,000,000 USD, at least 5 USD, at most 5 USD, or “unknown”."""
    return _range(_full, low, high, currency)


def range_in_short(low: Decimal | None, high: Decimal | None, currency: str = "") -> str:
    """The same to four digits: 450 m to 680 m USD."""
    return _range(_short, low, high, currency)


def _range(digits: Callable[[Decimal, str], str], low: Decimal | None, high: Decimal | None, currency: str) -> str:
    known = [digits(end, currency) for end in ((low,) if low is high else (low, high)) if end is not None]
    if not known:
        return UNKNOWN
    bound = "at most " if low is None else "at least " if high is None else ""
    return f"{bound}{' to '.join(dict.fromkeys(known))} {currency}".rstrip()


def _full(amount: Decimal, currency: str) -> str:
    """Digits in groups, with the currency's decimals unless all of them are zero."""
    exact = rounded(amount, currency) if currency else amount
    whole, _, part = f"{exact:,f}".partition(".")
    part = part.rstrip("0")
    return f"{whole}.{part:0<{decimals(currency)}}" if part else whole


def _short(amount: Decimal, currency: str) -> str:
    rough = _FOUR_DIGITS.plus(amount)
    for zeros, unit in _SHORT_UNITS:
        if abs(rough) >= Decimal(10) ** zeros:
            return f"{rough.scaleb(-zeros).normalize():,f} {unit}"
    return _full(amount, currency)
