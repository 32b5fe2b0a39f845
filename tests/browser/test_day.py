"""A day's work in the admin: of an analyst, a reviewer and an administrator, with mouse or keys, in both languages.

docs/admin.md says how many clicks and keys each takes. All of them: make browser.
"""

import itertools
import os

import pytest
from django.contrib.auth.models import User

from procurement.access.models import AuditEntry
from procurement.access.tokens import create_user
from procurement.flags.models import Flag
from procurement.ledger.models import LedgerEntry
from procurement.notes.models import Note
from procurement.programs.models import StatusChange
from procurement.programs.proposing import Proposal, propose
from tests.admin.portfolio import fill_flag
from tests.browser.clicks import count_from_here, taken
from tests.browser.hands import HANDS
from tests.browser.test_guided import documented, picture
from tests.makers import decide, make_contract, make_program, make_source

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a long enough password"
LANGUAGES = ("en", "ja")
ALL_DAYS = list(itertools.product(LANGUAGES, HANDS))
DAYS = ALL_DAYS if os.environ.get("WALKS") == "all" else [("en", "mouse"), ("ja", "keyboard")]


@pytest.fixture
def contract():
    program = make_program("aegis-ashore", name="Aegis Ashore")
    contract = make_contract(program, committed="34955000000", paid="6500000000", reference="A1", title="Radar")
    decide(program, "active", "2018-01-01")
    decide(program, "suspended", "2020-06-15")
    make_source("2020-06-25", title="Answer in the Diet")
    return contract


class Day:
    """Somebody at work."""

    def __init__(self, page, site, language, hand):
        self.page, self.site, self.language, self.hand = page, site, language, HANDS[hand](page)

    def begins(self, name):
        """Log in, choose the language, and count from then on."""
        page = self.page
        page.goto(f"{self.site}/admin/login/")
        page.fill("#id_username", name)
        page.fill("#id_password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_selector("#desk-find")
        if self.language == "ja":
            page.locator("button[name=language][value=ja]").first.click()
            page.wait_for_selector("html[lang=ja]")
        count_from_here(page)
        page.goto(f"{self.site}/admin/")

    def ends(self, act):
        """Hold what was counted against the table of docs/admin.md; after a change of pages, write it there anew."""
        took, (clicks, keys) = taken(self.page), documented(act)
        if self.hand.name == "mouse":
            assert took.clicks == clicks, f"{act}: {took}"
        else:
            # what has loaded by then lies between, or does not yet
            assert (took.clicks, abs(took.keys - keys) <= keys // 6) == (0, True), f"{act}: {took}"


@pytest.fixture(params=DAYS, ids="-".join)
def day(request, page, live_server, contract):
    yield Day(page, live_server.url, *request.param)
    picture(page, f"{request.node.name}-ends")


def test_an_analysts_day(day, contract):
    create_user("anna", "analyst", PASSWORD)
    day.begins("anna")
    hand, page = day.hand, day.page
    page.wait_for_selector("#stopped >> text=28,455,000,000")
    hand.search_everything("Aegis Ashor")  # as one types it in a hurry
    hand.press(".desk-rows a[href*='/program/']")
    page.wait_for_selector("#new-note")
    picture(page, f"day-program-{day.language}")
    hand.write("#new-note", "Ask the ministry for the December figures.")
    hand.press(".record-note button")
    page.wait_for_selector(".record-notes")
    assert Note.objects.get().written_by.username == "anna"
    hand.press(".record a[href*='/contract/'][href*='/change/']")
    page.wait_for_selector("#ledger")
    hand.press(".record-ways a[href$='/payment/']")
    page.wait_for_selector("#guided-form")
    hand.write("#id_amount", "1bn")
    hand.write("#id_effective_on", "2020-07-01")
    hand.pick("source", "Answer")
    hand.press("#guided-form button[type=submit]")
    page.wait_for_selector("text=1,000,000,000")
    entry = LedgerEntry.objects.latest("id")
    assert (entry.measure, entry.amount) == ("payment", 1_000_000_000)
    page.goto(f"{day.site}/admin/procurement/ledgerentry/{entry.pk}/change/")
    hand.press("a[href$='/correct/']")
    page.wait_for_selector("#id_amount")
    hand.rewrite("#id_amount", "1.1bn")
    hand.write("#id_note", "typed wrongly")
    hand.press("[name=_save]")
    page.wait_for_selector("text=1,100,000,000")
    assert LedgerEntry.objects.latest("id").amount == 1_100_000_000
    page.goto(f"{day.site}/admin/")
    hand.press(".desk-button")
    page.wait_for_selector("#changed >> text=0")
    day.ends("an analyst's day")


def test_a_reviewers_day(day, contract, settings):
    settings.STOPS_NEED_APPROVAL = True
    program = contract.programallocation_set.get().program
    flag = fill_flag(program, contract)
    anna = create_user("anna", "analyst", PASSWORD)
    stop = {"kind": "decision", "status": "cancelled", "effective_on": "2020-12-18", "source": make_source()}
    propose(Proposal(StatusChange(program=program, entered_by=anna, **stop)))
    create_user("rita", "reviewer", PASSWORD)
    day.begins("rita")
    hand, page = day.hand, day.page
    page.wait_for_selector("#drafts a")
    hand.press("#drafts a")
    hand.press("a[href*='/approve/']")
    hand.press("main form button[type=submit]")
    page.wait_for_selector("text=2020-12-18")
    assert StatusChange.objects.latest("id").status == "cancelled"
    page.goto(f"{day.site}/admin/procurement/flag/{flag.pk}/change/")
    hand.press("a[href$='/accept/']")
    hand.write("#id_reason", "the buyer settles it")
    hand.write("#id_until", "2027-03-31")
    hand.press("main form button[type=submit]")
    page.wait_for_selector("text=2027-03-31")
    flag.refresh_from_db()
    assert (flag.state, flag.acceptance_reason) == (Flag.State.ACCEPTED, "the buyer settles it")
    day.ends("a reviewer's day")


def test_an_administrators_day(day):
    create_user("ada", "administrator", PASSWORD)
    User.objects.filter(username="ada").update(is_superuser=False)
    root = User.objects.create_superuser("root", password=PASSWORD)
    day.begins("ada")
    hand, page = day.hand, day.page
    hand.press("a[href='/admin/auth/user/']")
    hand.press("a[href$='/auth/user/add/']")
    page.wait_for_selector("#id_username")
    hand.write("#id_username", "newcomer")
    hand.write("#id_password1", "another long password")
    hand.write("#id_password2", "another long password")
    hand.press("[name=_save]")
    page.wait_for_url("**/auth/user/*/change/")
    assert User.objects.filter(username="newcomer", is_superuser=False).exists()
    page.goto(f"{day.site}/admin/auth/user/{root.pk}/change/")
    page.wait_for_selector("text=root")
    assert page.locator("main [name=_save], main input[name=username]:enabled").count() == 0
    hand.press("a[href='/admin/procurement/auditentry/']")
    page.wait_for_selector("#result_list >> text=newcomer")
    assert AuditEntry.objects.filter(actor_name="ada", about="newcomer").exists()
    day.ends("an administrator's day")
