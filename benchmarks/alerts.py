"""From the commit of a status change to its receipt, and how fast a full outbox is emptied, by real processes.

Beside one connection that is kept alive and posts in a loop to the same receiver. Each program changes once, so that
nothing is grouped.
"""

import http.client
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from django.utils import timezone

from benchmarks import totals
from benchmarks.alert_services import FOLDER, redis, services
from benchmarks.measuring import Measurement
from benchmarks.outbox import fill_outbox, subscriber
from benchmarks.portfolio import settle
from benchmarks.progress import Progress
from benchmarks.sink import SLOW, Sink, sink
from benchmarks.size import Size
from procurement.alerts.draining import drain
from procurement.alerts.models import Subscription
from procurement.common.clock import database_now
from procurement.common.dates import Asked
from procurement.exposure.kept.models import KeptDay
from procurement.flags.screening.sweep import sweep
from procurement.programs.models import Program
from procurement.programs.reading import standings
from procurement.sources.models import Document

#: Status changes a second, how many of them on each transport at most, and how many go before to warm things up.
RATE, EVENTS, FREE = 50, 500, 25
#: Messages of a full outbox.
OUTBOX = 5_000
#: So many messages are in flight to one receiver that takes its time.
IN_FLIGHT = 128
#: Seconds of the yardstick, and that a measurement may take.
SECONDS, PATIENCE = 3.0, 300.0
#: Receivers that misbehave, each at a host of its own, and messages for each of them.
ILL, ILL_MESSAGES = {"500": 2, "hang": 3, "close": 4, "drip": 5, "elsewhere": 6}, 100
STOPPED = frozenset({"suspended", "cancelled"})

#: A program's id, the status that it gets, and the source.
Change = tuple[int, str, int]


def alerts(_size: Size, progress: Progress) -> Iterator[Measurement | str]:
    """Latency on Redis and on the folder; on Redis rates too, and what a full outbox takes beside ill receivers."""
    _settled(progress)
    changes = _changes()
    half = len(changes) // 2
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="alerts-")))
        receiver = stack.enter_context(sink())
        subscriber("webhook", receiver.url("news"))
        address = stack.enter_context(redis(home))
        if address is None:
            yield "There is no Redis on this machine: nothing was measured on it."
        else:
            with services(home / "redis", address, **_allowed(receiver)) as environment:
                yield from _latency(receiver, changes[:half], environment, "on Redis", (5, 50))
                yield from _rates(receiver, progress)
                yield from _beside_ill_ones(receiver, progress)
        with services(home / "folder", FOLDER, **_allowed(receiver)) as environment:
            yield from _latency(receiver, changes[half:], environment, "on the folder", (None, None))


