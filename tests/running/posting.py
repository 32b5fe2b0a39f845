"""A process that goes on posting status changes, each about a program of its own, whatever is killed meanwhile."""

import datetime as dt
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import django

T = TypeVar("T")
AT_ONCE = 10
SUBSCRIBERS = 10


def main(number: int, seconds: float, url: str) -> None:
    """Subscribe an address to them, and post so many in so many seconds."""
    from procurement.common.clock import database_now
    from procurement.programs.models import Program, StatusChange
    from procurement.programs.recording import status_changes
    from procurement.tasks import nudge
    from tests.alerts.subscribers import make_user, subscribe
    from tests.delivery.channels.test_webhook import SECRET
    from tests.makers import make_source

    owner = make_user()
    for each in range(SUBSCRIBERS):
        subscribe_at(owner, f"{url}/{each}", SECRET, subscribe)
    source = make_source()
    names = [f"program-{each}" for each in range(number)]
    programs = Program.objects.bulk_create(Program(code=name, name=name) for name in names)
    on = database_now().date() - dt.timedelta(days=2)
    began = time.monotonic()
    print("ready", flush=True)  # noqa: T201  to the test that started this
    for first in range(0, number, AT_ONCE):
        time.sleep(max(began + seconds * first / number - time.monotonic(), 0))
        rows = [
            StatusChange(
                program=program, kind="decision", side="buyer", status="suspended", effective_on=on, source=source,
                source_key=program.code,
            )
            for program in programs[first : first + AT_ONCE]
        ]  # fmt: skip
        persistently(partial(status_changes.record_all, rows))
        nudge()


def subscribe_at(owner, url, secret, subscribe) -> None:
    from procurement.delivery.addressing import create_channel

    channel = create_channel(owner=owner, kind="webhook", address=url, settings={"secret": secret})
    subscribe(owner, channel=channel, events=["status.changed"])


def persistently(act: Callable[[], T]) -> T:
    """Do something until the database takes it; each fact has a key, and is stored once."""
    from django.db import DatabaseError, InterfaceError, connection

    while True:
        try:
            return act()
        except (DatabaseError, InterfaceError):
            connection.close()
            time.sleep(0.3)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3])
