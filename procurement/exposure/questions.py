"""Questions about the contract exposure: at which dates, grouped and filtered how (DESIGN.md sections 5 and 8)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.exposure.ranking import Ranking
from procurement.exposure.sql.grouping import DIMENSIONS, FILTERS
from procurement.rates.converting import USUAL

GROUPINGS = (*DIMENSIONS, "none")
LARGEST_PAGE = 10_000


@dataclass(frozen=True)
class Question:
    """What is asked: dates, groupings, filters (each a list of accepted values; ids, codes of countries, ...).

    Raises Refused for an unknown grouping or filter, so that there is no question that cannot be planned.
    """

    asked: Asked
    group_by: tuple[str, ...] = ()
    filters: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    #: None: each contract's own
    currency: str | None = None
    #: each pair is converted at the first of these that has a rate
    rate_types: tuple[str, ...] = USUAL
    #: a pair without a recent rate is converted at the newest there is: for questions of today
    any_age: bool = False
    #: amounts without a rate stay in their own currency, instead of a refusal
    unconverted: bool = False
    #: which rows, chosen and ordered by their figures
    ranking: Ranking | None = None
    offset: int = 0
    #: of rows by contract alone, the contract after which the page begins
    beyond: int | None = None
    limit: int = LARGEST_PAGE

    def __post_init__(self) -> None:
        checked_groups(self.group_by)
        refuse_unknown_filters(self.filters)


def checked_groups(names: Sequence[str]) -> tuple[str, ...]:
    """Refuse unknown and repeated groupings; `none` alone means the totals."""
    unknown = sorted(set(names) - set(GROUPINGS))
    if unknown:
        raise Refused({"group_by": f"“{', '.join(unknown)}” is not a grouping; accepted: {', '.join(GROUPINGS)}"})
    if len(set(names)) != len(names) or ("none" in names and len(names) > 1):
        raise Refused({"group_by": "name each grouping once, and “none” alone"})
    return tuple(name for name in names if name != "none")


def refuse_unknown_filters(names: Collection[str]) -> None:
    """Refuse unknown filters."""
    unknown = sorted(set(names) - set(FILTERS))
    if unknown:
        raise Refused({name: f"is not a filter of exposure; accepted: {', '.join(FILTERS)}" for name in unknown})
