"""The page of a country: its programs, its suppliers and its fiscal year."""

import pytest

from tests.makers import decide, make_contract, make_organization, make_program, make_supplier
from tests.pages.looking import queries, text

pytestmark = pytest.mark.django_db


def test_a_country_shows_its_programs_with_status_and_money(client):
    radar = make_program("radar", name="Radar", country="JP")
    decide(radar, "suspended", "2020-06-15")
    make_contract(radar, committed="100", paid="30", supplier=make_supplier("Maker", "US"))
    page = text(client, "/en/countries/JP/?as_of=2021-01-01")
    for said in ("1 program is on record here", "suspended", "70 JPY", "United States", "first day of April"):
        assert said in page
    assert "/en/figures/committed/?currency=JPY&amp;country=JP&amp;supplier_country=US&amp;as_of=2021-01-01" in page


def test_a_country_that_only_sells_shows_who_buys(client):
    make_contract(make_program("radar", country="JP"), committed="100", supplier=make_supplier("Maker", "US"))
    page = text(client, "/en/countries/US/")
    assert "Who buys from suppliers there" in page
    assert "/en/figures/committed/?currency=JPY&amp;supplier_country=US&amp;country=JP" in page


def test_a_country_without_an_entry_has_the_calendar_year(client):
    assert "the calendar year counts" in text(client, "/en/countries/FR/")
    text(client, "/en/countries/XX/", 404)


def test_it_takes_the_same_queries_for_twenty_programs_as_for_one(client):
    found = set()
    for number in range(20):
        buyer = make_organization()
        make_contract(make_program(f"p{number}", country="JP", buyer=buyer), committed="1")
        found.add(queries(client, "/en/countries/JP/") if number in (0, 19) else None)
    assert len(found - {None}) == 1
