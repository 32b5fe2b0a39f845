"""stale-sources: facts in, flags out; and the near misses."""

import pytest

from procurement.flags.rule import Limits
from procurement.flags.screening.screen import screen
from procurement.ledger.recording import ledger_entries
from procurement.programs.models import ProgramLink
from procurement.programs.recording import program_links
from procurement.sources.recording import Amending
from tests.flags.backtests import found
from tests.makers import (
    day,
    decide,
    estimate,
    make_contract,
    make_program,
    make_source,
    owe,
    post,
    put,
    rehome,
    report,
    say,
    state_complete,
)

pytestmark = pytest.mark.django_db

CODE = "stale-sources"
#: 180 days after the stop.
STALE = "2020-12-12"


@pytest.fixture
def radar():
    """A program that was suspended on 2020-06-15."""
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    return radar


@pytest.fixture
def kept(radar):
    return make_contract(radar, committed="100", paid="40")


def test_opens_when_nothing_was_said_for_180_days(radar, kept):
    make_contract(radar)
    assert found(CODE, "2020-12-11") == []
    (flag,) = found(CODE, STALE)
    assert (flag.program_id, flag.contract_id, flag.severity) == (radar.pk, None, "low")
    assert flag.condition_since == day(STALE)
    shown = {"last_public_on": "2020-06-15", "live_contracts": 2, "status": "suspended", "stopped_on": "2020-06-15"}
    assert shown.items() <= flag.evidence.items()
    assert flag.evidence["sources"] == [radar.statuschange_set.get().source_id]
    assert flag.summary.endswith("2 contracts of it are live, with nothing entered since 2020-06-15")


def program_of(contract):
    return contract.programallocation_set.earliest("id").program


def link(program, on):
    row = ProgramLink(program=program, other=make_program(), kind="successor", effective_on=day(on))
    row.source = make_source(on)
    program_links.record(row)


NEWS = {
    "an entry": lambda kept, on: post(kept, "1", "payment", on=on),
    "a state": lambda kept, on: put(kept, "stop_work", on),
    "a milestone": lambda kept, on: owe(kept, "2022-01-01", on=on),
    "an estimate": lambda kept, on: estimate(kept, "5", on=on),
    "a share": lambda kept, on: rehome(kept, [(program_of(kept), "0.5")], on),
    "completeness": state_complete,
    "a total of the contract": lambda kept, on: report(kept, "paid", "1", on=on),
    "a total of the program": lambda kept, on: report(program_of(kept), "paid", "1", on=on),
    "a statement": lambda kept, on: say(program_of(kept), "", on),
    "a successor": lambda kept, on: link(program_of(kept), on),
    "an old fact that becomes public": lambda kept, on: post(kept, "1", on="2020-01-01", source=make_source(on)),
}


@pytest.mark.parametrize("news", NEWS.values(), ids=list(NEWS))
def test_any_news_of_the_program_or_a_contract_puts_it_off(kept, news):
    news(kept, "2020-07-01")
    assert found(CODE, "2020-12-27") == []
    assert [flag.condition_since for flag in found(CODE, "2020-12-28")] == [day("2020-12-28")]


def test_that_a_contract_left_is_news_about_the_program(radar, kept):
    make_contract(radar)
    rehome(kept, [(radar, "0"), (make_program("ships"), "1")], "2020-06-20", published_on=day("2020-07-01"))
    assert found(CODE, "2020-12-27") == []
    assert [flag.condition_since for flag in found(CODE, "2020-12-28")] == [day("2020-12-28")]


def test_that_a_fact_is_taken_back_is_news(kept):
    post(kept, "5", on="2020-01-01")
    ledger_entries.reverse(post(kept, "5", on="2020-01-01"), Amending(source=make_source("2020-07-01")))
    assert found(CODE, "2020-12-27") == []


def test_news_that_nobody_could_know_yet_is_none(radar, kept):
    post(kept, "1", on="2020-07-01", source=make_source("2021-01-15"))
    assert len(found(CODE, STALE)) == 1
    assert found(CODE, "2021-01-15") == []
    assert len(found(CODE, "2021-01-15", published_by=day("2021-01-14"))) == 1


@pytest.mark.parametrize(
    ("status", "given"),
    [("completed", {}), ("terminated", {}), ("pending", {}), (None, {}), ("active", {"is_remainder": True})],
)
def test_stays_closed_when_no_contract_lives_but_a_balancing_line(radar, status, given):
    make_contract(radar, status=status, **given)
    assert found(CODE, STALE) == []


def test_a_pending_contract_lives_once_something_is_committed(radar):
    pending = make_contract(radar, status="pending", committed="100")
    assert len(found(CODE, STALE)) == 1
    post(pending, "-100", on="2020-01-01")
    assert found(CODE, STALE) == []


def test_only_contracts_that_belong_to_the_program_count(radar, kept):
    ships = make_program("ships")
    rehome(kept, [(radar, "0"), (ships, "1")], "2020-06-01")
    assert found(CODE, STALE) == []
    other = make_contract(radar)
    post(kept, "1", on="2020-07-01")
    assert [flag.evidence["live_contracts"] for flag in found(CODE, STALE)] == [1]
    rehome(other, [(radar, "0.5"), (ships, "0.5")], "2020-06-02")
    decide(ships, "cancelled", "2020-06-20")
    assert [flag.program_id for flag in found(CODE, STALE)] == [radar.pk]
    assert [flag.program_id for flag in found(CODE, "2020-12-28")] == [radar.pk, ships.pk]


def test_the_stop_may_be_longer_ago_than_the_last_news_and_the_program_must_be_stopped(radar, kept):
    decide(radar, "cancelled", "2020-09-01")
    assert found(CODE, "2021-02-27") == []
    (flag,) = found(CODE, "2021-02-28")
    assert (flag.evidence["stopped_on"], flag.evidence["status"]) == ("2020-06-15", "cancelled")
    decide(radar, "active", "2021-03-01")
    assert found(CODE, "2022-01-01") == []


def test_a_stop_that_was_public_long_before_counts_from_its_day():
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15", source=make_source("2019-10-31"))
    make_contract(radar)
    assert found(CODE, "2020-06-14") == []
    assert [flag.condition_since for flag in found(CODE, "2020-06-15")] == [day("2020-06-15")]


def test_a_screening_of_one_program_finds_it_too(radar, kept):
    assert [event.flag.rule for event in screen([radar.pk], today=day(STALE)) if event.flag.contract_id is None] == [
        CODE
    ]


def test_the_threshold_can_be_changed(kept):
    limits = {CODE: Limits({"silent": 10})}
    assert [len(found(CODE, on, limits=limits)) for on in ("2020-06-24", "2020-06-25")] == [0, 1]
