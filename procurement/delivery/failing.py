"""When a channel that keeps failing is paused. Pure."""

import datetime as dt

#: So many failed attempts in a row, over so long a time, pause a channel. Less would pause it over one bad night.
FAILURES = 5
LASTING = dt.timedelta(hours=24)


def must_pause(failures: int, failing_for: dt.timedelta, *, gone: bool = False) -> bool:
    """Whether a channel is paused after these failures; at once if its receiver said that it is gone for good."""
    return gone or (failures >= FAILURES and failing_for >= LASTING)
