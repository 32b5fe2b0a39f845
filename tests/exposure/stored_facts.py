"""Everything that is stored, as plain rows, and which of them are in view at three dates (DESIGN.md section 2)."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from procurement.contracts.models import (
    Contract,
    ContractParty,
    ContractStatusChange,
    Guarantee,
    LiabilityEstimate,
    Milestone,
    ProgramAllocation,
)
from procurement.figures.models import ReportedFigure
from procurement.ledger.models import Completeness, LedgerEntry
from procurement.parties.models import Organization, OrganizationLink
from procurement.programs.models import Program, StatusChange
from procurement.sources.models import Document

Fact = Mapping[str, Any]


def rows_of(model: Any) -> list[Fact]:
    """Every row of a table, as stored."""
    return list(model._base_manager.order_by("id").values())


@dataclass(frozen=True)
class World:
    """Everything that is stored, as plain rows by id."""

    contracts: dict[int, Fact]
    organizations: dict[int, Fact]
    programs: dict[int, Fact]
    documents: dict[int, Fact]
    entries: list[Fact]
    completeness: list[Fact]
    states: list[Fact]
    parties: list[Fact]
    shares: list[Fact]
    milestones: list[Fact]
    estimates: list[Fact]
    guarantees: list[Fact]
    said: list[Fact]
    reports: list[Fact]
    links: list[Fact]

    @classmethod
    def stored(cls) -> "World":
        """The world as the database has it."""
        return cls(
            contracts={row["id"]: row for row in rows_of(Contract)},
            organizations={row["id"]: row for row in rows_of(Organization)},
            programs={row["id"]: row for row in rows_of(Program)},
            documents={row["id"]: row for row in rows_of(Document)},
            entries=rows_of(LedgerEntry),
            completeness=rows_of(Completeness),
            states=rows_of(ContractStatusChange),
            parties=rows_of(ContractParty),
            shares=rows_of(ProgramAllocation),
            milestones=rows_of(Milestone),
            estimates=rows_of(LiabilityEstimate),
            guarantees=rows_of(Guarantee),
            said=rows_of(StatusChange),
            reports=rows_of(ReportedFigure),
            links=rows_of(OrganizationLink),
        )


@dataclass(frozen=True)
class Dates:
    """The three dates of a question."""

    as_of: dt.date
    published_by: dt.date | None = None
    recorded_by: dt.datetime | None = None

    def knows(self, row: Fact) -> bool:
        """Whether the row was public and recorded by then."""
        return (self.published_by is None or row["published_on"] <= self.published_by) and (
            self.recorded_by is None or row["recorded_at"] <= self.recorded_by
        )

    def standing(self, rows: Iterable[Fact], *, whenever: bool = False) -> list[Fact]:
        """Rows in view that no reversal in view takes back; `whenever` leaves out the effective date."""
        known = [row for row in rows if self.knows(row)]
        taken_back = {row["reverses_id"] for row in known}
        return [
            row
            for row in known
            if row["reverses_id"] is None
            and row["id"] not in taken_back
            and (whenever or row["effective_on"] <= self.as_of)
        ]


def order(row: Fact) -> tuple[Any, ...]:
    """The order in which facts of one kind count."""
    return (row["effective_on"], row["published_on"], row.get("sequence", 0), row["id"])


def latest(rows: Iterable[Fact]) -> Fact | None:
    return max(rows, key=order, default=None)
