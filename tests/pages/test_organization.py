"""The page of an organization: its group, its money as supplier and as buyer, and what it said."""

import pytest

from procurement.pages import organization as organization_page
from procurement.parties.matching import OrganizationInput
from procurement.parties.recording import find_or_create_organization
from tests.makers import (
    decide,
    join,
    make_contract,
    make_organization,
    make_program,
    make_supplier,
    merge_into,
    report,
    say,
)
from tests.pages.looking import queries, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def radar():
    return make_program("radar", name="Radar")


def page_of(client, organization, more=""):
    return text(client, f"/en/organizations/{organization.pk}/?as_of=2021-01-01{more}")


def test_a_supplier_shows_its_money_by_program_and_its_contracts(client, radar):
    maker = make_supplier("Maker")
    make_contract(radar, committed="100", paid="30", supplier=maker, title="The radar itself")
    page = page_of(client, maker)
    for said in ("As supplier", "Radar", "The radar itself", "70 JPY"):
        assert said in page
    assert (
        f"/en/figures/outstanding/?currency=JPY&amp;supplier={maker.pk}&amp;program=radar&amp;as_of=2021-01-01" in page
    )


def test_a_buyer_shows_what_it_buys_and_what_it_said(client, radar):
    make_contract(radar, committed="100")
    say(radar, "suspended", "2020-06-15", speaker="Kono", quotation="停止する")
    page = page_of(client, make_organization())
    for said in ("As buyer", "100 JPY", "Kono", "停止する", "suspended"):
        assert said in page


def test_a_group_is_rolled_up(client, radar):
    whole, part = make_supplier("Whole Group"), make_supplier("Part Works")
    join(part, whole)
    make_contract(radar, committed="100", supplier=part)
    page = page_of(client, whole)
    assert "With its group" in page
    assert "Part Works" in page
    assert f"/en/figures/committed/?currency=JPY&amp;supplier_group={whole.pk}" in page
    assert "Whole Group" in page_of(client, part)


def test_two_records_of_one_body_name_each_other(client, radar):
    old, kept = make_supplier("Old Name"), make_supplier("Kept Name")
    merge_into(old, kept)
    make_contract(radar, committed="100", supplier=old)
    assert "This record is one with" in page_of(client, old)
    page = page_of(client, kept)
    assert "Also on record as" in page
    assert "100 JPY" in page


def test_its_identifiers_are_named(client):
    maker = find_or_create_organization(
        OrganizationInput(name="Maker", country="US", kind="company", identifiers=(("CAGE", "1ABC2"),))
    )
    assert "1ABC2" in text(client, f"/en/organizations/{maker.pk}/")


def test_contracts_have_pages(client, radar, monkeypatch):
    monkeypatch.setattr(organization_page, "CONTRACTS", 1)
    maker = make_supplier("Maker")
    for number in range(2):
        make_contract(radar, committed="1", supplier=maker, title=f"Number {number}")
    assert "Number 1" not in page_of(client, maker)
    assert "Number 1" in page_of(client, maker, "&supplied=2")


def test_one_that_is_party_to_nothing_says_so(client):
    press = make_organization("The Paper", kind="press")
    assert "party to no contract on record here" in text(client, f"/en/organizations/{press.pk}/")
    text(client, "/en/organizations/999999/", 404)


def test_it_takes_the_same_queries_for_twenty_rows_as_for_one(client, radar):
    maker, buyer = make_supplier("Maker"), make_organization()
    add(radar, maker)
    first = [queries(client, f"/en/organizations/{each.pk}/") for each in (maker, buyer)]
    for number in range(19):
        add(make_program(f"p{number}"), maker)
    assert [queries(client, f"/en/organizations/{each.pk}/") for each in (maker, buyer)] == first


def add(program, maker):
    make_contract(program, committed="1", supplier=maker)
    decide(program, "suspended", "2020-06-15")
    report(program, "paid", "1", speaker_organization=maker)
