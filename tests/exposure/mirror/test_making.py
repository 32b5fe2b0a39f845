"""The mirror is put in place whole or not at all, and answers exactly whatever happens to it."""

import os
import signal
import time
from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from duckdb import OutOfMemoryException

from procurement.contracts.models import Contract
from procurement.exposure.answering import Question, answer, answer_from_ledger, answer_from_mirror
from procurement.exposure.checks import verify
from procurement.exposure.kept.refreshing import refresh
from procurement.exposure.mirror import answering, making, ranges
from procurement.exposure.mirror.database import folder, run
from procurement.exposure.mirror.making import InUse, keep_up, make, top_up
from procurement.exposure.mirror.state import kept, place
from procurement.exposure.mirror.tables import TABLES
from procurement.exposure.snapshot import snapshot
from procurement.parties.models import Organization
from procurement.sources.facts import tables_about
from tests.exposure.asking import asked
from tests.makers import make_contract, make_program, post, rehome
from tests.racing import at_once, open_transaction
from tracker.file_locks import Lock

pytestmark = pytest.mark.django_db(transaction=True)

BY_COUNTRY = Question(asked("2021-03-01"), ("country",))
BY_PROGRAM = Question(asked("2021-03-01"), ("program",))


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.MIRROR_FOLDER = tmp_path


@pytest.fixture
def contract():
    return make_contract(make_program("x"), committed="100", paid="30")


def exact(*questions):
    """Whether the mirror answers, and what the ledger says."""
    for question in questions:
        answered, by_ledger = answer_from_mirror(question), answer_from_ledger(question)
        assert answered is not None
        assert (answered.rows, answered.totals) == (by_ledger.rows, by_ledger.totals)
    return True


def said(*args):
    out = StringIO()
    call_command("mirror", *args, stdout=out)
    return out.getvalue()


def test_a_snapshot_older_than_the_mirror_is_not_answered_from_it(contract):
    with snapshot():
        before = answer_from_ledger(BY_PROGRAM)
        at_once(lambda: post(contract, "7", "payment", on="2020-07-01"))
        at_once(make)
        assert answer_from_mirror(BY_PROGRAM) is None
        assert answer_from_ledger(BY_PROGRAM).rows == before.rows
    assert exact(BY_PROGRAM)


def test_a_verification_holds_it_to_the_ledger(contract, monkeypatch):
    refresh()
    make()
    assert check_of_the_mirror().cases
    assert not check_of_the_mirror().differences
    monkeypatch.setattr(verify, "answer_from_mirror", lambda asked: replace(answer_from_ledger(asked), totals=[]))
    assert check_of_the_mirror().differences


def check_of_the_mirror():
    report = verify.verify(seed=1)
    return next(check for check in report.checks if check.name.startswith("the mirror"))


def test_without_a_mirror_postgresql_answers(contract):
    assert answer_from_mirror(BY_PROGRAM) is None
    assert answer(Question(asked("2021-03-01", published_by="2021-03-01"))).totals


def test_what_is_recorded_after_it_was_made_counts_at_once(contract):
    make()
    post(contract, "7", "payment", on="2020-07-01")
    make_contract(make_program("y"), committed="50")
    assert exact(BY_PROGRAM)


def test_a_fact_that_it_holds_is_taken_back(contract):
    entry = post(contract, "7", "payment", on="2020-07-01")
    make()
    take_back(entry)
    assert exact(BY_PROGRAM)
    top_up()
    assert exact(BY_PROGRAM)
    assert kept().added


def take_back(entry):
    from procurement.ledger.recording import ledger_entries
    from procurement.sources.recording import Amending

    ledger_entries.reverse(entry, Amending(source=entry.source, published_on=entry.published_on))


def test_a_descriptive_row_changes(contract):
    make()
    Organization.objects.filter(pk=contract.buyer_id).update(country="FR")
    assert exact(BY_COUNTRY)
    top_up()
    Organization.objects.filter(pk=contract.buyer_id).update(country="US")
    assert exact(BY_COUNTRY)


@pytest.mark.parametrize("writing", [True, False])
def test_a_change_by_a_transaction_that_was_open_while_it_was_made_is_seen(contract, writing):
    with open_transaction(writing=writing) as other:
        make()
        other.execute("UPDATE procurement_organization SET country = 'FR' WHERE id = %s", [contract.buyer_id])
        other.connection.commit()
    assert exact(BY_COUNTRY)


