"""Gauges of the work: what waits for whom and since when, who does it, and when it was last done."""

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client.core import Metric

from procurement.alerts.models import Channel, Delivery
from procurement.delivery.channels import carriers
from procurement.desk.gauge_forms import age, by, one
from procurement.desk.processes import heard, workers_by_queue
from procurement.desk.readiness import Check, checks, without_database
from procurement.desk.waiting_messages import Queue, waiting_in_broker
from procurement.desk.workers import workers
from procurement.exposure.kept.models import KeptDay
from procurement.exposure.mirror.state import kept as kept_mirror
from procurement.signs.models import LifeSign
from procurement.sources.models import Recheck, StaleMark

#: Of messages that were sent or cancelled there are too many to count at each look.
UNSENT = ("pending", "sending", "held", "failed")
#: Work that is missed where it never ended.
EXPECTED = ("verify", "sweep", "backup")


def waiting(now: dt.datetime) -> Iterator[Metric]:
    """How long the oldest fact and message have waited, and when the scheduler last sent something."""
    found = workers(now)
    for name, says, span in (
        ("tracker_facts_oldest_seconds", "How long the oldest fact has waited for flags and alerts.", found.facts),
        ("tracker_messages_oldest_seconds", "How long the oldest message that is due has waited.", found.messages),
    ):
        yield one(name, says, age(span, never=0))
    for name, says, span in (
        ("tracker_beat_age_seconds", "How long ago the scheduler sent anything; -1 if never.", found.beat),
        ("tracker_sweep_age_seconds", "How long ago a sweep was last sent; -1 if never.", found.swept),
    ):
        yield one(name, says, age(span))
    yield one("tracker_facts_failing", "Facts that could not be processed and are tried again.", found.failing)


def facts(now: dt.datetime) -> Iterator[Metric]:
    """Facts that wait."""
    number = Recheck.objects.due(now).count()
    yield one("tracker_facts_waiting", "Facts that flags and alerts do not know yet.", number)


def messages(_now: dt.datetime) -> Iterator[Metric]:
    """Messages that are not sent, by their channel's kind."""
    rows = Delivery.objects.filter(state__in=UNSENT).order_by()
    rows_by = rows.values_list("subscription__channel__kind", "state").annotate(Count("pk"))
    found: dict[tuple[str, ...], float] = {(kind, state): 0 for kind in carriers() for state in UNSENT}
    found |= {(kind, state): number for kind, state, number in rows_by}
    yield by("tracker_messages", "Messages that are not sent.", ("kind", "state"), found)
    paused = Channel.objects.filter(paused_at__isnull=False).count()
    yield one("tracker_channels_paused", "Channels to which nothing is sent because they kept failing.", paused)


def totals(now: dt.datetime) -> Iterator[Metric]:
    """How far the kept totals are behind the facts."""
    found = StaleMark.objects.aggregate(number=Count("pk"), since=Min("left_at"))
    yield one("tracker_totals_waiting", "Changes that the kept totals do not include yet.", found["number"])
    span = max(now - found["since"], dt.timedelta()) if found["since"] else None
    yield one("tracker_totals_oldest_seconds", "How long the oldest of them has waited.", age(span, never=0))
    kept = KeptDay.objects.values_list("day", flat=True).first()
    behind = (timezone.localdate(now) - kept).days if kept else -1
    yield one("tracker_totals_days_behind", "Days since the day of the kept totals; -1 if none are kept.", behind)


def mirror(now: dt.datetime) -> Iterator[Metric]:
    """How far the mirror of this host is behind; answers stay exact."""
    state = kept_mirror()
    says = "How far the mirror of this host is behind; -1 without one."
    yield one("tracker_mirror_lag_seconds", says, age(None if state is None else now - state.horizon))


def works(now: dt.datetime) -> Iterator[Metric]:
    """When each kind of work last ended well, and how it ended the last time."""
    rows = {row.name: row for row in LifeSign.objects.filter(kind=LifeSign.Kind.WORK)}
    ages = {(name,): age(now - row.well_at if row.well_at else None) for name, row in rows.items()}
    missed: dict[tuple[str, ...], float] = {(name,): -1 for name in EXPECTED}
    yield by("tracker_work_age_seconds", "How long ago it last ended well; -1 if never.", ("work",), missed | ages)
    well = {(name,): float(row.is_well) for name, row in rows.items()}
    yield by("tracker_work_ok", "Whether it ended well the last time.", ("work",), well)


def processes(now: dt.datetime) -> Iterator[Metric]:
    """Workers that were heard in the last minutes, by the queue that they take messages of."""
    alive = heard(now)
    found = {(queue,): float(len(names)) for queue, names in workers_by_queue(alive).items()}
    yield by("tracker_workers", "Workers that were heard in the last two minutes.", ("queue",), found)
    schedulers = sum(each.kind == "scheduler" for each in alive)
    yield one("tracker_schedulers", "Schedulers that were heard in the last two minutes; one is right.", schedulers)


def readiness(now: dt.datetime) -> Iterator[Metric]:
    """What /readyz finds."""
    yield _ready([Check("database"), *checks(now)])


def unready() -> Iterator[Metric]:
    """What it finds where the database is away."""
    yield _ready(without_database())


def _ready(found: Iterable[Check]) -> Metric:
    values = {(each.name,): float(each.is_good) for each in found}
    return by("tracker_ready", "Whether this check of /readyz is passed.", ("check",), values)


def queues(_now: dt.datetime) -> Iterator[Metric]:
    """How many messages of tasks wait in the broker, and since when."""
    found: dict[str, Queue] = waiting_in_broker()
    numbers = {(name,): float(each.messages) for name, each in found.items()}
    yield by("tracker_queue_messages", "Messages of tasks that wait in the broker.", ("queue",), numbers)
    ages = {(name,): each.oldest for name, each in found.items() if each.oldest is not None}
    yield by("tracker_queue_oldest_seconds", "How long the oldest of them has waited.", ("queue",), ages)
