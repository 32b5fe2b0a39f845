"""Whether the service can do its work, and who is told why not."""

import json
import socket
import threading

import pytest
from django.test import override_settings

from procurement.common.clock import database_now
from procurement.desk import readiness
from procurement.desk.processes import SILENT
from procurement.signs.models import LifeSign
from procurement.signs.noting import forget_gone, hear
from procurement.signs.parting import part
from tracker.celery import QUEUES, app
from tracker.schedule import seed

pytestmark = pytest.mark.django_db

TOKEN = "a-token-of-the-watch"
WITH_TOKEN = {"Authorization": f"Bearer {TOKEN}"}


def faults(name):
    return next(check.faults for check in readiness.readiness() if check.name == name)


def test_each_queue_needs_a_worker_that_was_heard():
    hear("one@host", kind="worker", queues=["default", "imports"])
    assert [fault.split()[5] for fault in faults("workers")] == ["delivery", "exports"]
    hear("two@host", kind="worker", queues=["delivery", "exports"])
    assert faults("workers") == ()


def test_a_worker_that_fell_silent_or_ended_is_missed():
    hear("one@host", kind="worker", queues=list(QUEUES))
    assert faults("workers") == ()
    LifeSign.objects.update(at=database_now() - SILENT * 2)
    assert len(faults("workers")) == len(QUEUES)
    hear("one@host", kind="worker", queues=list(QUEUES))
    part("one@host")
    assert len(faults("workers")) == len(QUEUES)


def test_processes_that_are_long_gone_are_forgotten():
    hear("one@host", kind="web")
    LifeSign.objects.update(at=database_now() - SILENT * 1000)
    forget_gone(database_now())
    assert not LifeSign.objects.exists()


def test_missing_migrations_are_named(monkeypatch):
    assert faults("migrations") == ()
    monkeypatch.setattr(readiness, "_plan", type("", (), {"cache_clear": lambda: None, "__new__": lambda _: ("a.b",)}))
    assert faults("migrations") == ("1 changes of tables are missing, from a.b on: run manage.py migrate",)


def test_a_full_disk_is_said(monkeypatch):
    monkeypatch.setattr(readiness, "FREE_SHARE", 1.1)
    assert "nearly full" in faults("disk")[0]


@override_settings(BROKER_IS_FOLDER=False)
def test_a_broker_that_takes_a_call_and_says_nothing_does_not_answer(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        hung_up = threading.Timer(20, silent.shutdown, [socket.SHUT_RDWR])  # who waits for ever fails here
        hung_up.start()
        monkeypatch.setattr(app.conf, "broker_read_url", f"redis://127.0.0.1:{silent.getsockname()[1]}/0")
        assert faults("broker") == ("the broker does not answer: OperationalError",)
        assert hung_up.is_alive()
        hung_up.cancel()


def test_strangers_hear_only_yes_or_no(client):
    seed()
    answer = client.get("/readyz", headers={"Accept": "text/html"})
    assert (answer.status_code, answer.content) == (503, b"not ready\n")
    answer = client.get("/readyz", headers={"Accept": "application/json", "Authorization": "Bearer "})
    assert (answer.status_code, json.loads(answer.content)) == (503, {"ready": False})


@override_settings(METRICS_TOKEN=TOKEN)
def test_who_has_the_token_hears_why(client):
    seed()
    answer = client.get("/readyz", headers=WITH_TOKEN | {"Accept": "text/html"})
    assert b"schedule: it has sent nothing yet\n" in answer.content
    answer = client.get("/readyz", headers=WITH_TOKEN | {"Accept": "application/json"})
    found = json.loads(answer.content)["checks"]
    assert found["schedule"] == {"good": False, "faults": ["it has sent nothing yet"]}
    assert found["database"] == {"good": True, "faults": []}


def test_a_process_that_answers_lives(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert client.get("/livez").status_code == 200
