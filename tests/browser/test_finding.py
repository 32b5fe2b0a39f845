"""Finding by keyboard alone: shortcuts, the search over everything, a list, its saved filters."""

import pytest

from procurement.desk.models import SavedList
from tests.browser.test_admin import at_work, contract, picture  # noqa: F401  (fixtures)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def focused(page):
    return page.evaluate("document.activeElement.id")


def press(page, *keys):
    page.evaluate("document.activeElement.blur()")
    for key in keys:
        page.keyboard.press(key)


def test_everything_is_found_by_keyboard(at_work):  # noqa: F811
    page = at_work
    press(page, "/")
    assert focused(page) == "desk-find"
    page.keyboard.type("aegis ashor?jk")  # what is typed is no shortcut
    assert page.input_value("#desk-find") == "aegis ashor?jk"
    page.fill("#desk-find", "aegis ashor")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=suspended since 15 June 2020")
    picture(page, "find")
    press(page, "j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/program/*/change/")


def test_shortcuts_are_listed_and_can_be_switched_off(at_work):  # noqa: F811
    page = at_work
    press(page, "?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    assert dialog.is_visible()
    picture(page, "shortcuts")
    for _ in range(6):  # the focus stays inside
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.matches('body, #desk-shortcuts *')")
    page.locator("#desk-shortcuts-on").uncheck()
    page.keyboard.press("Escape")
    assert not dialog.is_visible()
    press(page, "/")
    assert focused(page) != "desk-find"
    page.get_by_role("button", name="Keyboard shortcuts").click()
    page.locator("#desk-shortcuts-on").check()
    page.keyboard.press("Escape")
    press(page, "g", "c")
    page.wait_for_url("**/procurement/contract/")


def test_a_filtered_list_is_saved_and_opened_again(at_work):  # noqa: F811
    page = at_work
    page.goto(f"{page.base}/contract/?currency=JPY")
    press(page, "f")
    assert focused(page) == "searchbar"
    page.locator("summary", has_text="Save this list").click()
    page.get_by_label("Name").fill("Yen")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Saved as")
    page.goto(f"{page.base}/contract/")
    page.get_by_role("link", name="Yen").click()
    page.wait_for_url("**/?currency=JPY")
    assert SavedList.objects.get().name == "Yen"
    press(page, "j", "o")
    page.wait_for_url("**/contract/*/change/**")


def test_what_was_seen_is_no_news(at_work):  # noqa: F811
    page = at_work
    page.wait_for_selector("text=in the last seven days")
    picture(page, "overview")
    page.get_by_role("button", name="Seen").click()
    page.wait_for_selector("text=noted as seen")
    page.wait_for_selector("text=since you said that you had seen everything")
