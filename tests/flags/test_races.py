"""Two workers at once."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from procurement.common.errors import Refused
from procurement.flags.lifecycle import accept
from procurement.flags.models import Flag, FlagEvent
from procurement.flags.screening.screen import screen, screen_all
from tests.makers import day, decide, make_contract, make_program

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = day("2020-06-25")


def at_once(work, arguments: list[Any]) -> list[Any]:
    """Run the work in one thread for each argument, all starting together."""
    ready = Barrier(len(arguments))

    def one(argument):
        try:
            with transaction.atomic():
                ready.wait(timeout=20)
                return work(argument)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(arguments)) as pool:
        return list(pool.map(one, arguments))


@pytest.fixture
def programs() -> list[int]:
    """Four suspended programs with a live contract each."""
    made = [make_program() for _ in range(4)]
    for program in made:
        make_contract(program, committed="100")
        decide(program, "suspended", "2020-06-15")
    return [program.pk for program in made]


def test_four_workers_open_each_flag_once(programs):
    orders = [programs, programs[::-1], programs[2:], programs[:3]]
    events = at_once(lambda ids: screen(ids, today=TODAY), orders)
    assert sorted(event.flag_id for each in events for event in each) == sorted(
        Flag.objects.values_list("id", flat=True)
    )
    assert (Flag.objects.count(), FlagEvent.objects.count()) == (4, 4)


def test_a_condition_ends_once_for_all_workers(programs):
    screen_all(TODAY)
    for flag in Flag.objects.all():
        decide(flag.program, "active", "2020-06-20")
    at_once(lambda _: screen(None, today=TODAY), [1, 2, 3])
    assert FlagEvent.objects.filter(kind="resolved").count() == 4


def test_one_of_two_acceptances_is_refused(programs):
    screen_all(TODAY)
    flag = Flag.objects.earliest("id")

    def accepting(owner: str) -> str:
        try:
            return accept(flag.pk, by=None, reason="x", owner=owner, until=TODAY + dt.timedelta(9), today=TODAY).state
        except Refused:
            return "refused"

    assert sorted(at_once(accepting, ["Mori", "Sato"])) == ["accepted", "refused"]
