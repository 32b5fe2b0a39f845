"""Sending what is in the outbox: claim and commit, send outside any transaction, record and commit."""

import datetime as dt
import logging
import time
from collections.abc import Callable
from contextlib import ExitStack, closing

from django.db import InterfaceError, OperationalError

from procurement.alerts.models import Delivery
from procurement.alerts.telling import Teller
from procurement.common.advisory_locks import held_by_session
from procurement.common.clock import database_now
from procurement.common.table_triggers import STATUSES
from procurement.delivery.carrying import Hands, failed
from procurement.delivery.claiming import take_due
from procurement.delivery.composing import compose
from procurement.delivery.listening import Ear
from procurement.delivery.recording import record

log = logging.getLogger(__name__)

#: So many messages one process hands over at once; each waits in a thread of its own. One host that is trusted with
#: many leaves room for others.
AT_ONCE = 256
#: So long one waits for one that is finished before looking for new ones.
GLANCE = 0.2
#: So often, in seconds, one who stays awake looks for retries that fall due, and for what a dead sender left.
LOOK = 1.0
AWAKE = "delivery: awake"


def send_due(limit: int = 1000, seconds: float = 30.0) -> int:
    """Send what is due, many messages at once, for at most some seconds; returns how many were tried.

    What is being handed over then is waited for. Safe to race: a claim is a row locked, marked and committed before
    anything is sent. Safe to kill: the claim of a session that has ended is taken by the next one, and a message that
    was sent but not recorded so goes out again with the same message id.
    """
    deadline = time.monotonic() + seconds
    tried = 0
    with closing(Hands(AT_ONCE)) as hands:
        while True:
            room = limit - tried if time.monotonic() < deadline else 0
            claimed = hand_over(hands, room)
            tried += claimed
            if not (claimed or hands.busy):
                return tried
            record(hands.finished(0 if claimed else GLANCE))


def is_behind(now: dt.datetime) -> bool:
    """Whether messages wait for longer than it takes to hear of them."""
    late = now - dt.timedelta(seconds=LOOK)
    return Delivery.objects.filter(state=Delivery.State.PENDING, next_try_at__lt=late).exists()


def keep_sending(seconds: float, *, has_to_end: Callable[[], bool], leaving: Callable[[], object]) -> bool:
    """Send what is due, and what becomes due, the moment that somebody says so; False where another process does.

    One process at a time stays awake, which holds a lock of its database session: it is free when that process has
    died. Before it waits for receivers that hang it lets the lock go, and calls `leaving`, for the next one to begin.
    """
    with ExitStack() as stack:
        hands = stack.enter_context(closing(Hands(AT_ONCE)))
        with held_by_session(AWAKE) as is_mine:
            if not is_mine:
                return False
            with Ear() as ear:
                _stay(hands, ear, until=time.monotonic() + seconds, has_to_end=has_to_end)
        leaving()
        while hands.busy:
            record(hands.finished(GLANCE))
    return True


def _stay(hands: Hands, ear: Ear, *, until: float, has_to_end: Callable[[], bool]) -> None:
    looked, teller = 0.0, Teller()
    while time.monotonic() < until and not has_to_end():
        if ear.took(STATUSES):
            _tell(teller)
        thoroughly = time.monotonic() >= looked + LOOK
        looked = time.monotonic() if thoroughly else looked
        claimed = hand_over(hands, AT_ONCE, thoroughly=thoroughly)
        record(hands.finished(0 if claimed else LOOK, ear))


def _tell(teller: Teller) -> None:
    """Route status changes early. A failure is no reason to send nothing: draining meets it again."""
    try:
        teller.tell(now=database_now())
    except (InterfaceError, OperationalError):
        raise
    except Exception:
        log.exception("status changes were not told at once; draining will")


def hand_over(hands: Hands, limit: int, *, thoroughly: bool = True) -> int:
    """Claim messages and begin to hand them over, as far as hands are free; returns how many were claimed."""
    room = min(AT_ONCE - len(hands.busy), limit)
    if room <= 0:
        return 0
    claimed, wanted = take_due(room, held=hands.busy, thoroughly=thoroughly)
    for delivery in wanted:
        try:
            hands.give(delivery, compose(delivery))
        except Exception as error:  # one that cannot be composed stops no other
            log.exception("message could not be composed", extra={"delivery": delivery.pk})
            record([(delivery, failed(error, delivery.subscription.channel))])
    return claimed
