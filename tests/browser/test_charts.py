"""Charts in a real browser, under the policy of every page: made live without eval, and there without a script."""

import pytest

from tests.makers import decide, make_contract, make_program, make_supplier, report

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def address(live_server, settings, tmp_path):
    settings.CHART_FOLDER = tmp_path
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15", speaker="Kono", term="停止")
    make_contract(radar, committed="34955000000", paid="6500000000", supplier=make_supplier("Maker", "US"))
    report(radar, "termination_cost", low="5000000")
    return f"{live_server.url}/en/charts/?currency=JPY"


def test_charts_come_alive_under_the_strict_policy_and_ask_nobody_else(page, address, live_server):
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    for figure in page.locator("figure.chart").all():
        figure.scroll_into_view_if_needed()
        figure.locator(".live svg").wait_for(timeout=60_000)
    page.locator("#chart-who-to-whom .live svg .mark-rect path").last.hover()
    page.get_by_text("28.46 bn").first.wait_for()
    assert said == []
    assert [each for each in asked if not each.startswith(live_server.url)] == []


def test_without_a_script_the_picture_stays(chromium, address):
    context = chromium.new_context(java_script_enabled=False, color_scheme="dark")
    page, answered = context.new_page(), []
    page.on("response", lambda response: answered.append((response.url.partition("?")[2][:10], response.status)))
    page.goto(address, wait_until="networkidle")
    assert ("theme=dark", 200) in answered
    assert page.locator("#chart-by-status img").bounding_box()["height"] > 100
    context.close()
