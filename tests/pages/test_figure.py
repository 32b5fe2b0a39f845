"""The rows behind a figure: each with its document, and together the figure."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement.cases.summing import answers
from procurement.ledger.recording import ledger_entries
from procurement.pages import figure as figure_page
from procurement.pages.kept_pages import KEPT
from procurement.sources.recording import Amending
from tests.makers import (
    allocate,
    decide,
    make_contract,
    make_organization,
    make_program,
    make_source,
    post,
    put,
    state_complete,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_is_kept():
    KEPT.clear()


@pytest.fixture
def radar():
    program = make_program("radar", name="Radar")
    decide(program, "suspended", "2020-06-15")
    return program


def text(client, address, status=200):
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_a_figure_shows_its_rows_each_with_its_document(client, radar):
    source = make_source("2020-05-01", title="The ministry's list", url="https://example.org/list")
    contract = make_contract(radar, committed="100")
    post(contract, "30", "payment", on="2020-04-30", source=source, note="first instalment")
    page = text(client, "/en/figures/outstanding/?program=radar&as_of=2021-01-01")
    for said in (
        "70 JPY",
        "100 JPY",
        "-30 JPY",
        "first instalment",
        "The ministry&#x27;s list",
        "https://example.org/list",
    ):
        assert said in page
    assert f'href="/en/sources/{source.pk}/?as_of=2021-01-01"' in page


def test_a_share_is_said_and_counted(client, radar):
    make_contract(radar, committed="100", share="0.5")
    page = text(client, "/en/figures/committed/?program=radar")
    assert "the share of 0.5 counts" in page
    assert "× 0.5" in page
    assert '<p class="total"><data class="money" value="50.00">50 JPY</data></p>' in page


def test_what_was_taken_back_is_shown_with_the_row_that_takes_it_back(client, radar):
    contract = make_contract(radar, committed="100")
    entry = post(contract, "5", on="2020-01-01")
    back = ledger_entries.reverse(entry, Amending(source=make_source("2020-02-01"), note="typed twice"))
    page = text(client, "/en/figures/committed/?program=radar")
    assert f"taken back by row {back.pk}" in page
    assert f"takes back row {entry.pk}" in page
    assert "100 JPY</data></p>" in page


def test_an_unknown_figure_says_why_and_what_would_make_it_known(client, radar):
    make_contract(radar, committed="100")
    page = text(client, "/en/figures/paid/?program=radar")
    assert '<p class="total unknown">unknown</p>' in page
    assert "no payment or refund is recorded for its one contract" in page
    assert "What would make it known" in page


def test_nothing_is_not_unknown_where_the_record_is_complete(client, radar):
    state_complete(make_contract(radar, committed="100"), "2020-06-01")
    assert "0 JPY</span>: no row counts." in text(client, "/en/figures/paid/?program=radar")


def test_what_stands_under_another_figure_is_not_counted_twice(client, radar):
    make_contract(radar, committed="100", paid="10")
    assert "its money stands under “outstanding”" in text(client, "/en/figures/unaccounted/?program=radar")


def test_an_ended_contract_without_a_closing_entry_is_unaccounted_for(client, radar):
    put(make_contract(radar, committed="100", paid="10"), "terminated", "2020-08-01")
    assert "90 JPY</data></p>" in text(client, "/en/figures/unaccounted/?program=radar&as_of=2021-01-01")


def test_since_the_stop_counts_the_share_of_that_day_also_of_what_has_left(client, radar):
    contract = make_contract(radar, committed="100", paid="10")
    other = make_program("other")
    for program, share in ((radar, "0"), (other, "1")):
        allocate(contract, program, share, "2020-09-01")
    post(contract, "7", "payment", on="2020-10-01")
    page = text(client, "/en/figures/paid_since/?program=radar&as_of=2021-01-01")
    assert "7 JPY</data></p>" in page
    assert "The stop began on" in page


def test_delivered_less_than_paid_is_nothing_payable(client, radar):
    post(make_contract(radar, committed="100", paid="30"), "10", "delivery")
    assert "Less than nothing counts as nothing" in text(client, "/en/figures/payable_now/?program=radar")
    assert "20 JPY</data></p>" in text(client, "/en/figures/advance_at_risk/?program=radar")


def test_a_page_of_the_past_shows_what_was_there(client, radar):
    contract = make_contract(radar, committed="100")
    post(contract, "11", on="2021-01-01")
    assert "111 JPY" not in text(client, "/en/figures/committed/?program=radar&as_of=2020-12-31")


def test_several_currencies_are_a_choice(client, radar):
    make_contract(radar, committed="100")
    make_contract(radar, committed="3", currency="USD")
    page = text(client, "/en/figures/committed/?program=radar")
    assert "Choose one" in page
    assert "/en/figures/committed/?currency=USD&amp;program=radar" in page
    assert "3 USD" in text(client, "/en/figures/committed/?program=radar&currency=USD")


def test_more_contracts_than_a_page_holds_are_cut_with_the_largest_first(client, radar, monkeypatch):
    monkeypatch.setattr(figure_page, "CONTRACTS", 2)
    for amount in ("1", "30", "200"):
        make_contract(radar, committed=amount, title=f"worth {amount}")
    page = text(client, "/en/figures/committed/?program=radar")
    assert page.index("worth 200") < page.index("worth 30")
    assert "1 to 2 of 3" in page
    assert "worth 1<" in text(client, "/en/figures/committed/?program=radar&page=2")


def test_of_many_contracts_none_is_looked_for_first(client, radar, monkeypatch):
    monkeypatch.setattr(answers, "MOST_SORTED", 1)
    monkeypatch.setattr(figure_page, "CONTRACTS", 2)
    for amount in ("1", "30", "200"):
        make_contract(radar, committed=amount, title=f"worth {amount}")
    for of in ("program=radar", "country=JP"):
        page = text(client, f"/en/figures/committed/?{of}")
        assert "they come in the order in which they were recorded" in page
        assert page.index("worth 1<") < page.index("worth 30<")
        assert "1 to 2; more follow" in page
        assert "worth 200" in text(client, f"/en/figures/committed/?{of}&page=2")


def test_more_rows_than_a_contract_shows_are_counted_and_add_up(client, radar, monkeypatch):
    monkeypatch.setattr(figure_page, "ROWS", 2)
    contract = make_contract(radar, committed="1")
    for amount in ("2", "4"):
        post(contract, amount, on="2020-01-01")
    page = text(client, "/en/figures/committed/?program=radar")
    assert "1 row on other pages" in page
    assert "3 rows, 2 of them here" in page
    assert f"contract={contract.pk}" in page


def test_a_country_a_buyer_and_a_supplier_have_figures_too(client, radar):
    contract = make_contract(radar, committed="100")
    buyer = make_organization()
    for of in (
        "country=JP",
        f"buyer={buyer.pk}",
        f"contract={contract.pk}",
        f"organization={buyer.pk}&contract={contract.pk}",
    ):
        assert text(client, f"/en/figures/committed/?{of}")


REFUSED = {
    "nonsense/?program=radar": "is not a sum of rows; accepted: ceiling, committed",
    "paid/?program=raddar": "accepted: radar",
    "paid/?contract=999999": "is not the id of a row on record here",
    "paid/?country=Japan": "JP would be accepted",
    "paid/?program=radar&currency=yen": "JPY would be accepted",
    "paid/?program=radar&page=0": "would be accepted",
    "paid/?program=radar&colour=red": "accepted: program, contract",
    "paid/": "a figure is of something",
    "paid_since/?country=JP": "a code would be accepted",
}


@pytest.mark.parametrize("address", REFUSED)
def test_what_cannot_be_answered_is_refused_with_what_would_be(client, radar, address):
    assert REFUSED[address] in text(client, f"/en/figures/{address}", 400)


def test_a_page_takes_the_same_queries_for_more_contracts_and_rows(client, radar):
    found = set()
    for _ in range(3):
        contract = make_contract(radar, committed="1", share="0.5")
        post(contract, "1", on="2020-01-01")
        with CaptureQueriesContext(connection) as taken:
            text(client, "/en/figures/outstanding/?program=radar")
        found.add(len(taken))
    assert len(found) == 1
