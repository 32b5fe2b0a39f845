"""Flags for whoever reads about them: evidence, history without names, and the flags of a rule."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from procurement.access.roles import ADMINISTRATOR, ANALYST, READER, REVIEWER
from procurement.flags.models import Flag, FlagEvent
from procurement.flags.queue import WORST_FIRST
from procurement.sources.models import Document

#: Roles from the one that may do most.
_ROLES = (ADMINISTRATOR, REVIEWER, ANALYST, READER)


@dataclass(frozen=True)
class Happened:
    """An event of a flag. Who acted is said by role; empty: the service did."""

    event: FlagEvent
    role: str


def flag_of(pk: int) -> Flag | None:
    """A flag with what it is about. One query."""
    return Flag.objects.select_related("program", "contract").filter(pk=pk).first()


def events_of(flag: Flag) -> QuerySet[FlagEvent]:
    """What happened to a flag, in order."""
    return FlagEvent.objects.filter(flag=flag).in_order().select_related("by").prefetch_related("by__groups")


def without_names(events: Sequence[FlagEvent]) -> list[Happened]:
    """Events with the role of who acted instead of the name."""
    return [Happened(each, _role(each)) for each in events]


def _role(event: FlagEvent) -> str:
    if event.by is None:
        return ""
    names = {group.name for group in event.by.groups.all()}
    return ADMINISTRATOR if event.by.is_superuser else next((role for role in _ROLES if role in names), READER)


def sources_of(evidence: Mapping[str, Any]) -> dict[int, Document]:
    """The documents that a flag's evidence names, wherever it does. One query."""
    return Document.everything.in_bulk({pk for pk in _sources(evidence) if isinstance(pk, int)})


def _sources(value: Any) -> Iterator[Any]:
    """What stands under `source` and `sources` in evidence."""
    if isinstance(value, Mapping):
        for name, each in value.items():
            if name == "source":
                yield each
            elif name == "sources" and isinstance(each, list):
                yield from each
            else:
                yield from _sources(each)
    elif isinstance(value, list):
        for each in value:
            yield from _sources(each)


def open_flags(rule: str) -> QuerySet[Flag]:
    """The unresolved flags of a rule, the worst first."""
    rows = Flag.objects.unresolved().filter(rule=rule).select_related("program", "contract")
    return rows.order_by(*WORST_FIRST)


def counted_by_rule() -> dict[str, int]:
    """How many unresolved flags each rule has. One query."""
    rows = Flag.objects.unresolved().order_by().values_list("rule").annotate(Count("pk"))
    return dict(rows)
