"""Signs that no worker does what is due: facts that nobody looks at, and messages that nobody tries to send."""

import datetime as dt
from collections.abc import Iterator

from django.db.models import Min

from procurement.alerts.models import Delivery
from procurement.delivery.models import Attempt
from procurement.sources.models import Recheck

#: How long news and messages may wait before somebody is told. A large import takes some minutes.
AFTER = dt.timedelta(minutes=10)


def overdue(now: dt.datetime) -> Iterator[str]:
    """What waits though it was due long ago, by the database's clock."""
    facts = Recheck.objects.filter(historical=False, failures=0, not_before=None, recorded_at__lt=now - AFTER)
    if since := facts.aggregate(since=Min("recorded_at"))["since"]:
        yield f"facts wait since {since.isoformat(timespec='seconds')}, and no worker takes them"
    messages = Delivery.objects.filter(state=Delivery.State.PENDING, next_try_at__lt=now - AFTER)
    since = messages.aggregate(since=Min("next_try_at"))["since"]
    if since and not Attempt.objects.filter(at__gte=now - AFTER).exists():
        yield f"messages wait since {since.isoformat(timespec='seconds')}, and none is tried"
