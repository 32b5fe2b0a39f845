"""Alerts arrive, each message with one id, though all that carries them is killed in turn and the clock is set."""

import json
import os
import random
import subprocess
import sys
import time

import pytest

from tests.delivery.receiver import receiving
from tests.house.shape import ROOT
from tests.running.machines import Machine
from tests.running.posting import SUBSCRIBERS
from tests.running.service import within

pytestmark = [pytest.mark.run, pytest.mark.chaos]

#: `make races` asks for ten thousand.
ALERTS = int(os.environ.get("ALERTS", "200"))
#: For how many seconds they are posted, and how long those that are left may take in the end.
POSTING, PATIENCE = max(20, ALERTS / 80), 300
HOUR = 3600
WORKER, DELIVERER, BEAT = "worker --queues default", "worker --queues delivery", "celery -A tracker beat"


@pytest.fixture
def machine(tmp_path):
    machine = Machine(tmp_path)
    try:
        yield machine.up()
    finally:
        machine.switch_off()


@pytest.fixture
def poster(machine, receiver):
    command = [sys.executable, "-m", "tests.running.posting", str(ALERTS), str(POSTING), f"{receiver.url}/news"]
    with subprocess.Popen(command, cwd=ROOT, env=machine.environment(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        yield process
        process.kill()


@pytest.fixture
def receiver():
    with receiving() as receiver:
        yield receiver


def mishaps(machine):
    """What happens, in turn and without end; the clock goes ahead by two days, by an hour, and back."""
    while True:
        for ahead in (48 * HOUR, 0, HOUR, 0):
            yield from (
                lambda: machine.kill(DELIVERER),
                machine.broker.kill,
                lambda: machine.kill(WORKER),
                lambda ahead=ahead: machine.clock.set(ahead),
                machine.database.kill,
                lambda: machine.kill(BEAT),
            )


def all_sent(machine):
    """Whether each status change has its alert, and each message was sent."""
    found = machine.query(
        "SELECT (SELECT count(*) FROM procurement_alert),"
        " (SELECT count(*) FROM procurement_delivery WHERE state <> 'sent')"
    )
    return found == [(ALERTS, 0)]


@pytest.mark.proof
def test_every_message_arrives_and_a_repeat_has_its_id(machine, receiver, poster, capsys):
    chance, happens, happened = random.Random(15), mishaps(machine), 0
    while poster.poll() is None:
        next(happens)()
        happened += 1
        time.sleep(chance.uniform(0.5, 3))
    machine.clock.set(0)
    assert poster.returncode == 0
    assert within(PATIENCE, lambda: all_sent(machine))
    came = [got.headers["webhook-id"] for got in receiver.got]
    stored = {
        row[0].strip("<>").partition("@")[0] for row in machine.query("SELECT message_id FROM procurement_delivery")
    }
    assert set(came) == stored
    bodies = [(got.path, json.loads(got.body)["data"]["alerts"]) for got in receiver.got]
    told = {(path, each["program"]["code"]) for path, alerts in bodies for each in alerts}
    assert len(told) == ALERTS * SUBSCRIBERS
    repeats = len(came) - len(stored)
    with capsys.disabled():  # the outcome of a run of `make races`
        print(f"\n{ALERTS:,} status changes, {len(stored):,} messages, {repeats:,} repeats, {happened} mishaps")  # noqa: T201
