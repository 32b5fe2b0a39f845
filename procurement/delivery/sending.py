"""Sending what is in the outbox: claim and commit, send outside any transaction, record and commit."""

import logging
import time
from collections.abc import Sequence
from contextlib import closing

from procurement.alerts.models import Delivery
from procurement.common.clock import database_now
from procurement.delivery.carrying import Hands, Tried, failed
from procurement.delivery.claiming import claim, heed_clock, number, paused_among, stopped_among
from procurement.delivery.composing import compose
from procurement.delivery.recording import record_cancelled, record_failure, record_held, record_sent

log = logging.getLogger(__name__)

#: So many messages one process hands over at once; each waits in a thread of its own.
AT_ONCE = 64
#: So long one looks for finished ones before it looks for new ones.
GLANCE = 0.2


def send_due(limit: int = 1000, seconds: float = 30.0) -> int:
    """Send what is due, many messages at once, for at most some seconds; returns how many were tried.

    What is being handed over then is waited for. Safe to race: a claim is a row locked, marked and committed before
    anything is sent. Safe to kill: the claim of a session that has ended is taken by the next one, and a message that
    was sent but not recorded so goes out again with the same message id.
    """
    deadline = time.monotonic() + seconds
    heed_clock(database_now())
    tried = 0
    with closing(Hands(AT_ONCE)) as hands:
        while True:
            if tried < limit and time.monotonic() < deadline:
                tried += _take_up(hands, limit - tried)
            if not hands.held:
                return tried
            for delivery, outcome in hands.finished(GLANCE):
                record(delivery, outcome)


def _take_up(hands: Hands, limit: int) -> int:
    """Begin to send what is due, as far as hands are free; returns how many messages were claimed."""
    taken = 0
    while (room := min(hands.free, limit - taken)) and (claimed := claim(database_now(), limit=room, held=hands.held)):
        taken += len(claimed)
        for delivery in sendable(claimed):
            _begin(hands, delivery)
    return taken


def sendable(claimed: Sequence[Delivery]) -> list[Delivery]:
    """Of claimed messages those that are sent, each with its number; what was switched off or paused is put away.

    Asked last before they are handed over.
    """
    stopped, paused = stopped_among(claimed), paused_among(claimed)
    for delivery in claimed:
        if delivery.pk in stopped:
            record_cancelled(delivery)
        elif delivery.pk in paused:
            record_held(delivery, database_now())
    sent = [delivery for delivery in claimed if delivery.pk not in stopped | paused]
    number(sent)
    return sent


def _begin(hands: Hands, delivery: Delivery) -> None:
    try:
        message = compose(delivery)
    except Exception as error:
        log.exception("message could not be composed", extra={"delivery": delivery.pk})
        record(delivery, failed(error, delivery.subscription.channel))
    else:
        hands.give(delivery, message)


def record(delivery: Delivery, tried: Tried) -> None:
    """Record how an attempt went."""
    now = database_now()
    if not tried.error:
        record_sent(delivery, now, tried)
        return
    log.warning("delivery failed", extra={"delivery": delivery.pk, "error": tried.error})
    record_failure(delivery, tried, now)
