"""`make run`: starts everything, without servers to install, and keeps it running until told to stop.

The database, the web server, the workers and the scheduler are children of this process. One that dies is started
again. They end with this process: a signal stops them in order, and if this process is killed the kernel signals them.
"""

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command, get_commands
from django.db import connections

from tracker import env, health
from tracker.celery import DELIVERY, QUEUES
from tracker.file_locks import Lock
from tracker.local.children import Child, stop_all, turn_logs
from tracker.local.embedded import OWNER_FILE, RUN_LOCK, Server, ServerFailed
from tracker.local.processes import catches, is_make
from tracker.private import keep_home_private, keep_private

TICK_SECONDS = 0.2
GRACE_SECONDS = 4.0
#: How long a new run waits for the processes of a killed one to end.
TAKEOVER_SECONDS = 10.0
READY_SECONDS = 60.0
BACKLOG = 2048


class CannotStart(Exception):
    """Something external prevents the run; the message is for the person who started it."""


class StopRequested(BaseException):
    """This process was told to stop. Not an Exception, so that no handler on the way catches it."""


class StopListener:
    """Raises StopRequested on the order to stop: a signal, or the end of the `make` that started this.

    SIGINT is handled by name, because a shell starts background jobs with it ignored. `make` passes SIGTERM on, but on
    SIGINT only waits for its children; /proc shows that it has removed its own handler.
    """

    def __init__(self) -> None:
        self.requested = False
        for which in (signal.SIGINT, signal.SIGTERM):
            signal.signal(which, self.on_signal)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # ignored under nohup
            signal.signal(signal.SIGHUP, self.on_signal)
        parent = os.getppid()
        if is_make(parent):
            threading.Thread(target=self.watch, args=(parent,), daemon=True).start()

    def on_signal(self, _signal: int, _frame: FrameType | None) -> None:
        """Begin to stop at the first signal; a second one changes nothing, because stopping is under way."""
        if not self.requested:
            self.requested = True
            raise StopRequested

    def watch(self, parent: int) -> None:
        """Signal this process when `make` has ended, or was interrupted after it had caught interrupts."""
        caught = catches(parent, signal.SIGINT)
        while os.getppid() == parent and not (caught and catches(parent, signal.SIGINT) is False):
            time.sleep(TICK_SECONDS)
        os.kill(os.getpid(), signal.SIGTERM)


def main() -> int:
    """Run until told to stop. Returns 1 if something prevents it; no process is left behind either way."""
    keep_private()
    stop = StopListener()
    try:
        django.setup()
        with listening(settings.HOST, settings.PORT) as web, locked(settings.TRACKER_HOME) as lock:
            run(stop, web, lock)
    except StopRequested:
        pass
    except (CannotStart, ServerFailed, ImproperlyConfigured) as error:
        print(f"cannot start: {error}", file=sys.stderr)
        return 1
    return 0


