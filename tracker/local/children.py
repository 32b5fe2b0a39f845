"""The processes of a run: each in a process group of its own, restarted when it dies, ended with the run."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tracker.local.processes import ending_with_parent

LARGEST_LOG = 20 * 1024 * 1024
#: The waiting times before a process that keeps dying soon after its start is restarted.
BACKOFF = (0.2, 0.2, 0.5, 1.0, 2.0, 5.0)
YOUNG_SECONDS = 5.0


@dataclass
class Child:
    """One process of the run, and its history."""

    name: str
    command: list[str]
    logs: Path
    inherits: tuple[int, ...] = ()
    #: the signal that the kernel sends it if this process is killed and cannot end it itself
    orphaned: signal.Signals = signal.SIGTERM
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    deaths: int = 0

    @property
    def log(self) -> Path:
        """Where it prints."""
        return self.logs / f"{self.name}.log"

    @property
    def runs(self) -> bool:
        """Whether the process is running."""
        return self.process is not None and self.process.poll() is None

    def start_if_due(self) -> None:
        """Start it if it is due; clean up after it if it died."""
        if self.process is None and time.monotonic() >= self.due:
            self.start()
        elif self.process is not None and not self.runs:
            self.after_end(self.process.returncode)

    def start(self) -> None:
        """Start it. In a session of its own, so that Ctrl-C reaches it only through us."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                pass_fds=self.inherits,
                preexec_fn=ending_with_parent(self.orphaned),
            )
        self.started = time.monotonic()

    def after_end(self, status: int) -> None:
        """Log that it died, end what is left of its group, and schedule its restart."""
        self.kill()
        self.process = None
        now = time.monotonic()
        self.deaths = self.deaths + 1 if now - self.started < YOUNG_SECONDS else 0
        wait = BACKOFF[min(self.deaths, len(BACKOFF) - 1)]
        self.due = now + wait
        how = signal.Signals(-status).name if status < 0 else f"status {status}"
        print(f"{self.name} ended ({how}) and is started again in {wait:g} s; see {self.log}", flush=True)

    def ask_to_stop(self) -> None:
        """Ask it to finish. Only the leader of its group gets the signal; it tells the others."""
        if self.process is not None and self.runs:
            self.process.terminate()

    def kill(self) -> None:
        """End whatever is left of its group."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


def stop_all(children: list[Child], *, grace: float) -> None:
    """Ask all to stop, and end those that have not done so in time."""
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + grace
    while any(child.runs for child in children) and time.monotonic() < deadline:
        time.sleep(0.05)
    for child in children:
        child.kill()


def turn_logs(logs: Path) -> None:
    """Make the folder of logs, and set aside a log that has grown large; one old one of each is kept."""
    logs.mkdir(parents=True, exist_ok=True)
    for log in logs.glob("*.log"):
        if log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".log.1"))
