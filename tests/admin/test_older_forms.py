"""Two people edit one row: an older form undoes no newer edit, says who changed what, and offers both."""

import pytest
from django.test import Client

from procurement.alerts.models import Channel
from procurement.contracts.models import Contract
from tests.admin.conftest import signed_in
from tests.admin.portfolio import fill_alerts, fill_flag
from tests.admin.test_editable import TABLES
from tests.admin.test_facts import as_a_browser_sends
from tests.makers import make_contract, make_organization, make_program
from tests.racing import at_once


@pytest.fixture
def program(db):
    return make_program("x", name="Old", country="JP", domain="naval")


def page_of(row):
    return f"/admin/procurement/{row._meta.model_name}/{row.pk}/change/"


def opened(client, row):
    """The form as a browser sends it, untouched."""
    form = client.get(page_of(row)).context["adminform"].form
    return as_a_browser_sends(form) | {"_loaded": form.loaded} | TABLES


def form_of(answer):
    return answer.context["adminform"].form


def newer(answer):
    return {each.name: each for each in form_of(answer).newer}


def taking(answer, which):
    """The answers to what was asked: for each field mine or theirs."""
    return {each.field: f"{which[name]}:{each.digest}" for name, each in newer(answer).items()}


def test_an_older_form_stores_nothing_and_says_who_changed_what(analyst, reviewer, program):
    older = opened(reviewer, program)
    analyst.post(page_of(program), opened(analyst, program) | {"name": "Newer"})
    answer = reviewer.post(page_of(program), older | {"description": "a remark"})
    program.refresh_from_db()
    assert (program.name, program.description) == ("Newer", "")
    found = newer(answer)["name"]
    assert (found.before, found.theirs, found.mine, found.who) == ("Old", "Newer", "Old", "the-analyst")
    page = answer.content.decode()
    assert "changed by the-analyst" in page
    assert 'name="_take_name"' in page


def test_what_was_not_touched_is_taken_as_it_is_now_and_what_was_is_stored(analyst, reviewer, program):
    older = opened(reviewer, program) | {"description": "a remark"}
    analyst.post(page_of(program), opened(analyst, program) | {"name": "Newer"})
    answer = reviewer.post(page_of(program), older)
    assert newer(answer)["name"].taken == "theirs"  # offered first: nobody chose the older value
    assert reviewer.post(page_of(program), older | taking(answer, {"name": "theirs"})).status_code == 302
    program.refresh_from_db()
    assert (program.name, program.description) == ("Newer", "a remark")


@pytest.mark.parametrize(("which", "stored"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_both_are_offered_and_neither_is_assumed(analyst, reviewer, program, which, stored):
    older = opened(reviewer, program) | {"name": "Mine"}
    analyst.post(page_of(program), opened(analyst, program) | {"name": "Theirs"})
    answer = reviewer.post(page_of(program), older)
    assert newer(answer)["name"].taken == ""
    again = reviewer.post(page_of(program), older)  # without an answer it is asked again
    assert newer(again)
    assert reviewer.post(page_of(program), older | taking(answer, {"name": which})).status_code == 302
    program.refresh_from_db()
    assert program.name == stored


def test_who_answered_is_asked_again_when_it_changes_once_more(analyst, reviewer, program):
    older = opened(reviewer, program) | {"name": "Mine"}
    analyst.post(page_of(program), opened(analyst, program) | {"name": "Theirs"})
    answers = taking(reviewer.post(page_of(program), older), {"name": "mine"})
    analyst.post(page_of(program), opened(analyst, program) | {"name": "Theirs again"})
    assert newer(reviewer.post(page_of(program), older | answers))["name"].theirs == "Theirs again"
    program.refresh_from_db()
    assert program.name == "Theirs again"


def test_the_same_edit_by_two_needs_no_answer(analyst, reviewer, program):
    older = opened(reviewer, program) | {"name": "Same"}
    analyst.post(page_of(program), opened(analyst, program) | {"name": "Same"})
    assert reviewer.post(page_of(program), older).status_code == 302


def test_an_edit_through_the_api_or_another_page_counts_too(reviewer, program):
    older = opened(reviewer, program)
    program.buyer = make_organization("Ministry of Defence")
    program.save(update_fields=["buyer"])
    found = newer(reviewer.post(page_of(program), older | {"name": "Mine"}))["buyer"]
    assert (found.theirs, found.before) == ("Ministry of Defence", "Ministry of Defense")


def test_a_contract_keeps_the_days_that_another_person_entered(analyst, reviewer):
    row = make_contract()
    older = opened(reviewer, row) | {"description": "a remark"}
    analyst.post(page_of(row), opened(analyst, row) | {"title": "New title", "ends_on": "31.12.2029"})
    answer = reviewer.post(page_of(row), older)
    assert set(newer(answer)) == {"title", "ends_on"}
    reviewer.post(page_of(row), older | taking(answer, {"title": "theirs", "ends_on": "theirs"}))
    stored = Contract.objects.get(pk=row.pk)
    assert (stored.title, str(stored.ends_on), stored.description) == ("New title", "2029-12-31", "a remark")


def test_rows_without_a_history_are_compared_too(administrator):
    user = administrator.user
    fill_alerts(user, make_program(), fill_flag(make_program(), make_contract()))
    row = Channel.objects.get()
    older = opened(administrator, row)
    Channel.objects.update(address="new@example.org")
    found = newer(administrator.post(page_of(row), older | {"address": "mine@example.org"}))["address"]
    assert (found.theirs, found.who) == ("new@example.org", "")


def test_a_form_that_nobody_overtook_is_stored(analyst, program):
    assert analyst.post(page_of(program), opened(analyst, program) | {"name": "New"}).status_code == 302
    program.refresh_from_db()
    assert program.name == "New"


@pytest.mark.parametrize("sent", ["", "nonsense"])
def test_a_form_that_says_not_what_it_was_loaded_with_is_compared_with_the_row(analyst, program, sent):
    form = opened(analyst, program) | {"_loaded": sent, "name": "New"}
    assert analyst.post(page_of(program), form).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_second_is_asked():
    row = make_program("x", name="Old")
    clients = [signed_in(role) for role in ("analyst", "reviewer")]
    forms = [opened(client, row) | {"name": client.user.username} for client in clients]

    def send(user, form):
        client = Client()
        client.force_login(user)
        return client.post(page_of(row), form).status_code

    sends = [lambda c=c, f=f: send(c.user, f) for c, f in zip(clients, forms, strict=True)]
    assert sorted(at_once(*sends)) == [200, 302]
