"""The public pages as people use them: a real service with the sample, a real browser, with a mouse and by keyboard."""

import io
import itertools
import os
import re
from contextlib import contextmanager
from pathlib import Path

import axe_playwright_python
import pypdf
import pytest

from tests.house.shape import ROOT
from tests.running.service import Service

pytestmark = [pytest.mark.run, pytest.mark.browser]

#: Pictures of pages, for people to look at; git ignores the folder.
PICTURES = ROOT / "var" / "pictures"
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
#: What is checked: WCAG 2.2 at levels A and AA, and what axe counts as good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
DESKTOP, PHONE = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}
SCREENS = {"desktop": DESKTOP, "phone": PHONE}
DAYS = ("", "?as_of=2020-06-25", "?as_of=2020-06-25&published_by=2020-06-30")
PROGRAM = "programs/aegis-ashore/"


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    service = Service(tmp_path_factory.mktemp("walks") / "home", sample=True).up()
    yield service
    service.end()


@pytest.fixture(scope="module")
def site(service):
    return f"http://localhost:{service.port}"


@contextmanager
def reader(chromium, site, screen, **how):
    """A page on a screen; nothing may be complained of in its console, and nothing asked of anybody else."""
    context = chromium.new_context(viewport=SCREENS[screen], reduced_motion="reduce", **how)
    page = context.new_page()
    page.set_default_timeout(60_000)
    troubles = []
    page.on("console", lambda said: troubles.append(said.text) if _is_trouble(said) else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda asked: None if _is_ours(asked.url, site) else troubles.append(asked.url))
    yield page
    context.close()
    assert troubles == []


def _is_trouble(said):
    """Whether a browser complains, other than of a refusal that was asked for."""
    return said.type in {"error", "warning"} and "status of 400" not in said.text


def _is_ours(address, site):
    return address.startswith((f"{site}/", "data:", "blob:"))


# from the front page to the document


def by_mouse(page, link):
    link.click()


def by_keyboard(page, link):
    """Tab from where the page begins until the link has the focus, then Enter."""
    wanted = link.element_handle()
    for _ in range(400):
        page.keyboard.press("Tab")
        if wanted.evaluate("link => document.activeElement === link"):
            page.keyboard.press("Enter")
            return
    raise AssertionError(f"the link cannot be reached with Tab: {link}")


STEPS = {
    "the program": (f'main a[href*="/{PROGRAM}"]:visible', rf"/{PROGRAM}"),
    "a figure": ("main a.figure:has(data):visible", r"/figures/"),
    "its source": ('main a[href*="/sources/"]:visible', r"/sources/\d+/"),
}
ALL_WALKS = list(itertools.product(("en", "ja"), SCREENS, DAYS, (by_mouse, by_keyboard)))
#: Each language, screen, day and way at least once; `make browser` walks all.
FEW_WALKS = [
    ("en", "desktop", DAYS[0], by_mouse),
    ("ja", "phone", DAYS[1], by_keyboard),
    ("en", "desktop", DAYS[2], by_keyboard),
]
IS_ALL = os.environ.get("WALKS") == "all"
WALKS = ALL_WALKS if IS_ALL else FEW_WALKS


@pytest.mark.parametrize(("language", "screen", "day", "step"), WALKS)
def test_a_reader_gets_from_the_front_page_to_the_document(chromium, site, language, screen, day, step):
    with reader(chromium, site, screen) as page:
        page.goto(f"{site}/{language}/{day}")
        for link, address in STEPS.values():
            step(page, page.locator(link).first)
            page.wait_for_url(re.compile(re.escape(f"{site}/{language}") + address))
            assert page.locator("html").get_attribute("lang") == language
            assert not day or "as_of=2020-06-25" in page.url
        assert page.locator('main a[href^="http"][rel~="nofollow"]').first.is_visible()


# what everybody can use

