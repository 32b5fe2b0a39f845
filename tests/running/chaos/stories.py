"""What is posted: of each program its contract, its money, and its end, in one order. The same for a seed and a day."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

ENTRIES = 30


@dataclass(frozen=True)
class Step:
    """One request. `contract` and `last` in its body or path stand for what earlier answers said."""

    path: str
    body: dict[str, Any]
    #: whether the rows have a key of their own; else the request has one
    is_keyed: bool = False


class Story:
    """One program and one contract, from the award to what came after the stop."""

    def __init__(self, seed: int, number: int, today: dt.date, source: int) -> None:
        self.chance, self.number, self.today, self.source = random.Random(f"{seed}/{number}"), number, today, source
        self.code, self.reference = f"p-{number}", f"C-{number}"

    def steps(self) -> Iterator[Step]:
        """What is posted, one after the other."""
        chance = self.chance
        yield Step("programs/", self._program())
        yield Step("contracts/", self._contract())
        yield self._money("commitment", chance.randrange(10, 1000) * 1_000_000, self._ago(300), "award")
        yield self._money("payment", chance.randrange(1, 20) * 1_000_000, self._ago(200))
        yield self._fact("status-changes/", self._decision(), self._ago(12))
        if chance.random() < 0.6:
            status = chance.choice(["stop_work", "suspended", "terminated"])
            yield self._fact("contract-status-changes/", {"contract": "contract", "status": status}, self._ago(10))
        if chance.random() < 0.5:
            yield self._fact(
                "liability-estimates/", {"contract": "contract", "low": "1.00", "high": "9.00"}, self._ago(9)
            )
        if chance.random() < 0.7:
            yield self._money("payment", chance.randrange(1, 2000) * 1_000_000, self._ago(5))
            if chance.random() < 0.3:
                yield Step("ledger-entries/last/reverse/", {"note": self._note(), "source": self.source})
        if chance.random() < 0.4:
            yield self._money("commitment", chance.randrange(1, 50) * 1_000_000, self._ago(3))

    def _ago(self, days: int) -> str:
        return (self.today - dt.timedelta(days=days)).isoformat()

    def _note(self) -> str:
        self.noted = getattr(self, "noted", 0) + 1
        return f"{self.code}/{self.noted}"

    def _program(self) -> dict[str, Any]:
        buyer = {"name": f"Ministry {self.number % 7}", "country": "JP", "kind": "government_executive"}
        return {"code": self.code, "name": f"Program {self.number}", "buyer": buyer, "country": "JP", "domain": "air"}

    def _contract(self) -> dict[str, Any]:
        signed = self._ago(300)
        return {
            "reference": self.reference,
            "title": f"Contract {self.number}",
            "buyer": {"name": f"Ministry {self.number % 7}", "country": "JP"},
            "suppliers": [{"name": f"Maker {self.number % 11}", "country": "US"}],
            "method": "domestic",
            "currency": "JPY",
            "signed_on": signed,
            "ends_on": self._ago(self.chance.choice([-400, -100, 20])),
            "status": "active",
            "allocations": [{"program": self.code, "share": "1", "from": signed}],
            "source": self.source,
        }

    def _decision(self) -> dict[str, Any]:
        status = self.chance.choice(["suspended", "suspended", "cancelled"])
        return {"program": self.code, "status": status, "kind": "decision", "scope": "whole"}

    def _money(self, measure: str, amount: int, on: str, reason: str = "") -> Step:
        more = {"reason": reason} if reason else {}
        body = {"contract": "contract", "measure": measure, "amount": f"{amount}.00"} | more
        return self._fact("ledger-entries/", body, on)

    def _fact(self, path: str, body: dict[str, Any], on: str) -> Step:
        """A fact whose note no other has; every third has a key of its own."""
        note, is_keyed = self._note(), self.chance.random() < 0.3
        common = {"effective_on": on, "published_on": on, "source": self.source, "note": note}
        return Step(path, body | common | ({"source_key": note} if is_keyed else {}), is_keyed)


def import_file(number: int, today: dt.date) -> str:
    """A portfolio of one suspended program, whose contract has some entries."""
    day, stopped = (today - dt.timedelta(days=200)).isoformat(), (today - dt.timedelta(days=8)).isoformat()
    entries = "".join(
        f"      - {{key: e{each}, measure: {'payment' if each else 'commitment'}, amount: {1000 - each},"
        f" effective_on: {day}, source: s, note: i-{number}/{each}}}\n"
        for each in range(ENTRIES)
    )
    return f"""\
organizations:
  mod: {{name: Ministry {number % 7}, kind: government_executive, country: JP}}
sources:
  s: {{title: Notice {number}, url: "https://example.org/i-{number}", published_on: {day}, grade: primary}}
programs:
  i-{number}: {{name: Imported {number}, buyer: mod, country: JP, source: s}}
status_changes:
  - {{key: halt, program: i-{number}, kind: decision, status: suspended, effective_on: {stopped}, source: s,
     note: i-{number}/halt}}
contracts:
  - key: I-{number}
    reference: I-{number}
    title: Imported {number}
    buyer: mod
    currency: JPY
    signed_on: {day}
    source: s
    statuses: [{{key: signed, status: active, effective_on: {day}, source: s, note: i-{number}/signed}}]
    allocations: [{{key: first, program: i-{number}, share: 1, from: {day}, source: s, note: i-{number}/first}}]
    entries:
{entries}"""
