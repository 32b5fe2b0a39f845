"""What a verification looks at: contracts, days and questions, drawn by a seed so that a finding can be repeated."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any

from django.db.models import Count
from django.utils import timezone

from procurement.common.dates import Asked
from procurement.contracts.models import Contract, ContractParty, ProgramAllocation
from procurement.exposure.answering import GROUPINGS, Question
from procurement.exposure.kept.models import KeptDay, Line
from procurement.exposure.kept.waiting import waiting_contracts
from procurement.ledger.models import LedgerEntry

#: Contracts of one question: what the ledger is read for stays small.
FEW = 50
#: A program with more contracts than this is asked about only as a whole (--whole).
LARGEST_PROGRAM = 20_000
#: How many entries back the latest contracts are looked for, for each one wanted.
BACK = 20
DAY = dt.timedelta(days=1)
#: The filters that a kept line itself says a value of.
OWN_FILTERS = ("buyer", "country", "method", "contract_status", "fiscal_year", "supplier_country")


@dataclass(frozen=True)
class Sizes:
    """How much is looked at; the work stays bounded however many contracts there are."""

    questions: int = 60
    contracts: int = 2_000
    days: int = 3
    rehomings: int = 40


@dataclass
class Sample:
    """Random draws from the portfolio as it is in the caller's transaction."""

    seed: int
    sizes: Sizes
    random: Random = field(init=False)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)  # noqa: S311  (draws a sample, guards nothing)

    @cached_property
    def contracts(self) -> list[int]:
        """Contracts, half of them those that entries were posted for last: there the newest mistakes are."""
        latest = LedgerEntry.objects.order_by("-pk").values_list("contract_id", flat=True)
        found = set(latest[: self.sizes.contracts * BACK // 2])
        half = self.sizes.contracts // 2
        chosen = set(self.random.sample(sorted(found), min(half, len(found))))
        return sorted(chosen | set(self._anywhere(self.sizes.contracts - len(chosen))))

    def _anywhere(self, number: int) -> list[int]:
        last = Contract.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        drawn = self.random.sample(range(1, last + 1), min(number, last))
        return list(Contract.objects.filter(pk__in=drawn).values_list("pk", flat=True))

    @cached_property
    def known_contracts(self) -> list[int]:
        """Those of them that do not wait: what is kept of them must be what the facts say."""
        kept = KeptDay.objects.first()
        waiting = waiting_contracts(Asked(kept.day), {"contract": self.contracts}) if kept else None
        return [] if waiting is None else sorted(set(self.contracts) - set(waiting))

    @cached_property
    def days(self) -> list[dt.date]:
        """The kept day, days on which entries of some of the contracts are dated, and the days before those."""
        entries = LedgerEntry.objects.filter(contract__in=self.contracts).order_by("effective_on")
        found = list(entries.values_list("effective_on", flat=True).distinct())
        chosen = self.random.sample(found, min(self.sizes.days, len(found)))
        return sorted({*chosen, *(day - DAY for day in chosen if day > dt.date.min), self.kept_day})

    @cached_property
    def kept_day(self) -> dt.date:
        """The day that is kept, of which most is asked."""
        return KeptDay.objects.values_list("day", flat=True).first() or timezone.localdate()

    @cached_property
    def programs(self) -> list[int]:
        """Programs that the ledger can be read for in little time."""
        sizes = ProgramAllocation.objects.order_by().values("program_id").annotate(of=Count("contract_id"))
        return sorted(row["program_id"] for row in sizes if row["of"] <= LARGEST_PROGRAM)

    @cached_property
    def rehomings(self) -> list[tuple[int, dt.date]]:
        """Contracts and the days on which a share of theirs begins."""
        rows = ProgramAllocation.objects.filter(contract__in=self.contracts).order_by("contract_id", "effective_on")
        found = list(rows.values_list("contract_id", "effective_on").distinct())
        return sorted(self.random.sample(found, min(self.sizes.rehomings, len(found))))

    def questions(self) -> list[Question]:
        """Random groupings, filters and days, each with a filter that keeps the ledger's part small."""
        return [self._question() for _ in range(self.sizes.questions)] if self.contracts else []

    def _question(self) -> Question:
        names = [name for name in GROUPINGS if name != "none"]
        groups = tuple(self.random.sample(names, self.random.choice((0, 1, 1, 2, 3))))
        day = self.kept_day if self.random.random() < 0.5 else self.random.choice(self.days)
        return Question(Asked(day), groups, self._filters())

    def _filters(self) -> dict[str, Sequence[Any]]:
        if self.programs and self.random.random() < 0.5:
            narrow: dict[str, Sequence[Any]] = {"program": self._some(self.programs, self.random.choice((1, 1, 2)))}
        else:
            narrow = {"contract": self._some(self.contracts, FEW)}
        return narrow if self.random.random() < 0.5 else narrow | self._one_more()

    def _one_more(self) -> dict[str, Sequence[Any]]:
        """A filter that some contract passes."""
        contract = self.random.choice(self.contracts)
        if self.random.random() < 0.2:
            parties = ContractParty.objects.filter(contract=contract).order_by("pk")
            return {"supplier": list(parties.values_list("organization", flat=True))}
        said = Line.objects.filter(contract_id=contract).order_by("pk").values(*OWN_FILTERS).first() or {}
        given = {name: [value] for name, value in said.items() if value is not None}
        name = self.random.choice(sorted(given)) if given else ""
        return {name: given[name]} if name else {}

    def _some(self, rows: Sequence[int], number: int) -> list[int]:
        return sorted(self.random.sample(list(rows), min(number, len(rows))))