KINDS = {
    "front": "", "program": PROGRAM, "program-past": f"{PROGRAM}?as_of=2020-06-25", "charts": "charts/",
    "figure": "figures/outstanding/?program=aegis-ashore&currency=JPY", "sources": "sources/", "glossary": "glossary/",
    "about": "about/", "country": "countries/JP/", "refused": "?as_of=yesterday",
}  # fmt: skip
#: A page of each kind that has an id, reached from another page.
REACHED = {
    "contract": (PROGRAM, 'main a[href*="/contracts/"]'), "flag": (PROGRAM, 'main a[href*="/flags/"]'),
    "organization": (PROGRAM, 'main a[href*="/organizations/"]'), "source": ("sources/", 'main a[href*="/sources/"]'),
}  # fmt: skip
LOOKS = [("en", "desktop", "light"), ("ja", "phone", "dark")]
ALL_SEEN = [(kind, *look) for kind in (*KINDS, *REACHED) for look in LOOKS]
#: Each kind once, in one of the looks; `make browser` looks at all.
FEW_SEEN = [(kind, *look) for kind, look in zip((*KINDS, *REACHED), itertools.cycle(LOOKS), strict=False)]


def opened(page, site, language, kind):
    """Open a page of some kind; a link on the way to it is followed by its address."""
    if kind in KINDS:
        page.goto(f"{site}/{language}/{KINDS[kind]}")
        return
    start, link = REACHED[kind]
    page.goto(f"{site}/{language}/{start}")
    page.goto(f"{site}{page.locator(link).first.get_attribute('href')}")


@pytest.mark.parametrize(("kind", "language", "screen", "scheme"), ALL_SEEN if IS_ALL else FEW_SEEN)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(chromium, site, kind, language, screen, scheme):
    with reader(chromium, site, screen, color_scheme=scheme) as page:
        opened(page, site, language, kind)
        page.wait_for_load_state("networkidle")
        found = page.evaluate(f"{AXE}; axe.run({{runOnly: {RULES}}}).then(found => found.violations)")
        page.screenshot(path=picture(f"{kind}-{language}-{screen}"), full_page=True)
        assert [f"{each['id']}: {[node['html'][:150] for node in each['nodes'][:3]]}" for each in found] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def picture(name):
    PICTURES.mkdir(parents=True, exist_ok=True)
    return PICTURES / f"{name}.png"


@pytest.mark.parametrize("address", ["", PROGRAM, f"{PROGRAM}?as_of=2020-06-25"])
def test_print_keeps_all_money(chromium, site, address):
    with reader(chromium, site, "desktop") as page:
        page.goto(f"{site}/en/{address}")
        shown = [each for each in page.locator("main .money").all_inner_texts() if each.strip()]
        text = "".join(each.extract_text() for each in pypdf.PdfReader(io.BytesIO(page.pdf())).pages)
        bare = re.sub(r"\s", "", text)
        assert shown
        assert [each for each in shown if re.sub(r"\s", "", each) not in bare] == []


def test_a_page_is_read_before_any_script(chromium, site):
    with reader(chromium, site, "desktop", java_script_enabled=False) as page:
        page.goto(f"{site}/en/{PROGRAM}?as_of=2020-06-25")
        assert page.locator("figure img, figure picture").first.is_visible()
        assert "159.1 bn JPY" in page.locator("main").inner_text()


def test_the_first_screen_says_what_happened_who_says_what_and_what_is_owed(chromium, site):
    """For a reader who never heard of it, ten days after the halt."""
    with reader(chromium, site, "desktop") as page:
        page.goto(f"{site}/en/{PROGRAM}?as_of=2020-06-25")
        words = ("suspended", "15 June 2020", "159.1 bn JPY", "19.6 bn JPY")
        seen = page.evaluate(
            """() => [...document.querySelectorAll('main *')].filter(e => e.children.length === 0
                 && e.getBoundingClientRect().top < innerHeight && e.getBoundingClientRect().height)
                 .map(e => e.textContent).join(' ')"""
        )
        assert [each for each in words if each not in re.sub(r"\s+", " ", seen)] == []
