"""What a monitoring system watches."""

import datetime as dt

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.db import DatabaseError, OperationalError, connection
from django.db.models import F
from django.test import Client, override_settings
from prometheus_client.parser import text_string_to_metric_families

from procurement.access import guessing
from procurement.common.clock import database_now
from procurement.desk import gauges
from procurement.signs.models import LifeSign
from procurement.signs.noting import note_work
from procurement.sources.models import Recheck, StaleMark
from tests.admin.test_flags import make_flag
from tests.admin.test_imports import batch as make_batch
from tests.delivery.outbox import make_delivery

pytestmark = pytest.mark.django_db

TOKEN = "a-token-of-the-watch"


def figures():
    found = {}
    for family in text_string_to_metric_families(gauges.metrics().decode()):
        for sample in family.samples:
            found[(sample.name, *sample.labels.values())] = sample.value
    return found


def test_an_idle_service_waits_for_nothing():
    found = figures()
    assert found[("tracker_facts_waiting",)] == found[("tracker_facts_oldest_seconds",)] == 0
    assert found[("tracker_messages", "email", "pending")] == found[("tracker_messages", "email", "held")] == 0
    assert found[("tracker_totals_days_behind",)] in {-1, 0}
    assert found[("tracker_beat_age_seconds",)] == -1


def test_what_waits_is_counted_with_its_age():
    Recheck.objects.create(fact_table="nothing", fact_id=1, recorded_at=database_now())
    message = make_delivery()
    type(message).objects.update(next_try_at=database_now() - dt.timedelta(minutes=7))
    found = figures()
    assert found[("tracker_facts_waiting",)] == 1
    assert found[("tracker_messages", "email", "pending")] == 1
    assert 420 <= found[("tracker_messages_oldest_seconds",)] < 480


def test_a_gauge_that_fails_is_left_out_and_the_others_stay(monkeypatch):
    def fails(_now):
        raise DatabaseError("gone")
        yield

    monkeypatch.setitem(gauges.GAUGES, "flags", fails)
    found = figures()
    assert found[("tracker_gauge_up", "flags")] == 0
    assert found[("tracker_gauge_up", "facts")] == 1
    assert ("tracker_facts_waiting",) in found


@override_settings(METRICS_TOKEN=TOKEN)
def test_without_the_database_the_others_still_come(client, monkeypatch):
    def fails(*_, **__):
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", fails)
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    found = figures()
    assert answer.status_code == 200
    assert found[("tracker_ready", "database")] == 0
    assert found[("tracker_disk_bytes",)] > 0
    up = {labels[0] for name, *labels in found if name == "tracker_gauge_up" and found[(name, *labels)]}
    assert up == {"disk", "counted", "readiness", "queues"}


def test_the_database_is_ready_where_it_answers():
    assert figures()[("tracker_ready", "database")] == 1


def test_no_statement_begins_when_the_time_of_all_is_over(monkeypatch):
    monkeypatch.setattr(gauges, "SECONDS_IN_ALL", -1)
    found = figures()
    assert ("tracker_facts_waiting",) not in found
    assert found[("tracker_gauge_up", "facts")] == found[("tracker_gauge_up", "database")] == 0
    assert found[("tracker_gauge_up", "disk")] == found[("tracker_gauge_up", "counted")] == 1


def test_the_number_of_queries_is_bounded(django_assert_max_num_queries):
    with django_assert_max_num_queries(110):
        gauges.metrics()


def test_there_are_no_metrics_without_a_token_of_the_service(client):
    assert client.get("/metrics").status_code == 404


@override_settings(METRICS_TOKEN=TOKEN)
def test_metrics_are_for_whoever_has_the_token(client):
    assert client.get("/metrics", headers={"Accept": "text/html"}).status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 401
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")
    assert b"tracker_info{version=" in answer.content


def test_flags_are_counted_by_rule_and_state():
    flag = make_flag()
    assert figures()[("tracker_flags", flag.rule, flag.state)] == 1


def test_rows_of_imports_are_counted_by_their_outcome():
    make_batch(tables={"contracts": {"created": 3, "refused": 1}, "programs": {"created": 2}})
    make_batch(tables={"contracts": {"created": 7}}, dry_run=True)
    found = figures()
    assert found[("tracker_import_rows_total", "created")] == 5
    assert found[("tracker_import_rows_total", "refused")] == 1


def test_work_that_never_ended_well_is_missed_and_what_did_has_its_age():
    assert figures()[("tracker_work_age_seconds", "backup")] == -1
    note_work("backup")
    assert figures()[("tracker_work_age_seconds", "backup")] >= 0
    LifeSign.objects.update(at=F("at") - dt.timedelta(hours=1), well_at=F("well_at") - dt.timedelta(hours=1))
    note_work("backup", is_well=False)  # which makes no backup any fresher
    found = figures()
    assert 3600 <= found[("tracker_work_age_seconds", "backup")] < 4000
    assert found[("tracker_work_ok", "backup")] == 0


def test_how_long_the_oldest_change_of_totals_has_waited():
    StaleMark.objects.create(kind="everything", left_at=database_now() - dt.timedelta(minutes=3))
    assert 180 <= figures()[("tracker_totals_oldest_seconds",)] < 240


def test_an_address_is_locked_out_by_all_names_that_were_tried_from_there():
    for number in range(settings.AXES_FAILURE_LIMIT):
        assert figures()[("tracker_locked_out",)] == 0
        answer = Client(REMOTE_ADDR="192.0.2.1").post("/admin/login/", {"username": f"x{number}", "password": "wrong"})
    assert answer.status_code == 429
    assert figures()[("tracker_locked_out",)] == 1
    rested = database_now() + dt.timedelta(minutes=settings.LOGIN_REST_MINUTES)
    assert guessing.locked_out(rested) == {}


def test_failures_at_several_addresses_are_not_added_up():
    for last in range(settings.AXES_FAILURE_LIMIT):
        AccessAttempt.objects.create(username="a", ip_address=f"192.0.2.{last}", failures_since_start=1)
    assert figures()[("tracker_locked_out",)] == 0
