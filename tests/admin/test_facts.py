"""Facts come in through their verbs, and are never edited."""

from decimal import Decimal
from typing import Any

import pytest
from django.contrib import admin
from django.urls import reverse

from procurement.contracts.models import ProgramAllocation
from procurement.ledger.models import LedgerEntry
from procurement.programs.models import StatusChange
from procurement.sources.facts import fact_models
from procurement.sources.models import Recheck
from tests.admin.portfolio import fill
from tests.makers import decide, make_contract, make_organization, make_program, make_source, post, say

ENTRY_ADD = "/admin/procurement/ledgerentry/add/"


def entry_page(entry, page="change"):
    return f"/admin/procurement/ledgerentry/{entry.pk}/{page}/"


def entry_form(contract, **more):
    given = {
        "contract": contract.pk,
        "measure": "payment",
        "reason": "other",
        "amount": "5M",
        "rounding": "0",
        "effective_on": "2020-01-31",
        "effective_precision": "day",
        "source": make_source("2020-02-01").pk,
    }
    return given | more


def as_a_browser_sends(form):
    shown = {name: form[name].field.widget.format_value(form[name].value()) for name in form.fields}
    return {name: value for name, value in shown.items() if value is not None}


def refusals(answer):
    return answer.context["adminform"].form.errors


def said(answer):
    return " ".join(str(message) for message in answer.context["messages"])


@pytest.fixture
def contract(db):
    return make_contract(make_program("x"), committed="100000000")


def test_an_added_entry_is_the_one_that_the_verb_posts(analyst, contract):
    analyst.post(ENTRY_ADD, entry_form(contract))
    entry = LedgerEntry.objects.latest("id")
    assert (entry.amount, entry.entered_by_id) == (Decimal(5_000_000), analyst.user.pk)
    assert entry.published_on.isoformat() == "2020-02-01"  # the verb's default: the source's date
    assert Recheck.objects.filter(fact_table="procurement_ledgerentry", fact_id=entry.pk).exists()


def test_workers_are_nudged_after_the_commit(analyst, contract, monkeypatch, django_capture_on_commit_callbacks):
    nudged: list[str] = []
    monkeypatch.setattr("procurement.tasks._nudger.nudge", lambda task, _after: nudged.append(task))
    with django_capture_on_commit_callbacks(execute=True):
        analyst.post(ENTRY_ADD, entry_form(contract))
    assert nudged == ["drain"]


@pytest.mark.parametrize(
    ("changed", "field", "why"),
    [
        ({"amount": "-5"}, "amount", "money that came back is measure refund"),
        ({"amount": "0"}, "amount", "must not be zero"),
        ({"amount": "0.001"}, "amount", "at most 2 decimals"),
        ({"amount": "five"}, "amount", "would be accepted"),
        ({"amount": "5M USD"}, "amount", "given in USD, but the stored amount is in JPY"),
        ({"amount": ""}, "amount", "required"),
        ({"source": ""}, "source", "required"),
        (
            {"effective_on": "2020-01-05", "effective_precision": "month"},
            "effective_on",
            "2020-01-31 would be accepted",
        ),
        ({"in_kind": "on"}, "in_kind", "only compensation"),
        ({"note": "a\x00b"}, "note", "Null characters"),
    ],
)
def test_what_is_refused_stands_beside_its_field_and_changes_nothing(analyst, contract, changed, field, why):
    before = LedgerEntry.objects.count()
    answer = analyst.post(ENTRY_ADD, entry_form(contract, **changed))
    assert answer.status_code == 200
    assert why in str(refusals(answer)[field])
    assert LedgerEntry.objects.count() == before


def test_an_amount_may_name_the_currency_that_it_is_kept_in(analyst, contract):
    analyst.post(ENTRY_ADD, entry_form(contract, amount="1億円"))
    assert LedgerEntry.objects.latest("id").amount == 100_000_000


def test_a_repeat_adds_nothing(analyst, contract):
    form = entry_form(contract, source_key="k")
    analyst.post(ENTRY_ADD, form)
    answer = analyst.post(ENTRY_ADD, form, follow=True)
    assert "was posted before" in said(answer)
    assert LedgerEntry.objects.filter(source_key="k").count() == 1


def test_a_key_that_is_taken_leads_to_the_row_that_has_it(analyst, contract):
    stored = post(contract, "1", "payment", source_key="k")
    answer = analyst.post(ENTRY_ADD, entry_form(contract, source_key="k"))
    assert "used before" in str(refusals(answer)["source_key"])
    assert entry_page(stored) in said(answer)


@pytest.mark.parametrize("model", fact_models(), ids=lambda model: model._meta.model_name)
def test_a_stored_fact_offers_nothing_to_edit(administrator, model):
    fill(administrator.user)
    page = reverse(f"admin:procurement_{model._meta.model_name}_change", args=[model.objects.first().pk])
    answer = administrator.get(page)
    assert list(answer.context["adminform"].form.fields) == []
    assert answer.context["show_save"] is False
    assert administrator.post(page, {"amount": "1"}).status_code == 403


