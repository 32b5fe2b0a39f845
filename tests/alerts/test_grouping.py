"""The first news of a subject goes at once; what follows is one message when it settles."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.utils import timezone

from procurement.alerts.grouping import KEPT
from procurement.alerts.models import Delivery, Grouping, Notice
from procurement.alerts.packing import pack_waiting
from procurement.alerts.routing import route_news
from procurement.alerts.tallying import MOST_WINDOWS
from procurement.delivery.composing import compose
from tests.alerts.news import SECOND, changed, flagged, messages, tell, waiting
from tests.alerts.subscribers import subscribe
from tests.makers import make_contract, make_program
from tests.racing import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def began():
    return timezone.now()


@pytest.fixture
def program():
    return make_program("radar")


def pack(at) -> int:
    return pack_waiting(now=at).messages


def flap(program, began, *, times, every=10):
    """A status that goes and comes back; the moment of the last change."""
    states = ("active", "suspended")
    for number in range(times):
        tell(changed(program, states[number % 2], states[1 - number % 2]), at=began + number * every * SECOND)
    return began + (times - 1) * every * SECOND


def test_the_first_news_goes_at_once_and_what_follows_is_one_message(began, program):
    subscribe()
    assert [tell(changed(program), at=began + n * SECOND) for n in range(3)] == [1, 0, 0]
    assert [pack(began + n * SECOND) for n in (60, 63, 64)] == [0, 1, 0]
    assert [len(each) for each in messages()] == [1, 2]


def test_one_batch_of_news_is_one_message(began, program):
    subscribe()
    assert tell(changed(program), flagged(program), at=began) == 1
    assert len(messages()[0]) == 2


def test_news_of_other_subjects_are_never_delayed(began, program):
    subscribe()
    other, contract = make_program("ship"), make_contract()
    tell(changed(program), at=began)
    of_contract = {"program_id": None, "programs": frozenset(), "contract_id": contract.pk}
    of_nothing = {"program_id": None, "programs": frozenset()}
    for news in (changed(other), changed(program, **of_contract), changed(program, **of_nothing)):
        assert tell(news, at=began + SECOND) == 1
    assert tell(changed(program, **of_contract), at=began + 2 * SECOND) == 0


def test_a_subscription_sets_its_window_and_nought_groups_nothing(began, program):
    subscribe(group_seconds=0)
    assert [tell(changed(program), at=began) for _ in range(3)] == [1, 1, 1]
    short = subscribe(group_seconds=5)
    tell(changed(program), at=began), tell(changed(program), at=began)
    assert (pack(began + 4 * SECOND), pack(began + 5 * SECOND)) == (0, 1)
    assert len(messages(short)) == 2


def test_a_status_that_flaps_is_told_once_when_it_settles(began, program):
    subscribe()
    last = flap(program, began, times=7)
    assert [pack(began + n * SECOND) for n in (60, 90, 119)] == [0, 0, 0]
    assert pack(last + 60 * SECOND) == 1
    message = compose(Delivery.objects.latest("pk"))
    assert message.subject.endswith(f"{program.name} is suspended again, after 6 changes")
    assert (message.text.count("is now active"), message.text.count("is now suspended")) == (3, 4)
    assert (message.text.count("* "), len(message.alerts)) == (1, 6)


def test_a_subject_that_never_settles_is_told_of_after_ten_windows(began, program):
    subscribe()
    flap(program, began, times=6 * MOST_WINDOWS)
    assert pack(began + (60 * MOST_WINDOWS - 1) * SECOND) == 0
    assert pack(began + 60 * MOST_WINDOWS * SECOND) == 1


def test_what_follows_the_second_message_is_grouped_again(began, program):
    subscribe()
    last = flap(program, began, times=3)
    pack(last + 60 * SECOND)
    assert tell(changed(program), at=last + 70 * SECOND) == 0
    assert pack(last + 130 * SECOND) == 1


def test_news_after_a_quiet_window_go_at_once(began, program):
    subscribe()
    assert [tell(changed(program), at=began + n * SECOND) for n in (0, 61)] == [1, 1]


def test_what_waits_though_its_window_ended_comes_with_what_follows(began, program):
    """So a message never says that something is as it was before the last one."""
    subscribe()
    tell(changed(program), at=began), tell(changed(program), at=began + SECOND)
    assert tell(changed(program), at=began + 90 * SECOND) == 0
    assert pack(began + 150 * SECOND) == 1
    assert [len(each) for each in messages()] == [1, 2]


@pytest.mark.parametrize("days", [-2, 2])
def test_a_clock_that_is_set_ahead_or_back_holds_nothing(began, program, days):
    subscribe()
    tell(changed(program), at=began), tell(changed(program), at=began)
    later = began + dt.timedelta(days=days)
    assert pack(later) == 1
    assert tell(changed(program), at=later + SECOND) == 0
    back = began + 2 * SECOND
    assert pack(back) + pack(back + 60 * SECOND) == 1
    assert waiting() == 0


def test_windows_that_nothing_follows_are_forgotten(began, program):
    subscribe()
    tell(changed(program), at=began)
    pack(began + KEPT)
    assert Grouping.objects.exists()
    pack(began + KEPT + 61 * SECOND)
    assert not Grouping.objects.exists()


def test_grouping_says_when_it_is_due(began, program):
    subscribe()
    due = [route_news([changed(program)], now=began + n * SECOND).due_at for n in range(2)]
    assert due == [None, began + 61 * SECOND]


def alone(act, *given, **named):
    try:
        return act(*given, **named)
    finally:
        connections.close_all()


@pytest.mark.django_db(transaction=True)
def test_of_two_drains_at_once_one_tells_the_first_news(began, program):
    subscription = subscribe()
    made = at_once(*[lambda: tell(changed(program), at=began) for _ in range(6)])
    assert sorted(made) == [0, 0, 0, 0, 0, 1]
    assert pack(began + 60 * SECOND) == 1
    assert Notice.objects.filter(subscription=subscription, delivery=None).count() == 0
    assert sorted(len(each) for each in messages()) == [1, 5]


@pytest.mark.django_db(transaction=True)
def test_two_who_pack_and_drains_at_once_tell_everything_once(began):
    programs = [make_program() for _ in range(4)]
    for _ in range(3):
        subscribe(group_seconds=1)

    def drains():
        for number in range(8):
            tell(*[changed(each) for each in programs], at=began + number * SECOND)

    def packs():
        return sum(pack(began + number * SECOND) for number in range(12))

    at_once(drains, packs, drains, packs)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: alone(pack, began + 60 * SECOND), range(2)))
    assert (waiting(), Notice.objects.count()) == (0, 3 * 2 * 8 * 4)
