"""What guided acts take, by mouse and by keyboard alone; docs/admin.md says the same numbers."""

import os
import re
from pathlib import Path

import pytest

from procurement.access.tokens import create_user
from procurement.contracts.models import Contract
from procurement.ledger.models import LedgerEntry
from procurement.programs.models import Program, StatusChange
from tests.browser.clicks import count_anew, count_from_here, taken
from tests.browser.hands import Keys, Mouse
from tests.makers import decide, make_contract, make_program, make_source, make_supplier

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a long enough password"
DOCUMENT = Path(__file__).parents[2] / "docs" / "admin.md"
MOST_CLICKS, PAGES = 25, 3
#: A folder for screenshots, optional.
PICTURES = os.environ.get("PICTURES")


def documented(act):
    """The clicks or keys that the table in docs/admin.md gives for an act."""
    line = next(line for line in DOCUMENT.read_text().splitlines() if line.startswith(f"| {act} |"))
    return [int(number) for number in re.findall(r"\d+", line.partition("|")[2].partition("|")[2])]


def picture(page, name):
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


@pytest.fixture
def program():
    program = make_program("aegis-ashore", name="Aegis Ashore")
    make_contract(program, committed="34955000000", paid="6500000000", reference="A1", title="Radar")
    decide(program, "active", "2018-01-01")
    make_supplier("Lockheed Martin")
    make_source("2020-06-15", title="The order of that day")
    return program


@pytest.fixture
def at_work(page, live_server, program):
    create_user("anna", "analyst", PASSWORD)
    page.goto(f"{live_server.url}/admin/login/")
    page.fill("#id_username", "anna")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Enter a case")
    page.base = f"{live_server.url}/admin"
    count_from_here(page)
    page.goto(f"{page.base}/")
    return page


# by mouse: every box is clicked into, as a hand that holds the mouse does


def tick(page, label):
    page.get_by_label(label, exact=False).first.click()


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def tell_the_story_by_mouse(page):
    hand = Mouse(page)
    page.get_by_role("link", name="Enter a case").first.click()
    page.wait_for_selector("#id_url:focus")
    page.keyboard.type("https://news.example/1")
    hand.write("#id_title", "Ministry halts Ashore")
    hand.write("#id_publisher", "The News")
    hand.write("#id_source_published_on", "2020-06-16")
    hand.pick("language", "English")
    hand.pick("program", "Aegis")
    tick(page, "A decision about the whole program")
    hand.choose("#id_status", "suspended")
    hand.write("#id_effective_on", "2020-06-15")
    hand.write("#id_speaker", "Kono")
    hand.write("#id_quotation", "The process is halted.")
    picture(page, "case-story")
    press(page, "Next")


def name_the_contract_by_mouse(page):
    hand = Mouse(page)
    page.wait_for_selector("#id_contracts-0-title")
    tick(page, "No reference is known")
    hand.write("#id_contracts-0-title", "Facility design")
    hand.pick("contracts-0-supplier", "Lockheed")
    hand.write("#id_contracts-0-amount", "JPY 469.7m")
    hand.write("#id_contracts-0-signed_on", "2019-11-29")
    tick(page, "Commitment: what the buyer")
    picture(page, "case-contract")
    press(page, "Next")


def test_a_case_takes_at_most_25_clicks_and_3_pages(at_work, program):
    tell_the_story_by_mouse(at_work)
    name_the_contract_by_mouse(at_work)
    at_work.wait_for_selector("text=What will be recorded")
    picture(at_work, "case-check")
    press(at_work, "Record the case")
    at_work.wait_for_selector("text=Recorded the case")
    took = taken(at_work)
    assert took.clicks <= MOST_CLICKS
    assert took.within("/admin/case/") == PAGES
    assert StatusChange.objects.latest("id").status == "suspended"
    contract = Contract.objects.latest("id")
    assert (contract.title, contract.source.url) == ("Facility design", "https://news.example/1")
    assert documented("a case, by mouse") == [PAGES, took.clicks, took.keys]


# by keyboard alone


def first_choice(hand, field):
    """The first of some radio buttons: a blank chooses it."""
    hand.to(f"input[type=radio][name={field}]")
    hand.page.keyboard.press("Space")


