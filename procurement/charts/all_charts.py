"""The charts over all cases, by the names that addresses have."""

from collections.abc import Callable, Mapping

from procurement.charts.asking import Chosen
from procurement.charts.by_status.figure import by_status
from procurement.charts.deferred import deferred
from procurement.charts.figure import Figure
from procurement.charts.leaving_cost.figure import leaving
from procurement.charts.who_to_whom import who_to_whom

CHARTS: Mapping[str, Callable[[Chosen], Figure]] = {
    "by-status": by_status,
    "deferred": deferred,
    "who-to-whom": who_to_whom,
    "leaving": leaving,
}
