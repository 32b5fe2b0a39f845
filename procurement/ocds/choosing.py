"""Which processes an export is about, in the order of their ocids, a page at a time."""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from heapq import merge
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Collate

from procurement.common.dates import Asked
from procurement.common.ocds_extension import OCID, OCID_OR_NOTHING
from procurement.common.reading_rows import read_through
from procurement.common.withdrawable import recorded_then
from procurement.contracts.models import Contract
from procurement.ocds.ocids import Ocids
from procurement.sources.facts import fact_models, is_about
from procurement.sources.past_view import as_recorded, in_past_view

#: The condition that every contract meets.
EVERY = Q()
#: Of a process with a stored ocid, no contract's number is needed.
NONE = Value(0)
#: How many ocids are read at a time.
CHUNK = 1000


@dataclass(frozen=True)
class View:
    """What is asked for: the dates, how ocids of ours begin, and the condition on contracts.

    A process is in it if one of its contracts meets the condition, and then with all its contracts. `is_past` says
    that a date was named, so that contracts of which nothing was known then are left out.
    """

    asked: Asked
    ocids: Ocids
    is_past: bool = False
    narrowing: Q = EVERY

    def contracts(self) -> QuerySet[Contract]:
        """Every contract in view, of whatever process."""
        if self.is_past:
            return in_past_view(as_recorded(Contract, self.asked), self.asked)
        rows = Contract.objects.all()
        return rows if self.asked.recorded_by is None else rows.filter(recorded_then(self.asked.recorded_by))

    def matching(self) -> QuerySet[Contract]:
        """Those that meet the condition."""
        return self.contracts().filter(self.narrowing)


def of_processes(ocids: Ocids, given: Iterable[str]) -> Q:
    """The condition that a contract belongs to one of some processes."""
    names = list(given)
    stored = [each for name in names for each in ocids.stored(name)]
    return Q(ocid__in=stored) | Q(ocid="", pk__in=[pk for name in names if (pk := ocids.number(name)) is not None])


def contracts_of(view: View, ocids: list[str]) -> QuerySet[Contract]:
    """All contracts of some processes."""
    return view.contracts().filter(of_processes(view.ocids, ocids))


def ocids_after(view: View, after: str = "") -> Iterator[str]:
    """The ocids of the processes in view that sort after one, each once, in the order of their characters.

    Three statements, whose rows are read as they are taken.
    """
    before = ""
    with ExitStack() as reading:
        read = [reading.enter_context(read_through(rows, fetched=CHUNK)) for rows in _in_order(view, after)]
        for ocid in merge(*(_named(view, rows) for rows in read)):
            if ocid != before:
                yield ocid
            before = ocid


def page_after(view: View, after: str, size: int) -> tuple[list[str], bool]:
    """The ocids of a page, and whether more follow. Three statements, each of which reads a page by an index."""
    found = sorted({ocid for rows in _in_order(view, after) for ocid in _named(view, rows[: size + 1])})
    return found[:size], len(found) > size


def _named(view: View, rows: Iterable[tuple[int, str]]) -> Iterator[str]:
    return (view.ocids.of(stored, pk) for pk, stored in rows)


def _in_order(view: View, after: str) -> "Sequence[QuerySet[Any, Any]]":
    """The contracts without a stored ocid, with one, and with another text instead, after an ocid: id and text."""
    first, rest = view.ocids.first_after(after), view.ocids.rest_after(after)
    nameless = view.matching().filter(ocid="", pk__gte=first).order_by("pk").values_list("pk", "ocid")
    stored: Any = view.matching().annotate(none=NONE, text=Collate("ocid", "C")).order_by("text")
    stored = stored.values_list("none", "text").distinct()
    others = stored.exclude(ocid__regex=OCID_OR_NOTHING)
    others = others.none() if rest is None else others.filter(text__gt=rest)
    return nameless, stored.filter(ocid__regex=OCID, text__gt=after), others


def changed_after(moment: dt.datetime) -> Q:
    """Contracts of which anything was recorded after a moment: a fact, a reversal, or an edit of the row itself."""
    found = Q(created_at__gt=moment) | Q(pk__in=_edited(moment))
    models: list[Any] = [each for each in fact_models() if is_about(each, "contract")]
    for model in models:
        facts = model._base_manager.filter(recorded_at__gt=moment, contract__isnull=False)
        found |= Q(pk__in=facts.values("contract"))
    return found


def _edited(moment: dt.datetime) -> QuerySet[Any]:
    events: Any = apps.get_model("procurement", "ContractEvent")._default_manager
    found: QuerySet[Any] = events.filter(pgh_created_at__gt=moment).values("pgh_obj")
    return found