def test_a_case_is_entered_by_keyboard_alone(at_work, program):
    page, hand = at_work, Keys(at_work)
    hand.press("a[href$='/admin/case/']")
    page.wait_for_selector("#id_url:focus")
    count_anew(page)  # what stands before it in the menu is no part of the act
    page.keyboard.type("https://news.example/1")
    for field, text in {"title": "Halt", "publisher": "News", "source_published_on": "2020-06-16"}.items():
        hand.write(f"#id_{field}", text)
    hand.pick("program", "Aegis")
    first_choice(hand, "happened")
    hand.choose("#id_status", "suspended")
    hand.write("#id_effective_on", "2020-06-15")
    hand.press("#case-form button[type=submit]:not([name]):not(.guided-button)")
    page.wait_for_selector("#id_contracts-0-title")
    hand.to("#id_contracts-0-no_reference")
    page.keyboard.press("Space")
    hand.write("#id_contracts-0-title", "Facility design")
    hand.pick("contracts-0-supplier", "Lockheed")
    hand.write("#id_contracts-0-amount", "JPY 469.7m")
    hand.write("#id_contracts-0-signed_on", "2019-11-29")
    first_choice(hand, "contracts-0-what")
    hand.press("#case-form button[type=submit]:not([name]):not(.guided-button)")
    page.wait_for_selector("text=What will be recorded")
    hand.press("main form button[type=submit]:not([name]):not(.guided-button)")
    page.wait_for_selector("text=Recorded the case")
    took = taken(page)
    assert took.clicks == 0
    assert LedgerEntry.objects.latest("id").amount == 469_700_000
    assert documented("a case, by keyboard alone") == [PAGES, took.clicks, took.keys]


# acts on one contract


def open_act(page, contract, act, name):
    page.goto(f"{page.base}/procurement/contract/{contract.pk}/change/")
    page.get_by_role("link", name=name).first.click()
    page.wait_for_selector("#guided-form")


def test_a_payment_shows_what_it_changes_and_takes_few_clicks(at_work, program):
    page, hand, contract = at_work, Mouse(at_work), Contract.objects.get()
    open_act(page, contract, "payment", "A payment…")
    hand.write("#id_amount", "1bn")
    hand.write("#id_effective_on", "2020-07-01")
    page.keyboard.press("Escape")
    page.wait_for_selector("#foreseen >> text=7,500,000,000 JPY")
    picture(page, "payment")
    hand.pick("source", "The order")
    press(page, "Record the payment")
    page.wait_for_selector("text=Recorded a payment of 1,000,000,000 JPY")
    assert LedgerEntry.objects.latest("id").measure == "payment"
    took = taken(page)
    assert documented("a payment, from the contract's page") == [1, took.clicks, took.keys]


def test_a_status_change_says_which_flags_would_open_while_one_types(at_work, program):
    page = at_work
    page.goto(f"{page.base}/procurement/statuschange/add/?program={program.pk}")
    page.wait_for_selector("text=28,455,000,000 JPY outstanding")
    page.select_option("#id_kind", "decision")
    page.select_option("#id_scope", "whole")
    page.select_option("#id_status", "suspended")
    page.fill("#id_effective_on", "2020-06-15")
    page.wait_for_selector("#foreseen-summary >> text=would open")
    page.wait_for_selector("#foreseen-flags >> text=would open")
    picture(page, "status-foreseen")
    assert StatusChange.objects.count() == 1


def test_what_is_typed_of_a_case_is_there_when_one_comes_back(at_work, program):
    page = at_work
    page.goto(f"{page.base}/case/")
    page.wait_for_selector("text=Still to be filled in")
    page.locator("#id_title").click()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.type("Half a story")
    page.goto(f"{page.base}/")
    page.goto(f"{page.base}/case/")
    page.get_by_role("link", name="Half a story").click()
    page.wait_for_selector("#id_title")
    assert page.input_value("#id_title") == "Half a story"


def test_what_is_on_record_is_put_into_its_field(at_work, program):
    page = at_work
    page.goto(f"{page.base}/case/")
    Mouse(page).write("#id_program_name", "Ashore")
    page.get_by_role("button", name="Use it").first.click()
    assert page.input_value("#id_program") == str(Program.objects.get().pk)
