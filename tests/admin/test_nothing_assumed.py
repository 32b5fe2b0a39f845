"""Forms assume nothing; days, amounts and codes are typed as people write them; the next form keeps what was chosen."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib import admin
from django.urls import reverse

from procurement.admin.choosing import HARMLESS
from procurement.admin.entering import EnteringAdmin
from procurement.contracts.models import Contract, ContractStatusChange
from procurement.ledger.models import LedgerEntry
from procurement.parties.models import Organization
from procurement.programs.models import Program, StatusChange
from procurement.sources.models import Document
from tests.admin.test_editable import IDENTIFIERS, TABLES, contract_form
from tests.admin.test_facts import ENTRY_ADD, entry_form, refusals, said
from tests.makers import make_contract, make_program, make_source, post

OURS = [model for model, page in admin.site._registry.items() if isinstance(page, EnteringAdmin)]


@pytest.fixture
def contract(db):
    return make_contract(make_program("x"), committed="34955000000", paid="6500000000")


def form_of(client, model):
    context = client.get(reverse(f"admin:procurement_{model._meta.model_name}_add")).context or {}
    return context["adminform"].form if "adminform" in context else None


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.model_name)
def test_a_new_form_begins_empty_but_for_defaults_that_harm_nobody(administrator, model):
    form = form_of(administrator, model)
    if form is None:
        return  # nobody adds one by hand, or it has a page of its own
    assumed = {name: form[name].value() for name in form.fields if name not in HARMLESS}
    assert {name: value for name, value in assumed.items() if value not in (False, "", None, [])} == {}
    for name, field in form.fields.items():
        if hasattr(field, "choices") and not hasattr(field, "queryset") and name not in {*HARMLESS, "events", "rules"}:
            assert next(iter(field.choices))[0] == "", name


@pytest.mark.parametrize(
    ("page", "form", "field", "accepted"),
    [
        ("ledgerentry", {}, "measure", "Ceiling, Commitment"),
        ("ledgerentry", {}, "reason", "Award, Modification"),
        ("statuschange", {}, "kind", "Decision, Statement"),
        ("statuschange", {}, "scope", "The whole program"),
        ("programallocation", {}, "share", "must be given"),
        ("guarantee", {}, "event", "Given, Called"),
        ("document", {}, "grade", "Primary, Secondary"),
        ("organization", IDENTIFIERS, "kind", "Company"),
        ("contract", TABLES, "method", "Domestic"),
        ("contract", TABLES, "status", "not known yet"),
        ("channel", {}, "kind", "required"),
    ],
)
def test_what_nobody_chose_is_refused_with_what_would_be_accepted(analyst, page, form, field, accepted):
    answer = analyst.post(f"/admin/procurement/{page}/add/", form)
    assert accepted in str(refusals(answer)[field])


def test_a_first_status_may_be_unknown_and_none_is_stored_then(analyst):
    analyst.post("/admin/procurement/contract/add/", contract_form(status="not_known"))
    assert Contract.objects.exists()
    assert not ContractStatusChange.objects.exists()


def test_a_contract_of_a_program_says_how_much_of_it(analyst):
    form = contract_form(program=make_program().pk, share="")
    assert "1 for all of it" in str(refusals(analyst.post("/admin/procurement/contract/add/", form))["share"])


# the next one


def another(client, page, form):
    answer = client.post(page, form | {"_addanother": "1"})
    return answer, {name: values[0] for name, values in parse_qs(urlsplit(answer["Location"]).query).items()}


def test_the_next_form_keeps_what_was_chosen_and_begins_anew_with_the_rest(analyst, contract):
    form = entry_form(contract, source_key="k", note="n", rounding="1000")
    answer, kept = another(analyst, ENTRY_ADD, form)
    chosen = ("contract", "measure", "reason", "source", "effective_on", "effective_precision")
    assert kept == {name: str(form[name]) for name in chosen}
    page = analyst.get(answer["Location"])
    shown = page.context["adminform"].form
    assert (shown["contract"].value(), shown["measure"].value()) == (str(contract.pk), "payment")
    assert (shown["amount"].value(), shown["note"].value(), shown["source_key"].value()) == (None, "", "")
    entry = LedgerEntry.objects.latest("id")
    assert f"/admin/procurement/ledgerentry/{entry.pk}/change/" in said(page)


def test_parameters_of_the_address_that_are_no_fields_stay(analyst, contract):
    _answer, kept = another(analyst, f"{ENTRY_ADD}?back=/x/&contract=1", entry_form(contract))
    assert (kept["back"], kept["contract"]) == ("/x/", str(contract.pk))


def test_what_was_stored_is_named_and_led_to(analyst, contract):
    answer = analyst.post(ENTRY_ADD, entry_form(contract), follow=True)
    entry = LedgerEntry.objects.latest("id")
    assert f"/admin/procurement/ledgerentry/{entry.pk}/change/" in said(answer)
    assert "Payment: 5,000,000" in said(answer)


# amounts


@pytest.mark.parametrize(
    ("text", "echo"),
    [
        ("178億", "= 17,800,000,000 JPY"),
        ("¥178億", "= 17,800,000,000 JPY"),
        ("6.5 Mrd", "committed 34,955,000,000 JPY, paid 6,500,000,000 JPY"),
        ("5M USD", "but the stored amount is in JPY"),
        ("$5M", "not an amount"),
    ],
)
def test_the_echo_knows_the_contract(analyst, contract, text, echo):
    asked = {"_box": "amount", "amount": text, "contract": contract.pk}
    assert echo in analyst.get("/admin/echo-amount/", asked).content.decode()


def test_what_is_not_known_of_a_contract_is_unknown_in_the_echo(analyst):
    asked = {"_box": "amount", "amount": "5", "contract": make_contract().pk}
    assert "committed unknown, paid unknown" in analyst.get("/admin/echo-amount/", asked).content.decode()


@pytest.mark.parametrize("chosen", ["", "x", "9" * 30, "-1"])
def test_an_echo_without_a_contract_is_the_amount(analyst, chosen):
    asked = {"_box": "low", "low": "5M", "contract": chosen, "currency": "usd"}
    assert analyst.get("/admin/echo-amount/", asked).content.decode() == "= 5,000,000 USD"


def test_a_sign_is_read_in_the_contracts_currency(analyst, contract):
    analyst.post(ENTRY_ADD, entry_form(contract, amount="¥5M"))
    assert LedgerEntry.objects.latest("id").amount == 5_000_000


def test_a_sign_of_another_currency_is_refused_with_the_code_to_type(analyst, contract):
    answer = analyst.post(ENTRY_ADD, entry_form(contract, amount="$5M"))
    assert "USD 5M" in str(refusals(answer)["amount"])


# days


@pytest.mark.parametrize(
    "text", ["31.1.2020", "2020年1月31日", "令和2年1月31日", "R2.1.31", "31 Jan 2020", "31/1/2020"]
)
def test_a_day_is_stored_as_it_was_meant(analyst, contract, text):
    analyst.post(ENTRY_ADD, entry_form(contract, effective_on=text))
    assert LedgerEntry.objects.latest("id").effective_on.isoformat() == "2020-01-31"


def test_a_month_is_stored_once_its_precision_is_chosen(analyst, contract):
    answer = analyst.post(ENTRY_ADD, entry_form(contract, effective_on="1/2020"))
    assert "choose the precision “Month”" in str(refusals(answer)["effective_on"])
    analyst.post(ENTRY_ADD, entry_form(contract, effective_on="1/2020", effective_precision="month"))
    entry = LedgerEntry.objects.latest("id")
    assert (entry.effective_on.isoformat(), entry.effective_precision) == ("2020-01-31", "month")


@pytest.mark.parametrize(
    ("changed", "field", "why"),
    [
        ({"effective_on": "03/04/2020"}, "effective_on", "may be 2020-04-03 or 2020-03-04"),
        ({"published_on": "2020"}, "published_on", "a day is needed here, such as 2020-12-31"),
        ({"effective_on": "soon"}, "effective_on", "would be accepted"),
    ],
)
def test_a_day_with_no_or_two_readings_is_refused(analyst, contract, changed, field, why):
    assert why in str(refusals(analyst.post(ENTRY_ADD, entry_form(contract, **changed)))[field])


@pytest.mark.parametrize(
    ("text", "echo"),
    [
        ("令和2年6月25日", "= 2020-06-25"),
        ("2020-06-25", ""),
        ("", ""),
        ("6/2020", "= 2020-06-30, with precision “Month”"),
        ("03/04/2020", "may be 2020-04-03 or 2020-03-04"),
        ("<b>", "&lt;b&gt;"),
    ],
)
def test_days_are_echoed_as_they_are_stored(analyst, text, echo):
    found = analyst.get("/admin/echo-day/", {"effective_on": text}).content.decode()
    assert echo in found if echo else found == ""


# codes


def test_codes_are_found_by_name_and_accepted_in_any_case(analyst):
    page = analyst.get("/admin/procurement/organization/add/").content.decode()
    assert '<option value="JP">Japan (JP)</option>' in page
    analyst.post(
        "/admin/procurement/organization/add/", {"name": "M", "kind": "company", "country": "jp"} | IDENTIFIERS
    )
    assert Organization.objects.get(name="M").country == "JP"


@pytest.mark.parametrize(
    ("page", "form", "field", "near"),
    [
        ("organization", {"country": "UK"} | IDENTIFIERS, "country", "GB (United Kingdom)"),
        ("contract", {"currency": "YEN"} | TABLES, "currency", "JPY (Yen)"),
        ("document", {"language": "Japanish"}, "language", "ja"),
        ("subscription", {"zone": "Asia/Tokio"}, "zone", "Asia/Tokyo"),
    ],
)
def test_what_is_no_code_is_refused_with_the_nearest_and_shown_again(analyst, page, form, field, near):
    answer = analyst.post(f"/admin/procurement/{page}/add/", form)
    assert near in str(refusals(answer)[field])
    assert f'<option value="{form[field]}" selected>' in answer.content.decode()


def test_a_domain_is_picked_from_those_in_use_or_new(analyst):
    make_program("old", domain="naval")
    assert '<option value="naval">' in analyst.get("/admin/procurement/program/add/").content.decode()
    analyst.post("/admin/procurement/program/add/", {"name": "N", "code": "n", "domain": "space"} | TABLES)
    assert Program.objects.get(code="n").domain == "space"


def test_a_language_and_a_zone_are_stored_by_their_codes(analyst):
    form = {"title": "T", "grade": "weak", "url": "", "language": "JA"}
    analyst.post("/admin/procurement/document/add/", form)
    assert Document.objects.get(title="T").language == "ja"


# beside a search box


@pytest.mark.parametrize("page", ["ledgerentry/add", "contract/{}/rehome"])
def test_a_row_is_added_in_place_by_a_link_that_the_keyboard_reaches(analyst, contract, page):
    shown = analyst.get(f"/admin/procurement/{page.format(contract.pk)}/").content.decode()
    assert 'href="/admin/procurement/document/add/?_to_field=id&amp;_popup=1"' in shown
    assert 'id="add_id_source"' in shown


def test_a_reader_of_statements_overlooks_no_kind(analyst):
    form = {"program": make_program().pk, "status": "suspended", "effective_on": "2020-06-15", "scope": "whole"}
    analyst.post("/admin/procurement/statuschange/add/", form | {"source": make_source("2020-06-15").pk})
    assert not StatusChange.objects.exists()


def test_a_correction_begins_with_what_is_stored_and_asks_for_nothing_again(analyst, contract):
    entry = post(contract, "5", "payment")
    form = analyst.get(f"/admin/procurement/ledgerentry/{entry.pk}/correct/").context["adminform"].form
    assert form["measure"].value() == "payment"