def run(stop: StopListener, web: socket.socket, lock: Lock) -> None:
    """Start everything, keep it running, and stop it whatever happens."""
    keep_home_private(whole=True)
    home, children = settings.TRACKER_HOME, list[Child]()
    server = None if settings.IN_EARNEST else Server(home)
    turn_logs(home / "logs")
    try:
        if server is not None:
            server.start(ends_with_caller=True)
        prepare()
        children += processes(home / "logs", web, lock)
        bring_up(children)
        announce()
        keep_up(stop, children, server)
    finally:
        print("stopping", flush=True)
        stop_all(children, grace=GRACE_SECONDS)
        if server is not None:
            server.stop()
        print("stopped", flush=True)


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    """The web server's socket, bound before anything else is done and kept while a web server is replaced."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as web:
        web.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            web.bind((host, port))
            web.listen(BACKLOG)
        except OSError as error:
            raise CannotStart(f"{host}:{port} cannot be bound ({error.strerror}); set PORT to a free one") from error
        yield web


@contextmanager
def locked(home: Path) -> Iterator[Lock]:
    """Lock the home for this run. Children inherit the lock, so it is free only when all of an earlier run ended."""
    lock, owner = Lock(home / RUN_LOCK), home / OWNER_FILE
    deadline = time.monotonic() + TAKEOVER_SECONDS
    while not lock.take(wait=False):
        if time.monotonic() > deadline:
            pid = owner.read_text().strip() if owner.exists() else "?"
            raise CannotStart(f"{home} is in use by another run (process {pid}); set TRACKER_HOME to another folder")
        time.sleep(TICK_SECONDS)
    owner.write_text(f"{os.getpid()}\n")
    try:
        yield lock
    finally:
        owner.unlink(missing_ok=True)
        lock.release()


def prepare() -> None:
    """Migrate and seed the database; each step may be repeated."""
    call_command("migrate", verbosity=0, interactive=False)
    steps: list[tuple[str, ...]] = [("seed_schedule",)]
    if env.flag("SAMPLE", default=True):
        steps += [("load_sample", "--unless-own"), ("create_sample_users",)]
    for step, *options in steps:
        if step in get_commands():
            call_command(step, *options)
    connections.close_all()


def processes(logs: Path, web: socket.socket, lock: Lock) -> list[Child]:
    """The processes of a run besides the database."""
    assert lock.fd is not None
    gunicorn = ["gunicorn", "tracker.wsgi", "--bind", f"fd://{web.fileno()}", "--worker-class", "tracker.web.Worker"]
    gunicorn += ["--config", "python:tracker.gunicorn"]
    gunicorn += [
        "--limit-request-line",
        "8190",
        "--workers",
        "2",
        "--threads",
        "12",
        "--graceful-timeout",
        "3",
        "--no-control-socket",
    ]
    quiet = ["--quiet"] if settings.LOG_FORMAT == "json" else []  # its banner is not JSON
    celery = ["celery", *quiet, "-A", "tracker"]
    beat = ["beat", "--pidfile=", "--loglevel", settings.LOG_LEVEL]
    python = [sys.executable, "-m"]
    return [
        Child("web", python + gunicorn, logs, (web.fileno(), lock.fd)),
        Child("worker", python + celery + worker(*(set(QUEUES) - {DELIVERY})), logs, (lock.fd,)),
        # its own, so that nothing waits for receivers that hang
        Child("delivery", python + celery + worker(DELIVERY), logs, (lock.fd,)),
        # On SIGTERM it stores its times from the signal handler, and waits for ever if the signal comes inside a query,
        # because psycopg's connection is already locked. A kill loses nothing.
        Child("beat", python + celery + beat, logs, (lock.fd,), orphaned=signal.SIGKILL),
    ]


def worker(*queues: str) -> list[str]:
    """The arguments of a worker of some queues. Of those that deliver one stays awake, others look once."""
    named = ["worker", "--queues", ",".join(sorted(queues)), "--hostname", f"{min(queues)}@%h"]
    processes = ["--concurrency", "3" if queues == (DELIVERY,) else "2"]
    return [
        *named,
        *processes,
        "--loglevel",
        settings.LOG_LEVEL,
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
    ]


def bring_up(children: list[Child]) -> None:
    """Start all, and return when the web server answers."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        for child in children:
            child.start_if_due()
        if health.answers(settings.PORT, host=settings.ALLOWED_HOSTS[0], seconds=1):
            return
        time.sleep(TICK_SECONDS)
    raise CannotStart(f"the web server does not answer; see {children[0].log}")


def announce() -> None:
    """Print the addresses and folders, one per line."""
    site, home = settings.PUBLIC_URL, settings.TRACKER_HOME
    print(
        f"portfolio  {site}/",
        f"exposure   {site}/api/v1/exposure/?group_by=program&as_of=2020-06-25",
        f"admin      {site}/admin/",
        f"API docs   {site}/api/v1/docs/",
        f"mail       {home / 'mail'}",
        f"logs       {home / 'logs'}",
        f"to stop    Ctrl-C, or kill {os.getpid()}",
        sep="\n",
        flush=True,
    )


def keep_up(stop: StopListener, children: list[Child], server: Server | None) -> None:
    """Restart what dies, until told to stop."""
    while not stop.requested:
        if server is not None and not server.answers():
            print(f"the database ended and is started again; see {server.log_file}", flush=True)
            server.start(ends_with_caller=True)
        for child in children:
            child.start_if_due()
        time.sleep(TICK_SECONDS)
