"""Measuring: medians of three, the machine they were taken on, and how they compare with a yardstick."""

import os
import platform
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection

TIMES = 3


def seconds(ours: Callable[[], object], yardstick: Callable[[], object]) -> tuple[float, float]:
    """The median times of both, run in turn so that what else the machine does meets both; the first runs are free."""
    ours(), yardstick()
    times = [(_once(ours), _once(yardstick)) for _ in range(TIMES)]
    return statistics.median(each for each, _ in times), statistics.median(each for _, each in times)


def _once(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


@dataclass(frozen=True)
class Measurement:
    """One figure of ours beside a yardstick of the same run; the target is a ratio of the two, where one is set."""

    name: str
    ours: float
    yardstick: float
    unit: str
    target: float | None = None
    more_is_better: bool = False

    @property
    def ratio(self) -> float:
        """Ours in yardsticks."""
        return self.ours / self.yardstick

    @property
    def verdict(self) -> str:
        """Whether the target is met."""
        if self.target is None:
            return ""
        return "met" if (self.ratio >= self.target if self.more_is_better else self.ratio <= self.target) else "not met"


def machine() -> str:
    """Where this was measured."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (server,) = cursor.fetchone()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{platform.machine()}, {cores} cores, {memory:.0f} GB, {platform.system()}; "
        f"PostgreSQL {server}, Python {platform.python_version()}"
    )
