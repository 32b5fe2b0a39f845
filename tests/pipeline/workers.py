"""Real workers on the test's database, with a broker and a mail folder of their own, which may be killed."""

import email
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from urllib.parse import quote

from django.db import connection

from procurement.tasks import nudge
from tests.house.shape import ROOT
from tracker.celery import QUEUES

SECRET = "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz-ABCDEFG"


def database_url() -> str:
    """The address of the database that this test has."""
    given = connection.get_connection_params()
    password = f":{quote(given['password'], safe='')}" if given.get("password") else ""
    return (
        f"postgresql://{quote(given['user'], safe='')}{password}@{quote(str(given['host']), safe='')}"
        f":{given.get('port') or 5432}/{quote(given['dbname'], safe='')}"
    )


class Pipeline:
    """A home with its broker folder and mail folder, and processes that work in it."""

    def __init__(self, home: Path) -> None:
        self.home = home
        #: what else its processes are told
        self.more: dict[str, str] = {}
        self.workers: list[subprocess.Popen[bytes]] = []

    # processes

    def environment(self) -> dict[str, str]:
        """What a process of this home is told."""
        own = {"TRACKER_HOME": str(self.home), "DATABASE_URL": database_url(), "SECRET_KEY": SECRET}
        own |= {
            "CELERY_BROKER_URL": "filesystem://",
            "ALLOWED_HOSTS": "localhost",
            "EMAIL_HOST": "",
            "WEBHOOK_HOSTS": ",".join(f"127.0.0.{each}" for each in range(1, 10)),
        }
        return {
            **os.environ,
            **own,
            **self.more,
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
            "PYTHONWARNINGS": "default",
        }

    def python(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start Python in a session of its own."""
        with (self.home / "log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def start(self, *queues: str) -> None:
        """Start a worker, of all queues or of some."""
        options = ["--queues", ",".join(queues or QUEUES), "--concurrency", "1", "--loglevel", "INFO"]
        options += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
        self.workers.append(self.python("-m", "celery", "-A", "tracker", "worker", *options))

    def kill(self) -> None:
        """End the workers as `kill -9` does, with their children."""
        for worker in self.workers:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        self.workers.clear()

    def dies_in(self, module: str, verb: str, *, work: str) -> int:
        """Run some work in a process that is killed the moment it comes to a verb; its exit status."""
        script = (
            "import os, signal, importlib, django; django.setup(); from django.utils.timezone import now\n"
            "from procurement.alerts.draining import drain; from procurement.delivery.sending import send_due\n"
            f"module = importlib.import_module({module!r})\n"
            f"module.{verb} = lambda *given, **named: os.kill(os.getpid(), signal.SIGKILL)\n{work}"
        )
        return self.python("-c", script).wait(timeout=30)

    # what came out

    def mails(self) -> list[EmailMessage]:
        """Every e-mail in the folder, in order; one that is still being written has a dot before its name."""
        files = sorted((self.home / "mail").glob("[!.]*.eml"))
        return [email.message_from_bytes(file.read_bytes(), policy=default) for file in files]

    def copies(self) -> Counter[str]:
        """How often each message came, by its id."""
        return Counter(str(mail["Message-ID"]) for mail in self.mails())

    def wait_for(self, number: int, *, seconds: float, hurried: bool = True) -> bool:
        """Wait until so many different messages came."""
        return self.wait_until(lambda: len(self.copies()) >= number, seconds=seconds, hurried=hurried)

    def wait_until(self, condition: Callable[[], bool], *, seconds: float, hurried: bool = True) -> bool:
        """Wait for something, hurrying the pipeline each second as beat does each five."""
        for step in range(int(seconds * 50)):
            if condition():
                return True
            if hurried and step % 50 == 49:
                nudge("drain"), nudge("pack"), nudge("deliver")
            time.sleep(0.02)
        return condition()
