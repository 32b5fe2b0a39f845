"""What the kernel knows about other processes (Linux; on other systems the answers are None or False)."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def ending_with_parent(with_signal: signal.Signals) -> Callable[[], None]:
    """A function that a child runs before exec, so that it gets a signal when its parent dies, even by SIGKILL.

    The kernel watches the thread that forked, so only a main thread may start such children.
    """
    parent = os.getpid()

    def arrange() -> None:
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, int(with_signal))
            if os.getppid() != parent:  # the parent died before the line above
                os._exit(1)

    return arrange


def working_folder(pid: int) -> Path | None:
    """A process's working directory; None if there is no such process or it is unknown."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink()
    except OSError:
        return None


def nobody_works_in(folder: Path) -> bool:
    """Whether no process works in a folder; False if unknown."""
    processes = [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]
    return bool(processes) and not any(working_folder(pid) == folder for pid in processes)


def is_make(pid: int) -> bool:
    """Whether a process is make."""
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip() in ("make", "gmake")
    except OSError:
        return False


def catches(pid: int, which: signal.Signals) -> bool | None:
    """Whether a process has a handler for a signal; None if unknown."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    masks = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    return bool(int(masks["SigCgt"], 16) >> (which - 1) & 1)
