"""What is counted of requests, tasks and statements."""

import logging
import time

import pytest
from django.db import connection
from django.test import RequestFactory
from prometheus_client.parser import text_string_to_metric_families

from procurement.desk import gauges
from tests.makers import make_program
from tracker.celery import app
from tracker.gunicorn import access_fields
from tracker.serving import BEGAN
from tracker.watching import tasks
from tracker.watching.queries import begin_tally

pytestmark = pytest.mark.django_db


class Response:
    """What gunicorn knows of an answer."""

    status, sent = "200 OK", 12


def counted(*names):
    found = {}
    for family in text_string_to_metric_families(gauges.metrics().decode()):
        for sample in family.samples:
            if sample.name in names:
                found[(sample.name, *(sample.labels[label] for label in sorted(sample.labels)))] = sample.value
    return found


def grown(before, after):
    return {key: value - before.get(key, 0) for key, value in after.items() if value != before.get(key, 0)}


REQUESTS = ("tracker_request_seconds_count", "tracker_request_queries_total")


def test_a_request_is_counted_by_its_route_with_its_statements(client):
    make_program()
    before = counted(*REQUESTS)
    answer = client.get("/api/v1/programs/")
    assert answer.status_code == 200
    found = grown(before, counted(*REQUESTS))
    assert found[("tracker_request_seconds_count", "GET", "api:programs-list", "2xx")] == 1
    assert found[("tracker_request_queries_total", "api:programs-list")] >= 1


def test_addresses_and_methods_of_anybody_make_no_new_series(client):
    client.get("/nowhere")
    client.generic("BREW", "/nowhere")
    before = counted(*REQUESTS)
    for number in range(30):
        client.get(f"/nowhere/{number}")
        client.get(f"/api/v1/none-{number}/?x={number}")
        client.generic(f"BREW{number}", "/healthz")
        client.get(f"/en/programs/none-{number}/")
    keys = {key for key in counted(*REQUESTS) if key not in before}
    assert len(keys) <= 6, keys
    assert not [key for key in keys if any("none-" in part or "BREW" in part for part in key)]


def test_a_file_is_counted_when_its_last_byte_was_given(client):
    make_program()
    before = counted(*REQUESTS)
    answer = client.get("/api/v1/programs/?format=csv")
    key = ("tracker_request_seconds_count", "GET", "api:programs-list", "2xx")
    assert key not in grown(before, counted(*REQUESTS))
    list(answer.streaming_content)  # the client closes the answer at its end
    assert grown(before, counted(*REQUESTS))[key] == 1


def test_the_wait_for_a_thread_counts(client):
    before = counted("tracker_request_seconds_sum")
    answer = client.get("/healthz", **{BEGAN: time.perf_counter() - 100})
    key = ("tracker_request_seconds_sum", "GET", "healthz", "2xx")
    assert grown(before, counted("tracker_request_seconds_sum"))[key] >= 100
    assert access_fields(Response(), RequestFactory().get("/"), answer.wsgi_request.META, 0.25)["seconds"] >= 100


def test_statements_are_counted_while_somebody_counts():
    tally = begin_tally()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.01)")
    assert tally.queries == 1
    assert tally.seconds >= 0.01


def test_the_access_log_says_the_route_and_no_address(client):
    answer = client.get("/feeds/a-secret.atom")
    environ = answer.wsgi_request.META
    found = access_fields(Response(), RequestFactory().get("/"), environ, 0.25)
    assert found["route"] == "files:subscription-feed"
    assert found["client"] == "127.0.0.1"
    assert found["request_id"] == answer["X-Request-Id"]
    assert "a-secret" not in str(found)


def test_who_asked_is_an_id(administrator):
    answer = administrator.get("/admin/")
    assert answer.wsgi_request.META["tracker.noted"]["user_id"] == administrator.user.pk


def ran(name, headers=None):
    task = app.tasks[name]
    task.push_request(id="1", delivery_info={"routing_key": "default"}, eta=None, **headers or {})
    try:
        tasks.begin(task_id="1", task=task)
        task.run()
        tasks.end(task=task, state="SUCCESS")
    finally:
        task.pop_request()


def test_a_task_is_counted_and_noted_for_the_request_that_sent_it(caplog):
    caplog.set_level(logging.INFO, logger="tracker.task")
    headers = {}
    tasks.set_request_id("of-the-request")
    tasks.send_along(headers=headers)
    tasks.set_request_id("")
    names = ("tracker_task_seconds_count", "tracker_task_waited_seconds_count", "tracker_task_queries_total")
    before = counted(*names)
    ran("procurement.tasks.digest", headers)
    found = grown(before, counted(*names))
    assert found[("tracker_task_seconds_count", "done", "procurement.tasks.digest")] == 1
    assert found[("tracker_task_waited_seconds_count", "default")] == 1
    assert found[("tracker_task_queries_total", "procurement.tasks.digest")] >= 1
    assert [(line.message, line.outcome) for line in caplog.records] == [("task ended", "done")]


def test_what_only_the_scheduler_sends_is_not_noted_each_time(caplog):
    caplog.set_level(logging.INFO, logger="tracker.task")
    ran("procurement.tasks.digest")
    assert caplog.records == []