def _allowed(receiver: Sink) -> dict[str, str]:
    """Let every host of the receiver be allowed, and its silent server be the mail server."""
    hosts = ["127.0.0.1", *(f"127.0.0.{number}" for number in ILL.values())]
    mail = {"EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(receiver.silent_port), "EMAIL_SECURITY": "none"}
    return {"WEBHOOK_HOSTS": ",".join(hosts)} | mail


# what changes


def _settled(progress: Progress) -> None:
    """Let the workers find nothing else to do: kept totals and flags are of the real day."""
    today = timezone.localdate()
    if KeptDay.objects.get().day != today:
        totals.rebuild(progress, today)
    sweep(today)
    while drain(now=database_now()).more:
        pass
    settle()


def _changes() -> list[Change]:
    """A change of each of the smallest programs, which is news."""
    programs = list(Program.objects.order_by("-pk").values_list("pk", flat=True)[: 2 * (EVENTS + FREE)])
    known, source = standings(Asked(timezone.localdate()), programs), Document.objects.latest("pk").pk
    stopped = {pk for pk in programs if pk in known and known[pk].status in STOPPED}
    return [(pk, "active" if pk in stopped else "suspended", source) for pk in programs]


# how long it takes


def _latency(
    receiver: Sink,
    changes: Sequence[Change],
    environment: dict[str, str],
    name: str,
    limits: tuple[int | None, int | None],
) -> Iterator[Measurement | str]:
    """Milliseconds from commit to receipt, while so many status changes a second are posted."""
    free, counted = changes[:FREE], changes[FREE:]
    _told(receiver, _posted(free, environment))
    committed = _posted(counted, environment)
    came = _told(receiver, committed)
    took = sorted((came[program] - at) * 1000 for program, at in committed)
    one = 1000 / _yardstick(receiver)
    for part, limit in zip((0.5, 0.99), limits, strict=True):
        said = f"status change to receipt {name}, {RATE} a second: p{part * 100:.0f}"
        yield Measurement(said, took[int(part * (len(took) - 1))], one, "ms", limit=limit)


def _posted(changes: Sequence[Change], environment: dict[str, str]) -> list[tuple[int, float]]:
    """Post changes; which program's was committed when."""
    command = [sys.executable, "-m", "benchmarks.alert_poster", str(RATE)]
    given = json.dumps(changes)
    said = subprocess.run(command, input=given, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    return [(program, at) for program, at in json.loads(said)]


def _told(receiver: Sink, committed: Sequence[tuple[int, float]]) -> dict[int, float]:
    """When the receiver first heard of each program; waits until it heard of all."""
    ids, wanted = dict(Program.objects.values_list("code", "pk")), {program for program, _ in committed}
    found: dict[int, float] = {}
    until = time.monotonic() + PATIENCE
    while wanted - found.keys():
        if time.monotonic() > until:
            raise TimeoutError(f"nothing was told of {len(wanted - found.keys())} programs")
        time.sleep(0.2)
        for each in receiver.taken():
            for alert in json.loads(each.body)["data"]["alerts"]:
                found.setdefault(ids[alert["program"]["code"]], each.at)
    return found


# how many it can take


def _rates(receiver: Sink, progress: Progress) -> Iterator[Measurement | str]:
    """A full outbox for a quick receiver, and for one that takes its time."""
    progress.say(f"an outbox of {OUTBOX:,} messages")
    quick = _emptied(receiver, subscriber("webhook", receiver.url("quick")), "quick")
    loop = _yardstick(receiver)
    yield Measurement("a full outbox to one receiver", quick, loop, "messages/s", target=0.3, more_is_better=True)
    slow = _emptied(receiver, subscriber("webhook", receiver.url("slow")), "slow")
    bound = IN_FLIGHT / SLOW
    said = f"the same where it takes {SLOW * 1000:.0f} ms, beside {IN_FLIGHT} always in flight"
    yield Measurement(said, slow, bound, "messages/s", target=0.85, more_is_better=True)


def _beside_ill_ones(receiver: Sink, progress: Progress) -> Iterator[Measurement]:
    """The same full outbox while others hang, break off, drip, redirect and refuse, and so does the mail server."""
    healthy = subscriber("webhook", receiver.url("healthy"))
    quiet = _emptied(receiver, healthy, "healthy")
    progress.say("receivers that misbehave")
    ill = [subscriber("webhook", receiver.url(path, f"127.0.0.{number}")) for path, number in ILL.items()]
    for each in (*ill, subscriber("email", "nobody@example.org")):
        fill_outbox(each, ILL_MESSAGES)
    receiver.wait_for(4, "hang", seconds=PATIENCE)
    beside = _emptied(receiver, healthy, "healthy")
    said = "a full outbox beside receivers and a mail server that misbehave"
    yield Measurement(said, beside, quiet, "messages/s", target=0.8, more_is_better=True)


def _emptied(receiver: Sink, to: Subscription, path: str) -> float:
    """Messages a second from the first to the last receipt of a full outbox."""
    receiver.taken()
    fill_outbox(to, OUTBOX)
    receiver.wait_for(OUTBOX, path, seconds=PATIENCE)
    moments = [each.at for each in receiver.taken() if each.path == path]
    return (len(moments) - 1) / (moments[-1] - moments[0])


def _yardstick(receiver: Sink) -> float:
    """Posts a second over one connection that is kept, of a body as long as that of a small message."""
    body, headers = b"x" * 800, {"Content-Type": "application/json"}
    done, until = 0, time.monotonic() + SECONDS
    with closing(http.client.HTTPConnection("127.0.0.1", receiver.port)) as line:
        while time.monotonic() < until:
            line.request("POST", "/loop", body, headers)
            line.getresponse().read()
            done += 1
    receiver.taken()
    return done / SECONDS
