"""An analyst's work in a real browser."""

import os
from pathlib import Path

import pytest

from procurement.access.tokens import create_user
from procurement.ledger.models import LedgerEntry
from procurement.ledger.recording import ledger_entries
from procurement.sources.recording import Amending
from tests.makers import decide, make_contract, make_program, make_source, post

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a long enough password"
#: A folder for screenshots, optional.
PICTURES = os.environ.get("PICTURES")


def picture(page, name):
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def search(page, field, text):
    page.locator(f"#id_{field} + .select2").click()
    page.locator(".select2-search__field").fill(text)
    page.locator(".select2-results__option", has_text=text).first.click()


def save(page):
    page.get_by_role("button", name="Save", exact=True).click()


@pytest.fixture
def contract():
    program = make_program("aegis-ashore", name="Aegis Ashore")
    contract = make_contract(program, committed="34955000000", paid="6500000000", reference="A1")
    decide(program, "suspended")
    return contract


@pytest.fixture
def at_work(page, live_server, contract):
    create_user("anna", "analyst", PASSWORD)
    page.goto(f"{live_server.url}/admin/login/")
    picture(page, "login")
    page.fill("#id_username", "anna")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Aegis Ashore")
    picture(page, "index")
    page.base = f"{live_server.url}/admin/procurement"
    return page


def begin_entry(page, contract, amount):
    page.goto(f"{page.base}/ledgerentry/add/?contract={contract.pk}")
    page.select_option("#id_measure", "payment")
    page.select_option("#id_reason", "other")
    page.locator("#id_amount").press_sequentially(amount)
    page.fill("#id_effective_on", "2020-05-01")
    search(page, "source", "Document")


def test_an_entry_is_typed_as_people_write_it_and_echoed_in_full(at_work, contract):
    begin_entry(at_work, contract, "178億円")
    at_work.wait_for_selector("text=17,800,000,000 JPY")
    picture(at_work, "entry-add")
    save(at_work)
    at_work.wait_for_selector("text=was added successfully")
    assert LedgerEntry.objects.latest("id").amount == 17_800_000_000


def test_a_stored_entry_offers_nothing_to_edit(at_work, contract):
    entry = post(contract, "17800000000", "payment")
    at_work.goto(f"{at_work.base}/ledgerentry/{entry.pk}/change/")
    picture(at_work, "entry-view")
    assert at_work.locator("#ledgerentry_form input:visible, #ledgerentry_form select:visible").count() == 0
    assert at_work.get_by_role("button", name="Save", exact=True).count() == 0
    assert at_work.get_by_role("link", name="Delete").count() == 0


def test_an_entry_is_corrected(at_work, contract):
    entry = post(contract, "17800000000", "payment")
    at_work.goto(f"{at_work.base}/ledgerentry/{entry.pk}/change/")
    at_work.get_by_role("link", name="Correct").click()
    at_work.fill("#id_amount", "17.9B")
    at_work.fill("#id_note", "typed wrongly")
    picture(at_work, "entry-correct")
    save(at_work)
    at_work.wait_for_selector("text=was corrected")
    later = LedgerEntry.objects.filter(pk__gt=entry.pk).order_by("id")
    assert [row.amount for row in later] == [-17_800_000_000, 17_900_000_000]


def test_a_corrected_entry_says_so(at_work, contract):
    entry = post(contract, "17800000000", "payment")
    ledger_entries.reverse(entry, Amending(make_source(), note="typed wrongly"))
    at_work.goto(f"{at_work.base}/ledgerentry/{entry.pk}/change/")
    at_work.wait_for_selector("text=typed wrongly")
    picture(at_work, "entry-taken-back")
    at_work.goto(f"{at_work.base}/ledgerentry/")
    at_work.wait_for_selector("text=reversed by")
    picture(at_work, "entries")


def test_what_a_verb_refuses_stands_beside_its_field(at_work, contract):
    begin_entry(at_work, contract, "-5")
    save(at_work)
    at_work.wait_for_selector(".field-amount >> text=money that came back is measure refund")
    picture(at_work, "entry-refused")


def test_a_status_change_shows_what_is_at_stake(at_work, contract):
    page = at_work
    page.goto(f"{page.base}/statuschange/add/")
    search(page, "program", "Aegis")
    page.wait_for_selector("text=28,455,000,000 JPY outstanding")
    picture(page, "status-add")


def test_a_contract_is_moved_to_another_program(at_work, contract):
    page = at_work
    other = make_program("asev", name="Equipped vessels")
    page.goto(f"{page.base}/contract/{contract.pk}/change/")
    picture(page, "contract")
    page.get_by_role("link", name="Move to program").first.click()
    search(page, "to_program", "Equipped")
    search(page, "source", "Document")
    page.fill("#id_effective_on", "2020-12-18")
    picture(page, "rehome")
    page.get_by_role("button", name="Move", exact=True).click()
    page.wait_for_selector("text=belongs to Equipped vessels")
    assert list(other.programallocation_set.values_list("share", flat=True)) == [1]


def test_a_source_is_added_in_place(at_work, contract):
    at_work.goto(f"{at_work.base}/ledgerentry/add/?contract={contract.pk}")
    with at_work.expect_popup() as opened:
        at_work.locator("#add_id_source").click()
    opened.value.fill("#id_title", "Found just now")
    opened.value.select_option("#id_grade", "primary")
    opened.value.get_by_role("button", name="Save", exact=True).click()
    at_work.wait_for_selector("#id_source option:has-text('Found just now')", state="attached")
