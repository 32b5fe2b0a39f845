"""Sending what is in the outbox: claim and commit, send outside any transaction, record and commit."""

import logging
import time
from contextlib import closing

from procurement.delivery.carrying import Hands, failed
from procurement.delivery.claiming import take_due
from procurement.delivery.composing import compose
from procurement.delivery.recording import record

log = logging.getLogger(__name__)

#: So many messages one process hands over at once; each waits in a thread of its own.
AT_ONCE = 64
#: So long one waits for one that is finished before looking for new ones.
GLANCE = 0.2


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
            claimed = 0
            room = min(AT_ONCE - len(hands.busy), limit - tried)
            if room and time.monotonic() < deadline:
                claimed, wanted = take_due(room, held=hands.busy)
                for delivery in wanted:
                    try:
                        hands.give(delivery, compose(delivery))
                    except Exception as error:  # one that cannot be composed stops no other
                        log.exception("message could not be composed", extra={"delivery": delivery.pk})
                        record(delivery, failed(error, delivery.subscription.channel))
            tried += claimed
            if not (claimed or hands.busy):
                return tried
            for delivery, outcome in hands.finished(0 if claimed else GLANCE):
                record(delivery, outcome)
