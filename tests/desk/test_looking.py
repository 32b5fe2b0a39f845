"""What somebody has seen, and what is news to them."""

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from procurement.common.errors import Refused
from procurement.desk.looking import mark_seen, seen_through, settled_through
from procurement.desk.news import news
from procurement.ledger.models import LedgerEntry
from procurement.ledger.recording import ledger_entries
from procurement.sources.recording import Amending
from tests.makers import decide, make_contract, make_program, post
from tests.racing import open_transaction

pytestmark = pytest.mark.django_db


@pytest.fixture
def user():
    return User.objects.create_user("somebody")


def long_ago():
    return timezone.now() - dt.timedelta(days=1)


def soon():
    return timezone.now() + dt.timedelta(days=1)


def numbers(counted):
    return {each.kind: each.number for each in counted}


def test_nobody_has_seen_anything_before_they_say_so(user):
    assert seen_through(user) is None
    moment = long_ago()
    mark_seen(user, through=moment)
    assert seen_through(user) == moment


def test_what_was_seen_is_never_unseen(user):
    later = long_ago()
    mark_seen(user, through=later)
    mark_seen(user, through=later - dt.timedelta(days=3))
    assert seen_through(user) == later


def test_nobody_has_seen_what_may_still_come(user):
    with pytest.raises(Refused, match="nothing is settled after"):
        mark_seen(user, through=soon())
    assert seen_through(user) is None


@pytest.mark.parametrize("writing", [True, False])
def test_what_an_open_transaction_may_still_record_is_not_settled(writing):
    before = timezone.now()
    with open_transaction(writing=writing):
        assert settled_through() < before + dt.timedelta(seconds=5)
        began = settled_through()
        assert settled_through() == began
    assert settled_through() > began


def test_facts_are_counted_by_table_status_changes_first():
    before = long_ago()
    program = make_program("x")
    contract = make_contract(program, committed="5")
    decide(program, "suspended")
    post(contract, "1")
    found = news(before, soon())
    assert found.facts[0].kind == "status_changes"
    assert numbers(found.facts)["ledger_entries"] == 2
    assert numbers(found.added)["contract"] == 1
    assert [(each.code, number > 2) for each, number in found.programs] == [("x", True)]
    assert found.more_programs == 0


def test_what_takes_back_another_is_counted_as_that(user):
    contract = make_contract(make_program("x"), committed="5")
    row = LedgerEntry.objects.get(contract=contract)
    before = long_ago()
    ledger_entries.take_back(row, Amending(row.source, by=user))
    entries = next(each for each in news(before, soon()).facts if each.kind == "ledger_entries")
    assert (entries.number, entries.taken_back, entries.by) == (2, 1, ["", "somebody"])


def test_nothing_is_no_news():
    assert news(long_ago(), soon()).is_none


def test_an_edit_is_told_apart_from_a_new_row():
    program = make_program("x")
    before = long_ago()
    program.name = "Another name"
    program.save(update_fields=["name"])
    found = news(before, soon())
    assert numbers(found.edited) == {"program": 1}
    assert numbers(found.added)["program"] == 1


def test_a_table_with_very_many_new_rows_is_not_counted_to_its_end(monkeypatch):
    monkeypatch.setattr("procurement.desk.news.MOST", 1)
    contract = make_contract(make_program("x"))
    for amount in "123":
        post(contract, amount)
    entries = next(each for each in news(long_ago(), soon()).facts if each.kind == "ledger_entries")
    assert entries.is_cut
