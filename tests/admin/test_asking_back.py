"""What is odd is asked back before it is stored, and a form sent twice stores once."""

import pytest
from django.test import Client

from procurement.access.models import RepeatableRequest
from procurement.contracts.models import Contract, ProgramAllocation
from procurement.ledger.models import LedgerEntry
from procurement.sources.models import Document
from tests.admin.test_editable import contract_form
from tests.admin.test_facts import ENTRY_ADD, entry_form, entry_page, refusals, said
from tests.makers import make_contract, make_program, make_source, post
from tests.racing import at_once

ODD = {"effective_on": "2018-01-31"}  # before the contract was signed
DOCUMENT_ADD = "/admin/procurement/document/add/"


@pytest.fixture
def contract(db):
    return make_contract(make_program("x"), committed="100000000")


def payments():
    return LedgerEntry.objects.filter(measure="payment")


def doubt_of(answer):
    return answer.context["adminform"].form.doubt


def with_token(client, page=ENTRY_ADD):
    return {"_form_token": client.get(page).context["form_token"]}


def test_nothing_odd_is_stored_before_somebody_says_that_it_is_meant(analyst, contract):
    answer = analyst.post(ENTRY_ADD, entry_form(contract, **ODD))
    assert "Nothing is stored yet" in str(refusals(answer))
    assert "before the contract was signed" in doubt_of(answer).said[0]
    page = answer.content.decode()
    assert "before the contract was signed" in page
    assert f'name="_meant" value="{doubt_of(answer).digest}"' in page
    assert not payments().exists()


def test_what_is_meant_is_stored_and_its_warnings_said_again(analyst, contract):
    form = entry_form(contract, **ODD)
    meant = {"_meant": doubt_of(analyst.post(ENTRY_ADD, form)).digest}
    answer = analyst.post(ENTRY_ADD, form | meant, follow=True)
    assert "before the contract was signed" in said(answer)
    assert payments().count() == 1


def test_who_changes_the_form_so_that_others_are_said_is_asked_again(analyst, contract):
    form = entry_form(contract, **ODD)
    meant = {"_meant": doubt_of(analyst.post(ENTRY_ADD, form)).digest}
    assert doubt_of(analyst.post(ENTRY_ADD, form | meant | {"effective_on": "2018-02-01"}))
    assert not payments().exists()


def test_what_is_not_odd_is_not_asked_back(analyst, contract):
    assert analyst.post(ENTRY_ADD, entry_form(contract)).status_code == 302
    assert payments().count() == 1


def test_a_correction_into_something_odd_is_asked_back_and_takes_nothing_back(analyst, contract):
    wrong = post(contract, "5", "payment")
    answer = analyst.post(entry_page(wrong, "correct"), entry_form(contract, **ODD))
    assert doubt_of(answer)
    assert not LedgerEntry.objects.filter(reverses=wrong).exists()


def test_the_same_fact_again_is_asked_back(analyst, contract):
    form = entry_form(contract)
    analyst.post(ENTRY_ADD, form)
    answer = analyst.post(ENTRY_ADD, form)
    assert f"ledger entry {payments().get().pk} says the same" in doubt_of(answer).said[0]
    assert payments().count() == 1


def rehoming(contract, **more):
    of, to = contract.programallocation_set.first().program, make_program("y")
    form = {"from_program": of.pk, "to_program": to.pk, "share": "0.3", "effective_on": "2020-12-18", "note": ""}
    return f"/admin/procurement/contract/{contract.pk}/rehome/", form | {"source": make_source().pk} | more


def test_a_move_that_is_odd_is_asked_back(analyst, contract):
    page, form = rehoming(contract, published_on="2999-01-01")
    answer = analyst.post(page, form)
    doubt = answer.context["form"].doubt
    assert "published_on" in doubt.said[0]
    assert ProgramAllocation.objects.count() == 1
    assert analyst.post(page, form | {"_meant": doubt.digest}).status_code == 302
    assert ProgramAllocation.objects.count() == 3


# a form sent twice


