"""Readers beside a bulk import, sweeps and deliveries, for minutes, and the same readers alone: by real processes.

Readers ask at a fixed rate, whatever happens, so that both halves have the same load. Nothing is refused for its
cost: limits of units are off.
"""

import http.client
import itertools
import json
import os
import random
import re
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path

from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask, PeriodicTasks

from benchmarks import totals
from benchmarks.alert_services import FOLDER, redis, services
from benchmarks.import_files import awards
from benchmarks.measuring import Measurement
from benchmarks.outbox import subscriber
from benchmarks.pages import site
from benchmarks.portfolio import settle
from benchmarks.progress import Progress
from benchmarks.sink import sink
from benchmarks.size import Size
from procurement.access.tokens import issue_token
from procurement.alerts.models import Alert, Delivery
from procurement.common.dates import Asked
from procurement.imports.batches.kept_files import keep, pieces_of
from procurement.imports.batches.running import start
from procurement.imports.loading import Choice
from procurement.imports.models import ImportBatch
from procurement.programs.models import Program
from procurement.programs.reading import standings
from procurement.sources.models import Document

#: Minutes of each half.
MINUTES = float(os.environ.get("MINUTES") or "1")
#: Readers at once, what all of them ask in a second, and what is posted in a second.
READERS, READS, POSTS = 4, 8.0, 2.0
#: Lines of a file of the bulk import; another one follows as long as there is time. Seconds between two sweeps.
LINES, SWEEPS = 5_000, 15
#: How long what is under way may take in the end.
PATIENCE = 600.0
STATUSES = ("suspended", "active", "cancelled", "under_review")


