"""What falls due under a program's contracts, and what its exit was estimated at and has cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from procurement.common.dates import Asked
from procurement.contracts.models import (
    ContractStatusChange,
    Guarantee,
    LiabilityEstimate,
    Milestone,
    ProgramAllocation,
)
from procurement.contracts.states import ENDED
from procurement.exposure.answering import Question
from procurement.exposure.schedule.answers import schedule
from procurement.exposure.schedule.schedule import Instalment, Schedule
from procurement.ledger.models import LedgerEntry
from procurement.sources.facts import PUBLISHED

#: So many milestones, estimates and guarantees are shown.
MOST = 12


@dataclass(frozen=True)
class Falling:
    """What is outstanding in one currency, by the fiscal year in which it falls due."""

    schedule: Schedule
    asked: Asked

    @property
    def currency(self) -> str:
        """Of its amounts."""
        return self.schedule.currency or ""

    @property
    def instalments(self) -> Iterable[tuple[Instalment, bool]]:
        """Each period's amount, and whether the period has passed without the payments."""
        return [(each, each.is_overdue(self.asked.as_of)) for each in self.schedule.instalments]

    @property
    def says_something(self) -> bool:
        """Whether anything is known to be outstanding or to fall due."""
        return bool(self.schedule.outstanding or self.schedule.instalments)

    @property
    def unscheduled(self) -> Decimal | None:
        """The rest, of which nobody has said when it falls due."""
        return self.schedule.unscheduled


@dataclass(frozen=True)
class Due:
    """What falls due, the next milestones, the latest estimates of leaving, and guarantees held."""

    falling: tuple[Falling, ...]
    milestones: tuple[Milestone, ...]
    more_milestones: bool
    estimates: tuple[LiabilityEstimate, ...]
    guarantees: tuple[Guarantee, ...]

    def sources(self) -> set[int]:
        """The documents that these rest on."""
        return {each.source_id for each in (*self.milestones, *self.estimates, *self.guarantees)}


#: What of a program with very many contracts is read of this.
NOTHING_DUE = Due((), (), more_milestones=False, estimates=(), guarantees=())


def due_of(asked: Asked, program_id: int) -> Due:
    """What falls due under the contracts that have a share in the program."""
    rows = schedule(Question(asked, ("program",), {"program": [program_id]})).rows
    falling = (Falling(each, asked) for each in rows if each.keys["program"] == program_id and each.currency)
    milestones = list(_open_milestones(asked, program_id)[: MOST + 1])
    return Due(
        tuple(each for each in falling if each.says_something),
        tuple(milestones[:MOST]),
        len(milestones) > MOST,
        tuple(_latest_estimates(asked, program_id)),
        tuple(_guarantees(asked, program_id)),
    )


def belonging(asked: Asked, program_id: int) -> QuerySet[ProgramAllocation, dict[str, int]]:
    """The contracts that have a share in the program at the asked dates, as a subquery."""
    rows = ProgramAllocation.objects.standing(asked).filter(program=program_id)
    newest = rows.order_by("contract_id", "-effective_on", PUBLISHED.desc(), "-id").distinct("contract_id")
    return ProgramAllocation.objects.filter(pk__in=newest.values("pk"), share__gt=0).values("contract")


def _open_milestones(asked: Asked, program_id: int) -> QuerySet[Milestone]:
    """Those that no entry in view meets, under contracts that have not ended."""
    met = LedgerEntry.objects.standing(asked).filter(milestone=OuterRef("pk"))
    states = ContractStatusChange.objects.standing(asked).filter(contract=OuterRef("contract"), act="state")
    last = states.order_by("-effective_on", PUBLISHED.desc(), "-id").values("status")[:1]
    rows = Milestone.objects.standing(asked).filter(~Exists(met), contract__in=belonging(asked, program_id))
    found: QuerySet[Milestone] = (
        rows.annotate(state=Subquery(last)).exclude(state__in=ENDED).select_related("contract").order_by("due_on", "id")
    )
    return found


def _latest_estimates(asked: Asked, program_id: int) -> QuerySet[LiabilityEstimate]:
    """The latest estimate of each contract, the largest first."""
    rows = LiabilityEstimate.objects.standing(asked).filter(contract__in=belonging(asked, program_id))
    newest = rows.order_by("contract_id", "-effective_on", PUBLISHED.desc(), "-id").distinct("contract_id")
    found: QuerySet[LiabilityEstimate] = (
        LiabilityEstimate.objects.filter(pk__in=newest.values("pk"))
        .select_related("contract")
        .order_by(Coalesce("high", "point", "low").desc(nulls_last=True), "id")[:MOST]
    )
    return found


def _guarantees(asked: Asked, program_id: int) -> QuerySet[Guarantee]:
    """Guarantees given, called and released, the latest first."""
    rows = Guarantee.objects.standing(asked).filter(contract__in=belonging(asked, program_id))
    found: QuerySet[Guarantee] = rows.select_related("contract", "guarantor").order_by("-effective_on", "-id")[:MOST]
    return found
