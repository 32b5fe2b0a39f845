"""What an analyst sees first."""

import pytest

from procurement.admin import paging
from procurement.admin.guided.stakes import totals
from procurement.admin.paging import EstimatingPaginator
from procurement.parties.models import Organization
from tests.makers import decide, make_contract, make_organization, make_program, make_rate, say


def test_what_is_stopped_is_listed_with_what_is_owed(analyst):
    program = make_program("x", name="Ashore")
    make_contract(program, committed="34955000000", paid="6500000000")
    decide(program, "suspended", "2020-06-15")
    make_program("y", name="Going on")
    page = analyst.get("/admin/stopped/").content.decode()
    assert all(said in page for said in ("Ashore", "suspended", "2020-06-15", "28,455,000,000 JPY"))
    assert "Going on" not in page


def test_a_stop_that_began_otherwise_and_a_dispute_have_their_own_days(analyst):
    program = make_program("x")
    decide(program, "suspended", "2020-06-15")
    decide(program, "cancelled", "2020-12-18")
    say(program, "active", "2021-01-05", speaker="Kono")
    make_contract(program)
    page = analyst.get("/admin/stopped/").content.decode()
    assert "cancelled since 2020-12-18; stopped since 2020-06-15 (suspended)" in page
    assert "disputed since 2021-01-05, last said 2021-01-05" in page


def test_what_nobody_knows_is_said_to_be_unknown(analyst):
    program = make_program()
    make_contract(program, committed="100")
    decide(program, "cancelled")
    assert "unknown" in analyst.get("/admin/stopped/").content.decode()


def test_nothing_is_stopped(analyst):
    assert "Nothing is stopped" in analyst.get("/admin/stopped/").content.decode()


def test_no_contract_has_no_total():
    assert totals([]) == []


@pytest.mark.django_db
def test_short_lists_are_counted_and_long_ones_estimated(monkeypatch):
    for number in range(5):
        make_organization(f"Body {number}")
    rows = Organization.objects.order_by("name")
    assert EstimatingPaginator(rows, 2).count == 5
    monkeypatch.setattr(paging, "COUNTED", 3)
    assert EstimatingPaginator(rows, 2).count >= 4
    assert EstimatingPaginator([1, 2], 2).count == 2


def test_a_long_list_is_searched_in_pages(analyst, monkeypatch):
    monkeypatch.setattr(paging, "COUNTED", 1)
    for number in range(3):
        make_organization(f"Body {number}")
    assert analyst.get("/admin/procurement/organization/", {"q": "body"}).status_code == 200


def test_how_old_the_newest_rate_is_stands_on_the_first_page(analyst):
    assert "no reference rates are stored" in analyst.get("/admin/").content.decode()
    make_rate("EUR", "USD", "1.1", "2020-06-25")
    page = analyst.get("/admin/").content.decode()
    assert "the newest reference rates are of 2020-06-25" in page
    assert "manage.py take_rates takes newer ones" in page
