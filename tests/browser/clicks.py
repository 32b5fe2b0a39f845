"""Counting what an act takes: clicks, keys and pages, over all the pages that it leads through."""

import json
from dataclasses import dataclass

#: Counts in the window's name, which stays the same from page to page.
COUNTING = """
(() => {
    const counts = () => JSON.parse(window.name || '{"clicks": 0, "keys": 0, "pages": []}');
    const keep = (change) => { const found = counts(); change(found); window.name = JSON.stringify(found); };
    // a press counts, not the click that a label passes on to its box, nor one that a key makes
    window.addEventListener("mousedown", (event) => { if (event.isTrusted) keep((c) => { c.clicks += 1; }); }, true);
    // letters are what is written, the other keys are what it takes to write it in its place
    window.addEventListener("keydown", (event) => {
        if (event.isTrusted && event.key.length > 1) keep((c) => { c.keys += 1; });
    }, true);
    keep((c) => { if (!c.pages.includes(location.pathname)) c.pages.push(location.pathname); });
})();
"""


@dataclass(frozen=True)
class Taken:
    """What an act took until now."""

    clicks: int
    keys: int
    pages: tuple[str, ...]

    def within(self, path):
        """How many pages under an address."""
        return sum(path in each for each in self.pages)


def count_from_here(page):
    """Count from the next page on."""
    page.add_init_script(COUNTING)
    count_anew(page)


def count_anew(page):
    """Forget what was counted."""
    page.evaluate("window.name = ''")


def taken(page):
    """What was counted."""
    found = json.loads(page.evaluate("window.name"))
    return Taken(found["clicks"], found["keys"], tuple(found["pages"]))
