"""Reading amounts as people write them: 178.7B, 1787億円, 6億5,085万9,410円, 12 crore, 1.5 Mrd, △5. Pure.

Nothing is guessed: an ambiguous text is refused. “¥” may be yen or yuan and “$” a dozen dollars, so a sign is accepted
only where the reader knows the currency and the sign fits it; else a currency is its ISO code, or 円. “1,78” may be a
decimal comma, so commas stand before groups of three digits, or after groups that other signs have made.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from procurement.common.currency_signs import SIGNS

WESTERN: Mapping[str, int] = {
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
    "lakh": 10**5,
    "lakhs": 10**5,
    "lac": 10**5,
    "crore": 10**7,
    "crores": 10**7,
    "cr": 10**7,
    "lakh crore": 10**12,
}
#: Units of languages that have a decimal comma: 178,7 Mrd.
CONTINENTAL: Mapping[str, int] = {
    "mio": 10**6,
    "mln": 10**6,
    "mrd": 10**9,
    "mld": 10**9,
    "md": 10**9,
    "mds": 10**9,
}
JAPANESE: Mapping[str, int] = {"兆": 10**12, "億": 10**8, "万": 10**4, "": 1}
#: 百万円 and the like: multipliers that stand before a unit.
MULTIPLIERS: Mapping[str, int] = {"千": 10**3, "百": 10**2, "十": 10, "": 1}

Ways = tuple[tuple["re.Pattern[str]", str], ...]
NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d{1,30})(?:\.\d{1,10})?"
SEGMENT = re.compile(rf"({NUMBER})([千百十]?)([兆億万]?)", re.ASCII)
UNIT_BEHIND = re.compile(r"([\d.,' ]*\d)\s*([a-z ]*)\.?", re.ASCII | re.IGNORECASE)
#: Ways to write a number, each with its decimal sign; every one has a single reading.
NUMBERS: Ways = tuple(
    (re.compile(way, re.ASCII), decimal)
    for way, decimal in (
        (NUMBER, "."),
        (r"\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d{1,10})?", "."),  # in India: 1,78,00,000
        (r"\d{1,3}(?:'\d{3})+(?:\.\d{1,10})?", "."),
        (r"\d{1,3}(?: \d{3})+(?:\.\d{1,10})?", "."),
        (r"\d{1,3}(?: \d{3})+,\d{1,2}", ","),
        (r"\d{1,3}(?:\.\d{3}){2,}(?:,\d{1,10})?", ","),
    )
)
#: The same before a unit with a decimal comma, where three digits behind a comma or dot could be either.
BEFORE_CONTINENTAL: Ways = (
    (re.compile(r"\d{1,30}(?:\.\d{1,2})?", re.ASCII), "."),
    (re.compile(r"\d{1,30},\d{1,2}", re.ASCII), ","),
    (re.compile(r"\d{1,3}(?:[ ']\d{3})+(?:,\d{1,2})?", re.ASCII), ","),
)
CODE_BEFORE = re.compile(r"([A-Z]{3})\s*(?=[\d(])", re.ASCII)
CODE_AFTER = re.compile(r"(?<![A-Za-z])\s*([A-Z]{3})", re.ASCII)
SIGN = "|".join(map(re.escape, SIGNS))
SIGN_BEFORE = re.compile(rf"({SIGN})\s*(?=[-−△▲(\d])")
SIGN_AFTER = re.compile(rf"(?<=[\da-z. 兆億万千百十])\s*({SIGN})$", re.IGNORECASE)
MINUS = "-−△▲"


class NotAnAmount(ValueError):
    """The text is not an amount, or is ambiguous; the message says what would be accepted."""

    def __init__(self, text: str, accepted: str = "178.7B, 1787億円, 1,234.50 or JPY 5M") -> None:
        super().__init__(f"“{text[:60]}” is not an amount; {accepted} would be accepted")


@dataclass(frozen=True)
class Written:
    """An amount as it was written; `currency` is empty where the text names none."""

    amount: Decimal
    currency: str = ""


def read_amount(text: str, currency: str = "") -> Written:
    """Read an amount; `currency` is the one that a sign may mean, where that is known. Raises NotAnAmount."""
    rest = unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)).strip()
    sign, rest = _sign(rest)
    named, rest = _currency(rest)
    if not named:
        named, rest = _of_sign(text, rest, currency)
    if not sign:  # JPY -5 is read as -JPY 5 is
        sign, rest = _sign(rest)
    amount = _western(rest)
    if amount is None:
        amount = _japanese(rest)
    if amount is None or (named not in {"", "JPY"} and any(unit in rest for unit in "兆億万千百十")):
        raise NotAnAmount(text)
    return Written(amount * (sign or 1), named)


_APOSTROPHES = dict.fromkeys(map(ord, "’ʼ′＇"), "'")


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


def _of_sign(text: str, rest: str, currency: str) -> tuple[str, str]:
    """The currency that a sign means, and the rest of the text; nothing without one. Raises NotAnAmount."""
    found = SIGN_BEFORE.match(rest)
    after = None if found else SIGN_AFTER.search(rest)
    sign = found or after
    if sign is None:
        return "", rest
    bare = (rest[found.end() :] if found else rest[: sign.start()]).strip()
    meant = SIGNS[sign[1].lower()]
    if currency not in meant:
        raise NotAnAmount(text, " or ".join(f"{code} {bare}" for code in sorted(meant, key=_usual)[:3]))
    return currency, bare


def _usual(code: str) -> tuple[bool, str]:
    return code not in {"USD", "JPY", "SEK"}, code


def _western(text: str) -> Decimal | None:
    found = UNIT_BEHIND.fullmatch(text)
    if found is None:
        return None
    unit = " ".join(found[2].lower().split())
    if unit in CONTINENTAL:
        return _scaled(_number(found[1], BEFORE_CONTINENTAL), CONTINENTAL[unit])
    if unit not in WESTERN or text.endswith("."):
        return None
    return _scaled(_number(found[1], NUMBERS), WESTERN[unit])


def _scaled(number: Decimal | None, unit: int) -> Decimal | None:
    return None if number is None else number * unit


def _number(digits: str, ways: Ways) -> Decimal | None:
    """A number in the first of some ways of writing it; None if it is written in none of them."""
    for way, decimal in ways:
        if way.fullmatch(digits):
            whole, _, part = digits.partition(decimal)
            return Decimal("".join(filter(str.isdecimal, whole)) + (f".{part}" if part else ""))
    return None


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
        total, last, at = total + Decimal(found[1].replace(",", "")) * unit, unit, found.end()
    return total if last < 10**16 else None
