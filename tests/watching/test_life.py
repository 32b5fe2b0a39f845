"""Processes say that they live, and are forgotten when they end in order."""

import socket

import pytest
from django.conf import settings

from procurement.signs import noting, parting
from tracker import gunicorn
from tracker.watching import life


@pytest.fixture
def alive(monkeypatch):
    """The names of processes that live."""
    found = set()
    monkeypatch.setattr(noting, "hear", lambda name, **_: found.add(name))
    monkeypatch.setattr(parting, "part", found.discard)
    monkeypatch.setattr(noting, "forget_gone", lambda _: None)
    monkeypatch.setattr("procurement.common.clock.database_now", lambda: None)
    return found


@pytest.fixture
def ends(monkeypatch):
    """What is called at the end of this process."""
    found = []
    monkeypatch.setattr(life.atexit, "register", found.append)
    return found


def first_beat(monkeypatch):
    """Hearts that are heard once before `start` returns."""
    start = life.Heart.start
    monkeypatch.setattr(life.Heart, "start", lambda self: self.beat() or start(self))


def test_two_schedulers_of_one_host_are_two_and_leave_at_their_end(alive, ends, monkeypatch):
    first_beat(monkeypatch)
    life.scheduler_begins()
    life.scheduler_begins()
    assert len(alive) == 2
    assert all(name.startswith(f"beat@{socket.gethostname()}/") for name in alive)
    for end in ends:
        end()
    assert alive == set()


def test_a_worker_leaves_when_it_takes_no_more_messages(alive, ends, monkeypatch):
    first_beat(monkeypatch)
    heart = life.Heart("worker@host", kind="worker")
    monkeypatch.setattr(life._Worker, "heart", heart)
    heart.begin()
    assert alive == {"worker@host"}
    life.worker_ends()
    heart.join(60)
    assert alive == set()


def test_a_web_server_leaves_when_the_last_of_its_processes_has_ended(alive, monkeypatch):
    monkeypatch.setattr(settings, "IN_EARNEST", True)
    alive |= {f"web@{socket.gethostname()}", "web@elsewhere"}
    gunicorn.on_exit(None)
    assert alive == {"web@elsewhere"}
