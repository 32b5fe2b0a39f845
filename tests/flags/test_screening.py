"""Stored flags follow the facts, and the days that pass."""

import datetime as dt

import pytest
from django.utils import timezone

from procurement.flags.lifecycle import accept, acknowledge, resolve
from procurement.flags.models import Flag, FlagEvent
from procurement.flags.screening.screen import screen, screen_all
from procurement.ledger.recording import ledger_entries
from procurement.programs.recording import status_changes
from procurement.sources.models import Recheck
from procurement.sources.recording import Amending, historical
from tests.makers import day, decide, make_contract, make_program, make_source, post, rehome, say, state_complete

pytestmark = pytest.mark.django_db

ACTIVE = "suspended-program-active-contract"
PAID = "payment-after-stop"
#: The rules whose flags these tests follow; days that pass open others.
FOLLOWED = (ACTIVE, PAID, "cancelled-program-active-contract", "disputed-status")


@pytest.fixture
def radar():
    return make_program("radar")


@pytest.fixture
def kept(radar):
    """A contract of 100, of which 40 are paid, under a program suspended on 2020-06-15."""
    contract = make_contract(radar, committed="100", paid="40")
    decide(radar, "suspended", "2020-06-15")
    return contract


def kinds(on: str = "2020-06-25", **more) -> list[str]:
    """What a screening of everything did to the flags that are followed."""
    events = screen(None, today=day(on), **more)
    return [f"{event.flag.rule} {event.kind}" for event in events if event.flag.rule in FOLLOWED]


def the(rule: str) -> Flag:
    return Flag.objects.get(rule=rule)


def test_a_condition_opens_a_flag_once(kept):
    assert kinds() == [f"{ACTIVE} opened"]
    assert kinds() == []
    assert kinds("2020-06-26") == []


def test_a_flag_says_what_was_found(radar, kept):
    screen([radar.pk], today=day("2020-06-25"))
    flag = the(ACTIVE)
    assert (flag.program, flag.contract, flag.severity, flag.state) == (radar, kept, "low", "open")
    assert (flag.condition_since, flag.evidence["outstanding"]) == (day("2020-06-15"), "60.00")
    assert (flag.events.get().kind, flag.events.get().evidence) == ("opened", flag.evidence)


def test_evidence_is_refreshed_and_each_snapshot_kept(kept):
    kinds()
    post(kept, "10", "payment", on="2020-06-01")
    assert kinds("2020-06-26") == [f"{ACTIVE} refreshed"]
    assert the(ACTIVE).evidence["as_of"] == "2020-06-26"
    assert [event.evidence["outstanding"] for event in FlagEvent.objects.order_by("id")] == ["60.00", "50.00"]


def test_a_stop_that_lasts_escalates(kept):
    kinds()
    assert kinds("2020-09-12") == []
    assert kinds("2020-09-13") == [f"{ACTIVE} escalated"]
    assert (the(ACTIVE).severity, the(ACTIVE).evidence["days_stopped"]) == ("medium", 90)


def test_a_condition_that_ends_resolves_its_flag_and_one_that_returns_reopens_it(kept):
    kinds()
    flag = the(ACTIVE)
    last = post(kept, "60", "payment", on="2020-06-01")
    assert kinds() == [f"{ACTIVE} resolved"]
    assert (the(ACTIVE).state, the(ACTIVE).condition_holds, the(ACTIVE).resolved_at is None) == (
        "resolved",
        False,
        False,
    )
    ledger_entries.reverse(last, Amending(source=make_source()))
    assert kinds() == [f"{ACTIVE} reopened"]
    assert (the(ACTIVE).pk, the(ACTIVE).state, the(ACTIVE).resolved_at) == (flag.pk, "open", None)


def test_a_decision_taken_back_resolves_what_it_opened(radar, kept):
    kinds()
    decision = radar.statuschange_set.get()
    status_changes.reverse(decision, Amending(source=make_source()))
    assert kinds() == [f"{ACTIVE} resolved"]


def test_a_cancellation_closes_the_flag_of_the_suspension(radar, kept):
    kinds()
    decide(radar, "cancelled", "2020-12-18")
    assert kinds("2020-12-18") == ["cancelled-program-active-contract opened", f"{ACTIVE} resolved"]


