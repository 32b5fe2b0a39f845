"""What a view of programs by publication leaves out: facts of which nobody knows when they became public."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from django.db.models import Q

from procurement.common.dates import Asked
from procurement.contracts.models import ContractFact, ProgramAllocation
from procurement.figures.models import ReportedFigure
from procurement.programs.models import ProgramFact
from procurement.sources.facts import UNDATED, fact_models


def about(model: type[Any], programs: Collection[int], asked: Asked) -> Q:
    """The condition that a fact is about one of the programs, or about a contract that ever was one of its."""
    if issubclass(model, (ProgramFact, ProgramAllocation)):
        return Q(program__in=programs)
    contracts = Q(contract__in=ProgramAllocation.objects.in_view(asked).filter(program__in=programs).values("contract"))
    if issubclass(model, ContractFact):
        return contracts
    assert model is ReportedFigure
    return Q(program__in=programs) | contracts


def undated_facts(asked: Asked, programs: Collection[int] | None = None) -> int | None:
    """How many facts, of these programs or at all, are left out for unknown publication; None where none can be.

    One query.
    """
    if asked.published_by is None:
        return None
    if asked.undated:
        return 0
    taken_in = replace(asked, undated=True)
    first, *others = (each for model in fact_models() for each in _of(model, taken_in, programs))
    return int(first.union(*others, all=True).count())


def _of(model: type[Any], asked: Asked, programs: Collection[int] | None) -> Iterator[Any]:
    rows = model._default_manager.in_view(asked)
    within = rows if programs is None else rows.filter(about(model, programs, asked))
    for undated in UNDATED:
        yield within.filter(undated).order_by().values_list("id")
