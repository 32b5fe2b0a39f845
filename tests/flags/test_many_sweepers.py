"""However many sweep, drain and post at once, the flags in the end are those that one quiet sweep leaves."""

import datetime as dt
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from decimal import Decimal
from functools import partial
from itertools import count
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procurement.alerts.draining import drain
from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.contracts.models import Contract
from procurement.flags import lifecycle
from procurement.flags.evaluation.evaluate import evaluate
from procurement.flags.evaluation.scope import EVERYTHING, of_contracts
from procurement.flags.models import Flag, FlagEvent
from procurement.flags.rules import all_rules
from procurement.flags.screening.screen import lock_flags, screen, screen_all
from procurement.flags.screening.store import store
from procurement.flags.screening.sweep import sweep
from procurement.sources.models import Recheck
from tests.alerts.subscribers import subscribe
from tests.conftest import put_back
from tests.exposure.histories import DAYS
from tests.exposure.stage import History, Stage
from tests.flags.histories import histories, steps
from tests.fuzzing import examples
from tests.makers import day, decide, make_contract, make_program, post, rehome
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)

SCREEN = "procurement.flags.screening.screen"
SWEEPERS, POSTERS = 32, 4
TODAY = dt.date(2020, 12, 1)
#: Some still think that it is this day.
EARLIER = dt.date(2020, 10, 20)
#: Noon of that day.
NOW = dt.datetime(2020, 12, 1, 12, tzinfo=dt.UTC)


def drain_all() -> None:
    while drain(now=NOW).more:
        pass


# what must be so in the end


def found() -> dict[Any, Any]:
    """What the rules find, by what it is about."""
    return {
        each.key: (each.severity, each.condition_since, each.digest)
        for each in evaluate(Asked(TODAY), EVERYTHING, all_rules())
    }


def flagged() -> dict[Any, Any]:
    """The same as unresolved flags say it."""
    return {
        (flag.rule, flag.program_id, flag.contract_id): (flag.severity, flag.condition_since, flag.evidence_digest)
        for flag in Flag.objects.unresolved()
    }


#: What may come after an event of a flag: it is opened once, resolved only when it is not, reopened when set aside.
UNRESOLVED = {"refreshed", "escalated", "resolved", "acknowledged", "accepted"}
AFTER = {
    "": {"opened"},
    "open": UNRESOLVED,
    "acknowledged": UNRESOLVED - {"acknowledged"} | {"reopened"},
    "accepted": UNRESOLVED - {"acknowledged", "accepted"} | {"reopened"},
    "resolved": {"reopened"},
}
LEADS_TO = {"opened": "open", "reopened": "open"} | {each: each for each in ("acknowledged", "accepted", "resolved")}


def expect_sound_lives() -> None:
    """Every event follows from the state that the ones before left, and the last one leaves the stored state."""
    for flag in Flag.objects.all():
        state = ""
        for kind in flag.events.order_by("id").values_list("kind", flat=True):
            assert kind in AFTER[state], (flag.pk, state, kind)
            state = LEADS_TO.get(kind, state)
        assert state == flag.state


def expect_quiet() -> None:
    """One more quiet round, after which nothing is left to do, wherever one looks."""
    drain_all()
    sweep(TODAY)
    assert screen_all(TODAY).events == []
    drain_all()
    assert not FlagEvent.objects.unrouted().exists()
    assert not Recheck.objects.due(NOW).exists()
    expect_sound_lives()


# those who work at once


def poster(stage: Stage, given: list[dict[str, Any]]) -> None:
    for each in given:
        stage.play(**each)
        time.sleep(0.1)  # so that they come all the while


def sweeper(stage: Stage, seed: int) -> None:
    draw = random.Random(seed)
    programs, signed = [each.pk for each in stage.programs], [each.pk for each in stage.contracts]
    acts: list[Callable[[], Any]] = [
        lambda: screen_all(TODAY),
        lambda: sweep(TODAY),
        lambda: sweep(EARLIER),
        lambda: screen(draw.sample(programs, draw.randint(1, 3)), today=EARLIER),
        lambda: screen(draw.sample(programs, draw.randint(1, 3)), today=TODAY),
        lambda: screen(of_contracts(draw.sample(signed, 1)), today=TODAY),
        lambda: drain(now=NOW, limit=draw.choice([3, 200])),
        lambda: drain(now=NOW, limit=draw.choice([3, 200])),
    ]
    for act in draw.sample(acts, 2):
        act()


#: What each poster posts, of everything that may happen.
posted = st.lists(st.lists(steps, min_size=4, max_size=8), min_size=POSTERS, max_size=POSTERS)
#: Not every history leads to a flag: in these three programs are stopped that have a contract with money left.
LIVING: dict[str, Any] = {
    "currency": "JPY", "buyer": 0, "supplier": 0, "method": "domestic", "signed_on": DAYS[0], "published_on": DAYS[0],
    "share": "1", "awarded": Decimal(90_000), "books_open": True, "estimated": None, "status": "active",
}  # fmt: skip
STOP: dict[str, Any] = {"act": "decide", "on": DAYS[6], "lag": 0, "status": "suspended"}


def stopped_at_last(history: History) -> History:
    programs = range(3)
    signed = [*history.contracts, *(LIVING | {"program": each} for each in programs)]
    return History(signed, [*history.steps, *(STOP | {"program": each} for each in programs)])


