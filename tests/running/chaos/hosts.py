"""A service on two hosts with clocks of their own, small disks, and wires to its servers."""

import contextlib
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

from tests.house.shape import ROOT
from tests.running.chaos.wire import Wire
from tests.running.disks import Disk
from tests.running.machines import Clock, Database, Machine
from tests.running.service import Service
from tracker.celery import DELIVERY, QUEUES
from tracker.local.embedded import SUPERUSER, ServerFailed
from tracker.local.running import worker

#: Megabytes. What a log needs in ten minutes of faults is the most of the first.
HOME_SIZE, DATABASE_SIZE = 400, 2_000
#: PostgreSQL keeps no more of its log than a small disk holds.
OFTEN = "ALTER SYSTEM SET checkpoint_timeout = '30s'"
HOUR = 3600
SECRET = "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG"


class Stormed(Machine):
    """The first host, with the database, the broker, the web server, workers and a scheduler; and the second."""

    def __init__(self, folder: Path, migrated: Path) -> None:
        self.folder = folder
        self.disks = {"home": Disk(folder / "disk", HOME_SIZE), "database": Disk(folder / "database", DATABASE_SIZE)}
        copied(migrated, folder / "database")
        super().__init__(folder)
        self.home = folder / "disk" / "home"
        self.wires = {
            "database": Wire(lambda: str(Path(self.database.host()) / ".s.PGSQL.5432")),
            "broker": Wire(lambda: ("127.0.0.1", self.broker.port)),
        }
        self.query(OFTEN)
        self.database.stop()
        self.database.start()
        self.second = SecondHost(self, folder / "disk" / "second")

    def environment(self) -> dict[str, str]:
        return super().environment() | {
            "DATABASE_URL": f"postgresql://{SUPERUSER}@127.0.0.1:{self.wires['database'].port}/tracker",
            "CELERY_BROKER_URL": f"redis://127.0.0.1:{self.wires['broker'].port}/0",
            "IMPORT_FOLDER": str(self.folder / "disk" / "imports"),
            "TMPDIR": str(self.folder / "disk" / "tmp"),
        }

    def up(self, **how):
        (self.folder / "disk" / "tmp").mkdir(parents=True, exist_ok=True)
        return super().up(**how)

    def keep_up(self) -> bool:
        """Start again what nobody else does: `make run`, the second host, a database that had no room to recover.

        Whether all of it runs: a start may be refused for what went wrong a moment before.
        """
        try:
            if not self.database.answers():
                self.database.start()
        except ServerFailed:
            return False
        if self.make.poll() is not None and not started(self):
            return False
        self.second.keep_up()
        return True

    def work(self) -> dict[int, str]:
        """All processes of the service on both hosts: id -> command."""
        found = self.processes() | self.second.processes()
        return {pid: command for pid, command in found.items() if "make -f" not in command}

    def backends(self) -> list[int]:
        """The processes of PostgreSQL that answer the service."""
        return [row[0] for row in self.query("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'")]

    def manage(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of the service on the first host."""
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=False,
        )  # fmt: skip

    def switch_off(self) -> None:
        self.second.end()
        for wire in self.wires.values():
            wire.end()
        super().switch_off()
        for disk in self.disks.values():
            disk.end()


def started(machine: Machine) -> bool:
    """Start `make run`; whether it could: on a busy machine its web server may take longer than it waits for it."""
    try:
        machine.up()
    except AssertionError:
        return False
    return True


def migrated_in(folder: Path) -> Path:
    """A folder with an empty database that has its tables, made where there is none; to be copied."""
    if folder.exists():
        return folder
    making = folder.with_name(f"{folder.name}-making")
    server = Database(making)
    server.start()
    try:
        host = str(server.host()).replace("/", "%2F")
        own = {"DATABASE_URL": f"postgresql://{SUPERUSER}@{host}/tracker", "CELERY_BROKER_URL": "redis://127.0.0.1:1"}
        own |= {"SECRET_KEY": SECRET, "ALLOWED_HOSTS": "localhost", "HTTPS": "off", "TRACKER_HOME": str(making)}
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=os.environ | own, check=True)
    finally:
        server.stop()
    return making.rename(folder)


def copied(migrated: Path, to: Path) -> None:
    """Copy the database."""
    to.mkdir(exist_ok=True)
    subprocess.run(["cp", "-a", str(migrated / "pgdata"), str(to)], check=True)


class SecondHost(Service):
    """Workers and another scheduler with a home and a clock of their own, an hour ahead; no web server."""

    def __init__(self, first: Stormed, home: Path) -> None:
        self.first, self.home = first, home
        home.mkdir(parents=True)
        clocks = first.folder / "second"
        clocks.mkdir()
        self.clock = Clock(clocks)
        self.clock.set(HOUR)
        celery = [sys.executable, "-m", "celery", "-A", "tracker"]
        self.commands = [
            celery + worker(*(set(QUEUES) - {DELIVERY})),
            celery + worker(DELIVERY),
            [*celery, "beat", "--pidfile=", "--loglevel", "INFO"],
        ]
        self.running: list[subprocess.Popen[bytes] | None] = [None] * len(self.commands)

    def environment(self) -> dict[str, str]:
        return self.first.environment() | {"TRACKER_HOME": str(self.home)} | self.clock.of_python()

    def keep_up(self) -> None:
        """Start what has ended, and first end what is left of it."""
        for number, command in enumerate(self.commands):
            process = self.running[number]
            if process is None or process.poll() is not None:
                self._end(process)
                self.running[number] = self._start(command)

    def _start(self, command: list[str]) -> "subprocess.Popen[bytes]":
        # its log lies on no small disk: what is asked is how the service bears it, not how this test does
        with (self.first.folder / "second.log").open("ab") as log:
            return subprocess.Popen(
                command, cwd=ROOT, env=self.environment(), stdout=log, stderr=log, start_new_session=True
            )

    def _end(self, process: "subprocess.Popen[bytes] | None") -> None:
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def end(self) -> None:
        for process in self.running:
            self._end(process)


def pick(chance: random.Random, found: dict[int, str], *words: str) -> int | None:
    """The id of one of the processes whose command holds one of the words."""
    fitting = sorted(pid for pid, command in found.items() if any(word in command for word in words))
    return chance.choice(fitting) if fitting else None


def signalled(pid: int | None, which: signal.Signals) -> bool:
    """Send a signal; whether there was anybody."""
    with contextlib.suppress(ProcessLookupError):
        if pid is not None:
            os.kill(pid, which)
            return True
    return False
