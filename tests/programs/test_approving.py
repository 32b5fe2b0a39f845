"""A stop that needs a second person: what waits, who decides, and what is recorded when."""

import datetime as dt

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from procurement.access.roles import ANALYST, REVIEWER
from procurement.access.tokens import create_user
from procurement.common.dates import Asked
from procurement.common.errors import Conflict, Refused
from procurement.programs.approving import NotYours, approve, refuse, withdraw
from procurement.programs.drafts import StatusDraft
from procurement.programs.models import StatusChange
from procurement.programs.proposing import NotApproved
from procurement.programs.reading import standing_of
from procurement.programs.recording import status_changes
from procurement.sources.models import Recheck
from procurement.sources.recording import Amending
from tests.makers import make_program, make_source
from tests.racing import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def second_person(settings):
    settings.STOPS_NEED_APPROVAL = True


def person(name="rita", role=REVIEWER):
    return User.objects.filter(username=name).first() or create_user(name, role)


def row(program, status="suspended", **more):
    given = {"kind": "decision", "status": status, "effective_on": dt.date(2020, 6, 15), "source": make_source()}
    return StatusChange(program=program, **given | {"entered_by": person("ana", ANALYST)} | more)


def proposed(*given, **more):
    return status_changes.record(row(*given, **more)).draft


def status(program):
    return standing_of(program.pk, Asked(dt.date(2022, 1, 1))).status


def by_ana(**more):
    return Amending(make_source("2021-01-01"), by=person("ana", ANALYST), **more)


def test_a_stop_waits_and_is_no_fact_until_another_person_approves_it():
    program = make_program()
    draft = proposed(program, note="by letter")
    assert (status(program), StatusChange.objects.count(), Recheck.objects.count()) == (None, 0, 0)
    fact = approve(draft.pk, by=person(), reason="seen the letter").fact
    draft.refresh_from_db()
    assert (status(program), Recheck.objects.count()) == ("suspended", 1)
    assert (fact.entered_by.username, fact.note) == ("ana", "by letter")
    assert (draft.state, draft.decided_by.username, draft.reason, draft.fact) == (
        "approved", "rita", "seen the letter", fact
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "waits"),
    [
        ({"status": "cancelled"}, True),
        ({"status": "cancelled", "scope": "part"}, False),
        ({"status": "cancelled", "kind": "statement"}, False),
        ({"status": "reduced"}, False),
        ({"status": "active"}, False),
    ],
)
def test_what_stops_a_whole_program_waits(given, waits):
    assert (proposed(make_program(), **given) is not None) == waits


def test_what_brings_a_stop_back_waits_too():
    program = make_program()
    approve(proposed(program).pk, by=person())
    ended = status_changes.record(row(program, "active", effective_on=dt.date(2021, 1, 1))).fact
    later = row(program, "", revokes=ended, effective_on=dt.date(2021, 2, 1))
    put_off = {"effective_on": dt.date(2021, 6, 1)}
    held = [status_changes.record(later), status_changes.take_back(ended, by_ana())]
    assert all(each.draft for each in held)
    withdraw(held[1].draft.pk, by=person("ana"))
    assert status_changes.correct(ended, by_ana(), put_off).draft
    withdraw(StatusDraft.objects.waiting().get(act="correct").pk, by=person("ana"))
    assert status_changes.correct(ended, by_ana(), {"effective_on": dt.date(2020, 12, 1)}).draft is None


def test_correcting_and_reversing_a_stop_wait_and_are_done_as_they_were_proposed():
    program = make_program()
    fact = approve(proposed(program, source_key="k").pk, by=person()).fact
    draft = status_changes.correct(fact, by_ana(note="typed wrong"), {"status": "cancelled"}).draft
    assert (draft.act, status(program)) == ("correct", "suspended")
    revision = approve(draft.pk, by=person()).fact
    assert (status(program), revision.revision, revision.note) == ("cancelled", 2, "typed wrong")
    assert (revision.source_key, revision.published_on) == ("k", dt.date(2021, 1, 1))
    reversal = approve(status_changes.take_back(revision, by_ana(note="never")).draft.pk, by=person()).fact
    assert (status(program), reversal.reverses_id, reversal.note) == (None, revision.pk, "never")


