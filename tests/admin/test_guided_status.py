"""A status change shows what it would do before it is saved."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement.admin.guided import stakes
from procurement.flags import trying
from procurement.programs.models import StatusChange
from tests.makers import decide, make_contract, make_organization, make_program

ADD = "/admin/procurement/statuschange/add/"


@pytest.fixture
def program(db):
    program = make_program("x", name="Ashore")
    make_contract(program, committed="34955000000", paid="6500000000", reference="A1")
    decide(program, "active", "2019-01-01")
    return program


def look(client, program, **more):
    given = {"program": program.pk, "kind": "decision", "status": "suspended", "scope": "whole", "sequence": "0"}
    given |= {"effective_on": "2020-06-15", "effective_precision": "day", "organization": make_organization().pk}
    return client.post(ADD, given | more | {"_look": "1"}).content.decode()


def test_the_flags_that_would_open_and_the_new_standing_are_shown(analyst, program):
    shown = look(analyst, program)
    assert "would open" in shown
    assert "28,455,000,000 JPY" in shown
    assert "suspended since 2020-06-15" in shown
    assert StatusChange.objects.count() == 1


def test_a_statement_changes_no_standing_but_may_dispute_it(analyst, program):
    shown = look(analyst, program, kind="statement", speaker="Kono")
    assert "active since 2019-01-01" in shown
    assert "disputed since 2020-06-15" in shown


def test_what_the_same_day_says_otherwise_is_named(analyst, program):
    decide(program, "cancelled", "2020-06-15", speaker="Abe")
    shown = look(analyst, program)
    assert "On the same day another decision says “Cancelled” (Abe, sequence 0)" in shown


def test_what_is_refused_is_said_before_it_is_saved(analyst, program):
    shown = look(analyst, program, casts_doubt="on")
    assert "casts_doubt: applies only to kind statement" in shown


def test_what_needs_a_second_person_says_so_and_still_shows_what_it_would_do(analyst, program, settings):
    settings.STOPS_NEED_APPROVAL = True
    shown = look(analyst, program)
    assert "A second person must approve this" in shown
    assert "would open" in shown
    assert "A second person" not in look(analyst, program, status="active")


def test_flags_of_too_many_contracts_are_honestly_not_tried(analyst, program, monkeypatch):
    monkeypatch.setattr(trying, "MOST_CONTRACTS", 0)
    assert "Flags were not tried out: 1 contracts are concerned" in look(analyst, program)


def test_a_later_day_is_looked_at_as_of_that_day(analyst, program):
    assert "as of 2999-12-31" in look(analyst, program, effective_on="2999-12-31")


def test_it_asks_no_more_for_six_contracts_than_for_one(analyst, program):
    look(analyst, program)  # what is remembered between requests is asked for here
    with CaptureQueriesContext(connection) as one:
        look(analyst, program)
    for number in range(5):
        make_contract(program, committed="100", paid="1", reference=f"B{number}")
    with CaptureQueriesContext(connection) as six:
        assert "would open" in look(analyst, program)
    assert len(six) <= len(one)


def test_readers_try_nothing(reader, program):
    assert reader.post(ADD, {"_look": "1"}).status_code == 403


def test_neither_decision_nor_statement_is_chosen_beforehand_and_both_are_explained(analyst, program):
    form = analyst.get(f"{ADD}?program={program.pk}").context["adminform"].form
    assert form["kind"].value() in (None, "")
    assert "is a statement: it never sets the status" in str(form.fields["kind"].help_text)


def test_a_list_of_live_contracts_that_is_cut_says_so(analyst, program, monkeypatch):
    make_contract(program, committed="1", reference="A2")
    monkeypatch.setattr(stakes, "SHOWN", 1)
    shown = analyst.get("/admin/at-stake/", {"program": program.pk}).content.decode()
    assert "1 of 2 are shown" in shown
    assert f"programallocation_set__program__id__exact={program.pk}" in shown


def test_of_very_many_contracts_the_sums_are_shown(analyst, program, monkeypatch):
    monkeypatch.setattr(stakes, "MOST_VALUED", 0)
    shown = analyst.get("/admin/at-stake/", {"program": program.pk}).content.decode()
    assert "1 contracts, 28,455,000,000 JPY outstanding" in shown
    assert "too many to be listed here" in shown
