"""Processes that say from time to time that they live, in a row of the database (procurement/signs)."""

import atexit
import logging
import socket
import threading
import uuid
import warnings
from typing import Any

from celery.signals import beat_init, worker_process_init, worker_ready, worker_shutting_down
from django.conf import settings
from django.db import Error, connection

from tracker.version import VERSION
from tracker.watching import tracing

log = logging.getLogger(__name__)

#: Seconds between two signs.
EVERY = 20.0
#: Seconds that a process waits at its end to be forgotten.
LEAVE = 5.0


class Heart(threading.Thread):
    """Beats as long as its process lives, whatever its other threads do; with a session of its own each time."""

    def __init__(self, name: str, **details: Any) -> None:
        super().__init__(name="heart", daemon=True)
        self.called, self.details, self.ends = name, details | {"version": VERSION}, threading.Event()

    def begin(self) -> None:
        """Start, and end with the process at the latest."""
        self.start()
        atexit.register(self.stop)

    def run(self) -> None:
        """Beat until told to end, and be forgotten then."""
        self.beat()
        while not self.ends.wait(EVERY):
            self.beat()
        forget(self.called)

    def beat(self) -> None:
        """Say once that the process lives; a database that is away hears nothing."""
        from procurement.common.clock import database_now
        from procurement.signs.noting import forget_gone, hear

        try:
            hear(self.called, **self.details)
            forget_gone(database_now())
        except Error as error:
            log.debug("nobody heard that this process lives", extra={"error": str(error)})
        finally:
            connection.close()

    def stop(self) -> None:
        """End, and wait a little until that is done; the database may be away."""
        self.ends.set()
        self.join(LEAVE)


def forget(name: str) -> None:
    """Have a process that ends in order forgotten; a database that is away hears nothing."""
    from procurement.signs.parting import part

    try:
        part(name)
    except Error as error:
        log.debug("nobody heard that this process ends", extra={"error": str(error)})
    finally:
        connection.close()


class _Worker:
    """The heart of this process, if it is a worker."""

    heart: Heart | None = None


@worker_ready.connect
def worker_begins(sender: Any = None, **_: object) -> None:
    """A worker lives, and takes messages of these queues."""
    queues = sorted(sender.app.amqp.queues.consume_from)
    _Worker.heart = Heart(sender.hostname, kind="worker", queues=queues)
    _Worker.heart.begin()


@worker_process_init.connect
def worker_process_begins(**_: object) -> None:
    """A process of a worker begins: its tasks are traced where somebody wants that."""
    tracing.begin("worker")


@worker_shutting_down.connect
def worker_ends(**_: object) -> None:
    """A worker takes no more messages."""
    if _Worker.heart is not None:
        _Worker.heart.ends.set()  # a signal's handler must not wait


@beat_init.connect
def scheduler_begins(**_: object) -> None:
    """The scheduler lives. Its name has an id: two on one host are two, which is one too many."""
    Heart(f"beat@{socket.gethostname()}/{uuid.uuid4().hex[:8]}", kind="scheduler").begin()


def web_begins() -> None:
    """A web process of this host lives; they are told apart by their host alone."""
    Heart(_web(), kind="web").start()


def web_ends() -> None:
    """The web server of this host ends. Where another one runs there, its processes are heard again in seconds.

    Called in the process that only starts the others. Not without servers: it might start the embedded database, which
    ends at the same time.
    """
    if settings.IN_EARNEST:
        with warnings.catch_warnings(action="ignore", category=RuntimeWarning):  # of Django, which is not set up there
            forget(_web())


def _web() -> str:
    return f"web@{socket.gethostname()}"
