"""The front page in a real browser: by keyboard, with and without scripts, on a phone and in print."""

import pytest

from tests.makers import decide, make_contract, make_program

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def site(live_server):
    for number, on in enumerate(("2019-06-15", "2020-06-15"), 1):
        program = make_program(f"radar-{number}", name=f"Radar {number}")
        decide(program, "suspended", on)
        make_contract(program, committed="34955000000", paid="6500000000", signed_on="2019-01-31")
    return f"{live_server.url}/en/"


def test_the_slider_is_moved_and_the_day_shown_by_keyboard_alone(page, site):
    page.goto(f"{site}?currency=JPY")
    page.focus("input[type=range]")
    page.keyboard.press("ArrowLeft")
    assert page.get_attribute("input[type=range]", "aria-valuetext") == "15 June 2020: Radar 2 suspended"
    page.keyboard.press("ArrowLeft")
    assert page.inner_text("output") == "15 June 2019: Radar 1 suspended"
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("?currency=JPY&as_of=2019-06-15")


def test_without_scripts_the_days_are_a_list(chromium, site):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}?as_of=2020-06-25")
    page.select_option("form.turns select", "2019-06-15")
    with page.expect_navigation():
        page.click("form.turns button")
    assert page.url.endswith("?as_of=2019-06-15")
    context.close()


def test_money_is_in_view_on_a_phone_and_nothing_is_wider_than_it(page, site):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{site}?as_of=2020-06-25")
    assert page.locator(".lead b").bounding_box()["y"] < 844
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_print_keeps_all_money_and_what_is_folded(page, site):
    decide(make_program("frigate", name="Frigate"), "active", "2019-01-31")
    page.goto(f"{site}?as_of=2020-06-25")
    page.emulate_media(media="print")
    assert page.locator("td.amount a.figure:visible").count() == page.locator("td.amount a.figure").count() == 4
    assert page.get_by_role("link", name="Frigate").bounding_box()["height"] > 0


def test_nothing_comes_from_elsewhere(page, site):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site)
    assert {each.split("/")[2] for each in asked} == {site.split("/")[2]}
