"""Status changes are told before their facts are drained, and by draining all the same."""

import datetime as dt

import pytest
from django.utils import timezone

from procurement.alerts.draining import drain
from procurement.alerts.models import Alert, Delivery, Notice
from procurement.alerts.telling import Teller
from procurement.sources.models import Recheck
from procurement.sources.recording import historical
from tests.alerts.subscribers import subscribe
from tests.makers import decide, make_contract, make_program, put
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def day(plus: int = 0) -> str:
    return (timezone.localdate() + dt.timedelta(days=plus)).isoformat()


def tell(teller: Teller | None = None) -> int:
    return (teller or Teller()).tell(now=timezone.now())


def told() -> tuple[int, int, int]:
    return Alert.objects.count(), Notice.objects.count(), Delivery.objects.count()


def test_a_change_is_told_while_its_fact_is_queued_and_draining_adds_nothing():
    subscribe(events=["status.changed"])
    decide(make_program(), "suspended", day())
    assert (tell(), told()) == (1, (1, 1, 1))
    assert Recheck.objects.exists()
    assert drain(now=timezone.now()).deliveries == 0
    assert (told(), Recheck.objects.exists()) == ((1, 1, 1), False)


def test_so_is_a_change_of_a_contract():
    subscribe(events=["contract.status_changed"])
    contract = make_contract(make_program())
    drain(now=timezone.now())
    put(contract, "terminated", day())
    assert tell() == 1


def test_what_a_process_has_looked_at_it_does_not_look_at_again(django_assert_num_queries):
    teller = Teller()
    decide(make_program(), "suspended", day())
    tell(teller)
    with django_assert_num_queries(1):
        tell(teller)


@pytest.mark.parametrize("on", [1, -40])
def test_what_is_no_news_now_is_left_to_draining(on):
    subscribe(events=["status.changed"])
    decide(make_program(), "suspended", day(on))
    assert (tell(), told()) == (0, (0, 0, 0))


def test_so_is_history():
    subscribe(events=["status.changed"])
    with historical():
        decide(make_program(), "suspended", day())
    assert tell() == 0


def test_a_change_is_told_once_though_several_tell_and_drain_at_once():
    subscribe(events=["status.changed"])
    for _ in range(5):
        decide(make_program(), "suspended", day())
    at_once(tell, tell, lambda: drain(now=timezone.now()), lambda: drain(now=timezone.now()))
    drain(now=timezone.now())
    assert told()[:2] == (5, 5)
    assert not Notice.objects.filter(delivery=None).exists()
