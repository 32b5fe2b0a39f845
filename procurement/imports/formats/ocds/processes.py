"""One contracting process as its releases in a file tell it, one after another. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from procurement.imports.files.json_values import Json, member, objects, text_of
from procurement.imports.formats.ocds.releases import Publication, publication
from procurement.imports.formats.ocds.shapes import day_of

#: What a value or status belongs to: the list it stands in (awards or contracts), and its id.
Name = tuple[str, str]


@dataclass(frozen=True)
class Said:
    """What one release was the first to say: a value or a status, the release's id and its day."""

    what: Any
    release: str
    day: str


@dataclass
class Process:
    """What the releases say together, and when each value and status changed.

    `seen` is the day of the first release that has an award, contract or transaction.
    """

    ocid: str
    line: int = 0
    whole: dict[str, Any] = field(default_factory=dict)
    day: str = ""
    values: dict[Name, list[Said]] = field(default_factory=dict)
    statuses: dict[Name, list[Said]] = field(default_factory=dict)
    seen: dict[tuple[str, ...], str] = field(default_factory=dict)
    publication: Publication = field(default_factory=Publication)

    def take(self, release: Json, line: int, published: Publication, zone: ZoneInfo | None) -> None:
        """Add what the next release says."""
        self.line = self.line or line
        self.whole = merged(self.whole, release) if self.whole else dict(release)
        self.day = day_of(release.get("date"), zone) or self.day
        info = member(release, "packageInfo")  # where releases without a package tell it
        told = [self.publication, published, publication(info if isinstance(info, dict) else {})]
        named = next((each.publisher for each in told if each.publisher), "")
        self.publication = Publication(named, next((each.url for each in told if each.url), ""))
        for kind in ("awards", "contracts"):
            spoken_of = {text_of(each.get("id")) for each in objects(release.get(kind))}
            for each in reversed(objects(self.whole.get(kind))):
                if (key := text_of(each.get("id"))) in spoken_of:
                    self._note(kind, key, each, text_of(release.get("id")))

    def _note(self, kind: str, key: str, together: Json, release: str) -> None:
        self.seen.setdefault((kind, key), self.day)
        worth = value_of(together)
        value = (text_of(member(worth, "amount")), text_of(member(worth, "currency")))
        for said, what in ((self.values, value if value[0] else None), (self.statuses, together.get("status"))):
            told = said.setdefault((kind, key), [])
            if what and (not told or told[-1].what != what):
                told.append(Said(what, release, self.day))
        for each in objects(member(together, "implementation", "transactions")):
            self.seen.setdefault((kind, key, text_of(each.get("id"))), self.day)


def value_of(agreement: Json) -> Any:
    """The value of an award or contract; a Mexican extension gives only the one with tax."""
    return agreement.get("value") or agreement.get("valueWithTax")


def merged(old: Json, new: Json) -> dict[str, Any]:
    """What an object says when a later release of it was read.

    Members replace one another; objects are merged, and so are lists of objects whose ids tell them apart. Unlike in
    the standard's own merge a null takes nothing back: in real files it stands for what is not told again.
    """
    whole = dict(old)
    for name, value in new.items():
        if value is not None:
            whole[name] = _merged_value(whole.get(name), value)
    return whole


def _merged_value(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return merged(old, new)
    if isinstance(old, list) and isinstance(new, list) and tells_apart(old) and tells_apart(new):
        together = {text_of(each["id"]): each for each in old}
        for each in new:
            key = text_of(each["id"])
            together[key] = merged(together[key], each) if key in together else each
        return list(together.values())
    return new


def tells_apart(items: Iterable[Any]) -> bool:
    """Whether every item of a list is an object with an id of its own."""
    ids = [text_of(each.get("id")) if isinstance(each, dict) else "" for each in items]
    return all(ids) and len(set(ids)) == len(ids)
