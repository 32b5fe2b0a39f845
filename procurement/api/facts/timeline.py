"""What happened to a program: every dated fact about it and its contracts, in order."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.request import Request

from procurement.api.facts.merged import Feed
from procurement.api.facts.viewset import Facts
from procurement.api.http.pagination import (
    UNDATED_SAYS,
    Cursor,
    ReproducedShape,
    filters_hash,
    opened,
    page_size,
    sealed,
    undated_part,
)
from procurement.cases.undated import about, undated_facts
from procurement.common.dates import Asked
from procurement.common.searching import searching


class TimelineShape(ReproducedShape):
    """Facts of all kinds in the order of their effective dates: each its type and its columns."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    undated = serializers.IntegerField(required=False, help_text=UNDATED_SAYS)
    results = serializers.ListField(child=serializers.DictField())


def page(request: Request, params: Mapping[str, str], asked: Asked, program_id: int) -> dict[str, Any]:
    """One page of a program's timeline; it is read forwards only."""
    params = {**params, "as_of": asked.as_of.isoformat()}
    belongs_to = filters_hash(request.path, params)
    place: Any = opened(params["cursor"], belongs_to).values if "cursor" in params else None
    rows, last, more = _feed(program_id, asked, params).page(place, page_size(params))
    following = None
    if more and last is not None:
        query = urlencode({**params, "cursor": sealed(Cursor(last), belongs_to)})
        following = f"{request.build_absolute_uri(request.path)}?{query}"
    undated = undated_part(undated_facts(asked, [program_id]))
    return {"next": following, "previous": None} | undated | {"results": rows}


def every(asked: Asked, program_id: int, params: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """All of a program's timeline, or what is searched for in it."""
    return _feed(program_id, asked, params).every()


def _feed(program_id: int, asked: Asked, params: Mapping[str, str]) -> Feed:
    def rows(resource: type[Facts]) -> QuerySet[Any]:
        found = resource.model._default_manager.in_view(asked).filter(about(resource.model, [program_id], asked))
        return (
            found.filter(searching(resource.model, resource.search, params["search"])) if "search" in params else found
        )

    return Feed("effective_on", asked, rows)
