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


def write(page, field, text):
    page.locator(f"#id_{field}").click()
    page.keyboard.type(text)


def pick(page, field, text):
    page.locator(f"#id_{field} + .select2").click()
    page.keyboard.type(text)
    page.locator(".select2-results__option", has_text=text).first.click()


def tick(page, label):
    page.get_by_label(label, exact=False).first.click()


def choose(page, field, words):
    """A list that opens takes two clicks: Playwright chooses without any, so they are added."""
    page.locator(f"#id_{field}").click()
    page.locator(f"#id_{field}").select_option(label=words)
    page.keyboard.press("Escape")
    page.evaluate(
        "window.name = JSON.stringify({...JSON.parse(window.name), clicks: JSON.parse(window.name).clicks + 1})"
    )


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()


def tell_the_story_by_mouse(page):
    page.get_by_role("link", name="Enter a case").first.click()
    page.wait_for_selector("#id_url:focus")
    page.keyboard.type("https://news.example/1")
    write(page, "title", "Ministry halts Ashore")
    write(page, "publisher", "The News")
    write(page, "source_published_on", "2020-06-16")
    write(page, "language", "en")
    pick(page, "program", "Aegis")
    tick(page, "A decision about the whole program")
    choose(page, "status", "Suspended")
    write(page, "effective_on", "2020-06-15")
    write(page, "speaker", "Kono")
    write(page, "quotation", "The process is halted.")
    picture(page, "case-story")
    press(page, "Next")


def name_the_contract_by_mouse(page):
    page.wait_for_selector("#id_contracts-0-title")
    tick(page, "No reference is known")
    write(page, "contracts-0-title", "Facility design")
    pick(page, "contracts-0-supplier", "Lockheed")
    write(page, "contracts-0-amount", "JPY 469.7m")
    write(page, "contracts-0-signed_on", "2019-11-29")
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


def tab_to(page, field):
    """Press Tab until a box has the focus."""
    for _ in range(80):
        if page.evaluate("document.activeElement.id || document.activeElement.name") == field:
            return
        page.keyboard.press("Tab")
    raise AssertionError(field)


def tab_to_picker(page, field):
    for _ in range(80):
        if page.evaluate(f"document.activeElement.closest('.select2')?.previousElementSibling?.id === 'id_{field}'"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(field)


def type_into(page, field, text):
    tab_to(page, f"id_{field}")
    page.keyboard.type(text)


def pick_by_keys(page, field, text):
    tab_to_picker(page, field)
    page.keyboard.press("Enter")
    page.keyboard.type(text)
    page.wait_for_selector(f".select2-results__option--highlighted:has-text('{text}')")
    page.keyboard.press("Enter")


def choose_by_keys(page, field, letters):
    tab_to(page, f"id_{field}")
    page.keyboard.type(letters)


def first_choice(page, field):
    """The first of some radio buttons: a blank chooses it."""
    for _ in range(80):
        if page.evaluate(f"document.activeElement.type === 'radio' && document.activeElement.name === '{field}'"):
            page.keyboard.press("Space")
            return
        page.keyboard.press("Tab")
    raise AssertionError(field)


def tab_to_button(page, name):
    for _ in range(80):
        if page.evaluate("document.activeElement.innerText?.trim()") == name:
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(name)


def test_a_case_is_entered_by_keyboard_alone(at_work, program):
    page = at_work
    tab_to_button(page, "Enter a case")
    page.wait_for_selector("#id_url:focus")
    count_anew(page)  # what stands before it in the menu is no part of the act
    page.keyboard.type("https://news.example/1")
    for field, text in {"title": "Halt", "publisher": "News", "source_published_on": "2020-06-16"}.items():
        type_into(page, field, text)
    pick_by_keys(page, "program", "Aegis")
    first_choice(page, "happened")
    choose_by_keys(page, "status", "Susp")
    type_into(page, "effective_on", "2020-06-15")
    tab_to_button(page, "Next")
    page.wait_for_selector("#id_contracts-0-title")
    tab_to(page, "id_contracts-0-no_reference")
    page.keyboard.press("Space")
    type_into(page, "contracts-0-title", "Facility design")
    pick_by_keys(page, "contracts-0-supplier", "Lockheed")
    type_into(page, "contracts-0-amount", "JPY 469.7m")
    type_into(page, "contracts-0-signed_on", "2019-11-29")
    first_choice(page, "contracts-0-what")
    tab_to_button(page, "Next")
    page.wait_for_selector("text=What will be recorded")
    tab_to_button(page, "Record the case")
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
    page, contract = at_work, Contract.objects.get()
    open_act(page, contract, "payment", "A payment…")
    write(page, "amount", "1bn")
    write(page, "effective_on", "2020-07-01")
    page.keyboard.press("Escape")
    page.wait_for_selector("#foreseen >> text=7,500,000,000 JPY")
    picture(page, "payment")
    pick(page, "source", "The order")
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
    write(page, "program_name", "Ashore")
    page.get_by_role("button", name="Use it").first.click()
    assert page.input_value("#id_program") == str(Program.objects.get().pk)
