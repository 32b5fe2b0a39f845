"""The API as clients meet it: over HTTP, with a token, by a web server of its own.

Beside a bare WSGI function, stock DRF and django-ninja, each served in the same way. Limits of units are off. What is
kept beside the facts is of the real day, as the worker keeps it, because clients ask of today.
"""

import http.client
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from urllib.parse import quote, urlencode

from django.utils import timezone
from psycopg import sql

from benchmarks import totals
from benchmarks.database import service_environment
from benchmarks.measuring import Measurement, took
from benchmarks.portfolio import settle
from benchmarks.progress import Progress
from benchmarks.size import Size
from procurement.access.tokens import issue_token
from procurement.api.http.pagination import Cursor, filters_hash, sealed
from procurement.common.dates import Asked
from procurement.exposure.answering import Question, answer
from procurement.exposure.kept.contract_rows import page_statement
from procurement.programs.models import Program

LIST = "/api/v1/contracts/"
#: What a list is beside, with the address of a page of each.
OTHERS = {"stock DRF, which counts": "/drf/contracts/", "django-ninja, after an id": "/ninja/contracts/"}
#: Clients at once, rounds in turn, and seconds of each.
CLIENTS, ROUNDS, SECONDS = 8, 3, 4.0
EXPENSIVE = 16
#: The web server's process as the service runs it; the yardsticks are served by it too.
WORKER = ("--worker-class", "tracker.web.Worker")
STOCK = "django.core.wsgi:get_wsgi_application()"
NAMED = "unnest($1::bigint[]) WITH ORDINALITY AS named (id, place)"
AFTER = "(SELECT id, id AS place FROM procurement_contract WHERE id > $1::bigint ORDER BY id LIMIT 100) AS named"


def api(size: Size, progress: Progress) -> Iterator[Measurement | str]:
    """A page of a list, a deep one, exposure of a program, and a list beside expensive questions."""
    totals.rebuild(progress, timezone.localdate())
    settle()
    token = issue_token("benchmark", "read").token
    headers = {"Authorization": f"Token {token}"}
    with ExitStack() as stack:
        bare, ours = (stack.enter_context(served(name)) for name in ("benchmarks.bare", "tracker.wsgi"))
        stock = stack.enter_context(served(STOCK, DJANGO_SETTINGS_MODULE="benchmarks.stock_settings"))
        progress.say("the web servers answer")
        asked = [(ours, LIST), (bare, "/"), (ours, _deep(size)), *((stock, each) for each in OTHERS.values())]
        first, yardstick, further, *others = _in_turn(asked, headers)
        name = f"a page of 100 of {size.contracts:,} contracts, {CLIENTS} clients, with a token"
        yield Measurement(name, first, yardstick, "requests/s", target=0.6, more_is_better=True)
        for other, its in zip(OTHERS, others, strict=True):
            yield Measurement(f"the same beside {other}", first, its, "requests/s", more_is_better=True)
        name = "a page in the middle beside the first"
        yield Measurement(name, 1000 / further, 1000 / first, "ms", target=1.2)
        yield _one_program(size, ours, headers)
        yield _beside_expensive(ours, headers)
    yield f"The bare function answered {yardstick:,.0f} requests/s, this service {first:,.0f}."


