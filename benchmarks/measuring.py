"""Measuring: medians of three, the machine they were taken on, and how they compare with a yardstick."""

import os
import platform
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import django
from django.db import connection

TIMES = 3
#: Seconds: of what takes so long, a first run is counted; and of what takes so long, no other is made.
LONG, ONCE = 5.0, 30.0


def seconds(
    ours: Callable[[], object], yardstick: Callable[[], object], before: Callable[[], None] = lambda: None
) -> tuple[float, float]:
    """The median times of both."""
    mine, its = side_by_side([ours, yardstick], before)
    return mine, its


def side_by_side(acts: Sequence[Callable[[], object]], before: Callable[[], None] = lambda: None) -> list[float]:
    """The median time of each act, run in turn so that what else the machine does meets all; the first runs are free.

    What takes so long that a first run warms nothing has it counted, and what takes very long has no other: the first
    act says so. `before` puts back what it changes, each time, and is not counted.
    """
    before()
    first = [took(act) for act in acts]
    times = [first] if first[0] > LONG else []
    while len(times) < (1 if first[0] > ONCE else TIMES):
        before()
        times.append([took(act) for act in acts])
    return [statistics.median(each) for each in zip(*times, strict=True)]


def took(act: Callable[[], object]) -> float:
    """For how many seconds something runs."""
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def most_memory() -> int:
    """The most memory that this process held, in kB; what getrusage says is also of the process that started it."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(each for each in status.read_text().splitlines() if each.startswith("VmHWM:"))
        return int(line.split()[1])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 2**10 if sys.platform == "darwin" else peak


@dataclass(frozen=True)
class Measurement:
    """One figure of ours beside a yardstick of the same run.

    The target is a ratio of the two, the limit is in the figure's own unit; where one of them is set.
    """

    name: str
    ours: float
    yardstick: float
    unit: str
    target: float | None = None
    more_is_better: bool = False
    limit: float | None = None

    @property
    def ratio(self) -> float:
        """Ours in yardsticks."""
        return self.ours / self.yardstick

    @property
    def verdict(self) -> str:
        """Whether the target is met."""
        if self.limit is not None:
            return "met" if self.ours <= self.limit else "not met"
        if self.target is None:
            return ""
        return "met" if (self.ratio >= self.target if self.more_is_better else self.ratio <= self.target) else "not met"


def machine() -> str:
    """Where this was measured, and with what."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (server,) = cursor.fetchone()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{platform.machine()}, {cores} cores, {memory:.0f} GB, {platform.system()}; "
        f"PostgreSQL {server}, Python {platform.python_version()}, Django {django.__version__}"
    )


def load() -> str:
    """How busy the machine was before we measured: others' work makes absolute figures worthless."""
    return f"{os.getloadavg()[0]:.1f}"


def server_settings() -> str:
    """The settings of the server on which a large database depends."""
    names = ["shared_buffers", "work_mem", "max_wal_size", "effective_cache_size", "fsync", "synchronous_commit"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, current_setting(name) FROM unnest(%s::text[]) AS name", [names])
        return ", ".join(f"{name} {value}" for name, value in cursor.fetchall())