def test_nobody_approves_their_own_and_the_database_holds_that_too():
    draft = proposed(make_program(), entered_by=person("rosa"))
    for mine in (lambda: approve(draft.pk, by=person("rosa")), lambda: refuse(draft.pk, by=person("rosa"), reason="x")):
        with pytest.raises(NotYours, match="yourself"):
            mine()
    with pytest.raises(NotYours, match="reviewer"):
        approve(draft.pk, by=person("ada", ANALYST))
    with pytest.raises(NotYours, match="another person"):
        withdraw(draft.pk, by=person())
    with pytest.raises(IntegrityError), transaction.atomic():
        StatusDraft.objects.update(state="approved", decided_by=draft.proposed_by, decided_at=draft.proposed_at)


@pytest.mark.parametrize("column", ["note", "columns", "proposed_by", "act"])
def test_what_was_proposed_cannot_be_edited(column):
    draft = proposed(make_program())
    with pytest.raises(Exception, match=r"annot|permission denied"), transaction.atomic():
        StatusDraft.objects.update(**{column: {"columns": {}, "proposed_by": person(), "act": "x"}.get(column, "x")})
    assert draft.state == "waiting"


def test_a_repeat_finds_the_draft_and_then_the_fact():
    given = {"source_key": "stop", "source": make_source(), "program": make_program()}
    program = given.pop("program")
    draft = proposed(program, **given)
    assert proposed(program, **given) == draft
    with pytest.raises(NotApproved, match="waits for approval"):
        proposed(program, "cancelled", **given)
    fact = approve(draft.pk, by=person()).fact
    again = status_changes.record(row(program, **given))
    assert (again.fact.pk, again.created, again.draft) == (fact.pk, False, None)
    with pytest.raises(Conflict, match="used before"):
        status_changes.record(row(program, "cancelled", **given))


def test_what_was_refused_is_not_proposed_again_but_something_else_is():
    given = {"source_key": "stop", "source": make_source()}
    program = make_program()
    draft = proposed(program, **given)
    with pytest.raises(Refused, match="say why"):
        refuse(draft.pk, by=person(), reason=" ")
    refuse(draft.pk, by=person(), reason="a rumour")
    with pytest.raises(NotApproved, match="not approved"):
        proposed(program, **given)
    withdraw(proposed(program, "cancelled", **given).pk, by=person("ana"))
    assert proposed(program, "cancelled", **given).state == "waiting"


def test_approval_checks_against_what_is_recorded_by_then(settings):
    settings.STOPS_NEED_APPROVAL = False
    fact = status_changes.record(row(make_program())).fact
    settings.STOPS_NEED_APPROVAL = True
    draft = status_changes.take_back(fact, by_ana()).draft
    settings.STOPS_NEED_APPROVAL = False
    status_changes.take_back(fact, by_ana())
    with pytest.raises(Conflict, match="reversed before"):
        approve(draft.pk, by=person())
    refuse(draft.pk, by=person(), reason="it was reversed meanwhile")


def outcome(act):
    try:
        act()
    except Conflict:
        return "too late"
    return "done"


@pytest.mark.django_db(transaction=True)
def test_of_two_decisions_at_once_one_counts():
    draft = proposed(make_program(), source_key="stop")
    others = [person("rita"), person("rosa")]
    acts = [lambda: approve(draft.pk, by=others[0]), lambda: approve(draft.pk, by=others[1])]
    acts.append(lambda: withdraw(draft.pk, by=draft.proposed_by))
    assert sorted(at_once(*(lambda act=act: outcome(act) for act in acts))) == ["done", "too late", "too late"]
    draft.refresh_from_db()
    assert StatusChange.objects.count() == (draft.state == "approved")


@pytest.mark.django_db(transaction=True)
def test_the_same_stop_posted_at_once_waits_once():
    program, source = make_program(), make_source()
    person("ana", ANALYST)
    posts = [lambda: proposed(program, source_key="stop", source=source).pk for _ in range(4)]
    assert len(set(at_once(*posts))) == 1
