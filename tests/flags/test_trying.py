"""What an act would do to flags is found out, and nothing of it is left."""

import datetime as dt

import pytest
from django.db import connection

from procurement.flags import trying
from procurement.flags.evaluation.scope import of_programs
from procurement.flags.models import Flag
from procurement.flags.screening.screen import screen
from procurement.programs.models import StatusChange
from procurement.sources.models import Document, Recheck, StaleMark
from tests.makers import decide, make_contract, make_program, post, put

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 7, 1)
ACTIVE, DISPUTE, LATE = "suspended-program-active-contract", "disputed-status", "payment-after-stop"


@pytest.fixture
def program():
    program = make_program("x")
    make_contract(program, committed="34955000000", paid="6500000000", reference="A1")
    return program


def tried(act, program):
    return trying.try_out(act, lambda _: of_programs([program.pk]), day=TODAY)


def said(trial):
    return {(each.kind, each.rule) for each in trial.flags}


def locks_and_timeout():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()), "
            "current_setting('statement_timeout')"
        )
        return cursor.fetchone()


def test_a_stop_would_open_a_flag_of_each_live_contract(program):
    trial = tried(lambda: decide(program, "suspended"), program)
    assert (trying.OPENS, ACTIVE) in said(trial)
    assert "28,455,000,000 JPY" in next(each.summary for each in trial.flags if each.rule == ACTIVE)


def test_nothing_is_left_of_it(program):
    tables = (StatusChange, Document, Recheck, StaleMark, Flag)
    before = [table._base_manager.count() for table in tables]
    tried(lambda: decide(program, "suspended"), program)
    assert [table._base_manager.count() for table in tables] == before


def test_its_locks_and_settings_are_given_back(program):
    before = locks_and_timeout()
    tried(lambda: decide(program, "suspended"), program)
    assert locks_and_timeout() == before


def test_a_termination_would_resolve_the_flag(program):
    decide(program, "suspended")
    screen([program.pk], today=TODAY)
    contract = program.programallocation_set.get().contract
    trial = tried(lambda: put(contract, "terminated", "2020-06-30"), program)
    resolved = next(each for each in trial.flags if each.kind == trying.RESOLVES and each.rule == ACTIVE)
    assert "28,455,000,000 JPY" in resolved.summary
    assert (resolved.was, resolved.becomes) != ("", "")


def test_a_payment_to_a_stopped_program_would_open_its_own(program):
    decide(program, "suspended")
    screen([program.pk], today=TODAY)
    contract = program.programallocation_set.get().contract
    assert (trying.OPENS, LATE) in said(tried(lambda: post(contract, "5", "payment", on="2020-06-30"), program))


def test_what_a_screening_would_do_anyway_is_not_counted(program):
    decide(program, "suspended")  # and nothing has screened it yet
    contract = program.programallocation_set.get().contract
    trial = tried(lambda: post(contract, "5", "payment", on="2020-06-30"), program)
    assert (trying.OPENS, ACTIVE) not in said(trial)


def test_what_raises_leaves_nothing_either(program):
    def act():
        decide(program, "suspended")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        tried(act, program)
    assert not StatusChange.objects.exists()


def test_flags_of_too_many_contracts_are_not_tried(program, monkeypatch):
    monkeypatch.setattr(trying, "MOST_CONTRACTS", 0)
    trial = tried(lambda: decide(program, "suspended"), program)
    assert (trial.too_many, trial.is_known, trial.flags) == (1, False, ())
    assert not StatusChange.objects.exists()


def test_what_takes_too_long_is_said_to(program, monkeypatch):
    def slow(*_):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(3)")

    monkeypatch.setattr(trying, "SECONDS", 1)
    monkeypatch.setattr(trying, "decided", slow)
    trial = tried(lambda: decide(program, "suspended"), program)
    assert trial.took_too_long
    assert not StatusChange.objects.exists()
