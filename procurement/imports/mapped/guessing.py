"""Guesses at what columns mean, by their headings and first values; a person confirms each. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from procurement.imports.cells.notation import narrow, says_nothing, unit_of
from procurement.imports.files.headings import normal
from procurement.imports.mapped.targets import is_amount, is_day

#: Words in headings, the more special ones first, and the field that a column with one may be.
_WORDS: tuple[tuple[str, str], ...] = (
    (r"tiv|trend.?indicator", ""),
    (r"recipient|buyer|customer|purchas|ministry|department|authority|機関|部局|府省", "buyer.name"),
    (r"supplier|vendor|contractor|company|seller|manufacturer|相手方|業者", "supplier.name"),
    (r"法人番号|corporatenumber|duns|uei|cage", "supplier.identifiers"),
    (r"year.*order|order.*(year|date)|contract.*date|signed|signature|award.*date|契約.*日|締結", "contract.signed_on"),
    (r"deliver.*(year|date)|(year|date).*deliver|納期|履行期限", "contract.ends_on"),
    (r"currency|通貨", "contract.currency"),
    (r"paid|payment|支払|支出", "payment.amount"),
    (r"amount|value|price|cost|金額|価格", "commitment.amount"),
    (r"reference|contract.?(no|number|id)|契約番号|番号", "contract.reference"),
    (r"designation|title|subject|system|item|件名|品名|名称", "contract.title"),
    (r"program|project|事業", "program.code"),
    (r"status|state", "status.status"),
    (r"comment|remark|number|quantity|note|category|description|数量|備考", "contract.description"),
)
_AMBIGUOUS = re.compile(r"\d\d?[/.-]\d\d?[/.-]\d{4}")
_YEAR = re.compile(r"\(?\d{4}\)?(?:\s*[-,;/]\s*\(?\d{4}\)?)*")
_MONTH = re.compile(r"\d{4}[-/.年]\d\d?月?|\d\d?[-/.]\d{4}")


@dataclass(frozen=True)
class Guess:
    """What a column may be. An empty answer is one that only a person can give."""

    target: str = ""
    unit: int = 0
    decimal: str = ""
    order: str = ""
    precision: str = ""


def guesses(columns: Mapping[str, Sequence[str]]) -> dict[str, Guess]:
    """A guess for each heading, from it and the values below it; no field is guessed twice but for descriptions."""
    found, met = {}, set()
    for heading, values in columns.items():
        target = _target(heading)
        if target in met and target != "contract.description":
            target = ""
        met.add(target)
        found[heading] = guess(target, heading, values)
    return found


def _target(heading: str) -> str:
    name = normal(heading)
    return next((target for words, target in _WORDS if re.search(words, name)), "")


def guess(target: str, heading: str, values: Sequence[str]) -> Guess:
    """What the values tell about a column that may be this field."""
    told = [narrow(each) for each in values if not says_nothing(each)]
    if is_amount(target):
        unit = unit_of(heading)
        return Guess(target, unit=unit if unit > 1 else 0, decimal=decimal_of(told))
    if is_day(target):
        return Guess(target, order=order_of(told), precision=precision_of(told))
    return Guess(target)


def decimal_of(values: Sequence[str]) -> str:
    """The sign before decimals, where the values leave no doubt; 1,500 and 1.500 may be either."""
    signs = {_decimal_sign(each) for each in values} - {"none"}
    if not signs:
        return "."
    told = signs - {"either"}
    return told.pop() if len(told) == 1 else ""


def _decimal_sign(text: str) -> str:
    """The sign that can only stand before decimals in an amount; “either” if that is open, “none” without any."""
    signs = re.findall("[.,]", text)
    if not signs:
        return "none"
    last = signs[-1]
    if len(set(signs)) > 1:
        return str(last)
    if len(signs) > 1:  # several of one kind separate thousands
        return "," if last == "." else "."
    return "either" if re.search(r"[.,]\d{3}\b", text) else str(last)


def order_of(values: Sequence[str]) -> str:
    """The order of day, month and year, where the values leave no doubt; 03/04/2020 may be either."""
    doubtful = [each for each in values if _AMBIGUOUS.match(each)]
    if not doubtful:
        return "ymd"
    pairs = [tuple(map(int, re.split(r"[/.-]", each)[:2])) for each in doubtful]
    days_first, months_first = any(first > 12 for first, _ in pairs), any(second > 12 for _, second in pairs)
    if days_first != months_first:
        return "dmy" if days_first else "mdy"
    return ""


def precision_of(values: Sequence[str]) -> str:
    """How exact days are."""
    if values and all(_YEAR.fullmatch(each) for each in values):
        return "year"
    if values and all(_MONTH.fullmatch(each) for each in values):
        return "month"
    return "day"


def is_ambiguous(order: str, values: Sequence[str]) -> bool:
    """Whether values may have their day or their month first, and the answer does not say which."""
    return order not in {"dmy", "mdy"} and any(_AMBIGUOUS.match(narrow(each)) for each in values)
