"""The contracts of a process, each with its award; awards stand for contracts where there are none. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from procurement.imports.files.json_values import Json, member, objects, text_of
from procurement.imports.formats.ocds.processes import Process, Said, value_of
from procurement.imports.formats.ocds.shapes import Money, Place, day_of, digest, money_of, numbered, shortened, text_in
from procurement.imports.rows import Ref

#: The length of a reference in our table of contracts, and of a name within a file.
REFERENCE, KEY = 120, 200
#: The shortest id that is taken as a reference by itself, where the ocid contains it.
TELLING = 6


@dataclass(frozen=True)
class Agreement:
    """A contract, or an award that stands for one."""

    process: Process
    kind: str
    place: Place
    said: Json
    award: Json = field(default_factory=dict)

    @cached_property
    def id(self) -> str:
        """The id that the publisher gave it; empty if none."""
        return text_of(self.said.get("id"))

    @cached_property
    def ref(self) -> Ref:
        """Its row: its id is unique within the process only."""
        name = shortened(self.id, KEY) if self.id else f"contract {digest(repr(self.said))}"
        return Ref("contracts", f"{self.process.ocid} {name}")

    @property
    def reference(self) -> str:
        """Its reference: the id, with the ocid before it unless one contains the other."""
        alone = len(self.id) >= TELLING and (self.id in self.process.ocid or self.process.ocid in self.id)
        return shortened(self.id if alone else self.ref.key, REFERENCE)

    @property
    def is_award(self) -> bool:
        """Whether it is an award that stands for a contract."""
        return self.kind == "awards"

    def values(self, currency: str) -> list[tuple[Said, Money]]:
        """Its value as it was and as it changed; that of the award if it has none of its own."""
        own = self.process.values.get((self.kind, self.id), [])
        told = own or self.process.values.get(("awards", text_of(self.award.get("id"))), [])
        return [(each, money_of({"amount": each.what[0], "currency": each.what[1]}, currency)) for each in told]

    @property
    def has_own_value(self) -> bool:
        """Whether its value is not the one of its award."""
        return bool(self.process.values.get((self.kind, self.id)))

    def statuses(self) -> list[Said]:
        """Its status as it was and as it changed."""
        return self.process.statuses.get((self.kind, self.id), [])

    def day(self, *path: str, zone: ZoneInfo | None) -> str:
        """A day of its own, or else of its award."""
        return day_of(member(self.said, *path), zone) or day_of(member(self.award, *path), zone)

    def period(self) -> Json:
        """The period in which it runs."""
        for said, name in ((self.said, "period"), (self.said, "contractPeriod"), (self.award, "contractPeriod")):
            if isinstance(found := said.get(name), dict) and found:
                return found
        return {}

    def text(self, name: str) -> str:
        """A text of its own, of its award or of the tender."""
        tender = self.process.whole.get("tender")
        return next((found for each in (self.said, self.award, tender) if (found := text_in(each, name))), "")

    def currency(self, fallback: str) -> str:
        """The currency that is named first: of its value, its award's, its payments, the tender, the budget."""
        whole = self.process.whole
        found: list[Any] = [value_of(self.said), self.award.get("value")]
        for each in objects(member(self.said, "implementation", "transactions")):
            found += [each.get("value"), each.get("amount")]
        found += [member(whole, "tender", "value"), member(whole, "planning", "budget", "amount")]
        return next((code for each in found if (code := text_of(member(each, "currency")))), fallback).upper()


def agreements(process: Process) -> Iterator[Agreement]:
    """The contracts of a process; its awards where no release speaks of contracts."""
    awards = objects(process.whole.get("awards"))
    by_id = {text_of(each.get("id")): each for each in reversed(awards)}
    for number, each in numbered(process.whole.get("contracts")):
        award = by_id.get(text_of(each.get("awardID"))) or (awards[0] if len(awards) == 1 else {})
        yield Agreement(process, "contracts", Place(f"contracts[{number}]", process.line), each, award)
    if process.whole.get("contracts") is None:
        for number, each in enumerate(awards):
            yield Agreement(process, "awards", Place(f"awards[{number}]", process.line), each)
