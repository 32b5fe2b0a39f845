"""When a message that could not be sent is tried again: after growing waiting times, for about three days. Pure."""

import datetime as dt

_MINUTES = (0.25, 1, 5, 15, 30, 60, 2 * 60, 4 * 60, 8 * 60, 12 * 60, 20 * 60, 24 * 60)
GAPS = tuple(dt.timedelta(minutes=minutes) for minutes in _MINUTES)
#: A waiting time is up to this much longer at random, so that messages that failed together are not retried together.
JITTER = 0.2


def next_gap(failed: int, chance: float) -> dt.timedelta | None:
    """How long to wait after so many failed attempts (1 or more); None when it is time to give up.

    `chance` lies between 0 and 1.
    """
    if failed > len(GAPS):
        return None
    return GAPS[failed - 1] * (1 + JITTER * chance)
