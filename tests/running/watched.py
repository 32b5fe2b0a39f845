"""A whole service that is watched: its log is JSON, and Prometheus with Alertmanager ask it."""

import contextlib
import json
import re
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import URLError
from urllib.request import Request, urlopen

from tests.house.shape import ROOT
from tests.running.service import Service, free_port

PROMETHEUS, ALERTMANAGER = shutil.which("prometheus"), shutil.which("prometheus-alertmanager")
TOKEN = "the-token-that-is-planted-0123456789"  # not a secret
DEPLOYED = ROOT / "deploy" / "prometheus"


class Watched(Service):
    """A service with JSON lines and a token for its figures."""

    #: what else it is told
    more: dict[str, str] = {}

    def environment(self):
        own = {"LOG_FORMAT": "json", "METRICS_TOKEN": TOKEN, "GUNICORN_CMD_ARGS": "--access-logfile -"}
        return super().environment() | own | self.more

    def ask(self, path, body=None, **head):
        """Status and text of an answer."""
        request = Request(f"http://localhost:{self.port}{path}", body, head)
        try:
            with urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode()
        except URLError as error:
            return getattr(error, "code", 0), getattr(error, "read", lambda: b"")().decode()

    def figures(self):
        """What /metrics says, by figure and labels as they are written."""
        _, text = self.ask("/metrics", Authorization=f"Bearer {TOKEN}")
        lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
        return {name: float(value) for name, _, value in lines}

    def manage(self, *given):
        """What a command prints."""
        command = [sys.executable, "manage.py", *given]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment(), capture_output=True, text=True, check=True
        ).stdout

    def lines(self):
        """All lines of its logs, by file."""
        return {path.stem: path.read_text().splitlines() for path in (self.home / "logs").glob("*.log")}


class Receiver(ThreadingHTTPServer):
    """What Alertmanager sends."""

    def __init__(self):
        heard = self.heard = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def alerts(self, name, status):
        """The alerts of a rule that came with this status, in the order in which they came."""
        return [
            alert
            for each in self.heard
            for alert in each["alerts"]
            if alert["labels"]["alertname"] == name and alert["status"] == status
        ]


@contextlib.contextmanager
def prometheus(folder, service, receiver):
    """Prometheus and Alertmanager with the files of deploy/prometheus, only quicker; ended afterwards."""
    ports = free_port(), free_port()
    told = (DEPLOYED / "prometheus.yml").read_text()
    told = told.replace("127.0.0.1:9093", f"127.0.0.1:{ports[1]}")
    told = told.replace('"localhost:8001", "localhost:8002"', f'"localhost:{service.port}"')
    (folder / "prometheus.yml").write_text(told.replace("15s", "2s"))
    (folder / "tracker.token").write_text(TOKEN)
    (folder / "rules.yml").write_text(re.sub(r"for: \d+[mh]", "for: 5s", (DEPLOYED / "rules.yml").read_text()))
    told = (DEPLOYED / "alertmanager.yml").read_text()
    told = told.replace("127.0.0.1:9099", f"127.0.0.1:{receiver.server_port}")
    told = told.replace("group_wait: 30s", "group_wait: 5s").replace("group_interval: 5m", "group_interval: 5s")
    (folder / "alertmanager.yml").write_text(told)
    commands = (
        [ALERTMANAGER, "--config.file=alertmanager.yml", "--storage.path=alerts", "--cluster.listen-address="],
        [PROMETHEUS, "--config.file=prometheus.yml", "--storage.tsdb.path=data"],
    )
    with contextlib.ExitStack() as ends:
        for command, port in zip(commands, reversed(ports), strict=True):
            log = ends.enter_context((folder / f"{port}.log").open("wb"))
            told = [*command, f"--web.listen-address=127.0.0.1:{port}"]
            process = subprocess.Popen(told, cwd=folder, stdout=log, stderr=log)
            ends.callback(process.wait)
            ends.callback(process.kill)
        yield f"http://127.0.0.1:{ports[0]}"
