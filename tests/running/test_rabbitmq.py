"""The service on RabbitMQ: every status change is told, though a worker and the broker are killed meanwhile."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.delivery.receiver import receiving
from tests.house.shape import ROOT
from tests.running.machines import Machine
from tests.running.service import free_port, within

SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")

ALERTS = 60
pytestmark = [
    pytest.mark.run,
    pytest.mark.proof,
    pytest.mark.skipif(not SERVER.exists(), reason="no rabbitmq-server here"),
]


class Rabbit:
    """A RabbitMQ of its own: its folder, its ports, and its own daemon of names, which end with it."""

    def __init__(self, folder):
        folder.mkdir()
        self.folder, self.port, self.names, self.between = folder, free_port(), free_port(), free_port()
        self.process = self.started()

    def environment(self):
        folder = self.folder
        (folder / "enabled_plugins").write_text("[].\n")
        (folder / "rabbitmq.conf").write_text(f"listeners.tcp.default = 127.0.0.1:{self.port}\n")
        return {
            "PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8",
            "RABBITMQ_NODENAME": f"t{self.port}@localhost", "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
            "RABBITMQ_MNESIA_BASE": str(folder / "data"), "RABBITMQ_LOG_BASE": str(folder / "log"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"), "RABBITMQ_DIST_PORT": str(self.between),
            "RABBITMQ_PID_FILE": str(folder / "pid"), "ERL_EPMD_PORT": str(self.names), "ERL_EPMD_ADDRESS": "127.0.0.1",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} +S 1:1",
        }  # fmt: skip

    def started(self):
        with (self.folder / "said").open("ab") as said:
            return subprocess.Popen(
                [str(SERVER)], env=self.environment(), stdout=said, stderr=said, start_new_session=True
            )

    def listens(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def processes(self):
        """All that runs for it, told by its environment: Erlang's daemon of names leaves the session."""
        mark = f"HOME={self.folder}\0".encode()
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if mark in (entry / "environ").read_bytes():
                    yield int(entry.name)

    def kill(self):
        """End it as `kill -9` does, and start it again: its messages were on disk, or are gone."""
        self.end()
        self.process = self.started()

    def end(self):
        for pid in self.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()


class OnRabbit(Machine):
    """The service, whose broker is RabbitMQ."""

    def __init__(self, folder):
        super().__init__(folder)
        self.rabbit = Rabbit(folder / "rabbit")
        assert within(90, self.rabbit.listens), (self.rabbit.folder / "said").read_text()

    def environment(self):
        return super().environment() | {"CELERY_BROKER_URL": f"amqp://guest:guest@127.0.0.1:{self.rabbit.port}//"}

    def switch_off(self):
        super().switch_off()
        self.rabbit.end()


@pytest.fixture
def machine(tmp_path):
    if shutil.which("redis-server") is None:
        pytest.skip("no redis-server here")
    machine = OnRabbit(tmp_path)
    try:
        yield machine.up()
    finally:
        machine.switch_off()


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


def all_told(machine):
    return machine.query(
        "SELECT (SELECT count(*) FROM procurement_alert),"
        " (SELECT count(*) FROM procurement_delivery WHERE state <> 'sent'), (SELECT count(*) FROM procurement_recheck)"
    ) == [(ALERTS, 0, 0)]


def test_every_alert_arrives_though_worker_and_broker_are_killed(machine, receiver):
    command = [sys.executable, "-m", "tests.running.posting", str(ALERTS), "20", f"{receiver.url}/news"]
    with subprocess.Popen(command, cwd=ROOT, env=machine.environment(), stdout=subprocess.PIPE, text=True) as poster:
        assert poster.stdout.readline() == "ready\n"
        assert within(60, lambda: receiver.got)
        machine.kill("worker --queues default")
        machine.rabbit.kill()
        assert poster.wait(300) == 0
    assert within(180, lambda: all_told(machine))
    came = {got.headers["webhook-id"] for got in receiver.got}
    assert len(came) == machine.query("SELECT count(*) FROM procurement_delivery")[0][0]
