"""Gauges in the form that Prometheus reads."""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from prometheus_client.core import GaugeMetricFamily, Metric

#: Reads some figures at a moment, by the database's clock.
Gauge = Callable[[dt.datetime], Iterator[Metric]]


def one(name: str, says: str, value: float, **labels: str) -> Metric:
    """A figure."""
    return by(name, says, tuple(labels), {tuple(labels.values()): value})


def by(name: str, says: str, labels: tuple[str, ...], values: Mapping[Any, float]) -> Metric:
    """A figure for each tuple of values of its labels."""
    found = GaugeMetricFamily(name, says, labels=labels)
    for value, number in sorted(values.items()):
        found.add_metric(value, number)
    return found


def age(span: dt.timedelta | None, never: float = -1) -> float:
    """A span in seconds; where there is none, what stands for never."""
    return never if span is None else span.total_seconds()
