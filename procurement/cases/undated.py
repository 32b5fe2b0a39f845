"""Facts with an unknown publication date, which a view of programs by publication leaves out."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import Any

from django.db.models import Q, QuerySet

from procurement.common.dates import Asked
from procurement.contracts.models import ContractFact, ProgramAllocation
from procurement.figures.models import ReportedFigure
from procurement.parties.models import OrganizationLink
from procurement.programs.models import ProgramFact
from procurement.sources.facts import UNDATED, fact_models

#: Ids, or a query that gives them.
Ids = Collection[int] | QuerySet[Any]


def about(model: type[Any], programs: Ids, asked: Asked) -> Q:
    """The condition that a fact is about one of the programs, or about a contract that ever belonged to one.

    Links between organizations are about neither.
    """
    if issubclass(model, (ProgramFact, ProgramAllocation)):
        return Q(program__in=programs)
    contracts = Q(contract__in=ProgramAllocation.objects.in_view(asked).filter(program__in=programs).values("contract"))
    if issubclass(model, ContractFact):
        return contracts
    if model is ReportedFigure:
        return Q(program__in=programs) | contracts
    assert model is OrganizationLink
    return Q(pk__in=[])


def about_contracts(model: type[Any], contracts: Ids) -> Q:
    """The condition that a fact is about one of the contracts."""
    tells = issubclass(model, (ContractFact, ReportedFigure))
    return Q(contract__in=contracts) if tells else Q(pk__in=[])


def undated_facts(asked: Asked, programs: Ids | None = None) -> int | None:
    """How many facts, of these programs or at all, are left out for unknown publication; None where none can be."""
    return _counted(asked, lambda model, seen: Q() if programs is None else about(model, programs, seen))


def undated_facts_of_contracts(asked: Asked, contracts: Ids) -> int | None:
    """The same of facts about these contracts."""
    return _counted(asked, lambda model, _seen: about_contracts(model, contracts))


def _counted(asked: Asked, within: Callable[[type[Any], Asked], Q]) -> int | None:
    """Count in one query the facts that such a view leaves out."""
    if asked.published_by is None:
        return None
    if asked.undated:
        return 0
    taken_in = replace(asked, undated=True)
    first, *others = (each for model in fact_models() for each in _of(model, taken_in, within(model, taken_in)))
    return int(first.union(*others, all=True).count())


def _of(model: type[Any], asked: Asked, within: Q) -> Iterator[Any]:
    rows = model._default_manager.in_view(asked).filter(within)
    for undated in UNDATED:
        yield rows.filter(undated).order_by().values_list("id")
