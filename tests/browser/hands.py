"""Two ways to work in a browser: with the mouse, and with the keyboard alone. Both name what they want by selectors."""

import json

#: So many presses of Tab reach whatever a page has.
FAR = 600
AT = "document.activeElement"


class Mouse:
    """Clicks into everything."""

    name = "mouse"

    def __init__(self, page):
        self.page = page

    def press(self, selector):
        """Click a link or a button that leads to a page."""
        with self.page.expect_navigation():
            self.page.locator(f"{selector} >> visible=true").first.click()

    def write(self, selector, text):
        """Click into a box and type."""
        self.page.locator(selector).click()
        self.page.keyboard.type(text)

    def rewrite(self, selector, text):
        """Replace what stands in a box."""
        self.page.locator(selector).click(click_count=3)
        self.page.keyboard.type(text)

    def pick(self, field, text):
        """Find a row in a search box."""
        self.page.locator(f"#id_{field} + .select2").click()
        self.page.keyboard.type(text)
        self.page.locator(".select2-results__option", has_text=text).first.click()

    def choose(self, selector, value):
        """Choose from a list, which takes two clicks: Playwright chooses without the second, so it is added."""
        self.page.locator(selector).click()
        self.page.locator(selector).select_option(value)
        self.page.keyboard.press("Escape")
        self.page.evaluate(
            "window.name = JSON.stringify({...JSON.parse(window.name), clicks: JSON.parse(window.name).clicks + 1})"
        )

    def search_everything(self, text):
        """Use the box above every page."""
        self.write("#desk-find", text)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


class Keys:
    """Never touches the mouse."""

    name = "keyboard"

    def __init__(self, page):
        self.page = page

    def _tab_until(self, condition):
        for _ in range(FAR):
            if self.page.evaluate(f"{AT} && !!({condition})"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(condition)

    def to(self, selector):
        """Press Tab until what is meant has the focus, past the menu by the link that skips it."""
        meant = json.dumps(selector)
        if self.page.evaluate(
            f"document.activeElement === document.body && !!document.querySelector({meant})?.closest('main')"
        ):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(f"{AT}.matches('.skip-link')"):
                self.page.keyboard.press("Enter")
        self._tab_until(f"{AT}.matches({meant})")

    def press(self, selector):
        """Go to a link or a button that leads to a page, and press Enter."""
        self.to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def write(self, selector, text):
        """Go to a box and type."""
        self.to(selector)
        self.page.keyboard.type(text)

    def rewrite(self, selector, text):
        """Replace what stands in a box."""
        self.to(selector)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def pick(self, field, text):
        """Find a row in a search box."""
        self._tab_until(f"{AT}.closest('.select2')?.previousElementSibling?.id === 'id_{field}'")
        self.page.keyboard.press("Enter")
        self.page.keyboard.type(text)
        self.page.wait_for_selector(f".select2-results__option--highlighted:has-text('{text}')")
        self.page.keyboard.press("Enter")

    def choose(self, selector, value):
        """Go through a list with the arrows."""
        self.to(selector)
        for _ in range(60):
            if self.page.input_value(selector) == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(value)

    def search_everything(self, text):
        """The shortcut of the box above every page."""
        self.page.keyboard.press("/")
        self.page.keyboard.type(text)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")


HANDS = {hand.name: hand for hand in (Mouse, Keys)}
