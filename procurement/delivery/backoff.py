"""When a message that could not be sent is tried again: after growing waiting times, for about three days. Pure."""

import datetime as dt
from email.utils import parsedate_to_datetime

_SECONDS = (5, 30, 2 * 60, 10 * 60, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 24 * 3600, 24 * 3600)
GAPS = tuple(dt.timedelta(seconds=seconds) for seconds in _SECONDS)
#: A waiting time is up to this much longer at random, so that messages that failed together are not retried together.
JITTER = 0.2
#: A receiver may ask for a longer waiting time, up to this one.
LONGEST = dt.timedelta(hours=24)


def asked_for(retry_after: str, *, answered_at: str = "", now: dt.datetime) -> dt.timedelta | None:
    """How long a header Retry-After asks to wait; None where it says nothing that is understood.

    A date is compared with the answer's own (the header Date), where it has one: the receiver's clock may be wrong.
    """
    if retry_after.strip().isdecimal():
        return min(dt.timedelta(seconds=min(int(retry_after), 10**9)), LONGEST)
    until, since = _date(retry_after), _date(answered_at) or now
    return max(until - since, dt.timedelta()) if until else None


def _date(header: str) -> dt.datetime | None:
    try:
        found = parsedate_to_datetime(header)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def next_gap(failed: int, chance: float, *, asked: dt.timedelta | None = None) -> dt.timedelta | None:
    """How long to wait after so many failed attempts (1 or more); None when it is time to give up.

    `chance` lies between 0 and 1; `asked` is what the receiver asked for (Retry-After), which never shortens a gap.
    """
    if failed > len(GAPS):
        return None
    gap = max(GAPS[failed - 1], min(asked or dt.timedelta(), LONGEST))
    return gap * (1 + JITTER * chance)
