"""From the outbox to people."""

import datetime as dt
import smtplib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone

from procurement.alerts.models import Channel, Delivery
from procurement.common.options import Option
from procurement.delivery.addressing import change_channel
from procurement.delivery.backoff import GAPS
from procurement.delivery.carrying import Tried
from procurement.delivery.channels import carriers
from procurement.delivery.claiming import claim
from procurement.delivery.message import Answer, NotCarried
from procurement.delivery.models import Attempt
from procurement.delivery.recording import record_failure, record_sent
from procurement.delivery.sending import send_due
from tests.alerts.subscribers import make_user, subscribe
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


class Courier:
    """A channel with a secret, whose receiver answers as the test says."""

    kind = "courier"
    options = (Option("secret", "signs", secret=True), Option("lane", "which way"))
    answer: Any = None
    broken = False

    def __init__(self):
        if self.broken:
            raise OSError("no horse")

    @staticmethod
    def faults(_address, _settings):
        return {}

    def carry(self, _message, _channel):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def close(self):
        raise OSError("the horse has bolted")


@pytest.fixture
def courier(monkeypatch):
    """A message by courier; the class, to say how the receiver answers."""
    monkeypatch.setattr(Courier, "answer", None)
    monkeypatch.setattr(Courier, "broken", False)
    known = {**carriers(), "courier": Courier}
    for module in ("addressing", "carrying"):
        monkeypatch.setattr(f"procurement.delivery.{module}.carriers", lambda: known)
    owner = make_user()
    settings = {"secret": "hush-hush", "lane": "left", "gone": "was declared once"}
    channel = Channel.objects.create(owner=owner, kind="courier", address="x", settings=settings)
    make_delivery(subscribe(owner, channel=channel))
    return Courier


def attempt() -> tuple[str, int | None, str]:
    send_due()
    made = Attempt.objects.get()
    return made.outcome, made.status, made.error


@pytest.mark.django_db
@pytest.mark.parametrize(("answer", "status"), [(202, 202), (None, None), (7, None), ("ok", None), (True, None)])
def test_the_code_that_a_receiver_answers_is_kept(courier, answer, status):
    courier.answer = Answer(answer)
    assert attempt() == ("sent", status, "")


@pytest.mark.django_db
def test_the_code_of_a_refusal_is_kept_with_its_reason(courier):
    courier.answer = NotCarried("the receiver says: gone", answer=Answer(410))
    assert attempt() == ("failed", 410, "the receiver says: gone")


@pytest.mark.django_db
def test_a_secret_stands_in_no_error_and_no_log(courier, caplog):
    courier.answer = ValueError("POST https://x/?key=hush-hush&lane=left: was declared once")
    assert attempt()[2] == "ValueError: POST https://x/?key=…&lane=left: …"
    assert "hush-hush" not in caplog.text + str(vars(caplog.records[0]))


@pytest.mark.django_db
def test_nor_in_what_is_kept_of_an_answer(courier):
    courier.answer = Answer(200, "you sent hush-hush")
    attempt()
    assert Attempt.objects.get().answer == "you sent …"


@pytest.mark.django_db
def test_an_error_without_words_is_recorded_by_its_name(courier):
    courier.answer = NotCarried("")
    assert attempt()[2] == "NotCarried"


@pytest.mark.django_db
def test_a_channel_that_cannot_be_made_stops_no_other(courier, monkeypatch):
    monkeypatch.setattr(courier, "broken", True)
    fine = make_delivery()
    assert send_due() == 2
    assert Attempt.objects.get(outcome="failed").error == "OSError: no horse"
    assert [m.extra_headers["Message-ID"] for m in mail.outbox] == [fine.message_id]


@pytest.mark.django_db
def test_a_message_waits_for_the_address_that_its_channel_has_when_it_is_sent(courier):
    delivery = make_delivery()
    change_channel(delivery.subscription.channel_id, address="new@example.org")
    send_due()
    assert mail.outbox[0].to == ["new@example.org"]


@pytest.mark.django_db
def test_a_claim_is_not_taken_twice():
    make_delivery()
    assert claim(timezone.now())
    assert not claim(timezone.now())


def claim_alone() -> list[Delivery]:
    try:
        return claim(timezone.now())
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_the_claim_of_a_worker_that_died_is_taken():
    delivery = make_delivery()
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(claim_alone).result() == [delivery]
    assert not claim(timezone.now())
    assert claim(in_three_seconds()) == [delivery]


@pytest.mark.django_db(transaction=True)
def test_the_claim_of_a_worker_that_lives_is_left():
    make_delivery()
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(claim, timezone.now()).result()
        assert not claim(in_three_seconds())
        assert claim(timezone.now() + dt.timedelta(minutes=11))
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
    (slow,) = claim(timezone.now())
    (quick,) = claim(in_three_seconds())  # this session's own claim of before is dead: it does not hold it
    record_sent([(quick, Tried())], timezone.now())
    record_failure(slow, Tried(error="timed out"), timezone.now())
    assert Delivery.objects.get().state == "sent"
    assert Attempt.objects.count() == 2
