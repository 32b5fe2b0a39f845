"""Take the picture with which the README opens: the program page of Aegis Ashore ten days after the halt.

    python docs/take_picture.py http://localhost:8000

The service at that address is `make run` with the sample; a Chromium is needed.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

PAGE = "/en/programs/aegis-ashore/?as_of=2020-06-25"
PICTURE = Path(__file__).with_name("program-page.png")


def take(site: str) -> None:
    """What a reader sees first, without a script."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1240, "height": 900}, java_script_enabled=False)
        page.goto(site + PAGE)
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    take(sys.argv[1].rstrip("/"))
