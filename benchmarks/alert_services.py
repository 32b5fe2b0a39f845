"""The processes that carry an alert, as `make run` starts them, on Redis or on the folder that needs no server."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.database import service_environment
from tracker.celery import DELIVERY, QUEUES
from tracker.local.running import worker

FOLDER = "filesystem://localhost"
CELERY = [sys.executable, "-m", "celery", "-A", "tracker"]


@contextmanager
def redis(home: Path) -> Iterator[str | None]:
    """A Redis of its own that stores nothing; None where none is installed."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        yield None
        return
    port = free_port()
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(home)]
    with running(command, home, os.environ.copy()):
        wait_for_port(port)
        yield f"redis://127.0.0.1:{port}/0"


@contextmanager
def services(home: Path, broker: str, **more: str) -> Iterator[dict[str, str]]:
    """A worker, a deliverer and the scheduler; gives the environment in which they run."""
    home.mkdir(exist_ok=True)
    environment = os.environ | service_environment() | {"TRACKER_HOME": str(home), "CELERY_BROKER_URL": broker} | more
    commands = (
        [*CELERY, *worker(*(set(QUEUES) - {DELIVERY}))],
        [*CELERY, *worker(DELIVERY)],
        [*CELERY, "beat", "--pidfile=", "--loglevel", "INFO"],
    )
    with ExitStack() as stack:
        for command in commands:
            stack.enter_context(running(command, home, environment))
        yield environment


@contextmanager
def running(command: list[str], home: Path, environment: dict[str, str]) -> Iterator[None]:
    """A process with its children while the block runs; what it says is in the home."""
    with (home / "log").open("ab") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)  # work is in rows: nothing is lost
        process.wait()


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for_port(port: int) -> None:
    """Wait until somebody listens."""
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"nobody listens on port {port}")
