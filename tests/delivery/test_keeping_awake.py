"""One process stays awake, and hears at once of what there is to send."""

import datetime as dt
import threading
import time
from contextlib import contextmanager

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone

from procurement.alerts.models import Delivery
from procurement.delivery.sending import is_behind, keep_sending
from tests.alerts.subscribers import subscribe
from tests.delivery.outbox import make_delivery
from tests.makers import decide, make_program

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def awake(seconds=30.0):
    """A process that stays awake, here a thread with a database session of its own; gives what it noted at its end."""
    ended, noted = threading.Event(), []

    def stay():
        try:
            left = lambda: noted.append("left")  # noqa: E731
            noted.append(keep_sending(seconds, has_to_end=ended.is_set, leaving=left))
        finally:
            connections.close_all()

    thread = threading.Thread(target=stay)
    thread.start()
    time.sleep(0.3)
    try:
        yield noted
    finally:
        ended.set()
        thread.join()


def came(number, seconds=0.9):
    """Whether so many mails came, before anybody looks who is not told."""
    until = time.monotonic() + seconds
    while len(mail.outbox) < number and time.monotonic() < until:
        time.sleep(0.01)
    return len(mail.outbox) == number


def test_a_message_goes_out_when_it_is_committed():
    with awake():
        make_delivery()
        assert came(1)


def test_a_status_change_is_told_when_it_is_committed():
    subscribe(events=["status.changed"])
    program = make_program()
    with awake():
        decide(program, "suspended", timezone.localdate().isoformat())
        assert came(1)


def test_what_was_there_before_goes_out_too():
    make_delivery()
    with awake():
        assert came(1)


def test_a_retry_goes_out_when_it_is_due():
    delivery = make_delivery(next_try_at=timezone.now() + dt.timedelta(seconds=1))
    with awake():
        assert came(1, seconds=3)
    assert Delivery.objects.get(pk=delivery.pk).state == "sent"


def test_one_is_enough():
    with awake():
        assert not keep_sending(30, has_to_end=lambda: False, leaving=lambda: None)


def test_it_calls_the_next_one_and_ends_when_its_time_is_over_or_its_worker_stops():
    with awake(seconds=0.1) as noted:
        time.sleep(1.2)
    assert noted == ["left", True]
    with awake() as noted:
        began = time.monotonic()
    assert time.monotonic() - began < 2
    assert noted == ["left", True]
    assert keep_sending(0, has_to_end=lambda: False, leaving=lambda: None)  # its lock is free


def test_others_help_where_messages_wait_for_longer_than_a_moment():
    make_delivery()
    assert not is_behind(timezone.now())
    assert is_behind(timezone.now() + dt.timedelta(seconds=2))
