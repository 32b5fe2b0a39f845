"""What a past would have seen: the same life as the stored flags', day by day."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procurement.flags.evaluation.scope import EVERYTHING, of_programs
from procurement.flags.history.replay import Past, turns
from procurement.flags.rule import Limits
from procurement.flags.rules import all_rules, rules_named
from procurement.ledger.recording import ledger_entries
from procurement.programs.models import Program
from procurement.sources.recording import Amending
from tests.exposure.histories import DAYS, histories
from tests.exposure.stage import Stage, rolled_back
from tests.fuzzing import examples
from tests.makers import day, decide, make_contract, make_program, make_source, post, put, rehome
from tests.samples import load_whole_sample

pytestmark = pytest.mark.django_db

ACTIVE, PAID = "suspended-program-active-contract", "payment-after-stop"


@pytest.fixture
def radar():
    return make_program("radar")


@pytest.fixture
def kept(radar):
    """A contract of 100, of which 40 are paid, under a program suspended on 2020-06-15, as was public on the 20th."""
    contract = make_contract(radar, committed="100", paid="40")
    decide(radar, "suspended", "2020-06-15", published_on=day("2020-06-20"))
    return contract


def past(first: str = "2020-06-01", last: str = "2020-12-31", rules=(ACTIVE, PAID), **more) -> Past:
    return Past(day(first), day(last), rules_named(rules), **more)


def told(past: Past, **more) -> list[str]:
    return [f"{turn.day} {turn.kind} {turn.finding.severity}" for turn in turns(past, **more)]


def test_a_flag_opens_on_the_day_on_which_the_public_could_know(kept):
    assert told(past()) == ["2020-06-20 opened low", "2020-09-13 escalated medium"]


def test_hindsight_knows_on_each_day_what_became_public_later(kept):
    assert told(past(hindsight=True)) == ["2020-06-15 opened low", "2020-09-13 escalated medium"]


def test_what_happens_later_is_seen_as_it_comes(radar, kept):
    last = post(kept, "60", "payment", on="2020-06-10", published_on=day("2020-07-01"))
    ledger_entries.reverse(last, Amending(source=make_source("2020-08-01"), published_on=day("2020-08-01")))
    put(kept, "terminated", "2020-10-01")
    post(kept, "-60", on="2020-10-01", reason="termination")
    assert told(past()) == [
        "2020-06-20 opened low",
        "2020-07-01 resolved low",
        "2020-08-01 reopened low",
        "2020-09-13 escalated medium",
        "2020-10-01 resolved medium",
    ]


def test_figures_that_change_are_told_with_the_evidence_of_their_day(kept):
    post(kept, "10", "payment", on="2020-06-01", published_on=day("2020-07-01"))
    opened, refreshed, _ = turns(past())
    assert (refreshed.day, refreshed.kind, refreshed.reason) == (day("2020-07-01"), "refreshed", "")
    assert [turn.finding.evidence["outstanding"] for turn in (opened, refreshed)] == ["60.00", "50.00"]


def test_what_ended_is_told_as_it_was_last_seen(radar, kept):
    decide(radar, "active", "2020-07-01")
    *_, ended = turns(past())
    assert (ended.kind, ended.reason, ended.finding.evidence["as_of"]) == (
        "resolved",
        "the condition ended",
        "2020-06-20",
    )


def test_what_stood_before_the_first_day_is_opened_by_it_or_told_of_its_eve(kept):
    assert told(past("2020-07-01")) == ["2020-07-01 opened low", "2020-09-13 escalated medium"]
    assert told(past("2020-07-01"), eve=True) == ["2020-06-30 standing low", "2020-09-13 escalated medium"]


def test_an_open_flag_takes_up_what_moves_and_does_not_open_again(radar, kept):
    for on in ("2020-07-01", "2020-08-01"):
        post(kept, "1", "payment", on=on)
    kinds = [turn.kind for turn in turns(past(rules=[PAID]))]
    assert kinds == ["opened", "refreshed"]


def test_thresholds_that_were_changed_turn_flags_on_their_days(kept):
    limits = {ACTIVE: Limits({"rises": 30, "rises_again": 40})}
    expected = ["2020-06-20 opened low", "2020-07-15 escalated medium", "2020-07-25 escalated high"]
    assert told(past(limits=limits)) == expected
    assert told(past(limits=limits, every_day=True)) == expected


def test_only_the_programs_asked_for_are_told_of_though_contracts_are_shared(radar, kept):
    ships = make_program("ships")
    rehome(kept, [(radar, "0.5"), (ships, "0.5")], "2020-01-01")
    decide(ships, "suspended", "2020-06-15")
    about = {turn.finding.program_id for turn in turns(past(scope=of_programs([ships.pk])))}
    assert about == {ships.pk}


def test_turns_come_one_by_one_and_may_be_left_off(kept):
    found = turns(past(scope=of_programs(Program.objects.values_list("id", flat=True))))
    assert next(found).kind == "opened"
    found.close()
    assert next(turns(past())).kind == "opened"


# nothing turns on a day that is not looked at


def same_by_days(past: Past) -> bool:
    return list(turns(past)) == list(turns(replace(past, every_day=True)))


def test_every_day_of_the_founding_case_tells_no_more():
    load_whole_sample()
    both = of_programs(Program.objects.filter(code__in=["aegis-ashore", "asev"]).values_list("id", flat=True))
    seen = Past(day("2020-06-10"), day("2020-10-20"), all_rules(), scope=both)
    assert len(seen.days()) < len(replace(seen, every_day=True).days())
    assert same_by_days(seen)


@given(histories, st.sampled_from(DAYS[:-2]), st.booleans())
@settings(max_examples=examples(2), suppress_health_check=list(HealthCheck))
def test_every_day_of_any_history_tells_no_more(history, first, hindsight):
    with rolled_back():
        Stage(history)
        last = first + dt.timedelta(days=150)
        assert same_by_days(Past(first, last, all_rules(), scope=EVERYTHING, hindsight=hindsight))
