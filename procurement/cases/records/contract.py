"""One contract: its states, parties, shares, money, what is due under it, and what nobody knows of it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from procurement.cases.records.rows import in_view, stands
from procurement.common.dates import Asked
from procurement.common.phrases import Phrase
from procurement.contracts.models import (
    Contract,
    ContractParty,
    ContractStatusChange,
    Guarantee,
    LiabilityEstimate,
    Milestone,
    ProgramAllocation,
)
from procurement.exposure.answering import Question, answer
from procurement.exposure.explanations import Reason, explained
from procurement.exposure.presentation import SHOWN, shown_figures
from procurement.exposure.rows import Row
from procurement.exposure.snapshot import one_moment
from procurement.figures.models import ReportedFigure
from procurement.flags.models import Flag
from procurement.flags.queue import WORST_FIRST
from procurement.ledger.models import Completeness, LedgerEntry
from procurement.sources.facts import fact_models, is_about
from procurement.sources.models import Document
from procurement.sources.past_view import as_recorded, in_past_view

#: Rows of a kind that a page shows, but for the ledger, which has pages of its own.
MOST = 100


@dataclass(frozen=True)
class Some:
    """The first rows of a kind, and whether there are more."""

    rows: Sequence[Any]
    more: bool = False

    def standing(self) -> list[Any]:
        """Those that were not taken back."""
        return [row for row in self.rows if stands(row)]


@dataclass(frozen=True)
class ContractCase:
    """What is on record of a contract at the asked dates."""

    contract: Contract
    #: its exposure; None where it is in no view
    row: Row | None
    #: the last state, and its history
    state: ContractStatusChange | None
    states: Some
    parties: Some
    allocations: Some
    milestones: Some
    #: the entries that meet each milestone
    met_by: Mapping[int, Sequence[LedgerEntry]]
    estimates: Some
    guarantees: Some
    completeness: Some
    reported: Some
    flags: Some
    sources: Some
    #: why figures are unknown, each reason once, with the figures that it is about
    unknown: Sequence[tuple[Reason, Sequence[str]]]

    @property
    def suppliers(self) -> list[Any]:
        """Who is party to it now: the latest lead supplier, and everybody else."""
        standing = self.parties.standing()
        leads = [each for each in standing if each.role == ContractParty.Role.LEAD_SUPPLIER]
        return [*leads[-1:], *(each for each in standing if each.role != ContractParty.Role.LEAD_SUPPLIER)]

    @property
    def programs(self) -> list[Any]:
        """The shares that programs have now: the last row of each program, if it is not zero."""
        latest = {each.program_id: each for each in self.allocations.standing()}
        return [each for each in latest.values() if each.share]


def contract_in_view(pk: int, asked: Asked) -> Contract | None:
    """A contract that is in view at the asked dates. One query."""
    rows = as_recorded(Contract, asked).filter(pk=pk).select_related("buyer", "source")
    return in_past_view(rows, asked).first()


def contract_case(contract: Contract, asked: Asked) -> ContractCase:
    """All about a contract, as of one moment. Makes the same number of queries for any number of rows."""
    with one_moment():
        row = next(iter(answer(Question(asked, (), {"contract": [contract.pk]})).rows), None)
        states = _some(in_view(ContractStatusChange, asked, "decided_by", contract=contract))
        milestones = _some(in_view(Milestone, asked, contract=contract).order_by("due_on", "id"))
        return ContractCase(
            contract=contract,
            row=row if row and row.currency else None,
            state=next((each for each in reversed(states.standing()) if each.act == "state"), None),
            states=states,
            parties=_some(in_view(ContractParty, asked, "organization", contract=contract)),
            allocations=_some(in_view(ProgramAllocation, asked, "program", contract=contract)),
            milestones=milestones,
            met_by=_met_by(asked, milestones.rows),
            estimates=_some(in_view(LiabilityEstimate, asked, contract=contract)),
            guarantees=_some(in_view(Guarantee, asked, "guarantor", contract=contract)),
            completeness=_some(in_view(Completeness, asked, contract=contract)),
            reported=_some(in_view(ReportedFigure, asked, contract=contract).order_by("as_of_date", "id")),
            flags=_some(
                Flag.objects.unresolved().filter(contract=contract).select_related("program").order_by(*WORST_FIRST)
            ),
            sources=_sources(asked, contract),
            unknown=_unknown(row) if row and row.currency else (),
        )


def ledger_of(contract: Contract, asked: Asked) -> QuerySet[Any]:
    """The ledger of a contract, in order."""
    return in_view(LedgerEntry, asked, "milestone", "counterpart", contract=contract).order_by("effective_on", "id")


def _some(rows: QuerySet[Any]) -> Some:
    found = list(rows[: MOST + 1])
    return Some(found[:MOST], len(found) > MOST)


def _met_by(asked: Asked, milestones: Sequence[Milestone]) -> dict[int, list[LedgerEntry]]:
    found: dict[int, list[LedgerEntry]] = defaultdict(list)
    rows = LedgerEntry.objects.standing(asked).filter(milestone__in=[each.pk for each in milestones])
    for row in rows.order_by("effective_on", "id"):
        found[row.milestone_id].append(row)
    return dict(found)


def _sources(asked: Asked, contract: Contract) -> Some:
    """The documents on which anything about a contract rests, its own first."""
    tables = [model for model in fact_models() if is_about(model, "contract")]
    first, *others = (
        model._default_manager.in_view(asked).filter(contract=contract).order_by().values_list("source_id")
        for model in tables
    )
    ids = {pk for (pk,) in first.union(*others)} | {contract.source_id}
    return _some(Document.everything.filter(pk__in=ids).order_by("published_on", "id"))


def _unknown(row: Row) -> list[tuple[Reason, list[str]]]:
    """Of a range the first end that is unknown says why."""
    found: dict[Reason, list[str]] = {}
    for name, said in _first_of_each(explained(shown_figures(row, SHOWN), row)).items():
        found.setdefault(Reason(said["why"], said["fill"]), []).append(name)
    return list(found.items())


def _first_of_each(said: Mapping[str, Mapping[str, Phrase]]) -> dict[str, Mapping[str, Phrase]]:
    first: dict[str, Mapping[str, Phrase]] = {}
    for path, reason in said.items():
        first.setdefault(path.partition(".")[0], reason)
    return first
