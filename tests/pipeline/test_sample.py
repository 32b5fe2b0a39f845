"""The whole way of many facts at once: the sample portfolio."""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone

from procurement.alerts.digesting import make_digests
from procurement.alerts.draining import drain
from procurement.alerts.models import Delivery
from procurement.delivery.sending import send_due
from procurement.flags.models import Flag
from procurement.flags.screening.screen import screen_all
from procurement.imports.loading import load_folder
from procurement.sources.models import Recheck
from tests.alerts.subscribers import subscribe

pytestmark = pytest.mark.django_db(transaction=True)


def drain_all() -> None:
    while drain(now=timezone.now()).more:
        pass


def test_loading_the_sample_alerts_nobody_and_enters_digests_as_recorded_late():
    subscribe()
    subscribe(cadence="daily")
    load_folder(Path(settings.BASE_DIR) / "fixtures")
    drain_all()
    screen_all(timezone.localdate())
    drain_all()
    assert Flag.objects.filter(program__code="aegis-ashore").exists()
    assert not Recheck.objects.exists()
    assert not Delivery.objects.exists()
    assert make_digests(now=timezone.now() + dt.timedelta(days=1)) == 1
    send_due()
    assert "Recorded late" in mail.outbox[0].body
    assert "Aegis System Equipped Vessels (イージス・システム搭載艦)" in mail.outbox[0].body
