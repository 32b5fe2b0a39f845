"""Public pages as readers meet them: made anew and kept, over HTTP, by a web server of its own."""

import http.client
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks import totals
from benchmarks.api import served, times
from benchmarks.database import service_environment
from benchmarks.measuring import Measurement, took
from benchmarks.portfolio import settle
from benchmarks.progress import Progress
from benchmarks.size import Size
from procurement.common.dates import Asked
from procurement.exposure.answering import Question, answer
from procurement.programs.models import Program

#: How often a page is read.
ANEW, KEPT = 9, 200
#: A parameter that no page knows: each value is another address, of which nothing is kept.
_other = count()
#: Milliseconds and queries of a page made anew; milliseconds of a kept one, and bytes.
FRONT, PROGRAM = (500.0, 12.0), (300.0, 40.0)
KEPT_PAGE, BYTES = 5.0, 150_000.0


def pages(size: Size, progress: Progress) -> Iterator[Measurement | str]:
    """The front page and a program's, beside the verb that reads its figures and beside a bare function."""
    totals.rebuild(progress, timezone.localdate())
    settle()
    program = Program.objects.get(pk=size.largest_program)
    today = Asked(timezone.localdate())
    every = Question(today, ("program",))
    one = Question(today, ("program",), {"program": [program.pk]})
    with TemporaryDirectory() as given, site(folder := Path(given)) as port:
        progress.say("the web server answers")
        yield from _measured("the front page", "/en/", FRONT, every, port, folder)
        address = f"/en/programs/{program.code}/"
        yield from _measured("the page of the largest program", address, PROGRAM, one, port, folder)


def _measured(
    name: str, address: str, limits: tuple[float, float], question: Question, port: int, folder: Path
) -> Iterator[Measurement | str]:
    """Made anew, kept, and how large it is; in a word that there is none, where it is missing."""
    body = _body(port, address)
    if body is None:
        yield f"There is no page {address}: {name} was not measured."
        return
    by_verb = statistics.median(took(partial(answer, question)) for _ in range(ANEW)) * 1000
    anew = statistics.median(times_anew(port, address)) * 1000
    yield Measurement(f"{name}, made anew, beside the verb", anew, by_verb, "ms", limit=limits[0])
    (folder / "page.html").write_bytes(body)
    with served("benchmarks.bare_page", BARE_PAGE=str(folder / "page.html")) as bare:
        kept, yardstick = (statistics.median(times(each, address, {}, KEPT)) * 1000 for each in (port, bare))
    yield Measurement(f"{name}, kept, beside a bare function", kept, yardstick, "ms", limit=KEPT_PAGE)
    yield Measurement(f"{name}: size", len(body), BYTES, "bytes", limit=BYTES)
    yield Measurement(f"{name}: queries", queries(address), limits[1], "", limit=limits[1])


def times_anew(port: int, address: str) -> list[float]:
    """How many seconds a page takes that nobody has asked for."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as client:
        _read(client, _anew(address))
        return [took(lambda: _read(client, _anew(address))) for _ in range(ANEW)]


def queries(address: str) -> int:
    """How many queries a page takes that is made anew."""
    open_to_all = override_settings(ALLOWED_HOSTS=["*"], ANONYMOUS_READ=True, SECURE_SSL_REDIRECT=False)
    with open_to_all, CaptureQueriesContext(connection) as taken:
        assert Client().get(_anew(address)).status_code == 200
    return len(taken)


def _anew(address: str) -> str:
    return f"{address}?anew={next(_other)}"


def _body(port: int, address: str) -> bytes | None:
    """A page as it is sent; None where there is none."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as client:
        client.request("GET", address)
        found = client.getresponse()
        content = found.read()
    assert found.status in (200, 404), (found.status, content[:500])
    return content if found.status == 200 else None


def _read(client: http.client.HTTPConnection, address: str) -> None:
    client.request("GET", address)
    found = client.getresponse()
    found.read()
    assert found.status == 200, found.status


@contextmanager
def site(folder: Path, **environment: str) -> Iterator[int]:
    """The service as everybody may read it, with its static files collected, which pages name by their content."""
    more = {"STATIC_ROOT": str(folder / "static"), "ANONYMOUS_READ": "true"}
    more |= {"UNITS_PER_MINUTE": "anonymous=0,reader=0"} | environment
    # by a process that has servers, as the web server has: other files are named otherwise
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(command, env=os.environ | service_environment() | more, check=True)
    with served("tracker.wsgi", **more) as port:
        yield port
