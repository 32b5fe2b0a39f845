"""Start the service on real servers, as docker-compose.yml starts it, and see it work once.

Run it with the Python of an environment that holds requirements.txt and nothing else (.ci/run makes one): what the
runtime's lock lacks is then missing here as it is in the image. It needs Debian's PostgreSQL and Redis. Ports, data and
processes are its own, and nothing of it stays. Exit status 0: web, worker and scheduler did their work.
"""

import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import psycopg
import yaml

ROOT = Path(__file__).resolve().parent.parent
SERVICES = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
IMAGE = (ROOT / "Dockerfile").read_text()
#: How long all of it may take: many times what it takes on two idle cores, as the checks run beside it and some
#: machines have slow ones. Migrating takes most of it.
SECONDS = 600
#: How long a process that was told to stop may take; beat may wait for ever (tracker/local/running.py).
GRACE = 5
#: What beat sends every five seconds, which it must have noted in the time.
OFTEN = {"drain-rechecks", "send-deliveries", "refresh-totals"}


class Failed(Exception):
    """What did not come to pass."""


class Machine:
    """Servers and service: a folder, ports, and the processes that run there, which end with it."""

    def __init__(self, folder: Path, ends: ExitStack) -> None:
        self.folder, self.ends = folder, ends
        self.deadline = time.monotonic() + SECONDS
        self.password = secrets.token_hex(16)
        self.web, self.sql, self.broker = free_port(), free_port(), free_port()
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        folder.chmod(0o711)  # PostgreSQL's user passes through

    # processes

    def start(self, name: str, command: list[str], *, end: int = signal.SIGTERM, **how: Any) -> None:
        """Start a process in a session of its own, with a log; it is stopped when this machine is."""
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, **how)
        self.running[name] = process
        self.ends.callback(stop, process, end)

    def run(self, command: list[str], **how: Any) -> str:
        """Run a command to its end; what it printed. Raises Failed with what it said."""
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=self.left(), **{"cwd": ROOT} | how
        )
        if done.returncode:
            raise Failed(f"{command}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def left(self) -> float:
        """The seconds that are left."""
        return max(self.deadline - time.monotonic(), 0.1)

    def wait(self, what: str, condition: Callable[[], Any]) -> None:
        """Wait until something holds. Raises Failed when the time is over, or when a process has ended."""
        while not condition():
            ended = [name for name, process in self.running.items() if process.poll() is not None]
            if ended or self.left() <= 0.1:
                raise Failed(f"{', '.join(ended)} ended" if ended else f"not in {SECONDS} seconds: {what}")
            time.sleep(0.2)
        print(f"{SECONDS - self.left():5.1f} s  {what}", flush=True)

    # servers

    def start_postgresql(self) -> None:
        """A cluster of its own, with the service's database owned by an ordinary user, and the service's own role."""
        binaries, data = postgresql_binaries(), self.folder / "postgresql"
        data.mkdir(mode=0o700)
        how: dict[str, Any] = {"cwd": data}
        if os.getuid() == 0:  # which PostgreSQL refuses to run as
            shutil.chown(data, "postgres", "postgres")
            how |= {"user": "postgres", "group": "postgres", "extra_groups": []}
        access = ["--auth-local=trust", "--auth-host=scram-sha-256", "--username=postgres"]
        self.run([f"{binaries}/initdb", f"--pgdata={data}", "--no-sync", "--encoding=UTF8", *access], **how)
        options = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={data}", "-c", "fsync=off"]
        server = [f"{binaries}/postgres", "-D", str(data), "-p", str(self.sql), *options]
        self.start("postgresql", server, end=signal.SIGINT, **how)
        socket_file = data / f".s.PGSQL.{self.sql}"
        self.wait("PostgreSQL listens", lambda: socket_file.exists() and listens(self.sql))
        with psycopg.connect(host=str(data), port=self.sql, user="postgres", autocommit=True) as connection:
            connection.execute(f"CREATE ROLE tracker LOGIN PASSWORD '{self.password}'")
            connection.execute(f"CREATE ROLE tracker_service LOGIN PASSWORD '{self.password}'")
            connection.execute("GRANT pg_read_all_stats TO tracker_service")
            connection.execute("CREATE DATABASE tracker OWNER tracker")

    def start_redis(self) -> None:
        """A broker that keeps nothing."""
        options = ["--port", str(self.broker), "--bind", "127.0.0.1", "--requirepass", self.password, "--save", ""]
        self.start("redis", ["redis-server", *options, "--dir", str(self.folder)])
        self.wait("Redis listens", lambda: listens(self.broker))

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        """Ask the service's database, as the service's user."""
        with psycopg.connect(self.environment()["DATABASE_URL"], autocommit=True) as connection:
            found = connection.execute(statement)
            return found.fetchall() if found.description else []

    # service

    def environment(self) -> dict[str, str]:
        """What the service is told: as docker-compose.yml tells it, with the addresses of this machine's servers."""
        given = {
            "DATABASE_URL": self.database("tracker_service"),
            "CELERY_BROKER_URL": f"redis://:{self.password}@127.0.0.1:{self.broker}/0",
            "SECRET_KEY": self.password * 2,
            "ALLOWED_HOSTS": "localhost",
            "PUBLIC_URL": f"http://localhost:{self.web}",
            "HTTPS": "off",
            "DEFAULT_FROM_EMAIL": "tracker@example.org",
            "PORT": str(self.web),
            "TRACKER_HOME": str(self.folder / "kept"),
            "STATIC_ROOT": str(self.folder / "static"),
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
        }
        binaries = Path(sys.executable).parent
        return given | {"PATH": f"{binaries}:{os.environ['PATH']}", "HOSTNAME": socket.gethostname(), "LANG": "C.UTF-8"}

    def database(self, role: str) -> str:
        """The address of the database for a role."""
        return f"postgresql://{role}:{self.password}@127.0.0.1:{self.sql}/tracker"

    def command(self, name: str) -> list[str]:
        """What docker-compose.yml, or else the image, runs."""
        given = SERVICES[name].get("command") or image_command()
        here = {"${LOG_LEVEL:-INFO}": "INFO", "0.0.0.0:8000": f"127.0.0.1:{self.web}", "/tmp/": f"{self.folder}/"}
        return [replaced(word, here) for word in given]

    def is_well(self, name: str) -> bool:
        """What the health check of docker-compose.yml says."""
        how, *check = SERVICES[name]["healthcheck"]["test"]
        command = ["sh", "-c", check[0].replace("$$", "$")] if how == "CMD-SHELL" else check
        try:
            self.run(self.found(command), env=self.environment())
        except (Failed, subprocess.TimeoutExpired):
            return False
        return True

    def start_service(self) -> None:
        """Collect static files as the image does, migrate, then start web, worker and scheduler."""
        self.manage("collectstatic", "--no-input")
        owner = {"DATABASE_OWNER_URL": self.database("tracker")}  # nothing else knows it
        self.run(self.found(self.command("migrate")), env=self.environment() | owner)
        for name in ("web", "worker", "beat"):
            self.start(name, self.found(self.command(name)), env=self.environment(), cwd=ROOT)

    def found(self, command: list[str]) -> list[str]:
        """A command with the path of its program, which this environment has before others."""
        return [shutil.which(command[0], path=self.environment()["PATH"]) or command[0], *command[1:]]

    def manage(self, *given: str) -> str:
        """What manage.py prints."""
        return self.run([sys.executable, "manage.py", *given], env=self.environment())

    def post(self, path: str, body: Mapping[str, Any], token: str) -> dict[str, Any]:
        """Post one object. Raises HTTPError."""
        return self.ask(path, token, json.dumps(body).encode())

    def ask(self, path: str, token: str, body: bytes | None = None) -> dict[str, Any]:
        """The answer of the API."""
        head = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
        found: dict[str, Any] = json.loads(self.page(f"api/v1/{path}", body, head))
        return found

    def page(self, path: str, body: bytes | None = None, head: Mapping[str, str] | None = None) -> bytes:
        """What the web server answers. Raises HTTPError."""
        request = urllib.request.Request(f"http://localhost:{self.web}/{path}", body, dict(head or {}))
        with urllib.request.urlopen(request, timeout=self.left()) as answer:
            content: bytes = answer.read()
            return content


def see_it_work(machine: Machine) -> None:
    """What must come to pass. Raises Failed."""
    machine.start_postgresql()
    machine.start_redis()
    machine.start_service()
    for name in ("web", "worker"):
        machine.wait(f"{name} says that it is well", lambda name=name: machine.is_well(name))  # type: ignore[misc]
    machine.wait("web shows a page", lambda: b"/static/" in machine.page("admin/login/"))
    token = machine.manage("create_token", "ci", "--scope", "write").split()[-1]
    stop_a_program(machine, token)
    flags = "flags/?program=x&rule=suspended-program-active-contract"
    machine.wait("the worker has flagged what was posted", lambda: machine.ask(flags, token)["results"])
    machine.wait("and left nothing undone", lambda: not machine.query("SELECT 1 FROM procurement_recheck"))
    # nobody hurries this one: only what the scheduler sends finds it
    machine.query("INSERT INTO procurement_stalemark (kind, key) VALUES ('everything', 0)")
    machine.wait("the scheduler has it refreshed", lambda: not machine.query("SELECT 1 FROM procurement_stalemark"))
    machine.wait("the scheduler has noted what it sent", lambda: {*sent(machine)} >= OFTEN)
    machine.wait("beat says that it is well", lambda: machine.is_well("beat"))
    see_facts_kept(machine)


def see_facts_kept(machine: Machine) -> None:
    """The service makes its totals anew, changes no fact, and finds nothing that would let it. Raises Failed."""
    machine.manage("rebuild_totals")
    try:
        machine.query("UPDATE procurement_ledgerentry SET amount = 0")
    except psycopg.errors.InsufficientPrivilege:
        print("the service may not change a fact")
    else:
        raise Failed("the service may change facts")
    machine.manage("check", "--deploy", "--database", "default", "--tag", "database", "--fail-level", "WARNING")
    print(machine.manage("verify").splitlines()[-3])


def sent(machine: Machine) -> list[str]:
    """The names of what the scheduler has sent."""
    return [name for (name,) in machine.query(
        "SELECT name FROM django_celery_beat_periodictask WHERE total_run_count > 0 AND last_run_at <= now()"
    )]  # fmt: skip


def stop_a_program(machine: Machine, token: str) -> None:
    """Post a program that is suspended while its contract lives on."""
    said = {"effective_on": "2020-06-15", "source": {"url": "https://example.org/1", "title": "Minutes"}}
    buyer = {"name": "Ministry", "country": "JP"}
    machine.post("programs/", {"code": "x", "name": "X", "buyer": buyer, "country": "JP"}, token)
    contract = machine.post("contracts/", {
        "reference": "C-1", "title": "Radar", "buyer": buyer, "suppliers": [{"name": "Maker", "country": "US"}],
        "method": "domestic", "currency": "JPY", "signed_on": "2019-10-31", "status": "active",
        "allocations": [{"program": "x", "share": "1", "from": "2019-10-31"}], "source": said["source"],
    }, token)  # fmt: skip
    entry = {"contract": contract["id"], "measure": "commitment", "amount": "100", "reason": "award"}
    machine.post("ledger-entries/", said | entry | {"effective_on": "2019-10-31"}, token)
    decision = {"program": "x", "status": "suspended", "kind": "decision", "speaker": "Minister"}
    machine.post("status-changes/", said | decision, token)


# small things


def stop(process: subprocess.Popen[bytes], how: int) -> None:
    """Tell a process to stop, and end what is left of its session."""
    process.send_signal(how)
    try:
        process.wait(GRACE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def postgresql_binaries() -> Path:
    """Where Debian has the newest server's programs. Raises Failed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[4]))
    if not found:
        raise Failed("no PostgreSQL in /usr/lib/postgresql")
    return found[-1].parent


def image_command() -> list[str]:
    """The command of the image."""
    found = re.search(r"^CMD (\[.*?\])$", IMAGE.replace("\\\n", ""), re.MULTILINE)
    assert found, "the image runs something"
    words: list[str] = json.loads(found[1])
    return words


def replaced(word: str, pairs: Mapping[str, str]) -> str:
    """A word with what stands for something else here."""
    for old, new in pairs.items():
        word = word.replace(old, new)
    return word


def interrupt(*_: object) -> None:
    """End by way of all that is to be stopped."""
    raise KeyboardInterrupt


def main() -> int:
    """Run it; on failure show what the processes said last."""
    signal.signal(signal.SIGTERM, interrupt)
    with TemporaryDirectory(prefix="tracker-servers-") as name, ExitStack() as ends:
        folder = Path(name)
        try:
            see_it_work(Machine(folder, ends))
        except Exception as error:  # noqa: BLE001  whatever it is, the logs are what explains it
            for log in sorted(folder.glob("*.log")):
                print(f"--- {log.stem}", *log.read_text(errors="replace").splitlines()[-30:], sep="\n")
            print(f"the service does not work on servers: {type(error).__name__}: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