def test_rehoming_resolves_the_flag_of_the_old_program_only(radar, kept):
    kinds()
    rehome(kept, [(radar, "0"), (make_program("ships"), "1")], "2020-06-20")
    assert kinds() == [f"{ACTIVE} resolved"]


def test_a_dispute_stands_until_a_new_decision(radar):
    decide(radar, "suspended", "2020-06-15")
    say(radar, "cancelled", "2020-06-25", speaker="Kono")
    assert kinds() == ["disputed-status opened"]
    assert [event.kind for event in screen_all(day("2020-09-24")).events] == []
    decide(radar, "suspended", "2020-10-01")
    assert kinds("2020-10-01") == ["disputed-status resolved"]


def test_an_acceptance_ends_with_its_last_day(kept):
    kinds()
    accept(the(ACTIVE).pk, by=None, reason="spares", owner="Mori", until=day("2020-06-30"), today=day("2020-06-25"))
    assert kinds("2020-06-30") == []
    assert kinds("2020-07-01") == [f"{ACTIVE} reopened"]
    assert (the(ACTIVE).state, the(ACTIVE).owner, the(ACTIVE).accepted_until) == ("open", "", None)


def test_a_new_commitment_reopens_an_accepted_flag(kept):
    kinds()
    accept(the(ACTIVE).pk, by=None, reason="spares", owner="Mori", until=day("2020-12-31"), today=day("2020-06-25"))
    state_complete(kept, "2020-06-01")
    assert kinds() == [f"{ACTIVE} refreshed"]
    post(kept, "1", on="2020-06-10", reason="modification")
    assert kinds() == [f"{ACTIVE} reopened"]


def test_an_acknowledged_payment_stays_so_until_the_next_one(radar, kept):
    post(kept, "10", "payment", on="2020-06-20")
    kinds()
    acknowledge(the(PAID).pk, by=None)
    decide(radar, "active", "2020-06-24")
    assert kinds() == [f"{PAID} refreshed", f"{ACTIVE} resolved"]
    assert the(PAID).state == "acknowledged"
    post(kept, "10", "payment", on="2020-06-19")
    assert kinds() == [f"{PAID} reopened"]


def test_a_flag_resolved_by_hand_waits_for_the_condition_to_end_and_return(radar, kept):
    kinds()
    resolve(the(ACTIVE).pk, by=None, reason="settled by exchange of letters")
    assert kinds() == []
    decide(radar, "active", "2020-06-26")
    assert kinds("2020-06-26") == []
    decide(radar, "suspended", "2020-06-27")
    assert kinds("2020-06-27") == [f"{ACTIVE} reopened"]


def test_a_future_decision_is_found_on_its_day(radar):
    make_contract(radar, committed="100", paid="40")
    decide(radar, "suspended", "2020-07-01")
    assert screen_all(day("2020-06-30")).events == []
    assert [event.kind for event in screen_all(day("2020-07-01")).events] == ["opened"]


def test_only_the_programs_asked_for_are_screened(kept):
    assert screen([make_program().pk], today=day("2020-06-25")) == []
    assert screen([], today=day("2020-06-25")) == []


def test_events_of_history_are_marked(radar, kept):
    other = make_program()
    decide(other, "suspended", "2020-06-15")
    make_contract(other, committed="1")
    events = screen(None, today=day("2020-06-25"), historical=[radar.pk])
    assert {event.flag.program_id: event.historical for event in events} == {radar.pk: True, other.pk: False}


def test_a_sweep_that_comes_before_the_drain_marks_history_too():
    Recheck.objects.all().delete()
    with historical():
        radar = make_program()
        decide(radar, "suspended", "2020-06-15")
        late = make_contract(radar, committed="100")
    assert [event.historical for event in screen_all(day("2020-06-25")).events] == [True]
    post(late, "1", on="2020-06-01")
    assert [event.historical for event in screen_all(day("2020-06-25")).events] == [False]


def test_history_that_waits_for_its_day_does_not_silence_what_happens_until_then(radar, kept):
    Recheck.objects.update(not_before=timezone.now() + dt.timedelta(days=9), historical=True)
    assert [event.historical for event in screen_all(day("2020-06-25")).events] == [False]
