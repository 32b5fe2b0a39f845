"""Nudges start work early and never hinder."""

import time

import pytest
from celery import current_app
from kombu.connection import Connection

from procurement import tasks
from tracker.celery import BEAT, DAILY


@pytest.fixture
def broker(monkeypatch):
    """Say where the broker is, with nothing remembered of its failures."""
    monkeypatch.setattr(tasks, "_nudger", tasks.Nudger())
    return lambda url: monkeypatch.setitem(current_app.conf, "broker_url", url)


def test_beat_sends_tasks_that_exist():
    current_app.loader.import_default_modules()
    assert {task for task, _when in (*BEAT.values(), *DAILY.values())} <= set(current_app.tasks)


def test_a_nudge_starts_the_drain(broker):
    broker("memory://")
    with Connection("memory://") as connection:
        queue = connection.SimpleQueue("default")
        queue.clear()  # of what other tests of this process have sent
        tasks.nudge()
        message = queue.get(timeout=1)
        message.ack()
    assert message.headers["task"] == "procurement.tasks.drain"


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "amqp://127.0.0.1:1//", "nonsense://"])
def test_a_broker_that_is_away_hinders_nobody(broker, url):
    broker(url)
    began = time.monotonic()
    tasks.nudge()
    assert time.monotonic() - began < 2


def test_a_broker_that_does_not_answer_is_given_up_soon_and_left_alone(broker, silent_port):
    broker(f"redis://127.0.0.1:{silent_port}/0")
    began = time.monotonic()
    assert not tasks.nudge("drain")
    assert time.monotonic() - began < 4
    again = time.monotonic()
    assert not tasks.nudge("drain")
    assert time.monotonic() - again < 0.1
