"""Units that clients spend, counted for all web processes together.

`limits` counts in one atomic step, with costs, in Redis; Django's database cache and the throttles of the REST
framework read and then write, so that requests at the same time pass for one. Where there is no Redis, the same is
counted in a table (counting.py).
"""

import logging
import time
from dataclasses import dataclass
from functools import cache

import redis  # noqa: F401  before there are threads: `limits` takes one that is half imported for an old version
from django.conf import settings
from limits.errors import StorageError
from limits.storage import Storage, storage_from_string

from procurement.access.limits import counting  # noqa: F401  makes its scheme known
from procurement.access.limits.allowances import Allowance
from procurement.access.limits.reached import TooManyRequests

log = logging.getLogger(__name__)

WINDOW = 60
#: For so many seconds nothing is counted after the place where it is counted did not answer: reading goes on.
REST = 5.0


@dataclass(frozen=True)
class Standing:
    """How a client stands in this minute."""

    allowance: Allowance
    remaining: int
    #: seconds until the next minute begins
    reset: int

    @property
    def headers(self) -> dict[str, str]:
        """As draft-ietf-httpapi-ratelimit-headers has it."""
        policy = f'"{self.allowance.role}"'
        return {
            "RateLimit-Policy": f"{policy};q={self.allowance.units};w={WINDOW}",
            "RateLimit": f"{policy};r={self.remaining};t={self.reset}",
        }


class _Pause:
    """Until when nothing is counted, in this process."""

    until = 0.0


@cache
def store(address: str) -> Storage:
    """Where units are counted; it answers soon or not at all."""
    options = {"socket_timeout": 0.25, "socket_connect_timeout": 0.25} if address.startswith("redis") else {}
    found = storage_from_string(address, wrap_exceptions=True, **options)
    assert isinstance(found, Storage), "not an asynchronous one"
    return found


def spend(allowance: Allowance, client: str, cost: int) -> Standing | None:
    """Take units of a client's minute. None where nothing is counted. Raises TooManyRequests.

    A refused request costs its units too: who does not wait is not served sooner.
    """
    if not allowance.units or time.monotonic() < _Pause.until:
        return None
    now = time.time()
    window, reset = int(now // WINDOW), WINDOW - int(now % WINDOW)
    try:
        used = store(settings.UNITS_STORE).incr(f"units/{client}/{window}", WINDOW, amount=cost)
    except StorageError:
        log.warning("limits.not_counted", exc_info=True)
        _Pause.until = time.monotonic() + REST
        return None
    standing = Standing(allowance, max(0, allowance.units - used), reset)
    if used > allowance.units:
        refusal = TooManyRequests(allowance.who, allowance.units, reset)
        refusal.headers |= standing.headers
        raise refusal
    return standing