@settings(max_examples=examples(2), suppress_health_check=list(HealthCheck))
@given(histories.map(stopped_at_last), posted, st.integers(0, 2**16))
def test_32_sweeps_while_facts_arrive_leave_what_one_quiet_sweep_does(caplog, history, given_to_each, seed):
    put_back()  # what the example before committed
    subscribe()
    stage = Stage(history)
    posters = [partial(poster, stage, each) for each in given_to_each]
    at_once(*posters, *[partial(sweeper, stage, seed + number) for number in range(SWEEPERS)])
    expect_quiet()
    assert flagged() == found()
    assert not Flag.objects.filter(state="resolved", condition_holds=True).exists()
    assert not [record for record in caplog.records if record.levelname == "ERROR"]  # a drain that fails tries again


# a few at once, on what is known


@pytest.fixture
def portfolio() -> list[int]:
    """Four suspended programs with two contracts each and a payment since, and two contracts of no program."""
    made = [make_program() for _ in range(4)]
    for program in made:
        for contract in (make_contract(program, committed="100"), make_contract(program, committed="50")):
            post(contract, "5", "payment", on="2020-07-01")
        decide(program, "suspended", "2020-06-15")
    for _ in range(2):
        make_contract(None, committed="100", ends_on=day("2020-06-30"))
    return [program.pk for program in made]


def live_on(seed: int) -> None:
    """Do something with flags, as people do, whatever they refuse."""
    draw = random.Random(seed)
    for _ in range(12):
        flag = draw.choice(list(Flag.objects.order_by("pk")))
        verb = draw.choice(["acknowledge", "accept", "resolve", "reopen"])
        given_too = {"owner": "Mori", "until": day("2021-06-30"), "today": TODAY} if verb == "accept" else {}
        with suppress(Refused):
            getattr(lifecycle, verb)(flag.pk, by=None, reason="known", **given_too)


def pay(seed: int) -> None:
    """Post payments, so that flags that are set aside reopen meanwhile."""
    draw = random.Random(seed)
    for number in range(6):
        post(draw.choice(list(Contract.objects.order_by("pk"))), "1", "payment", on=f"2020-08-{number + 1:02}")


def test_two_sweeps_a_drain_payments_and_people_at_once_lose_nothing(portfolio):
    sweep(TODAY)
    look = partial(screen_all, TODAY)
    at_once(look, look, drain_all, *[partial(live_on, seed) for seed in range(4)], partial(pay, 5), partial(pay, 6))
    at_once(look, drain_all, look)
    expect_quiet()
    rules_say = found()
    assert set(Flag.objects.values_list("rule", "program_id", "contract_id")) == set(rules_say)
    assert all(rules_say[key] == said for key, said in flagged().items())
    assert not Flag.objects.filter(condition_holds=False).exists()


def test_two_sweeps_and_a_drain_open_each_flag_once(portfolio):
    one, _, other = at_once(partial(sweep, TODAY), drain_all, partial(sweep, TODAY))
    opened = [event.flag_id for each in (one, other) for event in each.events]
    assert len(set(opened)) == len(opened)
    assert list(FlagEvent.objects.values_list("kind", flat=True).distinct()) == ["opened"]
    assert FlagEvent.objects.count() == Flag.objects.count() == len(found())


def test_a_sweep_that_dies_between_two_chunks_is_finished_by_the_next(portfolio, monkeypatch):
    monkeypatch.setattr(f"{SCREEN}.CHUNK", 3)
    with monkeypatch.context() as dying:
        stored = count()
        dying.setattr(f"{SCREEN}.store", lambda *given, **more: 1 / (1 - next(stored)) and store(*given, **more))
        with pytest.raises(ZeroDivisionError):
            screen_all(TODAY)
    left, whole = flagged(), found()
    assert 0 < len(left) < len(whole)
    assert {event.kind for event in screen_all(TODAY).events} == {"opened"}
    assert flagged() == whole
    assert FlagEvent.objects.count() == len(whole)


@contextmanager
def impatient() -> Iterator[None]:
    """A transaction that does not wait for what somebody else has locked."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '100ms'")
        yield


def locks(*about: tuple[int | None, int | None]) -> str:
    """Whether somebody who comes now gets the locks on flags about these."""
    try:
        with impatient():
            lock_flags(about)
    except OperationalError:
        return "waits"
    return "goes on"


def test_flags_of_a_contract_wait_for_one_another_under_whichever_program(portfolio):
    one, other = Contract.objects.order_by("pk").values_list("pk", flat=True)[:2]
    with transaction.atomic():
        lock_flags([(None, one)])
        outcomes = at_once(
            *(partial(locks, each) for each in ((portfolio[0], one), (portfolio[0], other), (None, one)))
        )
    assert outcomes == ["waits", "goes on", "waits"]


def test_screening_does_not_wait_for_whoever_shares_out_a_contract(portfolio):
    """Else the two could wait for one another: a flag that is stored names its contract, whose row is locked."""

    def screens() -> bool:
        with impatient():
            return bool(screen(portfolio, today=TODAY))

    with transaction.atomic():
        rehome(Contract.objects.earliest("pk"), [(make_program(), "0")], "2020-07-01")
        assert at_once(screens) == [True]
