"""What was grouped comes once, whoever is killed while it waits or is packed."""

import datetime as dt
from itertools import count, islice

import pytest
from django.utils import timezone

from procurement.alerts.draining import drain
from procurement.alerts.models import Delivery, Notice
from procurement.alerts.packing import pack_waiting
from procurement.programs.models import Program
from procurement.tasks import nudge
from tests.alerts.subscribers import subscribe
from tests.makers import decide, make_program, make_source

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.run, pytest.mark.chaos]

_numbers = count(1)
STATES = ("suspended", "active", "cancelled")


@pytest.fixture
def program():
    return make_program("radar")


def flap(program: Program, times: int = 3) -> None:
    """Post decisions as an entry point does, each in a transaction of its own with a nudge after it."""
    source, today = make_source(), timezone.localdate().isoformat()
    for number in islice(_numbers, times):
        decide(program, STATES[number % 3], today, sequence=number, source=source)
        nudge()


@pytest.mark.proof
def test_a_flapping_status_is_two_mails_though_the_workers_are_killed_while_it_waits(pipeline, program):
    subscribe(events=["status.changed"], group_seconds=12)
    pipeline.start()
    flap(program, 1)
    assert pipeline.wait_for(1, seconds=30)
    flap(program, 3)
    assert pipeline.wait_until(lambda: Notice.objects.waiting().exists(), seconds=30)
    pipeline.kill()
    pipeline.start()
    assert pipeline.wait_for(2, seconds=60)
    assert not Notice.objects.waiting().exists()
    assert list(pipeline.copies().values()) == [1, 1]


def test_who_dies_while_packing_has_done_nothing(pipeline, program):
    subscribe(events=["status.changed"], group_seconds=60)
    for _ in range(2):
        flap(program, 3)
        drain(now=timezone.now())
    waited, made = Notice.objects.waiting().count(), Delivery.objects.count()
    assert (waited, made) == (3, 1)
    later = "pack_waiting(now=now() + datetime.timedelta(minutes=9))"
    work = f"import datetime; from procurement.alerts.packing import pack_waiting; {later}"
    assert pipeline.dies_in("procurement.alerts.packing", "forget_ended", work=work) == -9
    assert (Notice.objects.waiting().count(), Delivery.objects.count()) == (waited, made)
    assert pack_waiting(now=timezone.now() + dt.timedelta(minutes=9)).messages == 1
    assert not Notice.objects.waiting().exists()
