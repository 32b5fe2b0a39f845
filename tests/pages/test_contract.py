"""The page of a contract: what it says of its state, its money and its rows."""

import pytest

from procurement.pages import contract as contract_page
from tests.makers import (
    allocate,
    day,
    decide,
    estimate,
    make_contract,
    make_program,
    make_source,
    make_supplier,
    novate,
    owe,
    post,
    put,
    report,
    state_complete,
)
from tests.pages.looking import queries, text

pytestmark = pytest.mark.django_db
FULL = "/en/contracts/{}/?as_of=2021-01-01"


@pytest.fixture
def radar():
    return make_program("radar", name="Radar")


def test_it_begins_with_a_sentence(client, radar):
    contract = make_contract(radar, committed="100", paid="30")
    page = text(client, FULL.format(contract.pk))
    assert "Active since" in page
    assert "100 JPY committed, 30 JPY paid, 70 JPY outstanding." in page


def test_unknown_payments_are_said_to_be(client, radar):
    page = text(client, FULL.format(make_contract(radar, committed="100").pk))
    assert "100 JPY committed; what was paid is unknown." in page
    assert "What is unknown, and what would make it known" in page


def test_a_contract_of_which_nobody_speaks_any_more_is_only_presumed_to_run(client, radar):
    contract = make_contract(radar, committed="100")
    page = text(client, f"/en/contracts/{contract.pk}/?as_of=2025-01-01")
    assert "it is only presumed to run" in page
    assert "The newest fact that shows it alive" in page


def test_its_states_suppliers_and_programs_have_their_days_and_sources(client, radar):
    contract = make_contract(radar, committed="100", supplier=make_supplier("First Maker"))
    put(contract, "stop_work", "2020-07-01", source=make_source("2020-07-02", title="The order"))
    novate(contract, make_supplier("Second Maker"), "2020-08-01")
    for program, share in ((radar, "0"), (make_program("ships", name="Ships"), "1")):
        allocate(contract, program, share, "2020-09-01")
    page = text(client, FULL.format(contract.pk))
    for said in (
        "Under a stop-work order since",
        "The order",
        "First Maker",
        "Second Maker",
        "Ships",
        "nothing any more",
    ):
        assert said in page


def test_its_rows_are_there_with_what_was_due_estimated_and_said(client, radar):
    contract = make_contract(radar, committed="100")
    milestone = owe(contract, "2020-05-31", "30")
    post(contract, "30", "payment", on="2020-06-02", milestone=milestone, note="first instalment")
    estimate(contract, "12", method="by the ministry")
    report(contract, "contracted", "101", speaker="The minister")
    state_complete(contract, "2020-12-31")
    page = text(client, FULL.format(contract.pk))
    for said in (
        "meets what was due on",
        "first instalment",
        "by the ministry",
        "The minister",
        "A source says that none",
    ):
        assert said in page


def test_every_known_figure_leads_to_its_rows(client, radar):
    contract = make_contract(radar, committed="100", paid="30")
    page = text(client, FULL.format(contract.pk))
    address = f"/en/figures/outstanding/?currency=JPY&amp;contract={contract.pk}&amp;as_of=2021-01-01"
    assert address in page


def test_the_past_shows_what_was_there(client, radar):
    contract = make_contract(radar, committed="100", source=make_source("2019-10-31"))
    put(contract, "terminated", "2020-09-01")
    assert "Active since" in text(client, f"/en/contracts/{contract.pk}/?as_of=2020-08-01")
    assert "Terminated since" in text(client, FULL.format(contract.pk))
    text(client, f"/en/contracts/{contract.pk}/?as_of=2018-01-01", 404)
    text(client, "/en/contracts/999999/", 404)


def test_a_long_ledger_has_pages(client, radar, monkeypatch):
    monkeypatch.setattr(contract_page, "LEDGER", 1)
    contract = make_contract(radar, committed="100", paid="30")
    assert "1 to 1; more follow" in text(client, FULL.format(contract.pk))
    assert "2 to 2" in text(client, FULL.format(contract.pk) + "&page=2")


def test_a_parameter_that_is_none_of_the_page_is_refused(client, radar):
    contract = make_contract(radar)
    assert "accepted: page, as_of" in text(client, f"/en/contracts/{contract.pk}/?colour=red", 400)


def test_it_takes_the_same_queries_for_twenty_rows_as_for_one(client, radar):
    decide(radar, "suspended", "2020-06-15")
    contract = make_contract(radar, committed="100")
    add(contract)
    first = queries(client, FULL.format(contract.pk))
    for _ in range(19):
        add(contract)
    assert queries(client, FULL.format(contract.pk)) == first


def add(contract):
    post(contract, "1", "payment", on="2020-01-01")
    post(contract, "1", "delivery", on="2020-01-01")
    owe(contract, "2022-01-01", "1")
    estimate(contract, "1")
    report(contract, "paid", "1")
    state_complete(contract, day("2020-01-01").isoformat())
