"""A flag's evidence as people read it: amounts with their currency, days as days, documents as links."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from procurement.common import localized, words
from procurement.common.dating import Dated
from procurement.common.reading_dates import day_or_none
from procurement.pages.evidence_words import LABELS, NULLS
from procurement.sources.models import Document

#: What stands elsewhere on the page, or says nothing to a reader.
LEFT_OUT = frozenset(
    {"program", "title", "reference", "sources", "source", "id", "currency", "as_of", "milestone", "latest_movement"}
)
#: Days -> their precision, which says how they are written.
_PRECISIONS = {"effective_on": "effective_precision", "due_on": "due_precision"}
#: Keys with codes of a vocabulary.
_VOCABULARIES = {
    "status": "program_status",
    "otherwise": "program_status",
    "contract_status": "contract_status",
    "measure": "measure",
    "reported_measure": "reported",
    "method": "method",
    "side": "side",
    "kind": "kind",
    "suspends": "suspends",
    "paid_basis": "paid_basis",
    "when": "when",
}
#: Parts that are said only where there are some.
_QUALIFY = frozenset(
    {"uncertain", "uncertain_count", "overlapping", "overlapping_count", "rounding", "presumed_contracts"}
)
_NOTHING = (0, "0", "0.00", "0.000", None)
#: Keys that are numbers or shares, and not money.
_NUMBERS = frozenset({"share", "count", "movements"})


@dataclass(frozen=True)
class Line:
    """One thing that the evidence says: a text, an amount in short with all its digits, or lines of parts."""

    label: str
    text: str = ""
    title: str = ""
    is_unknown: bool = False
    parts: Sequence[Sequence["Line"]] = ()
    sources: Sequence[Document] = ()


def lines(evidence: Mapping[str, Any], documents: Mapping[int, Document], currency: str = "") -> list[Line]:
    """What evidence says, in its order."""
    own = evidence.get("currency") or currency
    shown = _with_precision(evidence)
    return [line for name, value in shown.items() for line in _line(name, value, documents, own)]


def _with_precision(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """Evidence of which days have their precision, and with amounts of nothing left out where they only qualify."""
    found = {name: value for name, value in evidence.items() if name not in _PRECISIONS.values()}
    for name, precision in _PRECISIONS.items():
        if (given := found.get(name)) and (day := day_or_none(given)):
            found[name] = Dated(day, evidence.get(precision) or "day")
    return {name: value for name, value in found.items() if not (name in _QUALIFY and value in _NOTHING)}


def _line(name: str, value: Any, documents: Mapping[int, Document], currency: str) -> Iterator[Line]:
    if name in LEFT_OUT or value in ("", []):
        return
    label = label_of(name)
    if isinstance(value, Mapping):
        yield Line(label, parts=[_part(value, documents, currency)])
    elif isinstance(value, list) and isinstance(value[0], Mapping):
        yield Line(label, parts=[_part(each, documents, currency) for each in value])
    elif isinstance(value, list):
        yield Line(label, ", ".join(_text(name, each, currency)[0] for each in value))
    elif value is None:
        yield Line(label, str(NULLS.get(name) or localized.unknown()), is_unknown=name not in NULLS)
    else:
        yield Line(label, *_text(name, value, currency))


def _part(value: Mapping[str, Any], documents: Mapping[int, Document], currency: str) -> list[Line]:
    found = lines(value, documents, currency)
    source = documents.get(value.get("source") or 0)
    return [*found, *([Line(_("source"), sources=[source])] if source else [])]


def label_of(name: str) -> str:
    """The name of a thing in evidence: of a figure as everywhere, of others as it reads."""
    return words.word("figure", name) if name in words.FIGURE else str(LABELS.get(name) or name.replace("_", " "))


def _text(name: str, value: Any, currency: str) -> tuple[str, str]:
    """A value in words, and in full."""
    if isinstance(value, bool):
        return (_("yes") if value else _("no")), ""
    if name in _VOCABULARIES:
        name = "reported_measure" if name == "measure" and value not in words.MEASURE else name
        return words.word(_VOCABULARIES[name], str(value)), ""
    if isinstance(value, Dated):
        return localized.day(value), value.on.isoformat()
    if isinstance(value, str) and (day := day_or_none(value)):
        return localized.day(day), day.isoformat()
    amount = None if name in _NUMBERS or not isinstance(value, str) or not currency else _amount(value)
    if amount is not None:
        return localized.in_short(amount, currency), localized.in_full(amount, currency)
    return str(value), ""


def _amount(value: str) -> Decimal | None:
    """Amounts in evidence are decimal strings; nothing else there is."""
    try:
        return Decimal(value) if "." in value else None
    except InvalidOperation:
        return None
