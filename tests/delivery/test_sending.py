"""From the outbox to people."""

import datetime as dt
import smtplib
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone

from procurement.alerts.models import Delivery
from procurement.delivery.backoff import GAPS
from procurement.delivery.models import Attempt
from procurement.delivery.sending import claim, record_failure, record_sent, send_due
from tests.delivery.outbox import make_delivery

SECOND = dt.timedelta(seconds=1)


def in_three_seconds() -> dt.datetime:
    return timezone.now() + 3 * SECOND


class NoServer:
    """A mail server that takes nothing."""

    def __init__(self, **_options):
        pass

    def open(self):
        raise smtplib.SMTPServerDisconnected("connection refused")

    def close(self):
        pass


@pytest.fixture
def no_server(settings):
    settings.EMAIL_BACKEND = f"{__name__}.NoServer"


@pytest.mark.django_db
def test_a_message_is_sent_once_and_recorded():
    delivery = make_delivery()
    assert [send_due(), send_due()] == [1, 0]
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempt_count, delivery.attempts.get().outcome) == ("sent", 1, "sent")
    assert [m.extra_headers["Message-ID"] for m in mail.outbox] == [delivery.message_id]


@pytest.mark.django_db
def test_a_failure_is_recorded_and_tried_again_later(no_server):
    delivery = make_delivery()
    assert [send_due(), send_due()] == [1, 0]
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempt_count) == ("pending", 1)
    assert GAPS[0] * 0.9 < delivery.next_try_at - timezone.now() < GAPS[0] * 1.3
    assert "connection refused" in delivery.attempts.get().error


@pytest.mark.django_db
def test_after_three_days_of_failures_it_has_failed(no_server):
    delivery = make_delivery(attempt_count=len(GAPS))
    send_due()
    delivery.refresh_from_db()
    assert delivery.state == "failed"


@pytest.mark.django_db
def test_one_that_cannot_be_sent_stops_no_other():
    broken = make_delivery()
    broken.subscription.channel.kind = "pigeon"
    broken.subscription.channel.save(update_fields=["kind"])
    fine = make_delivery()
    assert send_due() == 2
    assert [m.extra_headers["Message-ID"] for m in mail.outbox] == [fine.message_id]


@pytest.mark.django_db
def test_a_claim_is_not_taken_twice():
    make_delivery()
    assert claim(timezone.now()) is not None
    assert claim(timezone.now()) is None


def claim_alone() -> Delivery | None:
    try:
        return claim(timezone.now())
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_the_claim_of_a_worker_that_died_is_taken():
    delivery = make_delivery()
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(claim_alone).result() == delivery
    assert claim(timezone.now()) is None
    assert claim(in_three_seconds()) == delivery


@pytest.mark.django_db(transaction=True)
def test_the_claim_of_a_worker_that_lives_is_left():
    make_delivery()
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(claim, timezone.now()).result() is not None
        assert claim(in_three_seconds()) is None
        assert claim(timezone.now() + dt.timedelta(minutes=11)) is not None
        pool.submit(connections.close_all).result()


@pytest.mark.django_db(transaction=True)
def test_workers_share_the_outbox():
    for _ in range(10):
        make_delivery()
    with ThreadPoolExecutor(3) as pool:
        sent = [pool.submit(send_alone) for _ in range(3)]
        assert sum(each.result() for each in sent) == 10
    assert Attempt.objects.count() == len(mail.outbox) == 10


def send_alone() -> int:
    try:
        return send_due()
    finally:
        connections.close_all()


@pytest.mark.django_db
def test_a_failure_told_late_does_not_undo_what_another_sent():
    make_delivery()
    slow = claim(timezone.now())
    quick = claim(in_three_seconds())  # this session's own claim of before is dead: it is claiming again
    assert slow is not None
    assert quick is not None
    record_sent(quick, timezone.now())
    record_failure(slow, "timed out", timezone.now())
    assert Delivery.objects.get().state == "sent"
    assert Attempt.objects.count() == 2
