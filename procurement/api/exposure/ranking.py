"""Comparisons and orders by figures, as a request asks for them: outstanding__gte=1000000, ordering=-outstanding."""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from procurement.api.http.filtering import Amount, Filter, YesNo, split
from procurement.common.errors import Complaints, Refused
from procurement.exposure.ranking import AT_LEAST, AT_MOST, IS_NULL, RANKED, Comparison, Ranking

ORDERING = "ordering"
#: The lookups of a figure, with what reads their values.
_LOOKUPS: Mapping[str, type[Filter]] = {AT_LEAST: Amount, AT_MOST: Amount, IS_NULL: YesNo}
#: Every parameter that compares a figure.
RANKING_FILTERS: Mapping[str, Filter] = {
    f"{figure}__{lookup}": read(figure) for figure in RANKED for lookup, read in _LOOKUPS.items()
}
RANKING = frozenset({ORDERING, *RANKING_FILTERS})


class Order(Filter):
    """An order by figures, for the description of the API."""

    schema: ClassVar[dict[str, Any]] = {
        "type": "array",
        "items": {"type": "string", "enum": [sign + figure for figure in RANKED for sign in ("", "-")]},
        "minItems": 1,
    }


def ranking_in(params: Mapping[str, str]) -> Ranking:
    """How a request wants rows to be chosen and ordered by figures. Raises Refused naming what cannot be read."""
    return Ranking(tuple(_comparisons(params)), tuple(_order(params)))


def _comparisons(params: Mapping[str, str]) -> Iterator[Comparison]:
    complaints = Complaints()
    for name in [each for each in RANKING_FILTERS if each in params]:
        figure, _, lookup = name.rpartition("__")
        try:
            yield Comparison(figure, lookup, RANKING_FILTERS[name].parse(params[name]))
        except ValueError as error:
            complaints.add(name, str(error))
    complaints.refuse_if_any()


def _order(params: Mapping[str, str]) -> Iterator[tuple[str, bool]]:
    if ORDERING not in params:
        return
    try:
        names = split(params[ORDERING])
    except ValueError as error:
        raise Refused({ORDERING: str(error)}) from error
    for name in names:
        figure = name.removeprefix("-")
        if figure not in RANKED:
            said = f"“{name[:60]}” is not an order; accepted: {', '.join(RANKED)}, each also with - before it"
            raise Refused({ORDERING: said})
        yield figure, name.startswith("-")
