"""Which processes an export is about, in the order of their ocids, a page at a time."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.db.models.functions import Collate

from procurement.common.dates import Asked
from procurement.common.withdrawable import recorded_then
from procurement.contracts.models import Contract
from procurement.sources.facts import fact_models, is_about
from procurement.sources.past_view import as_recorded, in_past_view

#: The digits of the id in an ocid of ours; all have as many, so that they sort as the ids do.
DIGITS = 12
#: The condition that every contract meets.
EVERY = Q()
#: How many ocids are read at a time.
CHUNK = 1000


@dataclass(frozen=True)
class View:
    """What is asked for: the dates, the condition on contracts, and how ocids of our own begin.

    A process is in it if one of its contracts meets the condition, and then with all its contracts. `is_past` says
    that a date was named, so that contracts of which nothing was known then are left out.
    """

    asked: Asked
    prefix: str
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

    def own_ocid(self, pk: int) -> str:
        """The ocid of a contract whose source gives none."""
        return f"{self.prefix}-{pk:0{DIGITS}}"


def of_ocids(prefix: str, ocids: Iterable[str]) -> Q:
    """The condition that a contract belongs to one of some processes; `prefix` begins the ocids of this service."""
    form, given = re.compile(rf"{re.escape(prefix)}-([0-9]{{{DIGITS}}})", re.ASCII), list(ocids)
    own = [int(found[1]) for each in given if (found := form.fullmatch(each))]
    return Q(ocid__in=given) | Q(ocid="", pk__in=own)


def contracts_of(view: View, ocids: list[str]) -> QuerySet[Contract]:
    """All contracts of some processes."""
    return view.contracts().filter(of_ocids(view.prefix, ocids))


def ocids_after(view: View, after: str = "") -> Iterator[str]:
    """The ocids of the processes in view that sort after one, each once, in the order of their characters.

    Two statements, whose rows are read as they are taken.
    """
    own, stored = (rows.iterator(chunk_size=CHUNK) for rows in _in_order(view, after))
    before = ""
    for ocid in merge(map(view.own_ocid, own), stored):
        if ocid != before:
            yield ocid
        before = ocid


def page_after(view: View, after: str, size: int) -> tuple[list[str], bool]:
    """The ocids of a page, and whether more follow. Two statements, each of which reads a page by an index."""
    own, stored = (rows[: size + 1] for rows in _in_order(view, after))
    found = sorted({*map(view.own_ocid, own), *stored})
    return found[:size], len(found) > size


def _in_order(view: View, after: str) -> "tuple[QuerySet[Any, Any], QuerySet[Any, Any]]":
    """The ids of contracts without a stored ocid, and the stored ocids, that sort after an ocid."""
    own = view.matching().filter(ocid="", pk__gte=_first_after(view.prefix, after)).order_by("pk")
    stored: Any = view.matching().exclude(ocid="").annotate(in_order=Collate("ocid", "C")).order_by("in_order")
    stored = stored.filter(in_order__gt=after) if after else stored
    return own.values_list("pk", flat=True), stored.values_list("in_order", flat=True).distinct()


def _first_after(prefix: str, after: str) -> int:
    """The first id whose ocid of ours sorts after a text."""
    stem = f"{prefix}-"
    if not after.startswith(stem):
        return 0 if stem > after else 10**DIGITS
    rest = after.removeprefix(stem)
    digits = re.match(f"[0-9]{{0,{DIGITS}}}", rest, re.ASCII)[0]  # type: ignore[index]  # it matches the empty text
    if len(digits) == DIGITS:
        return int(digits) + 1
    behind = rest[len(digits) :]
    first = int(digits or 0) + (bool(behind) and behind[0] > "9")
    return int(first * 10 ** (DIGITS - len(digits)))


def changed_after(moment: dt.datetime) -> Q:
    """Contracts of which anything was recorded after a moment: a fact, a reversal, or an edit of the row itself."""
    found = Q(created_at__gt=moment) | Q(pk__in=_edited(moment))
    for model in (each for each in fact_models() if is_about(each, "contract")):
        facts: Any = model._base_manager.filter(recorded_at__gt=moment, contract__isnull=False)
        found |= Q(pk__in=facts.values("contract"))
    return found


def _edited(moment: dt.datetime) -> QuerySet[Any]:
    events: Any = apps.get_model("procurement", "ContractEvent")._default_manager
    found: QuerySet[Any] = events.filter(pgh_created_at__gt=moment).values("pgh_obj")
    return found
