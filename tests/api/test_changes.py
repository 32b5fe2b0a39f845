"""The change feed: every fact in order of recording."""

import pytest

from tests.makers import decide, make_contract, make_program, post

pytestmark = pytest.mark.django_db(transaction=True)


def read_on(caller, after=""):
    page = caller.read(f"changes/?after={after}" if after else "changes/")
    return [(row["type"], row["row"]["id"]) for row in page["results"]], page["after"]


def test_changes_come_in_the_order_of_recording(anonymous, db):
    program = make_program("x")
    contract = make_contract(program)
    entry, decision = post(contract, "5"), decide(program, "suspended")
    found, _ = read_on(anonymous)
    assert found[-2:] == [("ledger-entries", entry.pk), ("status-changes", decision.pk)]
    assert len(found) == 5


def test_a_mirror_reads_on_where_it_stopped(anonymous, db):
    contract = make_contract()
    _, after = read_on(anonymous)
    assert read_on(anonymous, after) == ([], after)
    entry = post(contract, "5")
    assert read_on(anonymous, after)[0] == [("ledger-entries", entry.pk)]


def test_a_mirror_may_begin_at_a_moment(anonymous, db):
    contract = make_contract()
    moment = anonymous.read("changes/")["horizon"]
    entry = post(contract, "5")
    assert read_on(anonymous, moment)[0] == [("ledger-entries", entry.pk)]


def test_pages_of_changes_hold_every_fact_once(anonymous, db):
    for number in range(3):
        post(make_contract(make_program(f"p-{number}")), "5")
    found = anonymous.every("changes/?page_size=2")
    assert (len(found), found) == (12, anonymous.rows("changes/"))


def test_reversals_are_changes_too(analyst, db):
    contract = make_contract(committed="5")
    pk = analyst.rows("ledger-entries/")[0]["id"]
    _, after = read_on(analyst)
    back = analyst.made(f"ledger-entries/{pk}/reverse/", {"source": contract.source_id})
    assert read_on(analyst, after)[0] == [("ledger-entries", back["id"])]
