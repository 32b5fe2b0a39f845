"""Handing messages over: many at once in threads, each over a connection that is kept for the next one."""

import datetime as dt
import logging
import os
import select
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Lock
from typing import Protocol

from procurement.alerts.models import Channel, Delivery
from procurement.common.options import hidden
from procurement.delivery.addressing import secrets_in
from procurement.delivery.channels import carriers
from procurement.delivery.message import Answer, Carrier, Message, NotCarried
from procurement.delivery.models import STATUSES

log = logging.getLogger(__name__)

LONGEST_ERROR = 2000
#: How much of an answer is kept.
KILOBYTE = 1024


@dataclass(frozen=True)
class Tried:
    """How one attempt went; it failed if there is an error. The rest of it is NotCarried's."""

    error: str = ""
    answer: Answer = field(default_factory=Answer)
    milliseconds: int | None = None
    permanent: bool = False
    gone: bool = False
    by_receiver: bool = False
    retry_after: dt.timedelta | None = None


class Carriers:
    """Carriers at rest, by kind and destination: whoever takes one has it alone, and its connection with it."""

    def __init__(self) -> None:
        self._idle: dict[tuple[str, str], list[Carrier]] = defaultdict(list)
        self._lock = Lock()

    def take(self, channel: Channel) -> Carrier:
        """A carrier to where a channel leads. Raises KeyError if there is none of its kind."""
        with self._lock:
            idle = self._idle[channel.kind, channel.destination]
            if idle:
                return idle.pop()
        return carriers()[channel.kind]()

    def give_back(self, carrier: Carrier, channel: Channel) -> None:
        """Keep a carrier for the next message."""
        with self._lock:
            self._idle[channel.kind, channel.destination].append(carrier)

    def close(self) -> None:
        """Close them. An exception is only logged: the messages are sent."""
        for (kind, _), idle in self._idle.items():
            for carrier in idle:
                try:
                    carrier.close()
                except Exception:
                    log.exception("channel did not close", extra={"kind": kind})
        self._idle.clear()


def try_once(opened: Carriers, message: Message, channel: Channel) -> Tried:
    """Hand one message over; never raises. Without the database: it runs in a thread."""
    began = time.monotonic()
    try:
        carrier = opened.take(channel)
        try:
            answer = carrier.carry(message, channel)
        finally:
            opened.give_back(carrier, channel)
    except Exception as error:  # noqa: BLE001  whatever a channel raises, the message stays and is tried again
        return failed(error, channel, _since(began))
    given = answer if isinstance(answer, Answer) else Answer()
    return Tried(answer=_kept(given, channel), milliseconds=_since(began))


def failed(error: Exception, channel: Channel, milliseconds: int | None = None) -> Tried:
    """An attempt that failed, without the channel's secrets."""
    if not isinstance(error, NotCarried):
        return Tried(error=reason(error, channel), milliseconds=milliseconds)
    return Tried(
        error=reason(error, channel),
        answer=_kept(error.answer, channel),
        milliseconds=milliseconds,
        permanent=error.permanent,
        gone=error.gone,
        by_receiver=error.by_receiver,
        retry_after=error.retry_after,
    )


def reason(error: Exception, channel: Channel) -> str:
    """Why a message could not be sent, without the channel's secrets."""
    said = str(error) if isinstance(error, NotCarried) else f"{type(error).__name__}: {error}"
    return _hidden(said, channel)[:LONGEST_ERROR] or type(error).__name__


def three_digits(status: object) -> int | None:
    """A valid code, or None: an invalid one must not prevent recording that a message was sent."""
    low, high = STATUSES
    return status if isinstance(status, int) and low <= status <= high else None


def _kept(answer: Answer, channel: Channel) -> Answer:
    """What is recorded of an answer."""
    text = _hidden(answer.text, channel).encode("utf-8", "replace")[:KILOBYTE].decode("utf-8", "ignore")
    return Answer(three_digits(answer.status), text)


def _hidden(text: str, channel: Channel) -> str:
    secrets = secrets_in(channel.kind, channel.settings).values()
    return hidden(text, list(secrets)).replace("\x00", "")


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


class Readable(Protocol):
    """What can be waited for beside what is being handed over."""

    def fileno(self) -> int:
        """Its file descriptor."""


class Hands:
    """Threads that hand messages over, so that a receiver that hangs holds up its own message and no other."""

    def __init__(self, at_once: int) -> None:
        self.opened = Carriers()
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="delivery")
        self._tried: SimpleQueue[tuple[int, Tried]] = SimpleQueue()
        self._bell, self._rope = os.pipe()
        for each in (self._bell, self._rope):
            os.set_blocking(each, False)
        #: what is being handed over, by the ids of messages
        self.busy: dict[int, Delivery] = {}

    def give(self, delivery: Delivery, message: Message) -> None:
        """Begin to hand a message over."""
        self.busy[delivery.pk] = delivery
        self._pool.submit(self._try, delivery.pk, message, delivery.subscription.channel)

    def _try(self, pk: int, message: Message, channel: Channel) -> None:
        self._tried.put((pk, try_once(self.opened, message, channel)))
        with suppress(BlockingIOError):  # rung often enough
            os.write(self._rope, b"!")

    def finished(self, seconds: float, or_when: Readable | None = None) -> list[tuple[Delivery, Tried]]:
        """What has been tried, after waiting so long at most for the first, or for something else to be read."""
        if self._tried.empty() and seconds:
            _wait_for([self._bell, *([] if or_when is None else [or_when.fileno()])], seconds)
        with suppress(BlockingIOError):
            os.read(self._bell, 65536)
        done = []
        with suppress(Empty):
            while True:
                pk, tried = self._tried.get_nowait()
                done.append((self.busy.pop(pk), tried))
        return done

    def close(self) -> None:
        """Wait for what is under way, and hang up."""
        self._pool.shutdown()
        self.opened.close()
        for each in (self._bell, self._rope):
            os.close(each)


def _wait_for(descriptors: list[int], seconds: float) -> None:
    waiting = select.poll()
    for each in descriptors:
        waiting.register(each, select.POLLIN)
    waiting.poll(seconds * 1000)