def test_a_form_sent_twice_makes_one_row_and_has_one_answer(analyst, contract):
    form = entry_form(contract) | with_token(analyst)
    answers = [analyst.post(ENTRY_ADD, form) for _ in range(2)]
    assert payments().count() == 1
    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, answers[0]["Location"])] * 2
    assert "was added successfully" in said(analyst.get(answers[1]["Location"]))


def test_a_form_that_was_asked_back_and_is_meant_is_stored_once_too(analyst, contract):
    form = entry_form(contract, **ODD) | with_token(analyst)
    meant = form | {"_meant": doubt_of(analyst.post(ENTRY_ADD, form)).digest}
    assert [analyst.post(ENTRY_ADD, each).status_code for each in (meant, meant, form)] == [302] * 3
    assert payments().count() == 1


def test_a_form_that_was_refused_is_corrected_and_sent_again(analyst, contract):
    token = with_token(analyst)
    answer = analyst.post(ENTRY_ADD, entry_form(contract, amount="0") | token)
    assert answer.context["form_token"] == token["_form_token"]
    assert analyst.post(ENTRY_ADD, entry_form(contract) | token).status_code == 302


def test_whoever_goes_back_and_changes_the_form_sends_another(analyst, contract):
    form = entry_form(contract) | with_token(analyst)
    for amount in ("5M", "6M"):
        analyst.post(ENTRY_ADD, form | {"amount": amount})
    assert payments().count() == 2


def test_each_form_has_a_token_of_its_own(analyst, contract):
    tokens = {with_token(analyst)["_form_token"] for _ in range(3)}
    assert len(tokens) == 3


def test_a_token_that_no_form_has_protects_nothing_and_refuses_nothing(analyst, contract):
    assert analyst.post(ENTRY_ADD, entry_form(contract) | {"_form_token": "x" * 300}).status_code == 302
    assert not RepeatableRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_double_click_makes_one_row(analyst):
    form = entry_form(make_contract()) | with_token(analyst)

    def click():
        client = Client()
        client.force_login(analyst.user)
        return client.post(ENTRY_ADD, form)["Location"]

    assert len(set(at_once(click, click, click))) == 1
    assert payments().count() == 1


def test_a_contract_and_a_paper_document_sent_twice_are_one(analyst):
    for page, form in (("/admin/procurement/contract/add/", contract_form()), (DOCUMENT_ADD, paper())):
        sent = form | with_token(analyst, page)
        assert len({analyst.post(page, sent)["Location"] for _ in range(2)}) == 1
    assert (Contract.objects.count(), Document.objects.filter(title="Paper").count()) == (1, 1)


def paper():
    return {"title": "Paper", "grade": "weak", "url": ""}


def test_a_source_added_in_place_twice_is_one_and_chosen_twice(analyst):
    form = paper() | {"_popup": "1"} | with_token(analyst, f"{DOCUMENT_ADD}?_popup=1")
    first, again = [analyst.post(f"{DOCUMENT_ADD}?_popup=1", form) for _ in range(2)]
    assert Document.objects.filter(title="Paper").count() == 1
    assert again.content == first.content


def test_a_correction_and_a_reversal_sent_twice_are_one(analyst, contract):
    wrong = post(contract, "5", "payment")
    form = entry_form(contract, amount="7", effective_on="2019-10-31")
    for act, given in (("correct", form), ("reverse", {"source": make_source().pk})):
        row = payments().filter(reverses=None, reversed_by=None).get()
        sent = given | with_token(analyst, entry_page(row, act))
        assert len({analyst.post(entry_page(row, act), sent)["Location"] for _ in range(2)}) == 1
    assert payments().count() == 4
    assert wrong.reversed_by


def test_a_move_sent_twice_is_one(analyst, contract):
    page, form = rehoming(contract)
    form |= {"_form_token": analyst.get(page).context["form_token"]}
    assert len({analyst.post(page, form)["Location"] for _ in range(2)}) == 1
    assert ProgramAllocation.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_the_same_form_twice_at_once_without_a_token_is_asked_back(analyst):
    form = entry_form(make_contract())

    def click():
        client = Client()
        client.force_login(analyst.user)
        return client.post(ENTRY_ADD, form).status_code

    assert sorted(at_once(click, click, click)) == [200, 200, 302]
    assert payments().count() == 1
