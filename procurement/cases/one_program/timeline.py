"""Every dated fact about a program and its contracts, in order: a page of them, as plain rows."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, FilteredRelation, Q, QuerySet

from procurement.cases.undated import about
from procurement.common.dates import Asked
from procurement.common.dating import Dated
from procurement.common.errors import Refused
from procurement.contracts.models import ProgramAllocation
from procurement.programs.models import ProgramFact
from procurement.recorders import FACT_TABLES
from procurement.sources.facts import Fact, is_about, seen_by

#: So many facts stand on a page.
PAGE = 80
#: Facts about contracts of a program with more contracts than this are on the contracts' own pages, and in the file.
MOST_CONTRACTS = 300
#: What is read beside a fact.
_BESIDE = ("contract", "program", "other", "organization", "guarantor", "contract__buyer")

#: A place in the order: the day, the table and the id.
Place = tuple[dt.date, int, int]


@dataclass(frozen=True)
class Event:
    """One fact: of which table, and whether it was taken back or takes another back."""

    kind: str
    fact: Any
    taken_back: bool

    @property
    def dated(self) -> Dated:
        """Its day, as its source gives it."""
        return Dated(self.fact.effective_on, self.fact.effective_precision)

    @property
    def takes_back(self) -> bool:
        """Whether it is a reversal."""
        return self.fact.reverses_id is not None


@dataclass(frozen=True)
class Timeline:
    """One page of facts in order, and where the next one begins."""

    events: tuple[Event, ...]
    following: str = ""
    goes_on: bool = False
    #: whether facts about single contracts are left out, as there are too many contracts
    without_contracts: bool = False

    def sources(self) -> set[int]:
        """The documents that these rest on."""
        return {event.fact.source_id for event in self.events}


def timeline_of(asked: Asked, program_id: int, contracts: int, after: Place | None = None) -> Timeline:
    """The facts after a place, in the order of their days. One query for each table of facts."""
    few = contracts <= MOST_CONTRACTS
    found = sorted(_read(asked, program_id, after, with_contracts=few), key=lambda each: each[0])
    shown = found[:PAGE]
    following = written(shown[-1][0]) if len(found) > PAGE else ""
    return Timeline(tuple(event for _, event in shown), following, after is not None, not few)


def written(place: Place) -> str:
    """A place as an address holds it: 2020-06-15.3.1207."""
    return f"{place[0].isoformat()}.{place[1]}.{place[2]}"


def place_in(text: str, name: str) -> Place | None:
    """A place read from an address; None where none is given. Raises Refused naming the parameter."""
    if not text:
        return None
    try:
        day, table, pk = text.split(".")
        return dt.date.fromisoformat(day), int(table), int(pk)
    except ValueError as error:
        raise Refused({name: f"“{text[:40]}” is no place in the list; take it from the page before"}) from error


def _read(asked: Asked, program_id: int, after: Place | None, *, with_contracts: bool) -> Iterator[tuple[Place, Event]]:
    for rank, table in enumerate(FACT_TABLES):
        model = table.model
        if not with_contracts and not issubclass(model, ProgramFact):
            continue
        if not is_about(model, "program") and not is_about(model, "contract"):
            continue
        for row in _rows(model, asked, program_id, rank, after)[: PAGE + 1]:
            yield (row.effective_on, rank, row.pk), Event(table.name, row, row.taken_back_id is not None)


def _rows(model: type[Fact], asked: Asked, program_id: int, rank: int, after: Place | None) -> QuerySet[Any]:
    rows = model._default_manager.in_view(asked).filter(_about(model, program_id, asked))
    if after is not None:
        rows = rows.filter(_beyond(rank, after))
    names = {field.name for field in model._meta.concrete_fields}
    beside = [each for each in _BESIDE if each.split("__")[0] in names]
    taken_back = FilteredRelation("reversed_by", condition=seen_by(asked, "reversed_by__"))
    found: QuerySet[Any] = rows.annotate(back=taken_back).annotate(taken_back_id=F("back__id")).select_related(*beside)
    return found.order_by("effective_on", "id")


def _about(model: type[Fact], program_id: int, asked: Asked) -> Q:
    """Links to the program are facts about it too; of allocations only its own."""
    own = about(model, [program_id], asked)
    if model is ProgramAllocation or not is_about(model, "program"):
        return own
    linked = any(field.name == "other" for field in model._meta.concrete_fields)
    return own | Q(other=program_id) if linked else own


def _beyond(rank: int, after: Place) -> Q:
    day, last_rank, last_id = after
    later = Q(effective_on__gt=day)
    if rank > last_rank:
        return Q(effective_on__gte=day)
    return later if rank < last_rank else later | Q(effective_on=day, id__gt=last_id)