def test_topping_up_leaves_later_facts_to_questions(contract, monkeypatch):
    make()
    post(contract, "7", "payment", on="2020-07-01")
    state_now = making.state_now

    def then_more():
        state = state_now()
        post(contract, "8", "payment", on="2020-07-02")
        return state

    monkeypatch.setattr(making, "state_now", then_more)
    top_up()
    assert exact(BY_PROGRAM)


def test_a_process_killed_while_making_it_leaves_the_old_one(contract):
    make()
    before = place().stat().st_ino
    post(contract, "7", "payment", on="2020-07-01")
    connection.close()
    child = os.fork()
    if not child:
        try:
            make(lambda _said: time.sleep(60))
        finally:
            os._exit(1)
    wait_for(lambda: any(folder().glob("*.making")))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert place().stat().st_ino == before
    assert exact(BY_PROGRAM)
    make()
    assert not any(folder().glob("*.making*"))
    assert exact(BY_PROGRAM)


def wait_for(condition, seconds=60):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_two_do_not_make_it_at_once(contract):
    with Lock(folder() / "making.lock"), pytest.raises(InUse):
        make()


def test_a_file_of_other_code_or_of_no_database_is_not_read(contract, monkeypatch):
    make()
    monkeypatch.setattr("procurement.exposure.mirror.state.FORM", "another")
    assert answer_from_mirror(BY_PROGRAM) is None
    place().write_bytes(b"no database")
    assert answer_from_mirror(BY_PROGRAM) is None
    assert kept() is None


def test_postgresql_answers_where_too_much_was_recorded_since(contract, monkeypatch):
    make()
    post(contract, "7", "payment", on="2020-07-01")
    monkeypatch.setattr(answering, "MOST", 0)
    assert answer_from_mirror(BY_PROGRAM) is None


def test_shares_of_the_largest_amounts_are_exact(contract):
    x, y = make_program("p"), make_program("q")
    for _ in range(3):
        large = make_contract(x, committed="9999999999999999.99", paid="0.01")
        rehome(large, [(x, "0.333333"), (y, "0.666667")], "2020-01-01")
    make()
    assert exact(BY_PROGRAM, Question(asked("2021-03-01")))


def test_many_ranges_say_what_one_does(contract, monkeypatch):
    for number in range(7):
        make_contract(make_program(), committed=str(number + 1))
    monkeypatch.setattr(ranges, "ROWS", 10)
    assert len(make().bounds) > 2
    every = Question(asked("2021-03-01"), ("contract", "program"))
    assert exact(BY_PROGRAM, BY_COUNTRY, Question(asked("2021-03-01")), every)


def test_a_range_that_does_not_fit_into_memory_is_halved(contract, monkeypatch):
    for number in range(4):
        make_contract(make_program(), committed=str(number + 1))
    make()
    monkeypatch.setattr(answering, "run", full_beyond(2))
    assert exact(BY_PROGRAM, BY_COUNTRY)
    monkeypatch.setattr(answering, "run", full_beyond(0))
    assert answer_from_mirror(BY_PROGRAM) is None


def full_beyond(most):
    """Runs what is about no more contracts than that; more do not fit into memory."""

    def run_or_raise(db, text, values):
        if "first" in values and Contract.objects.filter(id__range=(values["first"], values["last"])).count() > most:
            raise OutOfMemoryException
        return run(db, text, values)

    return run_or_raise


def test_keeping_up_makes_tops_up_and_leaves_alone(contract, monkeypatch):
    assert keep_up() is None  # so few entries
    monkeypatch.setattr(making, "SMALL", -2)
    assert keep_up().added == 0
    assert keep_up() is None
    post(contract, "7", "payment", on="2020-07-01")
    monkeypatch.setattr(making, "SECONDS", 0)
    monkeypatch.setattr(making, "ADDED", 10)
    assert keep_up().added == 2  # the entry and its document
    monkeypatch.setattr(making, "ADDED", 0)
    assert keep_up().added == 0


def test_the_command_says_what_it_holds(contract):
    assert "there is no mirror" in said()
    assert "0 newer rows" in said("make")
    with transaction.atomic():
        post(contract, "7", "payment", on="2020-07-01")
    assert "2 newer rows" in said()  # the entry and its document
    assert "0 newer rows" in said("top_up")
    with Lock(folder() / "making.lock"), pytest.raises(CommandError, match="another process"):
        said("make")


def test_it_holds_every_table_of_facts_about_contracts():
    assert sorted(table.name for table in TABLES if table.is_facts) == tables_about("contract")
