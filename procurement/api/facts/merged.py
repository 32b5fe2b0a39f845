"""All fact tables as one sequence: read by keyset from each, merged, and cut."""

import heapq
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet

from procurement.api.facts.viewset import Facts, with_reversals
from procurement.common.dates import Asked
from procurement.recorders import FACT_TABLES, FactTable


def _resource(table: FactTable) -> type[Facts]:
    """The viewset of a fact table, in the module that is named after it."""
    module = import_module(f"procurement.api.facts.{table.name}")
    classes = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Facts)]
    return next(each for each in classes if getattr(each, "recorder", None) is table.recorder)


#: Every fact table by the name of its resource; their order decides between rows of one moment.
FACTS: dict[str, type[Facts]] = {table.resource: _resource(table) for table in FACT_TABLES}
TYPES = list(FACTS)

#: So many rows of a table are read at a time where all are wanted.
CHUNK = 1000

Rows = Callable[[type[Facts]], QuerySet[Any] | None]
#: A place in the sequence: the ordering value, the table and the id.
Place = tuple[Any, int, int]


@dataclass(frozen=True)
class Feed:
    """A sequence of facts of all tables, ordered by one column; `rows` gives each table's rows, None for none."""

    order: str
    asked: Asked
    rows: Rows

    def page(self, after: Place | None, size: int) -> tuple[list[dict[str, Any]], Place | None, bool]:
        """The rows after a place as they are answered, the place of the last one, and whether more follow."""
        found = sorted((each for rank in range(len(TYPES)) for each in self._read(rank, after, size)), key=_place)
        kept = found[:size]
        return self._shaped(kept), (_place(kept[-1]) if kept else after), len(found) > size

    def every(self, after: Place | None = None) -> Iterator[dict[str, Any]]:
        """All rows after a place as they are answered; each table is read once, some rows at a time."""
        merged = heapq.merge(*(self._every(rank, after) for rank in range(len(TYPES))), key=_place)
        while chunk := list(islice(merged, CHUNK)):
            yield from self._shaped(chunk)

    def _every(self, rank: int, after: Place | None) -> Iterator[tuple[Place, dict[str, Any]]]:
        while found := list(self._read(rank, after, CHUNK - 1)):
            yield from found
            after = _place(found[-1])
            if len(found) < CHUNK:
                return

    def _read(self, rank: int, after: Place | None, size: int) -> Iterator[tuple[Place, dict[str, Any]]]:
        resource = FACTS[TYPES[rank]]
        rows = self.rows(resource)
        if rows is None:
            return
        if after is not None:
            rows = rows.filter(self._beyond(rank, after))
        columns = dict.fromkeys(["id", self.order, *resource.shape.columns()])
        for row in with_reversals(rows, self.asked).order_by(self.order, "id").values(*columns)[: size + 1]:
            yield (row[self.order], rank, row["id"]), row

    def _beyond(self, rank: int, after: Place) -> Q:
        value, last_rank, last_id = after
        later = Q(**{f"{self.order}__gt": value})
        if rank > last_rank:
            return Q(**{f"{self.order}__gte": value})
        return later if rank < last_rank else later | Q(**{self.order: value, "id__gt": last_id})

    def _shaped(self, found: Sequence[tuple[Place, dict[str, Any]]]) -> list[dict[str, Any]]:
        answered: list[dict[str, Any]] = []
        for (_, rank, _), row in found:
            shape = FACTS[TYPES[rank]].shape
            answered.append({"type": TYPES[rank]} | shape.shaped([row], self.asked)[0])
        return answered


def columns() -> list[str]:
    """The columns of a file of facts of all tables: their type, then the columns of any table."""
    names = [name for resource in FACTS.values() for name in resource.shape.names()]
    return ["type", *dict.fromkeys(names)]


def numbers() -> frozenset[str]:
    """Those of the columns in which text is a number."""
    return frozenset[str]().union(*(resource.shape.numbers() for resource in FACTS.values()))


def _place(found: tuple[Place, dict[str, Any]]) -> Place:
    return found[0]
