"""Exact while facts are posted by many, refreshed, read and made anew, all at once."""

import datetime as dt
import random
import time
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from threading import Event, Lock
from typing import Any

import pytest
from django.db import connection

from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.contracts.models import Contract
from procurement.exposure.answering import GROUPINGS, Question
from procurement.exposure.kept.models import Total
from procurement.exposure.kept.refreshing import refresh
from procurement.exposure.snapshot import one_moment
from procurement.ledger.models import LedgerEntry
from procurement.ledger.recording import ledger_entries
from procurement.parties.models import Organization
from procurement.programs.models import Program
from procurement.sources.models import StaleMark
from procurement.sources.recording import Amending
from tests.exposure.kept import TODAY, differing, kept, rebuild_then, refresh_then
from tests.makers import (
    day,
    decide,
    make_contract,
    make_program,
    make_source,
    make_supplier,
    novate,
    post,
    put,
    rehome,
    say,
)
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)

WRITERS, ROUNDS = 8, 12
DAYS = ("2019-11-30", "2020-02-15", "2020-06-15", "2020-07-01", "2020-12-31", "2021-03-01")


@pytest.fixture
def portfolio():
    """Three programs with two contracts each."""
    programs = [make_program(f"p{n}", domain=domain) for n, domain in enumerate(("naval", "air", "naval"))]
    for program in programs:
        make_contract(program, committed="100", paid="30")
        make_contract(program, committed="50", share="0.5", currency="USD")
    refresh_then()


def write(seed: int) -> None:
    """Post random facts, each in a transaction of its own; what a verb refuses is no matter."""
    draw = random.Random(seed)
    for _ in range(ROUNDS):
        with suppress(Refused):
            draw.choice(ACTS)(draw, draw.choice(DAYS))


def some_contract(draw: random.Random) -> Contract:
    return draw.choice(list(Contract.objects.order_by("pk")))


def some_program(draw: random.Random) -> Program:
    return draw.choice(list(Program.objects.order_by("pk")))


def enter(draw: random.Random, on: str) -> None:
    measure = draw.choice(["commitment", "payment", "payment", "delivery"])
    post(some_contract(draw), str(draw.randint(1, 99)), measure, on=on)


def go_elsewhere(draw: random.Random, on: str) -> None:
    one, other = draw.sample(list(Program.objects.order_by("pk")), 2)
    rehome(some_contract(draw), [(one, "0.3"), (other, draw.choice(["0.2", "0.7"]))], on)


def take_back(draw: random.Random, on: str) -> None:
    entry = draw.choice(list(LedgerEntry.objects.unreversed().order_by("pk")))
    ledger_entries.reverse(entry, Amending(source=make_source("2021-06-01")))


def correct(draw: random.Random, on: str) -> None:
    entry = draw.choice(list(LedgerEntry.objects.unreversed().order_by("pk")))
    ledger_entries.correct(entry, Amending(source=make_source("2021-06-01")), {"amount": Decimal(draw.randint(1, 99))})


def stop_or_go_on(draw: random.Random, on: str) -> None:
    decide(some_program(draw), draw.choice(["suspended", "cancelled", "active"]), on)


def dispute(draw: random.Random, on: str) -> None:
    say(some_program(draw), draw.choice(["suspended", "cancelled", "active"]), on)


def put_somewhere(draw: random.Random, on: str) -> None:
    put(some_contract(draw), draw.choice(["active", "terminated", "completed"]), on)


def move_country(draw: random.Random, on: str) -> None:
    Organization.objects.filter(name=draw.choice(["Maker", "Ministry of Defense"])).update(
        country=draw.choice(["JP", "US", "FR"])
    )


ACTS: list[Callable[[random.Random, str], Any]] = [
    enter, enter, enter, go_elsewhere, take_back, correct, stop_or_go_on, dispute, put_somewhere, move_country,
    lambda draw, on: novate(some_contract(draw), make_supplier(draw.choice("AB")), on),
    lambda draw, on: make_contract(some_program(draw), committed="11", paid="2", share="0.4", signed_on=on),
]  # fmt: skip


def read_until(done: Event, seed: int) -> list[Question]:
    """Ask until all has been posted, both ways at one moment; the questions answered otherwise."""
    draw, found, asked = random.Random(seed), [], 0
    while not done.is_set() or not asked:
        with one_moment():
            found += differing(some_questions(draw))
        asked += 1
    return found


def some_questions(draw: random.Random) -> list[Question]:
    groups = [(), *((name,) for name in GROUPINGS if name != "none"), ("program", "supplier")]
    filters: list[dict[str, list[Any]]] = [
        {},
        {"program": [some_program(draw).pk]},
        {"method": ["domestic"]},
        {"supplier_country": ["US", "FR"]},
    ]
    asked = Asked(day(draw.choice(DAYS)))
    return [Question(asked, draw.choice(groups), draw.choice(filters)) for _ in range(5)]


def refresh_until(done: Event, batch: int) -> int:
    """Refresh again and again; meanwhile days pass."""
    refreshed, today = 0, TODAY
    while not done.is_set():
        refreshed += refresh(today=today, batch=batch)
        today = today + dt.timedelta(days=30) if today < day("2021-03-01") else TODAY
        time.sleep(0.01)
    return refreshed


class Writing:
    """Writers that say when all of them are done."""

    def __init__(self, number: int) -> None:
        self.left, self.done, self.lock = number, Event(), Lock()

    def writer(self, seed: int) -> Callable[[], None]:
        def act() -> None:
            try:
                write(seed)
            finally:
                self.ends()

        return act

    def ends(self) -> None:
        with self.lock:
            self.left -= 1
            if not self.left:
                self.done.set()

    @property
    def writers(self) -> list[Callable[[], None]]:
        return [self.writer(seed) for seed in range(self.left)]


def end_is_right() -> bool:
    refresh_then()
    refreshed = kept()
    rebuild_then()
    return not StaleMark.objects.exists() and refreshed == kept() and not differing()


def test_exact_while_eight_post_and_one_refreshes(portfolio):
    writing = Writing(WRITERS)
    *_, read, refreshed = at_once(
        *writing.writers, lambda: read_until(writing.done, 1), lambda: refresh_until(writing.done, batch=3)
    )
    assert (read, refreshed > 0) == ([], True)
    assert end_is_right()


def test_two_who_refresh_count_nothing_twice(portfolio):
    writing = Writing(4)
    *_, one, other = at_once(
        *writing.writers, lambda: refresh_until(writing.done, batch=2), lambda: refresh_until(writing.done, batch=5)
    )
    assert one + other > 0
    assert end_is_right()


def test_totals_are_made_anew_while_four_post_and_all_answers_are_right(portfolio):
    writing = Writing(4)

    def rebuild() -> None:
        while not writing.done.is_set():
            rebuild_then()

    *_, read, _refreshed, _rebuilt = at_once(
        *writing.writers, lambda: read_until(writing.done, 2), lambda: refresh_until(writing.done, batch=3), rebuild
    )
    assert read == []
    assert end_is_right()


def test_a_reader_of_one_moment_does_not_see_what_is_refreshed_after(portfolio):
    with one_moment():
        before = Total.objects.count()
        at_once(lambda: post(Contract.objects.earliest("pk"), "5", "payment", on="2020-09-01"), refresh_then)
        with connection.cursor() as cursor:
            cursor.execute("SELECT EXISTS (SELECT FROM procurement_stalemark)")
            assert (cursor.fetchone(), Total.objects.count()) == ((False,), before)
        assert not differing()
    assert not differing()
