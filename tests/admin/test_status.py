"""The page of the service's status."""

import datetime as dt

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.urls import reverse

from procurement.common.clock import database_now
from procurement.signs.models import LifeSign
from procurement.signs.noting import hear, note_work
from tests.admin.conftest import signed_in
from tests.admin.test_language import choose
from tests.delivery.outbox import make_delivery
from tracker.celery import QUEUES
from tracker.schedule import seed

pytestmark = pytest.mark.django_db


def shown(client):
    answer = client.get(reverse("admin:status"))
    assert answer.status_code == 200
    return {
        (section.name, str(row.name)): row for section in answer.context["sections"] for row in section.rows
    }, answer.content.decode()


def test_only_administrators_see_it():
    for role, code in (("reader", 403), ("analyst", 403), ("reviewer", 403), ("administrator", 200)):
        client = signed_in(role)
        assert client.get(reverse("admin:status")).status_code == code
        assert (reverse("admin:status") in client.get("/admin/").content.decode()) is (code == 200)


def test_what_is_wrong_says_what_to_do_and_where_it_is_explained(administrator):
    seed()
    note_work("verify", is_well=False)
    hear("worker@gone", kind="worker", queues=["default"])
    LifeSign.objects.filter(kind="process").update(at=database_now() - dt.timedelta(minutes=9))
    for name in range(settings.AXES_FAILURE_LIMIT):
        AccessAttempt.objects.create(username=str(name), ip_address="192.0.2.1", failures_since_start=1)
    message = make_delivery()
    type(message.subscription.channel).everything.update(failures=3)
    rows, text = shown(administrator)
    for key, guide in {
        ("checks", "Workers"): "workers",
        ("checks", "Schedule"): "schedule",
        ("work", "verify"): "work-failed",
        ("work", "backup"): "work-overdue",
        ("processes", "worker@gone"): "workers",
        ("locked-out", "192.0.2.1"): "lock-outs",
    }.items():
        assert rows[key].to_do, key
        assert f"docs/observability.md#{guide}" in text
    assert "3 failures in a row" in text


def test_what_is_well_says_so(administrator):
    hear("worker@here", kind="worker", queues=list(QUEUES))
    rows, text = shown(administrator)
    assert rows[("checks", "Workers")].said == "well"
    assert not rows[("processes", "worker@here")].to_do
    assert not rows[("checks", "Disk")].to_do
    assert "PostgreSQL" in text


def test_who_fell_silent_is_wrong_only_where_nobody_else_does_its_work(administrator):
    for name, queues in (("worker@replaced", ["default"]), ("worker@gone", ["default", "imports"])):
        hear(name, kind="worker", queues=queues)
    hear("web@replaced", kind="web")
    hear("beat@gone/1", kind="scheduler")
    LifeSign.objects.filter(kind="process").update(at=database_now() - dt.timedelta(minutes=9))
    hear("worker@new", kind="worker", queues=["default"])
    hear("web@new", kind="web")
    rows, _ = shown(administrator)
    wrong = {name for (section, name), row in rows.items() if section == "processes" and row.to_do}
    assert wrong == {"worker@gone", "beat@gone/1"}


def test_it_is_shown_in_japanese(administrator):
    choose(administrator, "ja")
    assert "稼働の準備" in shown(administrator)[1]


def test_it_asks_a_bounded_number_of_questions(administrator, django_assert_max_num_queries):
    for number in range(20):
        hear(f"worker-{number}", kind="worker", queues=list(QUEUES))
    shown(administrator)
    with django_assert_max_num_queries(60):
        shown(administrator)
