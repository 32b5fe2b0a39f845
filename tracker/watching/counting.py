"""What each process counts, and how that of all processes of this host is brought together.

A process counts in files of its own in TRACKER_HOME/metrics, which whoever answers /metrics adds up (prometheus_client
calls that the multiprocess mode). A file's name has an id that no other process ever had, and not the number of its
process: containers have the same numbers, and share the folder. Beside it lies a lock that the process holds as long as
it lives. The counts of those that have ended are added to one file, so that no number falls and no file is left.
"""

import logging
import os
import shutil
import struct
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from prometheus_client import CollectorRegistry, Counter, Histogram, values
from prometheus_client.metrics_core import Metric
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector

from tracker.file_locks import Lock

log = logging.getLogger(__name__)

#: How much room the file of a process takes at first, and a value beside its name.
FIRST_BYTES, LARGEST_HEAD = 1 << 16, 32
#: What the file of those that have ended is called.
ENDED = "ended"
#: How the name of a new one ends, which readers do not read.
NEW = ".new"
#: What the library raises of a file that is not whole.
BROKEN = (struct.error, RuntimeError, ValueError)
#: Upper bounds in seconds; few, as each is a series for each route.
SECONDS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)
#: Tasks take longer.
TASK_SECONDS = (0.03, 0.3, 3, 30, 300, 3600)


class _OnDisk(MmapedDict):
    """A file of counts whose room on the disk is taken first: a write to a file in memory without room kills."""

    def __init__(self, filename: str, read_mode: bool = False) -> None:  # noqa: FBT001, FBT002  the library's signature
        if not read_mode:
            with Path(filename).open("ab") as opened:
                os.posix_fallocate(opened.fileno(), 0, max(FIRST_BYTES, opened.tell()))
        super().__init__(filename, read_mode)  # type: ignore[no-untyped-call]

    def _init_value(self, key: str) -> None:
        if self._used + len(key.encode()) + LARGEST_HEAD > self._capacity:
            os.posix_fallocate(self._f.fileno(), 0, 2 * self._capacity)
        super()._init_value(key)  # type: ignore[no-untyped-call]


class _Self:
    """Which process this is: a new id after each fork, and the lock that says that it lives.

    A process has neither before it counts: most commands count nothing.
    """

    def __init__(self) -> None:
        self.pid, self.id = os.getpid(), ""
        self.lock: Lock | None = None

    def name(self) -> str:
        """The id of this process."""
        if self.pid != os.getpid():
            if self.lock is not None:
                self.lock.release()  # the parent's, inherited: it holds it still
            self.pid, self.id = os.getpid(), uuid.uuid4().hex
            self.lock = Lock(folder() / f"{self.id}.lock")
            self.lock.take(shared=True, wait=False)
        return self.id

    def after_fork(self) -> None:
        """Let go of the parent's lock, or it would seem to live as long as its children."""
        if self.lock is not None:
            self.lock.release()
            self.lock = None


_self = _Self()
os.register_at_fork(after_in_child=_self.after_fork)


def folder() -> Path:
    """Where the processes of this host count; made where it is missing."""
    path: Path = settings.METRICS_FOLDER
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def counted() -> Iterator[Metric]:
    """What all processes of this host have counted, those that have ended too. Raises OSError."""
    with Lock(folder() / "reading.lock"):
        try:
            gather_ended()
        except (OSError, *BROKEN) as error:  # as without room: then their own files are read
            log.warning("what ended processes counted cannot be added up", extra={"error": str(error)})
        try:
            found = list(MultiProcessCollector(None, str(folder())).collect())
        except BROKEN as error:  # a process has just begun its file
            raise OSError("the counts of a process cannot be read now") from error
    yield from found


def begin() -> None:
    """Forget what was counted before, where no process of this host counts: labels of an older release go with it."""
    with Lock(folder() / "reading.lock"):
        if all(_has_ended(path) for path in _locks()):
            for path in (*folder().glob(f"*{NEW}"), *folder().glob("*.db")):  # in this order: see finish
                path.unlink(missing_ok=True)


def gather_ended() -> None:
    """Add what ended processes counted to the file of all of them, and remove theirs. Under the lock of readers.

    The new sum is written beside the old one, in a file that is named after the process. Removing the file of the
    process is what counts: before, its new sum is worthless and is thrown away; from then on it is the sum, also where
    a kill left it under its own name. So no kill in between, and no disk without room, counts anything twice or never.
    """
    for new in folder().glob(f"*{NEW}"):
        finish(new)
    for lock in _locks():
        if not _has_ended(lock):
            continue
        for path in folder().glob(f"*_{lock.stem}.db"):
            new = path.with_suffix(NEW)
            try:
                _add(path, _ended(path), new)
                path.unlink()
            finally:
                finish(new)
        lock.unlink(missing_ok=True)


def finish(new: Path) -> None:
    """Make a new sum the sum where the file of its process is gone, else throw it away."""
    if new.with_suffix(".db").exists():
        new.unlink(missing_ok=True)
    else:
        new.replace(_ended(new))


def _ended(path: Path) -> Path:
    """The sum that a file belongs to: a name begins with the kind of figure."""
    return path.with_name(f"{path.name.partition('_')[0]}_{ENDED}.db")


def _locks() -> list[Path]:
    return [path for path in folder().glob("*.lock") if path.stem != "reading"]


def _has_ended(path: Path) -> bool:
    """Whether nobody holds the lock of a process."""
    probe = Lock(path)
    with suppress(OSError):
        if probe.take(wait=False):
            probe.release()
            return True
    return False


def _add(path: Path, old: Path, new: Path) -> None:
    """Write the old sum, and what a process counted, as a new one. Raises OSError."""
    new.unlink(missing_ok=True)
    if old.exists():
        shutil.copyfile(old, new)
    total = _OnDisk(str(new))
    try:
        for key, value, _timestamp, _position in MmapedDict.read_all_values_from_file(str(path)):
            total.write_value(key, total.read_value(key)[0] + value, 0.0)
    finally:
        total.close()


values.MmapedDict = _OnDisk  # type: ignore[attr-defined]
values.ValueClass = values.MultiProcessValue(_self.name)
_self.pid = 0  # from now on it is asked for by who counts
#: Not shown by itself: what is shown is read from the files.
_registry = CollectorRegistry()

REQUESTS = Histogram(
    "tracker_request_seconds",
    "How long requests took, from when all of one was here until the last byte of its answer was written.",
    ["route", "method", "status"],
    buckets=SECONDS,
    registry=_registry,
)
REQUEST_QUERIES = Counter(
    "tracker_request_queries", "Statements that requests sent to the database.", ["route"], registry=_registry
)
REQUEST_QUERY_SECONDS = Counter(
    "tracker_request_query_seconds", "How long they waited for it.", ["route"], registry=_registry
)
TASKS = Histogram(
    "tracker_task_seconds", "How long tasks took.", ["task", "outcome"], buckets=TASK_SECONDS, registry=_registry
)
TASK_QUERIES = Counter(
    "tracker_task_queries", "Statements that tasks sent to the database.", ["task"], registry=_registry
)
TASK_QUERY_SECONDS = Counter("tracker_task_query_seconds", "How long they waited for it.", ["task"], registry=_registry)
WAITED = Histogram(
    "tracker_task_waited_seconds",
    "How long messages of tasks waited in the broker.",
    ["queue"],
    buckets=TASK_SECONDS,
    registry=_registry,
)
DELIVERIES = Counter(
    "tracker_delivery_attempts", "Attempts to hand a message over.", ["kind", "outcome"], registry=_registry
)
