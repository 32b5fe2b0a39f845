"""Telling of status changes at once: their alerts are routed before their facts are drained, which takes longer."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from procurement.alerts.events import Happening
from procurement.alerts.models import Alert
from procurement.alerts.rechecks import noted
from procurement.alerts.routing import route
from procurement.alerts.statuses import contract_happenings, status_happenings
from procurement.sources.models import STATUS_TABLES, Recheck

#: So many facts are looked at; where more wait, draining them is what they need.
MOST = 200


def untold(happenings: Sequence[Happening]) -> list[Happening]:
    """Those without an alert. An alert was committed together with all that comes of it: nothing is left to do."""
    if not happenings:
        return []
    events, tables, ids = (set(each) for each in zip(*(each.identity for each in happenings), strict=True))
    rows = Alert.objects.filter(event__in=events, origin_table__in=tables, origin_id__in=ids)
    told = set(rows.values_list("event", "origin_table", "origin_id"))
    return [each for each in happenings if each.identity not in told]


class Teller:
    """Remembers which queued facts it has looked at, until they are drained."""

    def __init__(self) -> None:
        self._seen: frozenset[int] = frozenset()

    def tell(self, *, now: dt.datetime) -> int:
        """Route the status changes among the queued facts that are news; returns the number of messages.

        Only hurries: the facts stay queued, and draining routes what has no alert by then. So nothing is lost where
        this fails, dies or looks away; and two at once do no harm, as an alert is unique by event and row.
        """
        news = Recheck.objects.due(now).filter(historical=False, fact_table__in=STATUS_TABLES, failures=0)
        queued = list(news[:MOST])
        fresh = [each for each in queued if each.pk not in self._seen]
        self._seen = frozenset(each.pk for each in queued)
        return _told(fresh, now) if fresh else 0


@transaction.atomic
def _told(facts: list[Recheck], now: dt.datetime) -> int:
    today = timezone.localdate(now)
    notes = [note for note in noted(facts, today=today) if not note.waits and not note.is_history]
    return route([*status_happenings(notes), *contract_happenings(notes, today=today)], now=now)
