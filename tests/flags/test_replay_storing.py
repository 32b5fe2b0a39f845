"""The past of flags, stored for facts that were loaded long after they were public."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.utils import timezone

from procurement.alerts.draining import drain
from procurement.alerts.models import Alert
from procurement.common.errors import Refused
from procurement.flags.history.store import Replayed, replay
from procurement.flags.lifecycle import acknowledge
from procurement.flags.models import Flag, FlagEvent
from procurement.flags.screening.screen import screen_all
from procurement.programs.models import Program
from procurement.sources.models import Recheck
from procurement.sources.recording import historical
from tests.alerts.subscribers import subscribe
from tests.makers import day, decide, estimate, make_contract, make_program, post

pytestmark = pytest.mark.django_db

ACTIVE, CANCELLED = "suspended-program-active-contract", "cancelled-program-active-contract"
TODAY, NOW = day("2021-01-10"), timezone.now()


def stopped(code: str = "radar") -> Program:
    """A program suspended on 2020-06-15 and cancelled on 2020-12-01, as loaded from a file, and its contract of 100."""
    with historical():
        program = make_program(code)
        estimate(make_contract(program, committed="100"), "1")  # so that its want is no flag of its own
        decide(program, "suspended", "2020-06-15")
        decide(program, "cancelled", "2020-12-01")
    return program


@pytest.fixture
def radar():
    return stopped()


def replayed(*programs: Program, **more) -> list[Replayed]:
    ids = [program.pk for program in programs] or None
    return list(replay(ids, **{"today": TODAY, "now": NOW} | more))


def history(rule: str) -> list[str]:
    events = FlagEvent.objects.filter(flag__rule=rule).in_order()
    return [f"{event.as_of} {event.kind} {event.severity}" for event in events]


def everything() -> list[tuple[object, ...]]:
    return [*Flag.objects.order_by("id").values_list(), *FlagEvent.objects.order_by("id").values_list()]


PAST = ["2020-06-15 opened low", "2020-09-13 escalated medium", "2020-12-01 resolved medium"]


def test_a_flag_has_the_history_that_its_days_would_have_written(radar):
    (done,) = replayed(radar)
    assert (history(ACTIVE), history(CANCELLED)) == (PAST, ["2020-12-01 opened high"])
    assert (done.program, done.made, done.past.total(), done.today.total()) == (radar.pk, 2, 4, 0)
    ended, lasting = Flag.objects.get(rule=ACTIVE), Flag.objects.get(rule=CANCELLED)
    assert (ended.state, ended.condition_holds, ended.resolved_at, ended.severity) == ("resolved", False, NOW, "medium")
    assert (lasting.state, lasting.condition_holds, lasting.condition_since) == ("open", True, day("2020-12-01"))


def test_screening_finds_what_was_replayed_as_it_left_it(radar):
    replayed()
    assert screen_all(TODAY).events == []


def test_a_replayed_event_says_so_and_nobody_is_told(radar):
    subscribe()
    replayed()
    assert set(FlagEvent.objects.values_list("replayed", "historical", "routed_at")) == {(True, True, NOW)}
    assert all(timezone.now() - event.at < dt.timedelta(minutes=5) for event in FlagEvent.objects.all())
    drain(now=timezone.now())
    assert not Alert.objects.filter(event__startswith="flag.").exists()


def test_today_is_screened_as_ever(radar):
    (done,) = replayed(today=day("2020-12-01"))
    assert (history(ACTIVE), history(CANCELLED)) == (PAST, ["2020-12-01 opened high"])
    assert dict(done.today) == {"opened": 1, "resolved": 1}
    assert set(FlagEvent.objects.filter(as_of="2020-12-01").values_list("replayed", "historical")) == {(False, True)}


def test_a_second_replay_changes_nothing(radar):
    replayed()
    before = everything()
    (done,) = replayed()
    assert everything() == before
    assert (done.made, done.added_to, done.had_theirs, done.past.total()) == (0, 0, 2, 0)


def test_a_stored_flag_stays_as_it_is_and_is_given_what_came_before(radar):
    screen_all(day("2020-12-20"))
    acknowledge(Flag.objects.get(rule=CANCELLED).pk, by=None)
    before = list(Flag.objects.filter(rule=CANCELLED).values_list())
    (done,) = replayed()
    assert list(Flag.objects.filter(rule=CANCELLED).values_list()) == before
    kept = ["2020-12-01 opened high", "2020-12-20 opened high", "None acknowledged high"]
    assert (history(CANCELLED), done.added_to, done.made) == (kept, 1, 1)


def test_news_that_waits_is_told_of_as_ever(radar):
    Recheck.objects.update(historical=False)
    replayed()
    opened = FlagEvent.objects.get(flag__rule=CANCELLED, as_of=TODAY)
    assert (opened.kind, opened.historical, opened.routed_at) == ("opened", False, None)
    assert history(CANCELLED) == ["2020-12-01 opened high", "2021-01-10 opened high"]


def test_only_the_programs_named_are_replayed(radar):
    other = stopped("other")
    replayed(other)
    assert set(Flag.objects.values_list("program", flat=True)) == {other.pk}


def test_a_replay_may_begin_on_a_day(radar):
    replayed(first=day("2020-10-01"))
    assert history(ACTIVE) == ["2020-10-01 opened medium", "2020-12-01 resolved medium"]


@pytest.mark.parametrize("first", [TODAY, day("2022-01-01")])
def test_it_must_begin_in_the_past(radar, first):
    with pytest.raises(Refused, match="is not past; a day before 2021-01-10 would be accepted"):
        replayed(first=first)


def test_programs_without_facts_have_no_past():
    make_program()
    (done,) = replayed()
    assert (done.made, done.past.total()) == (0, 0)


def test_one_that_is_broken_off_leaves_whole_programs(radar):
    other = stopped("other")
    going = replay(today=TODAY, now=NOW)
    next(going)
    going.close()
    assert set(Flag.objects.values_list("program", flat=True)) == {radar.pk}
    replayed()
    assert Flag.objects.filter(program=other).count() == Flag.objects.filter(program=radar).count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_replays_and_two_sweeps_at_once_write_one_history():
    programs = [stopped(f"p{number}") for number in range(3)]

    def work(act):
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, [replayed, lambda: screen_all(TODAY)] * 2))
    assert Flag.objects.count() == 2 * len(programs)
    assert Flag.objects.filter(rule=ACTIVE, state="resolved").count() == len(programs)
    assert FlagEvent.objects.filter(replayed=True).count() == 4 * len(programs)


def test_what_arrives_after_the_replay_is_news(radar):
    replayed()
    post(Flag.objects.get(rule=CANCELLED).contract, "5", on="2021-01-09")
    (event, *_) = [each for each in screen_all(TODAY).events if each.flag.rule == CANCELLED]
    assert (event.kind, event.replayed, event.historical) == ("refreshed", False, False)


def test_a_contract_that_is_no_programs_has_its_past_too(radar):
    with historical():
        alone = make_contract(committed="100", paid="140", signed_on="2020-03-01")
    replayed(radar)
    assert not Flag.objects.filter(contract=alone).exists()
    *_, done = replayed()
    flag = Flag.objects.get(contract=alone)
    assert (flag.rule, flag.program, flag.state, done.program) == ("paid-exceeds-committed", None, "open", None)
    assert history(flag.rule) == ["2020-03-01 opened high"]
