"""A whole service is watched: its lines are objects without secrets, its processes count together, and alerts fire."""

import json
import os
import signal

import pytest

from tests.running.service import within
from tests.running.watched import ALERTMANAGER, PROMETHEUS, TOKEN, Receiver, Watched, prometheus

pytestmark = [pytest.mark.run, pytest.mark.proof]

SECRETS = ["planted-password-1", "planted-link-2", "planted-path-3", "planted-feed-4", "planted-secret-5"]


@pytest.fixture(scope="module")
def collector():
    """Who receives traces; None where OpenTelemetry is not installed."""
    try:
        from tests.running.collector import Collector
    except pytest.skip.Exception:
        yield None
        return
    made = Collector()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture(scope="module")
def service(tmp_path_factory, collector):
    made = Watched(tmp_path_factory.mktemp("watched") / "home")
    if collector:
        made.more = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_BSP_SCHEDULE_DELAY": "500"}
    try:
        yield made.up()
    finally:
        made.end()


@pytest.fixture(scope="module")
def posted(service):
    """What a client did: its token, and the id of the request that posted a fact."""
    token = service.manage("create_token", "anna", "--scope", "admin").split()[-1]
    head = {"Authorization": f"Token {token}", "Content-Type": "application/json", "X-Request-Id": "of-this-test"}
    buyer = {"name": "Ministry", "country": "JP"}
    program = {"code": "x", "name": "X", "buyer": buyer, "country": "JP"}
    status, said = service.ask("/api/v1/programs/", json.dumps(program).encode(), **head)
    assert status == 201, said
    change = {"program": "x", "status": "suspended", "kind": "decision", "speaker": "M", "effective_on": "2020-06-15"}
    change |= {"source": {"url": "https://example.org/1", "title": "Minutes"}}
    status, said = service.ask("/api/v1/status-changes/", json.dumps(change).encode(), **head)
    assert status == 201, said
    service.ask(f"/en/unsubscribe/{SECRETS[1]}/")
    service.ask(f"/feeds/{SECRETS[3]}.atom")
    service.ask("/admin/login/", f"username=anna&password={SECRETS[0]}".encode())
    service.ask("/api/v1/programs/", Authorization=f"Token {SECRETS[4]}")
    service.ask("/readyz", Authorization=f"Bearer {TOKEN}")
    return token


def objects(service):
    found = {}
    for name, lines in service.lines().items():
        if name != "postgres":
            found[name] = [json.loads(line) for line in lines]
    return found


def test_each_line_is_an_object_and_holds_no_secret(service, posted):
    assert within(60, lambda: any(line["message"] == "task ended" for line in objects(service)["worker"]))
    found = objects(service)
    assert {"web", "worker", "delivery", "beat"} <= set(found)
    for name, lines in found.items():
        for line in lines:
            assert {"time", "level", "logger", "message"} <= set(line), (name, line)
    text = "\n".join(line for lines in service.lines().values() for line in lines)
    assert not [secret for secret in [*SECRETS, TOKEN, posted] if secret in text]


def test_a_request_is_followed_into_the_task_that_it_caused(service, posted):
    def lines(name, event):
        return [each for each in objects(service)[name] if (each["message"], each.get("request_id")) == event]

    (first, *_) = lines("web", ("request", "of-this-test"))
    assert (first["route"], first["method"], first["status"]) == ("api:programs-list", "POST", 201)
    assert first["user_id"]
    assert first["queries"]
    assert first["client"] == "127.0.0.1"
    assert within(60, lambda: lines("worker", ("task ended", "of-this-test")))
    assert "procurement.tasks.drain" in {line["task_name"] for line in lines("worker", ("task ended", "of-this-test"))}


def test_processes_count_together_and_nothing_falls_when_one_is_killed(service, posted):
    posts = 'tracker_request_seconds_count{method="POST",route="api:programs-list",status="2xx"}'
    drains = 'tracker_task_seconds_count{outcome="done",task="procurement.tasks.drain"}'
    assert within(60, lambda: service.figures().get(drains))
    before = service.figures()
    assert before[posts] == 1
    os.kill(max(pid for pid, words in service.processes().items() if "gunicorn" in words), signal.SIGKILL)
    assert within(60, service.well)
    after = service.figures()
    assert after[posts] == 1
    assert after[drains] >= before[drains]
    assert after['tracker_workers{queue="delivery"}'] == 1


def test_a_trace_leads_from_the_request_over_its_statements_to_its_task(service, posted, collector):
    if collector is None:
        pytest.skip("OpenTelemetry is not installed")

    def request():
        return [span for span in collector.of("tracker-web") if span.name.startswith("POST api/v1/status-changes")]

    def tasks():
        found = collector.of("tracker-worker", request()[0].trace_id)
        return [span for span in found if "procurement.tasks.drain" in span.name]

    assert within(60, request)
    assert within(60, tasks)
    spans = collector.of("tracker-web", request()[0].trace_id)
    statements = [span for span in spans if span.name in ("SELECT", "INSERT")]  # what history needs comes before both
    assert len(statements) > 5
    assert "Minutes" not in str(statements)  # no values


@pytest.mark.skipif(not (PROMETHEUS and ALERTMANAGER), reason="no Prometheus with Alertmanager here")
@pytest.mark.chaos
def test_an_alert_fires_once_when_a_worker_stands_still_and_is_resolved_when_it_works_again(service, tmp_path):
    receiver, name = Receiver(), "TrackerNoWorker"
    assert within(90, lambda: service.figures().get('tracker_workers{queue="default"}'))
    worker = service.child("--queues default")
    with prometheus(tmp_path, service, receiver):
        os.kill(worker, signal.SIGSTOP)
        try:
            assert within(400, lambda: receiver.alerts(name, "firing"))
        finally:
            os.kill(worker, signal.SIGCONT)
        assert within(200, lambda: len(receiver.alerts(name, "resolved")) >= 3)
    fired = receiver.alerts(name, "firing")
    assert sorted(alert["labels"]["queue"] for alert in fired) == ["default", "exports", "imports"]
    assert {alert["annotations"]["runbook_url"] for alert in fired} == {"docs/observability.md#workers"}
    receiver.shutdown()
    receiver.server_close()
