"""Money: currencies, accepted decimals, and the one place where amounts are rounded. Pure."""

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
    if amount != amount.quantize(Decimal(1).scaleb(-decimals(currency))):
        return f"may have at most {decimals(currency)} decimals in {currency}"
    return None


def rounded(amount: Decimal, currency: str) -> Decimal:
    """Round for output, half-even, once: invariants hold before this, not after it."""
    return amount.quantize(_UNITS[decimals(currency)], context=_WIDE)


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
