"""Reported figures about a program's money, shown beside the ledger's."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q

from procurement.common.dates import Asked
from procurement.common.dating import Dated
from procurement.common.money import as_text, range_in_full, trimmed
from procurement.common.texts import in_words
from procurement.contracts.models import LiabilityEstimate, ProgramAllocation
from procurement.figures.models import ReportedFigure

#: Column of a case -> the measures of reported figures shown in it.
SAID_OF: Mapping[str, tuple[str, ...]] = {
    "reported_committed": ("contracted", "target_price", "ceiling_price"),
    "reported_paid": ("paid",),
    "spent": ("spent",),
    "reported_estimate": ("termination_cost",),
    "reported_exit": ("settlement",),
    "reported_total": ("estimated_total", "program_cost", "budget", "commitment_authority"),
}
#: Measures about the cost of leaving, beside contracts' estimates and the ledger.
LEAVING = ("termination_cost", "settlement", "claim_buyer", "claim_supplier", "unsettled", "receipt")
MEASURES = frozenset({*LEAVING, *(measure for measures in SAID_OF.values() for measure in measures)})
#: The name of a contract's secret estimate.
TERMINATION_LIABILITY = "termination_liability"


@dataclass(frozen=True)
class Reported:
    """A reported total; without an amount if only a share of one was reported, or it is withheld."""

    measure: str
    low: Decimal | None
    high: Decimal | None
    currency: str
    scope: str
    as_of: Dated
    speaker: str
    source_id: int
    share: Decimal | None = None
    share_of: str = ""
    withheld: bool = False

    def as_dict(self, urls: Mapping[int, str]) -> dict[str, Any]:
        """The figure as answers have it."""
        ends = {"low": as_text(self.low, self.currency), "high": as_text(self.high, self.currency)}
        return {
            "measure": self.measure,
            **ends,
            "currency": self.currency,
            "share": None if self.share is None else trimmed(self.share),
            "share_of": self.share_of,
            "withheld": self.withheld,
            "scope": self.scope,
            "as_of": self.as_of.parts(),
            "speaker": self.speaker,
            "source": urls.get(self.source_id, ""),
            "text": self.in_words(urls),
        }

    def in_words(self, urls: Mapping[int, str]) -> str:
        """In one line: termination cost 450,000,000 to 680,000,000 USD (scope), speaker, 2004-02-23, address."""
        scope = f" ({self.scope})" if self.scope else ""
        parts = (f"{in_words(self.measure)} {self.amount}{scope}", self.speaker, f"{self.as_of}")
        return ", ".join(part for part in (*parts, urls.get(self.source_id, "")) if part)

    @property
    def amount(self) -> str:
        """The amount in words."""
        if self.withheld:
            return "withheld"
        if self.share is not None and self.low is None and self.high is None:
            return f"{trimmed(self.share)} of {self.share_of}"
        return range_in_full(self.low, self.high, self.currency)


def reported(asked: Asked, program_ids: list[int]) -> dict[int, list[Reported]]:
    """The figures about each program, or about a contract that ever belonged to it, in order. Three queries."""
    pairs = ProgramAllocation.objects.standing(asked).filter(program__in=program_ids)
    programs_of: dict[int, set[int]] = defaultdict(set)
    for program, contract in pairs.values_list("program_id", "contract_id"):
        programs_of[contract].add(program)
    found: dict[int, list[Reported]] = defaultdict(list)
    for figure in _figures(asked, program_ids, programs_of):
        for program in [figure.program_id] if figure.program_id else sorted(programs_of[figure.contract_id or 0]):
            found[program].append(_one(figure))
    for estimate in _secret(asked, programs_of):
        for program in sorted(programs_of[estimate.contract_id]):
            found[program].append(_withheld(estimate))
    return found


def _figures(asked: Asked, program_ids: list[int], contracts: Iterable[int]) -> Iterable[ReportedFigure]:
    about = Q(program__in=program_ids) | Q(contract__in=list(contracts))
    rows = ReportedFigure.objects.standing(asked).filter(about, measure__in=MEASURES)
    return rows.order_by("as_of_date", "id")


def _secret(asked: Asked, contracts: Iterable[int]) -> Iterator[LiabilityEstimate]:
    """The contracts' latest estimates, where those exist and are secret."""
    rows = LiabilityEstimate.objects.standing(asked).filter(contract__in=list(contracts))
    latest = {row.contract_id: row for row in rows.order_by("effective_on", "id")}
    return (row for row in latest.values() if row.withheld)


def _one(row: ReportedFigure) -> Reported:
    low, high = row.ends
    return Reported(
        measure=row.measure,
        low=low,
        high=high,
        currency=row.currency,
        scope=row.scope,
        as_of=Dated(row.as_of_date, row.as_of_precision),
        speaker=row.speaker,
        source_id=row.source_id,
        share=row.share,
        share_of=row.share_of,
        withheld=row.withheld,
    )


def _withheld(row: LiabilityEstimate) -> Reported:
    as_of = Dated(row.effective_on, row.effective_precision)
    return Reported(TERMINATION_LIABILITY, None, None, "", "", as_of, "", row.source_id, withheld=True)