@dataclass
class Answers:
    """What clients were answered, and in how many seconds."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    #: by what was asked: in how many seconds, and how many times in vain
    by_kind: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    in_vain: Counter[str] = field(default_factory=Counter)

    @property
    def errors(self) -> int:
        """How many were no answers, or refusals."""
        return sum(count for status, count in self.statuses.items() if status not in (200, 201))

    def add(self, kind: str, status: int, seconds: float) -> None:
        """Note an answer; status 0 is none."""
        self.statuses[status] += 1
        self.seconds.append(seconds)
        self.by_kind[kind].append(seconds)
        self.in_vain[kind] += status != 200

    def at(self, part: float) -> float:
        """Milliseconds within which so many of all were answered."""
        return at(self.seconds, part)

    def said(self) -> str:
        """The times and failures of each kind of question."""
        rows = [
            f"{kind} {at(taken, 0.5):,.0f}/{at(taken, 0.99):,.0f} ms"
            + (f", {self.in_vain[kind]} in vain" if self.in_vain[kind] else "")
            for kind, taken in self.by_kind.items()
        ]
        return f"{'; '.join(rows)}; statuses {dict(self.statuses)}"


def at(seconds: list[float], part: float) -> float:
    """Milliseconds within which so many of all were answered."""
    return sorted(seconds)[int(part * (len(seconds) - 1))] * 1000


def kind_of(address: str) -> str:
    """An address without what it names."""
    return re.sub(r"(?<==)[^&]+$|(?<=/)[^/?]*-[^/?]*(?=/$)|\d+(?=/$)", "…", address.removeprefix("/api/v1"))


def together(size: Size, progress: Progress) -> Iterator[Measurement | str]:
    """The readers alone, then beside everything else; errors of every kind must be none."""
    totals.rebuild(progress, timezone.localdate())
    settle()
    reads, writes = (issue_token(f"together-{scope}", scope).token for scope in ("read", "write"))
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="together-")))
        receiver = stack.enter_context(sink())
        subscriber("webhook", receiver.url("news"))
        broker = stack.enter_context(redis(home)) or FOLDER
        more = {"WEBHOOK_HOSTS": "127.0.0.1", "IMPORT_FOLDER": str(home / "imports")}
        port = stack.enter_context(site(home, CELERY_BROKER_URL=broker, TRACKER_HOME=str(home), **more))
        asked = list(addresses(size))
        progress.say(f"readers alone, {MINUTES:g} minutes")
        alone = Readers(port, reads, asked).during(lambda: time.sleep(MINUTES * 60))
        with services(home / "workers", broker, **more):
            sweep_often()
            beside = Beside(port, writes, home, progress)
            joint = Readers(port, reads, asked).during(beside.go_on)
            left = beside.left_undone()
    yield from _measured(alone, joint)
    yield f"Alone, p50/p99: {alone.said()}."
    yield f"Beside, p50/p99: {joint.said()}."
    yield beside.said(joint, left)


def _measured(alone: Answers, joint: Answers) -> Iterator[Measurement]:
    for part in (0.5, 0.95, 0.99):
        name = f"reading beside import, sweeps and deliveries: p{part * 100:.0f}"
        yield Measurement(name, joint.at(part), alone.at(part), "ms")


def addresses(size: Size) -> Iterator[str]:
    """What readers ask for: lists, single rows, one program, the whole, a page for people."""
    codes = list(Program.objects.order_by("pk").values_list("code", flat=True)[:50])
    chance = random.Random(7)  # noqa: S311  (a sample, not a secret)
    for _ in range(200):
        code, contract = chance.choice(codes), chance.randint(1, size.contracts)
        yield from (
            "/api/v1/contracts/",
            f"/api/v1/contracts/{contract}/",
            f"/api/v1/exposure/?group_by=program&program={code}",
            f"/api/v1/flags/?program={code}",
            "/api/v1/exposure/?group_by=program",
            f"/api/v1/ledger-entries/?contract={contract}",
            f"/en/programs/{code}/",
        )


class Readers:
    """So many clients over a connection each, which together ask at a fixed rate."""

    def __init__(self, port: int, token: str, asked: list[str]) -> None:
        self.port, self.headers, self.asked = port, {"Authorization": f"Token {token}"}, asked
        self.answers, self.ends, self.numbers = Answers(), threading.Event(), itertools.count()

    def during(self, act: Callable[[], object]) -> Answers:
        """Read while something else is done; the answers."""
        began = time.monotonic()
        threads = [threading.Thread(target=self._read, args=(began,)) for _ in range(READERS)]
        for each in threads:
            each.start()
        try:
            act()
        finally:
            self.ends.set()
            for each in threads:
                each.join()
        return self.answers

    def _read(self, began: float) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)) as client:
            while not self.ends.is_set():
                number = next(self.numbers)
                # how long it waited for a free reader counts
                due = began + number / READS
                if self.ends.wait(max(due - time.monotonic(), 0)):
                    return
                address = self.asked[number % len(self.asked)]
                self.answers.add(kind_of(address), self._status(client, address), time.monotonic() - due)

    def _status(self, client: http.client.HTTPConnection, address: str) -> int:
        with suppress(OSError, http.client.HTTPException):
            client.request("GET", address, headers=self.headers)
            found = client.getresponse()
            found.read()
            return found.status
        client.close()
        return 0


class Beside:
    """What goes on beside readers: facts of which people are told, one file after another, sweeps by the schedule."""

    def __init__(self, port: int, token: str, home: Path, progress: Progress) -> None:
        self.port, self.home, self.progress = port, home, progress
        self.headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
        self.posted, self.files = Answers(), 0

    def go_on(self) -> None:
        """Post and hand in until the time is up."""
        self.progress.say(f"the same beside everything else, {MINUTES:g} minutes")
        until = time.monotonic() + MINUTES * 60
        programs = itertools.cycle(changeable(200))
        source = Document.objects.latest("pk").pk
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)) as client:
            for number in itertools.count():
                if time.monotonic() > until:
                    return
                if not ImportBatch.objects.filter(state__in=["received", "running"]).exists():
                    self._hand_in()
                self._post(client, next(programs), STATUSES[number // 200 % len(STATUSES)], source)
                time.sleep(1 / POSTS)

    def _post(self, client: http.client.HTTPConnection, code: str, status: str, source: int) -> None:
        today = timezone.localdate().isoformat()
        body = {"program": code, "kind": "decision", "status": status, "effective_on": today, "source": source}
        began = time.monotonic()
        client.request("POST", "/api/v1/status-changes/", json.dumps(body), self.headers)
        found = client.getresponse()
        found.read()
        self.posted.statuses[found.status] += 1
        self.posted.seconds.append(time.monotonic() - began)

    def _hand_in(self) -> None:
        self.files += 1
        file = self.home / f"awards-{self.files}.csv"
        awards(file, LINES, seed=100 + self.files)
        with override_settings(IMPORT_FOLDER=self.home / "imports"):
            start(keep(pieces_of(file)), name=file.name, choice=Choice(), by=None)

    def left_undone(self) -> int:
        """Wait until every file is read and every message sent; how many are not."""
        until = time.monotonic() + PATIENCE
        while (left := self._left()) and time.monotonic() < until:
            time.sleep(1)
        return left

    def _left(self) -> int:
        return (
            ImportBatch.objects.exclude(state="done").count()
            + Delivery.objects.exclude(state="sent").count()
            + max(self.posted.statuses[201] - Alert.objects.filter(event="status.changed").count(), 0)
        )

    def said(self, joint: Answers, left: int) -> str:
        """What was done meanwhile, and what went wrong."""
        lines = sum(row["taken"] for row in ImportBatch.objects.values_list("records", flat=True) if "taken" in row)
        return (
            f"Together, {MINUTES:g} minutes: {len(joint.seconds):,} reads ({joint.errors:,} errors), "
            f"{len(self.posted.seconds):,} status changes ({self.posted.errors:,} errors), {lines:,} lines of "
            f"{self.files} files, {Delivery.objects.filter(state='sent').count():,} messages; left undone {left:,}; "
            f"error rate {self.rate(joint, left):.4%}."
        )

    def rate(self, joint: Answers, left: int) -> float:
        """The share of all that was asked, posted and owed that failed."""
        wrong = joint.errors + self.posted.errors + left
        return wrong / max(len(joint.seconds) + len(self.posted.seconds), 1)


def changeable(number: int) -> list[str]:
    """Programs that the first status changes, so that each fact that is posted is news."""
    now = standings(Asked(timezone.localdate()))
    rows = Program.objects.order_by("-pk").values_list("pk", "code")
    return [code for pk, code in rows if pk not in now or now[pk].status != STATUSES[0]][:number]


def sweep_often() -> None:
    """Seed the schedule, with sweeps every few seconds."""
    call_command("seed_schedule", verbosity=0)
    every, _ = IntervalSchedule.objects.get_or_create(every=SWEEPS, period="seconds")
    PeriodicTask.objects.filter(name="sweep").update(interval=every)
    PeriodicTasks.update_changed()
