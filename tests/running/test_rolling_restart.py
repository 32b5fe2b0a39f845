"""Web servers and workers are restarted one after the other under load: no request fails, and no task is lost."""

import datetime as dt
import itertools
import json
import ssl
import subprocess
import sys
import threading
from contextlib import ExitStack, closing
from http.client import HTTPException, HTTPSConnection

import pytest

from tests.delivery.channels.test_webhook import SECRET
from tests.delivery.receiver import receiving
from tests.house.shape import ROOT
from tests.running.machines import Machine
from tests.running.service import within
from tests.running.units import NGINX, Process, Proxy, listener

pytestmark = [pytest.mark.run, pytest.mark.proof, pytest.mark.skipif(NGINX is None, reason="no nginx here")]
#: On a machine that has much else to do; an idle one takes seconds.
PATIENCE = 300
YESTERDAY = (dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)).isoformat()


class Site(Machine):
    """Two web servers behind nginx, a worker, a deliverer and a scheduler, each as its unit in deploy/ says."""

    def __init__(self, folder, stack):
        super().__init__(folder)
        stack.callback(self.switch_off)
        self.home.mkdir()
        self.folder, self.stack = folder, stack
        self.run("manage.py", "collectstatic", "--no-input", "--verbosity", "0")
        self.run("manage.py", "migrate", "--no-input", "--verbosity", "0")
        self.run("manage.py", "seed_schedule")
        self.token = self.run("manage.py", "create_token", "script", "--scope", "admin").split()[-1]

    def environment(self):
        told = {"HTTPS": "proxy", "STATIC_ROOT": str(self.home / "static"), "UNITS_PER_MINUTE": "administrator=0"}
        return super().environment() | told

    def run(self, *words):
        command = [sys.executable, *words]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment(), check=True, capture_output=True, text=True
        ).stdout

    def start(self):
        sockets = [self.stack.enter_context(listener()) for _ in range(2)]
        self.web = [self.process("tracker-web@.service", "web", each) for each in sockets]
        self.workers = [self.process(f"tracker-{name}.service", name) for name in ("worker", "deliverer", "beat")]
        self.proxy = Proxy(self.folder / "nginx", *(each.getsockname()[1] for each in sockets))
        assert self.proxy.faults() == ""
        self.proxy.start()
        self.stack.callback(self.proxy.end)
        assert within(PATIENCE, lambda: self.get("/healthz") == 200), (self.folder / "web.log").read_text()

    def process(self, unit, name, *listeners):
        process = Process(unit, self.environment(), self.folder / f"{name}.log", *listeners)
        self.stack.callback(process.kill)
        return process

    def connection(self):
        context = ssl.create_default_context(cafile=str(self.proxy.certificate))
        return HTTPSConnection("localhost", self.proxy.port, timeout=PATIENCE, context=context)

    def get(self, path):
        with closing(self.connection()) as connection:
            try:
                return self.ask(connection, "GET", path)[0]
            except (OSError, HTTPException):
                return 0

    def ask(self, connection, method, path, body=None):
        head = {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        connection.request(method, path, None if body is None else json.dumps(body), head)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"{}") if path.startswith("/api") else answer.read()

    def post(self, path, body):
        with closing(self.connection()) as connection:
            status, found = self.ask(connection, "POST", f"/api/v1/{path}/", body)
        assert status == 201, found
        return found


class Load:
    """Readers and writers who never repeat anything, and note whatever is not answered as it should be."""

    def __init__(self, site):
        self.site, self.over, self.numbers = site, threading.Event(), itertools.count()
        self.read, self.written, self.failed = [], [], []
        acts = [self.reads, self.reads, self.writes, self.writes]
        self.threads = [threading.Thread(target=self.goes_on, args=(act,)) for act in acts]

    def done(self):
        return len(self.read) + len(self.written)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        for thread in self.threads:
            thread.join()

    def goes_on(self, act):
        connection = self.site.connection()
        while not self.over.is_set():
            try:
                act(connection)
            except (OSError, HTTPException) as error:
                self.failed.append(repr(error))
                connection.close()
        connection.close()

    def reads(self, connection):
        status, _ = self.site.ask(connection, "GET", "/api/v1/programs/?page_size=5")
        (self.read if status == 200 else self.failed).append(status)

    def writes(self, connection):
        """A program, and a status of it, so that each has its alert."""
        code = f"p{next(self.numbers)}"
        source = {"url": f"https://example.org/{code}", "title": "Minutes"}
        status = {"kind": "decision", "side": "buyer", "status": "suspended", "effective_on": YESTERDAY}
        bodies = {
            "programs": {"code": code, "name": code},
            "status-changes": status | {"program": code, "source": source},
        }
        for path, body in bodies.items():
            status, found = self.site.ask(connection, "POST", f"/api/v1/{path}/", body)
            if status != 201:
                self.failed.append((status, found))
                return
        self.written.append(found["id"])


@pytest.fixture
def site(tmp_path):
    with ExitStack() as stack:
        site = Site(tmp_path, stack)
        site.start()
        yield site


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


def test_nobody_notices_that_everything_is_restarted(site, receiver, capsys):
    address = {"kind": "webhook", "address": f"{receiver.url}/news", "settings": {"secret": SECRET}}
    channel = site.post("channels", address)["id"]
    site.post("subscriptions", {"name": "all", "channel": channel, "events": ["status.changed"]})
    with Load(site) as load:
        for process in (*site.web, *site.workers[:2]) * 2:
            before = load.done()
            process.restart()
            assert within(PATIENCE, lambda before=before: load.done() > before + 20)
    assert load.failed == []
    assert site.query("SELECT count(*) FROM procurement_statuschange") == [(len(load.written),)]
    assert within(PATIENCE, lambda: site.query(
        "SELECT (SELECT count(*) FROM procurement_recheck), (SELECT count(*) FROM procurement_alert),"
        " (SELECT count(*) FROM procurement_delivery WHERE state <> 'sent')"
    ) == [(0, len(load.written), 0)])  # fmt: skip
    with capsys.disabled():
        print(f"\n{len(load.read):,} read, {len(load.written):,} written, 0 failed; {len(receiver.got):,} messages")  # noqa: T201
