"""A session that ends while somebody fills in a form loses nothing."""

import datetime as dt

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from procurement.admin import kept_forms
from procurement.contracts.models import ProgramAllocation
from procurement.ledger.models import LedgerEntry
from procurement.programs.models import Program
from tests.admin.test_asking_back import rehoming
from tests.admin.test_editable import TABLES
from tests.admin.test_facts import ENTRY_ADD, entry_form, entry_page, refusals, said
from tests.makers import make_contract, make_program, post


@pytest.fixture
def contract(db):
    return make_contract(make_program("x"), committed="100000000")


def payments():
    return LedgerEntry.objects.filter(measure="payment")


def hidden(client, page):
    """What the form of a page carries."""
    context = client.get(page).context
    return {"_form_token": context.get("form_token") or "", "_whose": context["whose"]}


def sent_too_late(client, page, form):
    """Send a form that was opened in time, after the session has ended."""
    form = form | hidden(client, page)
    client.logout()
    return client.post(page, form)


def returned(client, answer):
    client.force_login(client.user)
    return client.get(answer["Location"].partition("next=")[2].replace("%3F", "?").replace("%3D", "="))


def form_of(answer):
    return answer.context["adminform"].form


def test_what_was_typed_is_shown_again_after_the_login_and_stored_once(analyst, contract):
    form = entry_form(contract, amount="178万", note="as the minister said", effective_on="2020年1月31日")
    token = hidden(analyst, ENTRY_ADD)
    analyst.logout()
    answer = analyst.post(ENTRY_ADD, form | token)
    assert "/admin/login/" in answer["Location"]
    assert "what you entered is kept" in said(analyst.get(answer["Location"]))
    page = returned(analyst, answer)
    assert page.status_code == 200
    assert not payments().exists()
    assert "Your session had ended; nothing is stored yet" in said(page)
    shown = {name: form_of(page)[name].value() for name in form}
    assert shown == {name: str(value) for name, value in form.items()}
    assert page.context["form_token"] == token["_form_token"]
    for _ in range(2):
        assert analyst.post(ENTRY_ADD, form | token).status_code == 302
    assert payments().count() == 1
    assert form_of(analyst.get(ENTRY_ADD))["note"].value() == ""  # kept no longer


def test_a_kept_form_is_shown_until_it_is_sent_or_given_up(analyst, contract):
    answer = sent_too_late(analyst, ENTRY_ADD, entry_form(contract, note="n"))
    returned(analyst, answer)
    assert form_of(analyst.get(ENTRY_ADD))["note"].value() == "n"
    assert form_of(analyst.get(f"{ENTRY_ADD}?_anew=1"))["note"].value() == ""
    assert form_of(analyst.get(ENTRY_ADD))["note"].value() == ""


def test_a_correction_is_kept_and_takes_nothing_back_before_it_is_saved(analyst, contract):
    wrong = post(contract, "5", "payment")
    page = entry_page(wrong, "correct")
    shown = returned(analyst, sent_too_late(analyst, page, entry_form(contract, amount="7")))
    assert form_of(shown)["amount"].value() == "7"
    assert not LedgerEntry.objects.filter(reverses=wrong).exists()


def test_an_edit_is_kept_with_what_it_was_loaded_with(analyst):
    row = make_program("x", name="Old")
    page = f"/admin/procurement/program/{row.pk}/change/"
    loaded = analyst.get(page).context["adminform"].form.loaded
    answer = sent_too_late(analyst, page, {"name": "Mine", "code": "x", "_loaded": loaded} | TABLES)
    Program.objects.filter(pk=row.pk).update(name="Theirs")
    shown = form_of(returned(analyst, answer))
    assert shown["name"].value() == "Mine"
    assert [each.theirs for each in shown.newer] == ["Theirs"]
    row.refresh_from_db()
    assert row.name == "Theirs"


def test_an_act_is_kept_and_not_done(analyst, contract):
    page, form = rehoming(contract)
    shown = returned(analyst, sent_too_late(analyst, page, form))
    assert shown.context["form"]["share"].value() == "0.3"
    assert "nothing is stored yet" in said(shown)
    assert ProgramAllocation.objects.count() == 1
    assert analyst.post(page, form).status_code == 302
    assert ProgramAllocation.objects.count() == 3


def test_who_logs_in_instead_sees_nothing_of_it(analyst, reviewer, contract):
    answer = sent_too_late(analyst, ENTRY_ADD, entry_form(contract, note="a secret"))
    analyst.force_login(reviewer.user)
    page = analyst.get(ENTRY_ADD)
    assert form_of(page)["note"].value() == ""
    assert "a secret" not in page.content.decode()
    analyst.force_login(analyst.user)
    assert form_of(returned(analyst, answer))["note"].value() == ""


def test_a_form_that_was_given_to_nobody_is_not_kept(contract):
    client = Client()
    client.post(ENTRY_ADD, entry_form(contract) | {"_whose": "forged"})
    assert kept_forms.KEPT not in client.session


def test_a_form_from_another_site_is_not_kept(analyst, contract):
    form = entry_form(contract) | hidden(analyst, ENTRY_ADD)
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.post(ENTRY_ADD, form).status_code == 403
    assert kept_forms.KEPT not in stranger.session


def test_a_form_that_is_too_long_says_that_it_is_lost(analyst, contract):
    answer = sent_too_late(analyst, ENTRY_ADD, entry_form(contract, note="x" * kept_forms.LONGEST))
    assert "too long to be kept" in said(analyst.get(answer["Location"]))


def test_a_form_is_kept_for_a_day(analyst, contract, monkeypatch):
    answer = sent_too_late(analyst, ENTRY_ADD, entry_form(contract, note="n"))
    later = kept_forms.timezone.now() + dt.timedelta(days=2)
    monkeypatch.setattr(kept_forms.timezone, "now", lambda: later)
    assert kept_forms.kept_form(_request(analyst, answer)) is None


def _request(client, answer):
    client.force_login(client.user)
    return client.get("/admin/procurement/contract/").wsgi_request if answer else None


class WithSecret(forms.Form):
    address = forms.CharField()
    ring = forms.CharField(widget=forms.PasswordInput())


def test_secrets_are_not_kept(analyst):
    page = "/admin/procurement/channel/add/"
    request = analyst.get(page).wsgi_request
    form = {"address": "a@example.org", "ring": "hush", "csrfmiddlewaretoken": "c"}
    form["_whose"] = kept_forms.whose(request, kept_forms.secrets_in(WithSecret()))
    analyst.logout()
    analyst.post(page, form)
    assert analyst.session[kept_forms.KEPT]["sent"] == "address=a%40example.org"


def test_files_are_not_kept_and_the_page_says_so(analyst):
    page = "/admin/procurement/document/add/"
    answer = sent_too_late(analyst, page, {"title": "T", "file": SimpleUploadedFile("a.pdf", b"%PDF-1.4")})
    shown = returned(analyst, answer)
    assert form_of(shown)["title"].value() == "T"
    assert "Files must be chosen again" in said(shown)


def test_what_is_refused_stands_in_a_kept_form_too(analyst, contract):
    shown = returned(analyst, sent_too_late(analyst, ENTRY_ADD, entry_form(contract, amount="five")))
    assert "would be accepted" in str(refusals(shown)["amount"])
