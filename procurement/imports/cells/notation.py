"""Amounts as people write them in files: full-width digits, 億 and 万, commas, brackets, triangles. Pure.

No library is used: those that were tried drop the sign of -5132.00 and (5,132.00), or read 497億8800万円 as 497.
"""

import re
from decimal import Context, Decimal
from functools import reduce

from procurement.common.currency_signs import SIGNS
from procurement.imports.cells.values import Unreadable

#: Full-width signs and digits, the ideographic space, and every dash that stands for a minus, as a keyboard has them.
_NARROW: dict[int, int | str] = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_NARROW |= dict.fromkeys(map(ord, "\u3000\u00a0\u202f\u2009"), " ") | dict.fromkeys(map(ord, "−‐‑–—―"), "-")
_NARROW |= {ord("￥"): "¥", ord("￡"): "£", ord("’"): "'"}

#: What stands in a cell that says nothing.
NOTHING = frozenset({"", "-", "--", "ー", "なし", "無", "無し", "該当なし", "n/a", "na", "none", "null"})

#: Japanese units. 百万 and 千 are units of whole columns and cells, the others also of parts: 497億8800万円.
UNITS = {"": 1, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "億": 10**8, "十億": 10**9, "兆": 10**12}
_PARTS = ("兆", "億", "万", "")
_UNIT_OF_COLUMN = re.compile(r"(千万|十億|百万|千|万|億|兆)円")
_UNIT_IN_CELL = re.compile(r"([\d.,']+)(千万|十億|百万|千|万|億|兆|)")

_SIGN = re.compile(r"^(?P<a>[¥$€£₩₹₪₴₺]|kr|[A-Z]{3}) ?(?![A-Za-z])|(?<![A-Za-z]) ?(?P<b>[円$€£₩₹₪₴₺]|zł|kr|[A-Z]{3})$")

#: A note behind an amount, of which it changes nothing.
_TAX = re.compile(r"\s*\((?:うち)?(?:消費)?税[^()]*\)$|税込$")

_WHOLE = {".": r"\d+|\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d{1,3}(?:'\d{3})+"}
_WHOLE[","] = _WHOLE["."].replace(",\\d{3}", "\\.\\d{3}")
_NUMBER = {
    sign: re.compile(rf"(?P<whole>{whole}|)(?:{re.escape(sign)}(?P<part>\d*))?") for sign, whole in _WHOLE.items()
}
#: As many digits as a field of ours reads, and room for its arithmetic.
LONGEST = 40
_EXACT = Context(prec=4 * LONGEST)


def narrow(text: str) -> str:
    """A text with digits and signs of one width. Only these: ① is no 1, and ² no 2."""
    return text.translate(_NARROW).strip()


def says_nothing(text: str) -> bool:
    """Whether a cell is empty, or has what stands for nothing in it: a dash, なし, n/a."""
    return narrow(text).casefold() in NOTHING


def is_formula(text: str) -> bool:
    """Whether a cell holds a formula, also one that begins with a full-width ＝."""
    return narrow(text).startswith("=")


def unit_of(heading: str) -> int:
    """The unit that a heading names, 1 where it names none: 契約金額（千円） is 1000."""
    found = _UNIT_OF_COLUMN.search(narrow(heading).replace(" ", ""))
    return UNITS[found[1]] if found else 1


def amount(text: str, *, unit: int = 1, decimal: str = ".", currency: str = "") -> str:
    """An amount in plain digits, in whole units of its currency, without any rounding.

    `unit` is that of the column; `decimal`, the sign before the decimals; `currency`, the one that signs may mean.
    Raises Unreadable.
    """
    if unit == 1 and text.isascii() and text.isdecimal() and len(text) <= LONGEST:
        return text  # most are: this is called for every line
    if is_formula(text):
        shown = text.strip()[1:]
        raise Unreadable(f"is a formula, and none is worked out; its value would be accepted, as text: {shown[:40]}")
    outside, named = _without_signs(narrow(text), currency)
    negative, within = _signed(outside)
    bare, also_named = _without_signs(within, currency)
    number, own = _counted(bare, decimal)
    if own != 1 or "円" in (named, also_named):
        if unit not in (1, own):
            raise Unreadable(
                f"names another unit than the heading; the number alone, in units of {unit}, would be accepted"
            )
    else:
        number = _times(number, unit)
    return f"-{number}" if negative and Decimal(number) else number


def _signed(text: str) -> tuple[bool, str]:
    """Whether an amount is negative, as -1, 1-, (1), △1 and ▲1 are, and the rest of it. Raises Unreadable."""
    marks = 0
    if text.startswith("(") and text.endswith(")"):
        marks, text = 1, text[1:-1].strip()
    while text[:1] in {"-", "△", "▲"} or (len(text) > 1 and text.endswith("-")):
        marks, text = marks + 1, (text[1:] if text[0] in "-△▲" else text[:-1]).strip()
    if marks > 1:
        raise Unreadable("has two signs; -1500 would be accepted")
    return marks == 1, text.removeprefix("+").strip() if not marks else text


def _without_signs(text: str, currency: str) -> tuple[str, str]:
    """An amount without the signs of its currency, and the last of them. Raises Unreadable."""
    text = _TAX.sub("", text).removesuffix("也")
    named = [found["a"] or found["b"] for found in _SIGN.finditer(text)]
    for sign in named:
        if currency and currency not in SIGNS.get(sign, frozenset({sign})):
            raise Unreadable(f"is in {sign}, and the column in {currency}; an amount in {currency} would be accepted")
    return _SIGN.sub("", text).strip(), "".join(named[-1:])


def _counted(text: str, decimal: str) -> tuple[str, int]:
    """The digits of an amount, and its own unit: 1 where it names none. Raises Unreadable."""
    if not any(each in text for each in "千万億兆"):
        return _digits(text, decimal), 1
    joined = text.replace(" ", "")
    parts: list[tuple[str, str]] = _UNIT_IN_CELL.findall(joined)
    names = [name for _, name in parts]
    in_order = len(parts) == 1 or names == [name for name in _PARTS if name in names]
    if not in_order or "".join(number + name for number, name in parts) != joined:
        raise Unreadable("is no amount; 497億8800万円 or 49788000000 would be accepted")
    values = [Decimal(_times(_digits(number, decimal), UNITS[name])) for number, name in parts]
    if any(value >= UNITS[before] for value, before in zip(values[1:], names, strict=False)):
        raise Unreadable("has a part larger than the one before it; 497億8800万円 or 49788000000 would be accepted")
    return format(reduce(_EXACT.add, values), "f"), UNITS[names[0]]


def _digits(text: str, decimal: str) -> str:
    """Plain digits of a number that may be grouped. Raises Unreadable."""
    found = _NUMBER[decimal].fullmatch(text)
    if not found or not (found["whole"] or found["part"]) or len(text) > LONGEST:
        raise Unreadable(_fault(text, decimal))
    whole = re.sub(r"\D", "", found["whole"]) or "0"
    return f"{whole}.{found['part']}" if found["part"] else whole


def _fault(text: str, decimal: str) -> str:
    if re.fullmatch(r"[\d.,]+E[+-]?\d+", text, re.IGNORECASE):
        return "is rounded to powers of ten; all of its digits would be accepted"
    example = "1,500.50" if decimal == "." else "1.500,50"
    return f"is not an amount; {example}, (1500), △1500 or 4億5000万円 would be accepted"


def _times(number: str, unit: int) -> str:
    if unit == 1:
        return number
    found = format(_EXACT.multiply(Decimal(number), unit), "f")
    return found.rstrip("0").rstrip(".") if "." in found else found
