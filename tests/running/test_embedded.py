"""The server that nobody installed: who starts it, who stops it, and what a kill leaves."""

import os
import signal
import subprocess
import sys
import time

import psycopg
import pytest

from tests.house.shape import ROOT
from tracker.local.embedded import DATABASE, OWNER_FILE, RUN_LOCK, SUPERUSER, Server, ServerFailed

pytestmark = pytest.mark.chaos

USE = """
import sys
from pathlib import Path
from tracker.local.embedded import Server
server = Server(Path(sys.argv[1]), durable=False)
server.ensure()
print(server.status().pid, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def server(tmp_path):
    server = Server(tmp_path / "home", durable=False)
    yield server
    server.stop()


@pytest.fixture
def user(server):
    """Starts a process that uses the server until its input ends, and says the server's process id."""
    started = []

    def start():
        command = [sys.executable, "-c", USE, str(server.home)]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        started.append(process)
        return process, int(process.stdout.readline())

    yield start
    for process in started:
        process.kill()
        process.communicate()


def end(process):
    process.communicate("")


def test_the_first_user_starts_it_and_the_last_stops_it(server, user):
    (one, pid), (other, same) = user(), user()
    assert pid == same
    end(one)
    assert server.answers()
    end(other)
    assert server.status() is None


def test_a_killed_user_does_not_keep_it(server, user):
    (one, _), (other, _) = user(), user()
    one.kill()
    one.wait()
    end(other)
    assert server.status() is None


def test_a_killed_server_is_started_again(server, user):
    _, pid = user()
    os.kill(pid, signal.SIGKILL)
    _, new = user()
    assert new != pid
    assert server.answers()


def test_a_stranger_with_the_old_number_is_no_server(server, user):
    end(user()[0])
    lines = [str(os.getpid()), str(server.data), "1", "5432", str(server.sockets), "", "1 1", "ready"]
    (server.data / "postmaster.pid").write_text("\n".join(lines) + "\n")
    assert not server.answers()
    user()
    assert server.answers()


def test_half_a_cluster_is_made_anew(server, user):
    (server.home / "pgdata.new" / "base").mkdir(parents=True)
    user()
    assert server.answers()


def test_a_deep_home_has_room_for_a_socket(tmp_path):
    deep = Server(tmp_path / ("d" * 60) / ("e" * 60), durable=False)
    deep.start(ends_with_caller=True)
    try:
        with psycopg.connect(host=deep.host(), user=SUPERUSER, dbname=DATABASE) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        deep.stop()


def test_nobody_else_can_reach_it(server, user):
    user()
    assert [folder.stat().st_mode & 0o077 for folder in (server.data, server.sockets)] == [0, 0]


def test_another_version_s_data_is_refused(server):
    server.data.mkdir(parents=True)
    (server.data / "PG_VERSION").write_text("15\n")
    with pytest.raises(ServerFailed, match="written by PostgreSQL 15"):
        server.start()
    (server.data / "PG_VERSION").unlink()


@pytest.mark.parametrize("command", [["check"], ["help"], ["spectacular", "--help"]])
def test_a_command_that_needs_no_database_starts_none(tmp_path, command):
    environment = os.environ | {"TRACKER_HOME": str(tmp_path / "home"), "DJANGO_SETTINGS_MODULE": "tracker.settings"}
    subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, capture_output=True, check=True)
    assert not (tmp_path / "home" / "pgdata").exists()


def test_nobody_waits_for_an_owner_that_was_killed(server):
    dead = subprocess.Popen(["true"])
    dead.wait()
    server.home.mkdir()
    (server.home / OWNER_FILE).write_text(f"{dead.pid}\n")
    began = time.monotonic()
    with server.lock(RUN_LOCK), pytest.raises(ServerFailed, match="did not start"):
        server.ensure()
    assert time.monotonic() - began < 10
