"""The admin by the Web Content Accessibility Guidelines 2.2, level AA, as far as axe can tell."""

import importlib.util
from pathlib import Path

import pytest
from django.urls import reverse

from procurement.access.tokens import create_user
from procurement.alerts.models import Delivery
from procurement.contracts.models import Contract
from procurement.flags.models import Flag
from procurement.ledger.models import LedgerEntry
from procurement.programs.models import Program
from tests.admin.portfolio import fill

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a long enough password"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture(scope="module")
def axe():
    found = importlib.util.find_spec("axe_playwright_python")
    if found is None or found.origin is None:
        pytest.skip("axe is not installed")
    return (Path(found.origin).parent / "axe.min.js").read_text()


def addresses():
    """The pages, by what they are."""
    flag, entry = Flag.objects.latest("id"), LedgerEntry.objects.latest("id")
    at = "/admin/procurement"
    return {
        "first page": "/admin/",
        "list of contracts": f"{at}/contract/",
        "list with nothing in it": f"{at}/contract/?q=nothing",
        "queue of flags": f"{at}/flag/",
        "flag": f"{at}/flag/{flag.pk}/change/",
        "act on a flag": f"{at}/flag/{flag.pk}/accept/",
        "program": f"{at}/program/{Program.objects.latest('id').pk}/change/",
        "contract": f"{at}/contract/{Contract.objects.latest('id').pk}/change/",
        "history": f"{at}/contract/{Contract.objects.latest('id').pk}/history/",
        "new entry": f"{at}/ledgerentry/add/",
        "entry": f"{at}/ledgerentry/{entry.pk}/change/",
        "correction": f"{at}/ledgerentry/{entry.pk}/correct/",
        "new contract": f"{at}/contract/add/",
        "hand in a file": f"{at}/importbatch/hand-in/",
        "thresholds": f"{at}/thresholdchange/",
        "message": f"{at}/delivery/{Delivery.objects.latest('id').pk}/change/",
        "users": "/admin/auth/user/",
        "audit log": f"{at}/auditentry/",
        "status": "/admin/status/",
        "own password": reverse("admin:password_change"),
    }


def faults(page, axe):
    """What axe finds, each with the first elements that have it."""
    run = f"{axe}; axe.run(document, {{runOnly: {{type: 'tag', values: {LEVELS}}}}}).then(found => found.violations)"
    return [f"{each['id']}: {[node['html'][:200] for node in each['nodes'][:3]]}" for each in page.evaluate(run)]


@pytest.mark.parametrize(("language", "scheme"), [("en", "light"), ("ja", "dark")])
def test_axe_finds_nothing(page, live_server, axe, language, scheme):
    page.set_default_timeout(180_000)  # twenty pages, each made for the first time
    user = create_user("anna", "administrator", PASSWORD)
    fill(user)
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{live_server.url}/admin/login/")
    found = {"login": faults(page, axe)}
    page.fill("#id_username", "anna")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#page-content")
    if language == "ja":
        page.locator(".language-switch button").click()
        page.wait_for_selector("html[lang=ja]")
    for name, address in addresses().items():
        answer = page.goto(f"{live_server.url}{address}")
        assert answer.status == 200, name
        found[name] = faults(page, axe)
    assert {name: each for name, each in found.items() if each} == {}