def _deep(size: Size) -> str:
    """The page in the middle, as `next` of the one before it names it."""
    today = timezone.localdate().isoformat()
    cursor = sealed(Cursor((size.contracts // 2,), undated=True), filters_hash(LIST, {"as_of": today}))
    return f"{LIST}?{urlencode({'as_of': today, 'cursor': cursor})}"


def _one_program(size: Size, port: int, headers: dict[str, str]) -> Measurement:
    """Exposure of the median program over HTTP, and by the function that answers it."""
    program = Program.objects.get(pk=size.median_program)
    question = Question(Asked(timezone.localdate()), ("program",), {"program": [program.pk]})
    address = f"/api/v1/exposure/?group_by=program&program={quote(program.code)}"
    over_http = statistics.median(times(port, address, headers, 30)) * 1000
    by_verb = statistics.median(took(lambda: answer(question)) for _ in range(30)) * 1000
    return Measurement("exposure of one program over HTTP, beside the verb", over_http, by_verb, "ms", target=1.5)


def _beside_expensive(port: int, headers: dict[str, str]) -> Measurement:
    """A page of a list while sixteen clients ask what takes all contracts."""
    quiet = statistics.median(times(port, LIST, headers, 30))
    stop = threading.Event()

    def ask(number: int) -> None:
        while not stop.is_set():
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as client:
                again_after = answer_of(client, f"/api/v1/portfolio/?as_of=20{10 + number:02}-05-17", headers)
            stop.wait(again_after)

    askers = [threading.Thread(target=ask, args=(number,)) for number in range(EXPENSIVE)]
    for each in askers:
        each.start()
    time.sleep(1)
    beside = statistics.median(times(port, LIST, headers, 30))
    stop.set()
    for each in askers:
        each.join()
    name = f"a page of contracts beside {EXPENSIVE} clients that ask for portfolios"
    return Measurement(name, beside * 1000, quiet * 1000, "ms", target=3)


# asking


def _in_turn(asked: Sequence[tuple[int, str]], headers: dict[str, str]) -> list[float]:
    """Requests a second of each, the median of rounds in turn."""
    rates = [[rate(port, address, headers) for port, address in asked] for _ in range(ROUNDS)]
    return [statistics.median(each) for each in zip(*rates, strict=True)]


def rate(port: int, address: str, headers: dict[str, str]) -> float:
    """How many requests a second several clients have answered, each over one connection."""
    counts, until = [0] * CLIENTS, time.monotonic() + SECONDS

    def ask(number: int) -> None:
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while time.monotonic() < until:
            client.request("GET", address, headers=headers)
            found = client.getresponse()
            found.read()
            assert found.status == 200, found.status
            counts[number] += 1
        client.close()

    clients = [threading.Thread(target=ask, args=(number,)) for number in range(CLIENTS)]
    began = time.monotonic()
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    return sum(counts) / (time.monotonic() - began)


def times(port: int, address: str, headers: dict[str, str], number: int) -> list[float]:
    """How many seconds each of some requests takes over one connection; the first is free."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as client:
        answer_of(client, address, headers)
        return [took(lambda: answer_of(client, address, headers)) for _ in range(number)]


def answer_of(client: http.client.HTTPConnection, address: str, headers: dict[str, str]) -> int:
    """Read an answer to its end; gives the seconds after which to ask again, none if it is one.

    What took longer than a question may is refused without saying when to repeat it: these clients do so at once.
    """
    client.request("GET", address, headers=headers)
    found = client.getresponse()
    found.read()
    assert found.status in {200, 503}, found.status
    return int(found.headers["Retry-After"] or 0)


# web servers


@contextmanager
def served(module: str, **environment: str) -> Iterator[int]:
    """A web server as it is run, on a port of its own and with the database of the measurements."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", module, "--bind", f"127.0.0.1:{port}", *WORKER]
    command += ["--workers", "2", "--threads", "12", "--no-control-socket", "--keep-alive", "10"]
    server = subprocess.Popen(command, env=os.environ | _environment() | environment, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def _environment() -> dict[str, str]:
    return service_environment() | {
        "UNITS_PER_MINUTE": "reader=0",
        "BARE_STATEMENT": _bare(),
        "BARE_DAY": timezone.localdate().isoformat(),
    }


def _bare() -> str:
    """The statement of a page that finds its ids itself."""
    text = page_statement().decode()
    assert NAMED in text, "the statement is another one"
    rows = text.replace(NAMED, AFTER).replace("SELECT waits.now, (SELECT", "SELECT (SELECT", 1)
    made = sql.SQL("SELECT json_agg(row.row_to_json)::text FROM ({rows}) row")
    return made.format(rows=sql.SQL(rows)).as_string()


def _wait_for(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the web server does not answer")
