"""What happened to a program: every dated fact about it and its contracts, in order."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from rest_framework.request import Request

from procurement.api.facts import Facts
from procurement.api.feeds import Feed
from procurement.api.pagination import Cursor, filters_hash, opened, page_size, sealed
from procurement.common.dates import Asked
from procurement.contracts.models import ContractFact, ProgramAllocation
from procurement.figures.models import ReportedFigure
from procurement.programs.models import ProgramFact


def page(request: Request, params: Mapping[str, str], asked: Asked, program_id: int) -> dict[str, Any]:
    """One page of a program's timeline; it is read forwards only."""
    params = {**params, "as_of": asked.as_of.isoformat()}
    belongs_to = filters_hash(request.path, params)
    place: Any = opened(params["cursor"], belongs_to).values if "cursor" in params else None
    rows, last, more = Feed("effective_on", asked, _of_program(program_id, asked)).page(place, page_size(params))
    following = None
    if more and last is not None:
        query = urlencode({**params, "cursor": sealed(Cursor(last), belongs_to)})
        following = f"{request.build_absolute_uri(request.path)}?{query}"
    return {"next": following, "previous": None, "results": rows}


def _of_program(program_id: int, asked: Asked) -> Any:
    ever = ProgramAllocation.objects.in_view(asked).filter(program=program_id).values("contract")

    def rows(resource: type[Facts]) -> QuerySet[Any]:
        return resource.model._default_manager.in_view(asked).filter(_about(resource.model, program_id, ever))

    return rows


def _about(model: type[Any], program_id: int, contracts: QuerySet[Any]) -> Q:
    if model is ProgramAllocation:
        return Q(program=program_id)
    if issubclass(model, ContractFact):
        return Q(contract__in=contracts)
    if issubclass(model, ProgramFact):
        return Q(program=program_id)
    assert model is ReportedFigure
    return Q(program=program_id) | Q(contract__in=contracts)
