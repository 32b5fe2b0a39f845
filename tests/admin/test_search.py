"""One search over everything, the search boxes of lists, and what lists can be asked for."""

import re

import pytest
from django.db import OperationalError

from procurement.admin.finding import conditions, similar
from procurement.admin.listed.contracts import CONTRACT_COLUMNS
from procurement.contracts.models import Contract
from procurement.exposure.kept.refreshing import refresh
from procurement.parties.recording import add_identifier
from tests.admin.portfolio import fill
from tests.makers import (
    allocate,
    decide,
    make_contract,
    make_organization,
    make_program,
    make_source,
    make_supplier,
    post,
    put,
    say,
)


def text_of(answer):
    assert answer.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def find(client, text):
    return text_of(client.get("/admin/find/", {"q": text}))


def rows(client, table, **query):
    answer = client.get(f"/admin/procurement/{table}/", query)
    assert answer.status_code == 200, answer
    return list(answer.context["cl"].result_list)


# everything


def test_each_kind_is_found_with_its_state(analyst):
    program = make_program("ashore", name="Aegis Ashore")
    decide(program, "suspended")
    contract = make_contract(program, committed="100", paid="40", reference="FA-8611", title="Aegis radars")
    make_supplier("Aegis Works")
    make_source(title="On Aegis")
    say(program, "active", quotation="Aegis goes on", speaker="Kono")
    page = find(analyst, "aegis")
    assert "Aegis Ashore" in page
    assert "suspended" in page
    assert f"active; supplier: Maker; program: {program}; outstanding: 60 JPY" in page
    assert "Aegis Works" in page
    assert "On Aegis" in page
    assert "Facts" in page
    assert "Nothing was found among: Flags." in page
    assert str(contract) in find(analyst, "fa-8611")


def test_what_was_meant_exactly_comes_first(analyst):
    for reference in ("A-10", "A-1", "BA-1"):
        make_contract(None, reference=reference, title="Something")
    page = find(analyst, "a-1")
    assert page.index("A-1 Something") < page.index("A-10 Something") < page.index("BA-1 Something")


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Lockheed Martin", "Lokheed Martin"),
        ("イージス・アショア", "イージスアショワ"),
        ("三菱重工業", "三菱重工"),
        ("三菱重工業", "三菱重行業"),
        ("Boeing Defense", "Bowing"),
        ("Ｒａｙｔｈｅｏｎ", "raytheon"),
        ("École de Défense", "ecole defense"),
    ],
)
def test_misspelt_names_are_found(analyst, name, typed):
    make_supplier(name)
    assert name in find(analyst, typed)


def test_what_only_resembles_says_so(analyst):
    make_program("osprey", name="Osprey")
    assert "These names resemble them" in find(analyst, "ospray")
    assert "These names resemble them" not in find(analyst, "osprey")


def test_facts_are_found_by_number_key_quotation_and_reference(analyst):
    contract = make_contract(make_program("x"), reference="R-77")
    row = post(contract, "5", source_key="line-123")
    said = say(make_program("y"), "active", quotation="It shall go on", speaker="Kono")
    for text, found in ((str(row.pk), row), ("line-1", row), ("shall go", said), ("r-77", row)):
        answer = analyst.get("/admin/find/", {"q": text}).content.decode()
        assert f"/{found._meta.model_name}/{found.pk}/change/" in answer, text


def test_an_organization_is_found_by_its_identifier(analyst):
    maker = make_supplier("Maker of things")
    add_identifier(maker, scheme="US-UEI", value="ABCDEF123456")
    assert "Maker of things" in find(analyst, "ABCDEF123456")


def test_a_search_that_is_cut_says_so_and_leads_to_all(analyst):
    for number in range(12):
        make_supplier(f"Works {number}")
    answer = analyst.get("/admin/find/", {"q": "works"})
    assert "10 of 12; all of them" in text_of(answer)
    assert len(rows(analyst, "organization", q="works")) == 12


def test_nothing_and_no_text_are_said(analyst):
    assert "Nothing was found." in find(analyst, "nowhere to be seen")
    assert "Type a word" in find(analyst, "")
    assert "Nothing was found." in find(analyst, "\0%_")


def test_what_resembles_too_much_is_given_up(analyst, monkeypatch):
    monkeypatch.setattr("procurement.admin.finding.results.SECONDS_FOR_SIMILAR", 0)
    assert "Too much resembles this" in find(analyst, "osprey")


def test_only_a_stopped_statement_is_given_up(analyst, monkeypatch):
    def broken(*_):
        raise OperationalError

    monkeypatch.setattr(similar, "_asked", broken)
    with pytest.raises(OperationalError):
        find(analyst, "osprey")


def test_the_box_is_above_every_page(reader):
    assert 'action="/admin/find/"' in reader.get("/admin/").content.decode()
    assert 'action="/admin/find/"' in reader.get("/admin/procurement/contract/").content.decode()


# lists


def test_a_ledger_is_searched_by_contract_key_and_number(analyst):
    one = post(make_contract(None, reference="FA-1", title="Radars"), "5", source_key="key-1")
    other = post(make_contract(None, reference="FA-2", title="Boats"), "5")
    assert rows(analyst, "ledgerentry", q="radar") == [one]
    assert rows(analyst, "ledgerentry", q="key") == [one]
    assert rows(analyst, "ledgerentry", q=str(other.pk)) == [other]
    assert rows(analyst, "ledgerentry", q="fa-1 boats") == []
    assert set(rows(analyst, "ledgerentry", q="fa-")) == {one, other}


