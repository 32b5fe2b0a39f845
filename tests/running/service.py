"""A whole service of a test's own, started as `make run` starts it."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.house.shape import ROOT
from tracker import health

MAKEFILE = f"run:\n\t@exec {sys.executable} -m tracker.running\n"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def within(seconds, condition):
    """Wait for something; what it returned at last."""
    deadline = time.monotonic() + seconds
    while not (found := condition()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


class Service:
    """`make run` with a home of its own, empty or with the sample."""

    def __init__(self, home, port=None, *, sample=False):
        self.home, self.port, self.sample = home, port or free_port(), sample
        self.make = None

    def environment(self):
        """What this service and commands for it are told."""
        own_to_tests = ("DATABASE_URL", "CELERY_BROKER_URL", "PROMETHEUS_MULTIPROC_DIR")
        inherited = {key: value for key, value in os.environ.items() if key not in own_to_tests}
        own = {"PORT": str(self.port), "TRACKER_HOME": str(self.home), "SAMPLE": str(int(self.sample))}
        return inherited | own | {"DJANGO_SETTINGS_MODULE": "tracker.settings"}

    def launch(self, interrupts=signal.SIG_DFL):
        """Start it without waiting for anything, as a terminal does, or with interrupts ignored, as a script's `&`."""
        self.end()
        makefile = self.home.with_name("Makefile")
        makefile.write_text(MAKEFILE)
        self.make = subprocess.Popen(
            ["make", "-f", str(makefile), "run"],
            cwd=ROOT,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, interrupts),
        )
        return self

    def up(self, **how):
        """Start it and wait until it says where to look."""
        self.launch(**how)
        said = []
        for line in self.make.stdout:
            said.append(line)
            if found := re.match(r"to stop .* kill (\d+)", line):
                self.pid = int(found[1])
                return self
        raise AssertionError("".join(said))

    def well(self):
        return health.answers(self.port, host="localhost", seconds=2)

    def child(self, words):
        """The first process of the service whose command holds the words."""
        return next(iter(sorted(pid for pid, command in self.processes().items() if words in command)), None)

    def processes(self):
        """All that runs for this home: told by its environment, the database by its folder."""
        mark, data = f"TRACKER_HOME={self.home}\0", self.home / "pgdata"
        found = {}
        for entry in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                command = (entry / "cmdline").read_text().replace("\0", " ")
                if mark in (entry / "environ").read_text() or (entry / "cwd").readlink() == data:
                    found[int(entry.name)] = command
        return {pid: command for pid, command in found.items() if command}  # a zombie has none

    def gone(self):
        return not self.processes()

    def tell(self, which, pid=None):
        """Send a signal, to `make` alone if nobody else is named; the seconds until all of it was gone."""
        began = time.monotonic()
        os.kill(pid or self.make.pid, which)
        within(20, self.gone)
        return time.monotonic() - began

    def end(self):
        """Whatever happened, leave nothing behind."""
        if self.make is None:
            return
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.make.kill()
        self.make.wait()
        self.make.stdout.close()
        self.make = None
