"""A Chromium, where one is installed."""

import os
import shutil

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="module")
def chromium():
    if CHROMIUM is None:
        pytest.skip("no chromium is installed")
    sync_api = pytest.importorskip("playwright.sync_api")
    # until the module ends playwright keeps an event loop running here, which Django takes for asynchronous code
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def is_of_htmx(error):
    """Whether the theme's library found its own stored history empty, as it does once in many walks."""
    return "htmx.js" in (error.stack or "") and "is not valid JSON" in error.message


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1440, "height": 1000}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.problems = []
    page.on("pageerror", lambda error: is_of_htmx(error) or page.problems.append(f"{page.url}: {error.stack}"))
    page.on("console", lambda said: "Content Security Policy" in said.text and page.problems.append(said.text))
    yield page
    context.close()
    assert page.problems == []