@pytest.mark.parametrize("table", ["ledgerentry", "contract", "organization", "flagevent", "statuschange"])
def test_words_that_very_many_rows_have_find_the_same(analyst, monkeypatch, table):
    fill(analyst.user)
    found = {word: rows(analyst, table, q=word) for word in ("program", "maker", "contract", "1", "is")}
    monkeypatch.setattr(conditions, "MOST_NAMED", 0)
    assert {word: rows(analyst, table, q=word) for word in found} == found
    assert any(found.values())


def test_a_ledger_list_with_search_asks_no_more_for_more_rows(analyst, django_assert_max_num_queries):
    contract = make_contract(None, title="Radars")
    for amount in "12345678":
        post(contract, amount)
    with django_assert_max_num_queries(22):
        assert len(rows(analyst, "ledgerentry", q="radar")) == 8


def test_contracts_show_who_supplies_them_their_state_and_what_is_outstanding(analyst):
    contract = make_contract(
        make_program("x", name="Ashore"), committed="100", paid="40", supplier=make_supplier("Acme")
    )
    put(contract, "stop_work", "2020-01-01")
    page = text_of(analyst.get("/admin/procurement/contract/"))
    for said in ("Acme", "Ashore", "under a stop-work order", "60 JPY"):
        assert said in page
    make_contract(None, committed="5")
    assert "unknown" in text_of(analyst.get("/admin/procurement/contract/"))


@pytest.fixture
def three(db):
    """Contracts with 60 JPY outstanding, 600 USD shared by two programs, and an unknown amount."""
    small = make_contract(make_program("x"), committed="100", paid="40", supplier=make_supplier("Acme"))
    large = make_contract(make_program("y"), committed="1000", paid="400", currency="USD", share="0.5")
    allocate(large, make_program("z"), "0.5", "2019-10-31")
    unknown = make_contract(None, committed="5")
    put(unknown, "terminated", "2020-01-01")
    refresh()
    return small, large, unknown


def test_contracts_are_filtered_by_what_people_ask_for(analyst, three):
    small, large, unknown = three
    supplier = small.contractparty_set.get().organization_id
    program = small.programallocation_set.get().program_id
    for query, found in (
        ({"contractparty_set__organization__id__exact": supplier}, {small}),
        ({"programallocation_set__program__id__exact": program}, {small}),
        ({"currency": "USD"}, {large}),
        ({"status": "terminated"}, {unknown}),
        ({"status": "active"}, {small, large}),
        ({"outstanding_from": "500"}, {large}),
        ({"outstanding_to": "0.0001M"}, {small}),
        ({"outstanding_from": "50", "outstanding_to": "600"}, {small, large}),
        ({"outstanding_from": "much"}, set()),
    ):
        assert set(rows(analyst, "contract", **query)) == found, query


def test_contracts_are_put_in_the_order_of_what_is_outstanding(analyst, three, monkeypatch):
    small, large, unknown = three
    column = CONTRACT_COLUMNS.index("outstanding_today")
    assert rows(analyst, "contract", o=f"-{column}") == [large, small, unknown]
    monkeypatch.setattr("procurement.admin.listed.contracts.COUNTED", 2)
    answer = analyst.get("/admin/procurement/contract/", {"o": f"-{column}"})
    assert list(answer.context["cl"].result_list) == [unknown, large, small]
    assert "Filter the list further" in text_of(answer)


def test_a_page_of_contracts_asks_no_more_for_more_rows(analyst, django_assert_max_num_queries):
    for _ in range(6):
        make_contract(make_program(), committed="100", paid="40")
    with django_assert_max_num_queries(28):
        analyst.get("/admin/procurement/contract/")


def test_programs_show_how_they_stand(analyst):
    program = make_program("x", name="Ashore")
    make_contract(program, committed="100", paid="40")
    decide(program, "suspended")
    make_program("y", name="Boats")
    page = text_of(analyst.get("/admin/procurement/program/"))
    for said in ("suspended", "2020-06-15", "60 JPY", "no decision known"):
        assert said in page
    assert rows(analyst, "program", standing="stopped") == [program]
    assert [row.code for row in rows(analyst, "program", standing="none")] == ["y"]


def test_organizations_show_where_they_are_and_their_contracts(analyst, three):
    page = text_of(analyst.get("/admin/procurement/organization/", {"q": "ministry"}))
    assert "Japan" in page
    assert "3 as buyer" in page
    make_organization("Elsewhere", "FR")
    assert [row.name for row in rows(analyst, "organization", country__icontains="fr")] == ["Elsewhere"]
    assert rows(analyst, "organization", country__icontains="Atlantis") == []


# the sidebar


def menu(client):
    return text_of(client.get("/admin/"))


def test_each_role_sees_what_it_works_with(reader, analyst, reviewer, administrator):
    assert "Doubtful matches" not in menu(reader)
    assert "Doubtful matches" in menu(analyst)
    assert all("Repeatable requests" not in menu(each) for each in (reader, analyst, reviewer))
    assert "Repeatable requests" in menu(administrator)


def test_what_is_not_in_the_menu_can_still_be_seen(reader):
    assert reader.get("/admin/procurement/doubtfulmatch/").status_code == 200


def test_waiting_flags_are_counted_for_who_acts_on_them(reader, analyst):
    fill(analyst.user)
    assert "Flags 1" in menu(analyst)
    assert "Flags 1" not in menu(reader)


def test_shortcuts_are_listed_on_every_page(reader):
    page = reader.get("/admin/procurement/contract/").content.decode()
    assert 'id="desk-shortcuts"' in page
    assert "procurement/admin/shortcuts.js" in page
    assert 'id="desk-shortcuts-on"' in page


def test_withdrawn_rows_are_not_found(analyst):
    contract = make_contract(None, title="Gone away")
    Contract.objects.filter(pk=contract.pk).update(withdrawn_at="2020-01-01T00:00Z")
    assert "Nothing was found." in find(analyst, "gone away")
