"""Vocabularies as types of their own: one name for each, wherever its words stand."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.db.models.enums import TextChoices

from procurement.api.flags.shapes import WOULD_BE_OPEN
from procurement.api.http.rendering import ROWS
from procurement.exposure.answering import GROUPINGS
from procurement.exposure.presentation import SHOWN
from procurement.fiscal.intervals import ENDS
from procurement.flags.models import Flag

#: Names for vocabularies whose class is named for its model.
NAMES = {
    "ContractParty.Role": "PartyRole",
    "ContractStatusChange.Act": "ContractActKind",
    "ContractStatusChange.Ground": "TerminationGround",
    "ContractStatusChange.Status": "ContractStatus",
    "ContractStatusChange.Suspends": "SuspendedPart",
    "ExchangeRate.Type": "RateType",
    "Flag.State": "StoredFlagState",
    "Fact.Precision": "DatePrecision",
    "LedgerEntry.Reason": "EntryReason",
    "ReportedFigure.Measure": "FigureMeasure",
    "StatusChange.Scope": "StatusScope",
    "StatusChange.Side": "Side",
    "StatusChange.Status": "ProgramStatus",
}
#: Vocabularies of answers alone.
MORE: dict[str, list[str]] = {
    "Figure": [*SHOWN, "deferred"],
    "FlagState": [*Flag.State.values, WOULD_BE_OPEN],
    "Format": [str(each.format) for each in ROWS],
    "Grouping": list(GROUPINGS),
    "Interval": list(ENDS),
}
#: Members of a description that say nothing where the vocabulary has its own name.
SAID_THERE = frozenset({"enum", "type", "x-spec-enum-id"})


def _below(choices: type[TextChoices]) -> Iterator[type[TextChoices]]:
    for each in choices.__subclasses__():
        yield each
        yield from _below(each)


@cache
def vocabularies() -> dict[frozenset[str], tuple[str, dict[str, Any]]]:
    """Every vocabulary of the service by its words: its name and its description."""
    found = {frozenset(words): (name, {"type": "string", "enum": words}) for name, words in MORE.items()}
    for each in _below(TextChoices):
        words = [word for word in each.values if word]
        if each.__module__.startswith("procurement.") and words:
            name = NAMES.get(each.__qualname__, each.__qualname__.replace(".", ""))
            says = "\n".join(f"* `{word}` - {label}" for word, label in each.choices if word)
            found.setdefault(frozenset(words), (name, {"type": "string", "enum": words, "description": says}))
    return found


def name_vocabularies(described: dict[str, Any]) -> None:
    """Put a reference wherever the words of a vocabulary stand, and the vocabularies beside the other types."""
    used: dict[str, dict[str, Any]] = {}
    for part in ("paths", "components"):
        described[part] = _named(described[part], used)
    assert used.keys().isdisjoint(described["components"]["schemas"]), "two types have one name"
    described["components"]["schemas"] |= used
    described["components"]["schemas"] = dict(sorted(described["components"]["schemas"].items()))


def _named(part: Any, used: dict[str, dict[str, Any]]) -> Any:
    if isinstance(part, list):
        return [_named(each, used) for each in part]
    if not isinstance(part, dict):
        return part
    words = part.get("enum")
    if not isinstance(words, list):
        return {name: _named(each, used) for name, each in part.items()}
    known = vocabularies().get(frozenset(word for word in words if word))
    if known is None:
        return {name: each for name, each in part.items() if name != "x-spec-enum-id"}
    used[known[0]] = known[1]
    return _referring(part, words, known[0])


def _referring(part: dict[str, Any], words: list[Any], name: str) -> dict[str, Any]:
    """The same as a reference, with null or an empty text beside it where these are allowed."""
    reference = {"$ref": f"#/components/schemas/{name}"}
    others = [{"type": "null"}] if None in words else []
    others += [{"type": "string", "const": ""}] if "" in words else []
    said = {key: each for key, each in part.items() if key not in SAID_THERE}
    if "* `" in said.get("description", ""):
        said["description"] = said["description"].partition("* `")[0].strip()
    said = {key: each for key, each in said.items() if each != ""}
    if others:
        return {"oneOf": [reference, *others], **said}
    return {"allOf": [reference], **said} if said else reference
