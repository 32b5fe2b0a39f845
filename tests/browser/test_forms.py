"""Filling in forms in a real browser: by mouse and by keyboard, over the end of a session, and by two at once."""

import pytest

from procurement.access.session_models import LoginSession
from procurement.ledger.models import LedgerEntry
from procurement.programs.models import Program
from tests.browser.test_admin import PASSWORD, at_work, contract, picture, save, search  # noqa: F401  (fixtures)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def fill_in(page, contract):  # noqa: F811
    page.goto(f"{page.base}/ledgerentry/add/?contract={contract.pk}")
    page.select_option("#id_measure", "payment")
    page.select_option("#id_reason", "other")
    page.locator("#id_amount").press_sequentially("178億")
    page.locator("#id_effective_on").press_sequentially("令和2年5月1日")
    search(page, "source", "Document")
    page.fill("#id_note", "as the minister said")


def test_what_was_typed_outlives_the_session(at_work, contract):  # noqa: F811
    page = at_work
    fill_in(page, contract)
    LoginSession.objects.all().delete()
    save(page)
    page.wait_for_selector("text=what you entered is kept")
    picture(page, "session-ended")
    page.fill("#id_username", "anna")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Your session had ended; nothing is stored yet")
    picture(page, "kept-form")
    assert page.input_value("#id_note") == "as the minister said"
    assert not LedgerEntry.objects.filter(amount=17_800_000_000).exists()
    save(page)
    page.wait_for_selector("text=was added successfully")
    assert LedgerEntry.objects.filter(amount=17_800_000_000, effective_on="2020-05-01").count() == 1


def test_what_another_person_changed_is_shown_and_either_is_taken(at_work, contract, chromium):  # noqa: F811
    page = at_work
    program = Program.objects.get()
    page.goto(f"{page.base}/program/{program.pk}/change/?edit=1")
    page.fill("#id_name", "Mine")
    program.name = "Theirs"
    program.save(update_fields=["name"])
    save(page)
    page.wait_for_selector("text=Changed by others since you opened this form")
    picture(page, "older-form")
    page.get_by_label("take theirs").check()
    page.fill("#id_description", "a remark")
    save(page)
    page.wait_for_selector("text=was changed successfully")
    program.refresh_from_db()
    assert (program.name, program.description) == ("Theirs", "a remark")


def test_a_source_is_added_in_place_by_keyboard_and_is_chosen_then(at_work, contract):  # noqa: F811
    page = at_work
    page.goto(f"{page.base}/ledgerentry/add/?contract={contract.pk}")
    page.locator("#id_source + .select2 .select2-selection").focus()
    page.keyboard.press("Tab")
    with page.expect_popup() as opened:
        page.keyboard.press("Enter")
    popup = opened.value
    popup.locator("#id_title").press_sequentially("Found just now")
    popup.select_option("#id_grade", "primary")
    popup.locator("#id_title").press("Enter")
    page.wait_for_selector("#id_source option:checked:has-text('Found just now')", state="attached")


def test_a_currency_is_found_by_its_name_with_the_keyboard(at_work):  # noqa: F811
    page = at_work
    page.goto(f"{page.base}/contract/add/")
    page.locator("#id_currency + .select2 .select2-selection").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("yen")
    page.keyboard.press("Enter")
    assert page.input_value("#id_currency") == "JPY"


def test_a_day_is_picked_in_the_calendar_by_mouse(at_work):  # noqa: F811
    page = at_work
    page.goto(f"{page.base}/contract/add/")
    page.locator(".field-signed_on .datetimeshortcuts a").last.click()
    page.locator(".calendarbox:visible .calendar td a", has_text="15").first.click()
    assert page.input_value("#id_signed_on").endswith("-15")


def test_the_next_entry_keeps_what_was_chosen(at_work, contract):  # noqa: F811
    page = at_work
    fill_in(page, contract)
    page.get_by_role("button", name="Save and add another").click()
    page.wait_for_selector("text=What you chose stays for the next one")
    picture(page, "next-entry")
    assert page.input_value("#id_measure") == "payment"
    assert page.input_value("#id_amount") == ""
    assert "Document" in page.locator("#id_source option:checked").text_content()
