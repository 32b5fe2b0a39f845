"""What hangs somewhere else holds up nothing here."""

import time

import pytest
from django.utils import timezone

from procurement.delivery.addressing import create_channel
from procurement.sources.models import Recheck
from procurement.tasks import nudge
from tests.alerts.subscribers import make_user, subscribe
from tests.delivery.channels.test_webhook import SECRET
from tests.delivery.receiver import receiving
from tests.makers import decide, make_program, make_source
from tracker.celery import DELIVERY, QUEUES

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.run]


def subscribe_hanging(url, number):
    """So many subscriptions whose messages a receiver takes and never answers."""
    owner = make_user()
    for each in range(number):
        channel = create_channel(owner=owner, kind="webhook", address=f"{url}/hang?{each}", settings={"secret": SECRET})
        subscribe(owner, channel=channel, events=["status.changed"])


def stop_a_program(source):
    decide(make_program(), "suspended", timezone.localdate().isoformat(), source=source)
    nudge()


def test_facts_drain_and_mails_go_out_while_a_receiver_hangs(pipeline, settings):
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    source = make_source()
    with receiving() as receiver:
        subscribe_hanging(receiver.url, 10)
        subscribe(events=["status.changed"])
        pipeline.start(*(set(QUEUES) - {DELIVERY}))
        pipeline.start(DELIVERY)
        stop_a_program(source)
        assert pipeline.wait_until(lambda: len(receiver.got) >= 4, seconds=60)
        assert pipeline.wait_for(1, seconds=30)
        began = time.monotonic()
        stop_a_program(source)
        assert pipeline.wait_until(lambda: not Recheck.objects.exists(), seconds=5)
        assert pipeline.wait_for(2, seconds=5 - (time.monotonic() - began))
        receiver.ended.set()
