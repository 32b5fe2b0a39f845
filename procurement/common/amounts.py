"""Reading amounts as people write them: 178.7B, 1787億円, 6億5,085万9,410円, △5. Pure.

Nothing is guessed: an ambiguous text is refused. “¥” may be yen or yuan and “$” a dozen dollars, so a currency is its
ISO code, or 円; “1,78” may be a decimal comma, so commas stand before groups of three digits.
"""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

WESTERN = {
    "": 1,
    "k": 10**3,
    "thousand": 10**3,
    "m": 10**6,
    "mn": 10**6,
    "million": 10**6,
    "b": 10**9,
    "bn": 10**9,
    "billion": 10**9,
    "t": 10**12,
    "tn": 10**12,
    "trillion": 10**12,
}
JAPANESE = {"兆": 10**12, "億": 10**8, "万": 10**4, "": 1}
#: 百万円 and the like: multipliers that stand before a unit.
MULTIPLIERS = {"千": 10**3, "百": 10**2, "十": 10, "": 1}

NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d{1,30})(?:\.\d{1,10})?"
WHOLE = re.compile(rf"({NUMBER})\s*([a-z]*)", re.ASCII | re.IGNORECASE)
SEGMENT = re.compile(rf"({NUMBER})([千百十]?)([兆億万]?)", re.ASCII)
CODE_BEFORE = re.compile(r"([A-Z]{3})\s*(?=[\d(])", re.ASCII)
CODE_AFTER = re.compile(r"(?<![A-Za-z])\s*([A-Z]{3})", re.ASCII)
MINUS = "-−△▲"


class NotAnAmount(ValueError):
    """The text is not an amount, or is ambiguous; the message says what would be accepted."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text[:60]}” is not an amount; 178.7B, 1787億円, 1,234.50 or JPY 5M would be accepted")


@dataclass(frozen=True)
class Written:
    """An amount as it was written; `currency` is empty where the text names none."""

    amount: Decimal
    currency: str = ""


def read_amount(text: str) -> Written:
    """Read an amount. Raises NotAnAmount."""
    rest = unicodedata.normalize("NFKC", text).strip()
    sign, rest = _sign(rest)
    currency, rest = _currency(rest)
    if not sign:  # JPY -5 is read as -JPY 5 is
        sign, rest = _sign(rest)
    amount = _western(rest)
    if amount is None:
        amount = _japanese(rest)
    if amount is None or (currency not in {"", "JPY"} and any(unit in rest for unit in "兆億万千百十")):
        raise NotAnAmount(text)
    return Written(amount * (sign or 1), currency)


def _sign(text: str) -> tuple[int, str]:
    """The sign (0 where none is written) and what follows it; accountants write (5) for -5."""
    if text[:1] and text[0] in MINUS:
        return -1, text[1:].strip()
    if text.startswith("+"):
        return 1, text[1:].strip()
    if text.startswith("(") and text.endswith(")"):
        return -1, text[1:-1].strip()
    return 0, text


def _currency(text: str) -> tuple[str, str]:
    if text.endswith("円"):
        return "JPY", text[:-1].strip()
    before = CODE_BEFORE.match(text) or re.match(r"([A-Z]{3})\s*(?=[-−△▲])", text)
    if before:
        return before[1], text[before.end() :].strip()
    after = re.search(rf"(?<=[\d\sa-z兆億万千百十]){CODE_AFTER.pattern}$", text, re.ASCII)
    if after:
        return after[1], text[: after.start()].strip()
    return "", text


def _western(text: str) -> Decimal | None:
    found = WHOLE.fullmatch(text)
    if found is None or found[2].lower() not in WESTERN:
        return None
    return _number(found[1]) * WESTERN[found[2].lower()]


def _japanese(text: str) -> Decimal | None:
    """The sum of segments whose units fall, as in 1兆7,870億円."""
    total, last, at = Decimal(0), 10**16, 0
    while at < len(text):
        found = SEGMENT.match(text, at)
        if found is None:
            return None
        unit = JAPANESE[found[3]] * MULTIPLIERS[found[2]]
        if unit >= last or (last < 10**16 and "." in found[1]):
            return None
        total, last, at = total + _number(found[1]) * unit, unit, found.end()
    return total if last < 10**16 else None


def _number(digits: str) -> Decimal:
    return Decimal(digits.replace(",", ""))
