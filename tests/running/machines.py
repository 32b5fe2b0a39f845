"""A service on a PostgreSQL and a Redis of its own, all of which may be killed, and whose clock may be set."""

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.running.service import Service, free_port, within
from tracker.local.embedded import SERVICE_ROLE, SUPERUSER, Account, Server, _started

REDIS = shutil.which("redis-server") or shutil.which("valkey-server")
#: A library that lets programs see another clock (Debian: libfaketime).
FAKE_CLOCK = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


class Clock:
    """The clock that the programs of a machine see: PostgreSQL at once, others when they are started again."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "clock"
        self.set(0)

    def set(self, seconds: int) -> None:
        """Set it so far ahead."""
        draft = self.file.with_suffix(".new")
        draft.write_text(f"{seconds:+d}\n")
        draft.chmod(0o644)  # PostgreSQL's user reads it
        draft.rename(self.file)

    def of_python(self) -> dict[str, str]:
        """What a Python process is told; how long something takes is measured as ever."""
        return {"PYTHONPATH": str(Path(__file__).parent / "clock"), "TESTS_CLOCK": str(self.file)}

    def of_server(self) -> dict[str, str]:
        """What PostgreSQL is told; nothing where the library is missing."""
        if FAKE_CLOCK is None:
            return {}
        told = {
            "LD_PRELOAD": str(FAKE_CLOCK),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_CACHE_DURATION": "1",
        }
        return told | dict.fromkeys(("FAKETIME_DONT_FAKE_MONOTONIC", "DONT_FAKE_MONOTONIC"), "1")


class Seeing(Account):
    """The user of a server that sees such a clock."""

    seen: dict[str, str]

    def popen(self):
        given = super().popen()
        return given | {"env": given["env"] | self.seen}


@dataclass(frozen=True)
class Database(Server):
    """A server that sees such a clock."""

    clock: Clock | None = None

    @property
    def account(self) -> Account:
        made = Seeing(*super().account)
        made.seen = self.clock.of_server() if self.clock else {}
        return made

    def kill(self) -> None:
        """End it as `kill -9` does, and start it again."""
        status = self.status()
        assert status is not None
        os.kill(status.pid, signal.SIGKILL)
        _started[self.home].wait()
        within(30, lambda: not self.answers())
        self.start()


class Broker:
    """A Redis that keeps nothing."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process = self.started()

    def started(self) -> "subprocess.Popen[bytes]":
        assert REDIS is not None
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        with (self.folder / "redis.log").open("ab") as log:
            return subprocess.Popen([REDIS, *options], stdout=log, stderr=log)

    def kill(self) -> None:
        """End it as `kill -9` does, and start another one, which is empty."""
        self.end()
        self.process = self.started()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


class Machine(Service):
    """All of it."""

    def __init__(self, folder: Path) -> None:
        if REDIS is None:
            pytest.skip("no redis-server here")
        self.clock, self.broker = Clock(folder), Broker(folder)
        self.database = Database(folder / "database", clock=self.clock)
        self.database.start()
        super().__init__(folder / "home")

    def environment(self) -> dict[str, str]:
        at = f"{str(self.database.host()).replace('/', '%2F')}/tracker"
        own = {
            "DATABASE_URL": f"postgresql://{SERVICE_ROLE}@{at}",
            "DATABASE_OWNER_URL": f"postgresql://{SUPERUSER}@{at}",
            "CELERY_BROKER_URL": f"redis://127.0.0.1:{self.broker.port}/0",
            "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG",
            "ALLOWED_HOSTS": "localhost",
            "HTTPS": "off",
            "WEBHOOK_HOSTS": "127.0.0.1",
        }
        given: dict[str, str] = super().environment()
        return given | own | self.clock.of_python()

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the database; nothing while it is away."""
        with (
            suppress(psycopg.Error),
            psycopg.connect(host=self.database.host(), user=SUPERUSER, dbname="tracker", autocommit=True) as connection,
        ):
            return connection.execute(statement).fetchall()
        return []

    def kill(self, words: str) -> None:
        """End a process whose command holds the words, and no other of its group, as `kill -9` does."""
        if pid := self.child(words):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def switch_off(self) -> None:
        """End the service and its servers."""
        self.end()
        self.broker.end()
        self.database.stop()
