"""What an analyst sees of a program, contract, organization and document before editing it."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from procurement.admin.records import programs as program_page
from procurement.cases.one_program import reading
from procurement.contracts.models import Contract
from procurement.flags.models import Flag
from procurement.ledger.models import LedgerEntry
from procurement.ledger.recording import ledger_entries
from procurement.programs.models import StatusChange
from procurement.sources.recording import Amending
from tests.admin.portfolio import fill_flag
from tests.makers import (
    decide,
    make_contract,
    make_organization,
    make_program,
    make_source,
    make_supplier,
    post,
    say,
    state_complete,
)

FORM_OPEN = '<details class="record-form" id="form" open>'
RETURN = "_return"


def address(row, page="change"):
    return reverse(f"admin:procurement_{row._meta.model_name}_{page}", args=[row.pk])


def shown(client, row, **query):
    answer = client.get(address(row), query)
    assert answer.status_code == 200
    return answer.content.decode()


def the_form(client, row):
    """What a browser sends back of the folded form, unchanged."""
    form = client.get(address(row)).context["adminform"].form
    values = {name: form.initial.get(name) for name in form.fields}
    return {name: getattr(value, "pk", value) for name, value in values.items() if value is not None}


def stopped_program():
    program = make_program("aegis-ashore")
    contract = make_contract(program, committed="1000", paid="100", supplier=make_supplier("Lockheed Martin"))
    decide(program, "suspended", quotation="we stop here")
    return program, contract


# programs


def test_a_programs_page_shows_its_standing_money_flags_and_contracts(analyst):
    program, contract = stopped_program()
    flag = fill_flag(program, contract)
    page = shown(analyst, program)
    for text in ("suspended", "we stop here", "Lockheed Martin", contract.title, "1,000 JPY", "900 JPY", flag.summary):
        assert escape(text) in page, text
    assert address(flag) in page
    assert address(contract) in page


def test_figures_lead_to_the_rows_behind_them_and_say_how_old_they_are(analyst):
    program, contract = stopped_program()
    state_complete(contract, "2020-05-31")
    page = shown(analyst, program)
    assert f"/en/figures/outstanding/?currency=JPY&amp;program={program.code}" in page
    assert "known through 31 May 2020" in page


def test_unknown_is_said_with_its_reason_and_never_as_zero(analyst):
    program = make_program()
    make_contract(program, committed="1000")
    page = shown(analyst, program)
    assert "why it is unknown" in page
    assert ">0 JPY<" not in page


def test_the_form_is_folded_below_and_open_where_it_was_asked_for(analyst):
    program, _contract = stopped_program()
    assert FORM_OPEN not in shown(analyst, program)
    assert FORM_OPEN in shown(analyst, program, edit="1")


def test_saving_there_works_as_before(analyst):
    program, _contract = stopped_program()
    analyst.post(address(program), the_form(analyst, program) | {"name": "Aegis Ashore"})
    program.refresh_from_db()
    assert program.name == "Aegis Ashore"


def test_after_a_refused_form_only_the_form_is_shown(analyst):
    program, _contract = stopped_program()
    page = analyst.post(address(program), the_form(analyst, program) | {"country": "XX"}).content.decode()
    assert "record-head" not in page
    assert "XX" in page


def test_a_list_that_is_cut_says_so_and_leads_to_all_the_most_owed_first(analyst, monkeypatch):
    program = make_program()
    for committed in ("100", "900", "500"):
        make_contract(program, committed=committed, paid="1", title=f"Owed {committed}")
    monkeypatch.setattr(program_page, "PAGE", 1)
    monkeypatch.setattr(program_page, "CONTRACTS", 2)
    page = shown(analyst, program)
    assert "2 of 3" in page
    assert page.index("Owed 900") < page.index("Owed 500")
    assert "Owed 100" not in page
    assert f"contract/?programallocation_set__program__id__exact={program.pk}" in page


def test_of_very_many_contracts_the_page_says_what_it_leaves_out(analyst, monkeypatch):
    program, _contract = stopped_program()
    make_contract(program, committed="5")
    monkeypatch.setattr(reading, "MANY", 1)
    page = shown(analyst, program)
    assert "In the order in which they were recorded" in page
    assert "what is due under each is on the contracts' own pages" in page
    assert "are not listed here" in shown(analyst, program, as_of="2021-01-01")


def test_every_list_that_a_page_leads_to_answers(analyst):
    program, contract = stopped_program()
    fill_flag(program, contract)
    for row in (program, contract, contract.buyer, contract.source):
        page = shown(analyst, row)
        lists = {part.split('"')[0] for part in page.split('href="')[1:] if "__id__exact=" in part.split('"')[0]}
        for each in lists:
            answer = analyst.get(each.replace("&amp;", "&"))
            assert answer.status_code == 200, each
            assert "e=1" not in answer.request["QUERY_STRING"]


def test_program_pages_ask_no_more_for_more_contracts(analyst):
    program, _contract = stopped_program()
    one = queries(analyst, program)
    for number in range(6):
        post(make_contract(program, committed="5"), str(number + 1))
        say(program, "active", "2020-07-01", speaker=f"Speaker {number}")
        fill_flag(program, make_contract(program))
    assert queries(analyst, program) <= one + 2  # of the lists that were empty before


def queries(client, row):
    client.get(address(row))
    with CaptureQueriesContext(connection) as asked:
        client.get(address(row))
    return len(asked)


# the past


def test_a_page_of_the_past_says_so_and_shows_what_was_known(analyst):
    program, _contract = stopped_program()
    page = shown(analyst, program, as_of="2020-01-01")
    assert "This page shows the past: the record as of 1 January 2020." in page
    assert "we stop here" not in page
    assert "This page shows the past" not in shown(analyst, program)


def test_a_page_of_the_past_leads_to_the_same_state_in_public_and_in_the_api(analyst):
    program, contract = stopped_program()
    dates = {"as_of": "2021-01-01", "published_by": "2021-01-01"}
    assert f"/en/programs/{program.code}/?as_of=2021-01-01&amp;published_by=2021-01-01" in shown(
        analyst, program, **dates
    )
    page = shown(analyst, contract, **dates)
    assert f"/api/v1/contracts/{contract.pk}/?as_of=2021-01-01&amp;published_by=2021-01-01" in page


def test_permalinks_name_the_moment_so_that_they_give_the_same_later(analyst):
    program, contract = stopped_program()
    for row in (program, contract, contract.buyer, contract.source):
        links = [part.split('"')[0] for part in shown(analyst, row).split('href="')]
        permanent = [each for each in links if "recorded_by=" in each]
        assert [each.split("/")[1] for each in permanent] == ["en", "api"]


def test_a_day_that_is_none_is_refused_in_words_and_today_is_shown(analyst):
    program, _contract = stopped_program()
    page = shown(analyst, program, as_of="yesterday")
    assert "as_of" in page
    assert "The figures today" in page


def test_before_anything_was_known_the_page_says_that(analyst):
    _program, contract = stopped_program()
    page = shown(analyst, contract, as_of="2020-01-01", published_by="2001-01-01")
    assert "Nothing of this contract was on record" in page


# coming back


@pytest.mark.parametrize("table", ["statuschange", "contract", "reportedfigure", "programlink"])
def test_adding_from_a_program_fills_it_in_and_leads_back(analyst, table):
    program, _contract = stopped_program()
    links = [part.split('"')[0] for part in shown(analyst, program).split('href="')]
    form = next(each for each in links if f"/{table}/add/" in each).replace("&amp;", "&")
    assert f"program={program.pk}" in form
    assert f"{RETURN}=%2Fadmin%2Fprocurement%2Fprogram%2F{program.pk}%2Fchange%2F%23" in form
    assert analyst.get(form).status_code == 200


def decision(program):
    given = {"program": program.pk, "kind": "decision", "scope": "whole", "status": "cancelled", "side": "buyer"}
    given |= {"effective_on": "2020-12-18", "effective_precision": "day", "source": make_source().pk, "sequence": "0"}
    return given | {"speaker": "Minister"}


@pytest.mark.parametrize(
    ("back", "leads_to"),
    [
        ("/admin/procurement/program/{0}/change/#positions", "/admin/procurement/program/{0}/change/#positions"),
        ("https://elsewhere.example/", "/admin/procurement/statuschange/"),
        ("//elsewhere.example/", "/admin/procurement/statuschange/"),
    ],
)
def test_a_form_returns_only_to_addresses_of_this_site(analyst, back, leads_to):
    program = make_program()
    form = reverse("admin:procurement_statuschange_add")
    answer = analyst.post(form, decision(program), query_params={RETURN: back.format(program.pk)})
    assert StatusChange.objects.count() == 1
    assert answer.url == leads_to.format(program.pk)


def test_one_more_returns_there_in_the_end(analyst):
    program = make_program()
    form, back = reverse("admin:procurement_statuschange_add"), address(program)
    answer = analyst.post(form, decision(program) | {"_addanother": "1"}, query_params={RETURN: back})
    assert f"{RETURN}=%2Fadmin" in answer.url


# contracts


def test_a_corrected_entry_says_by_which_row_and_the_position_runs_on_what_stands(analyst):
    contract = make_contract(make_program(), committed="1000")
    paid = post(contract, "100", "payment", on="2020-01-01")
    post(contract, "50", "payment", on="2020-02-01")
    corrected = ledger_entries.correct(paid, Amending(make_source()), {"amount": Decimal(300)}).fact
    page = shown(analyst, contract)
    assert f"row {corrected.pk}" in page
    assert f"corrects row {paid.pk}" in page
    assert positions(analyst, contract)[("payment", "50.0000")] == Decimal(350)


def positions(client, contract):
    ledger = client.get(address(contract)).context["ledger"]
    return {(each.row.measure, str(each.row.amount)): each.row.position for each in ledger if each.stands}


def test_an_entry_that_was_taken_back_is_marked_with_the_row_that_did_it(analyst):
    contract = make_contract(make_program(), committed="1000")
    entry = post(contract, "100", "payment")
    reversal = ledger_entries.take_back(entry, Amending(make_source())).fact
    page = shown(analyst, contract)
    assert "taken back by" in page
    assert f"/ledgerentry/{reversal.pk}/change/" in page


def test_a_contracts_page_says_why_figures_are_unknown(analyst):
    page = shown(analyst, make_contract(make_program(), committed="1000"))
    assert "What is unknown, and what would make it known" in page


def test_a_long_ledger_is_paged(analyst):
    contract = make_contract(make_program(), committed="1000")
    for number in range(52):
        post(contract, str(number + 1), "payment")
    assert "1 to 50; more follow" in shown(analyst, contract)
    assert "51 to 53" in shown(analyst, contract, ledger="2")
    assert "is not a page" in shown(analyst, contract, ledger="x")


# organizations and documents


def test_an_organizations_page_sums_its_contracts_by_currency_and_keeps_unknown_unknown(analyst):
    program = make_program()
    maker = make_supplier("Lockheed Martin")
    make_contract(program, committed="1000", paid="100", supplier=maker)
    make_contract(program, committed="20", currency="USD", supplier=maker)
    page = shown(analyst, maker)
    assert "Together, in JPY" in page
    assert "Together, in USD" in page
    assert "unknown" in page
    assert address(program) in page


def test_a_buyers_page_names_its_programs_and_their_flags(analyst):
    program, contract = stopped_program()
    flag = fill_flag(program, contract)
    page = shown(analyst, program.buyer)
    assert address(program) in page
    assert address(flag) in page


def test_a_documents_page_shows_the_rows_that_rest_on_it_and_how_many_there_are(analyst):
    source = make_source()
    contract = make_contract(make_program(), committed="1000")
    for number in range(12):
        post(contract, str(number + 1), "payment", source=source)
    page = shown(analyst, source)
    assert "10 of 12" in page
    assert address(LedgerEntry.objects.filter(source=source).first()) in page


def test_readers_see_the_record_without_buttons_to_add(reader):
    program, contract = stopped_program()
    for row in (program, contract, make_organization(), contract.source):
        page = shown(reader, row)
        assert "record-add" not in page
        assert "field by field" in page


# history


def test_history_names_what_changed_in_words(analyst):
    contract = make_contract(method="domestic")
    analyst.post(
        address(contract), the_form(analyst, contract) | {"method": "foreign_military_sale", "ends_on": "2030-12-31"}
    )
    page = analyst.get(address(contract, "history")).content.decode()
    assert Contract.Method("foreign_military_sale").label in page
    assert "the-analyst" in page
    assert "31 December 2030" in page
    assert "buyer_id" not in page
    assert "Ministry of Defense" in page


def test_the_history_of_a_fact_tells_who_entered_and_corrected_it(analyst):
    contract = make_contract(make_program())
    paid = post(contract, "100", "payment")
    amending = Amending(make_source(), note="a digit too few", by=analyst.user)
    corrected = ledger_entries.correct(paid, amending, {"amount": Decimal(1000)}).fact
    ledger_entries.take_back(corrected, Amending(make_source(), by=analyst.user))
    for row in (paid, corrected):
        page = analyst.get(address(row, "history")).content.decode()
        for text in (f"entered as row {paid.pk}", f"row {corrected.pk} stands in its place", "a digit too few"):
            assert text in page, text
        assert "taken back by row" in page
        assert "the-analyst" in page


def test_open_flags_of_a_program_are_counted(analyst):
    program, contract = stopped_program()
    fill_flag(program, contract)
    Flag.objects.update(state="resolved", resolved_at="2024-01-01T00:00:00Z")
    assert "No rule finds anything in this record now." in shown(analyst, program)