@pytest.mark.parametrize("model", fact_models(), ids=lambda model: model._meta.model_name)
def test_nobody_deletes_a_fact(administrator, model):
    fill(administrator.user)
    row, name = model.objects.first(), model._meta.model_name
    page = reverse(f"admin:procurement_{name}_delete", args=[row.pk])
    assert administrator.post(page, {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": row.pk, "post": "yes"}
    administrator.post(reverse(f"admin:procurement_{name}_changelist"), chosen)
    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("model", fact_models(), ids=lambda model: model._meta.model_name)
def test_every_fact_can_be_taken_back(analyst, model):
    fill(analyst.user)
    row = model.objects.last()
    page = f"/admin/procurement/{model._meta.model_name}/{row.pk}/reverse/"
    answer = analyst.post(page, {"source": make_source().pk, "note": "typed twice"}, follow=True)
    row.refresh_from_db()
    assert row.reversal.note == "typed twice"
    assert "was reversed by row" in said(answer)


@pytest.mark.parametrize("model", fact_models(), ids=lambda model: model._meta.model_name)
def test_every_correction_begins_with_what_is_stored(analyst, model):
    fill(analyst.user)
    row = model.objects.last()
    page = f"/admin/procurement/{model._meta.model_name}/{row.pk}/correct/"
    form = analyst.get(page).context["adminform"].form
    answer = analyst.post(page, as_a_browser_sends(form))
    assert "nothing differs" in str(refusals(answer))


def test_a_correction_is_a_reversal_and_a_new_revision(analyst, contract):
    wrong = post(contract, "5", "payment", source_key="k")
    form = entry_form(contract, amount="7", effective_on="2019-10-31", note="misread")
    analyst.post(entry_page(wrong, "correct"), form)
    right = LedgerEntry.objects.get(source_key="k", revision=2)
    assert (right.amount, right.note, right.source_id) == (Decimal(7), "misread", form["source"])
    assert wrong.reversed_by.amount == -5


def test_a_refused_correction_takes_nothing_back(analyst, contract):
    wrong = post(contract, "5", "payment")
    answer = analyst.post(entry_page(wrong, "correct"), entry_form(contract, amount="-7"))
    assert "above zero" in str(refusals(answer)["amount"])
    assert not LedgerEntry.objects.filter(reverses=wrong).exists()


@pytest.mark.parametrize("act", ["correct", "reverse"])
def test_what_was_taken_back_is_not_taken_back_again(analyst, contract, act):
    wrong = post(contract, "5", "payment")
    analyst.post(entry_page(wrong, "reverse"), {"source": make_source().pk})
    answer = analyst.post(entry_page(wrong, act), entry_form(contract), follow=True)
    assert "cannot be reversed" in said(answer)
    assert LedgerEntry.objects.filter(reverses=wrong).count() == 1


def test_a_row_taken_back_is_marked(analyst, contract):
    wrong = post(contract, "5", "payment")
    analyst.post(entry_page(wrong, "reverse"), {"source": make_source().pk, "note": "typed twice"})
    page = analyst.get(entry_page(wrong)).content.decode()
    assert "was reversed by row" in page
    assert "typed twice" in page
    assert "reversed by" in analyst.get("/admin/procurement/ledgerentry/").content.decode()


def test_an_entry_without_a_source_is_not_reversed(analyst, contract):
    wrong = post(contract, "5", "payment")
    answer = analyst.post(entry_page(wrong, "reverse"), {"note": "x"})
    assert "source" in refusals(answer)


def test_shares_above_one_are_refused_beside_the_share(analyst, contract):
    form = {"contract": contract.pk, "program": make_program("y").pk, "share": "0.5", "effective_on": "2020-01-01"}
    more = {"effective_precision": "day", "source": make_source().pk}
    answer = analyst.post("/admin/procurement/programallocation/add/", form | more)
    assert "at most 1 in all" in str(refusals(answer)["share"])
    assert ProgramAllocation.objects.count() == 1


def test_a_decision_needs_no_side(analyst):
    program = make_program()
    form = {"program": program.pk, "kind": "decision", "status": "suspended", "scope": "whole", "sequence": "0"}
    more = {"organization": make_organization().pk, "effective_on": "2020-06-15", "effective_precision": "day"}
    analyst.post("/admin/procurement/statuschange/add/", form | more | {"source": make_source("2020-06-15").pk})
    assert StatusChange.objects.get().side == "buyer"


def test_a_status_form_shows_what_is_at_stake(analyst, contract):
    program = contract.programallocation_set.get().program
    decide(program, "suspended")
    part = analyst.get("/admin/at-stake/", {"program": program.pk, "effective_on": "2020-06-25"}).content.decode()
    assert "x on 2020-06-25" in part.lower()
    assert contract.reference in part
    assert "unknown for 1" in part  # nothing is known to be paid


def test_what_is_at_stake_gives_status_stop_and_dispute_each_their_own_day(analyst, contract):
    program = contract.programallocation_set.get().program
    decide(program, "suspended", "2020-06-15")
    decide(program, "cancelled", "2020-12-18")
    say(program, "active", "2021-01-31", speaker="Kono", effective_precision="month")
    part = analyst.get("/admin/at-stake/", {"program": program.pk, "effective_on": "2026-11-28"}).content.decode()
    assert "cancelled since 2020-12-18; stopped since 2020-06-15 (suspended)" in part
    assert "disputed since 2021-01, last said 2021-01" in part


@pytest.mark.parametrize(
    "asked", [{}, {"program": "x"}, {"program": "9" * 30}, {"program": "1", "effective_on": "2020-13-45"}]
)
def test_nonsense_puts_nothing_at_stake(analyst, asked):
    assert analyst.get("/admin/at-stake/", asked).content == b""


@pytest.mark.parametrize(
    ("text", "echo"),
    [("1787億円", b"= 178,700,000,000 JPY"), ("", b""), ("<b>", b"not an amount"), ("5M", b"= 5,000,000")],
)
def test_amounts_are_echoed_in_full(analyst, text, echo):
    assert echo in analyst.get("/admin/echo-amount/", {"amount": text}).content


def test_every_fact_table_is_entered_through_its_recorder():
    admins: dict[Any, Any] = admin.site._registry
    assert all(admins[model].recorder.model is model for model in fact_models())
