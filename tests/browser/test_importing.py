"""A first-time analyst's walk: a file in, a preview, two refusals read and mended, taken, seen, taken back."""

import threading

import pytest
from django.db import connections

from procurement.access.tokens import create_user
from procurement.contracts.models import Contract
from procurement.imports.batches.running import run_next
from tests.browser.test_admin import PASSWORD, picture
from tests.imports.arms_list import ROWS, text

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

#: Invented rows in the layout of gBizINFO; two cannot be read.
HEAD = "date_of_order,title,amount,government_departments,joint_signatures,corporate_number"
GOOD = "2019-10-31T00:00:00+09:00,架空レーダー（試験用）,34955000000,防衛省,,"
NO_AMOUNT = "2019-11-29T00:00:00+09:00,架空通信機（試験用）,約五億円,防衛省,,"
NO_DAY = "2910-12-20T00:00:00+09:00,架空予備品（試験用）,120000000,防衛省,,"
BAD = f"{HEAD}\n{GOOD}\n{NO_AMOUNT}\n{NO_DAY}\n"


@pytest.fixture(autouse=True)
def importer(settings, tmp_path):
    """The worker of the queue of imports, in a thread of its own."""
    settings.IMPORT_FOLDER = tmp_path / "imports"
    done = threading.Event()

    def work():
        while not done.wait(0.2):
            run_next()
        connections.close_all()

    worker = threading.Thread(target=work)
    worker.start()
    yield
    done.set()
    worker.join()


@pytest.fixture
def at_work(page, live_server):
    create_user("anna", "analyst", PASSWORD)
    page.goto(f"{live_server.url}/admin/login/")
    page.fill("#id_username", "anna")
    page.fill("#id_password", PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Files").click()
    return page


def hand_in(page, name, content):
    page.get_by_role("link", name="Hand in a file").click()
    page.set_input_files(
        "input[type=file]", {"name": name, "mimeType": "text/csv", "buffer": content.encode("utf-8-sig")}
    )
    picture(page, "import-hand-in")
    page.get_by_role("button", name="Show a preview").click()
    page.wait_for_selector("#said")


def test_a_first_file_is_previewed_mended_taken_and_taken_back(at_work):
    page = at_work
    hand_in(page, "gbizinfo.csv", BAD)
    page.wait_for_selector("text=3 records read = 1 would be taken + 0 unchanged + 2 refused.")
    page.wait_for_selector("text=Read as Procurement rows of gBizINFO")
    assert page.get_by_text("約五億円").count() >= 1
    assert page.get_by_text("is of the year 2910").count() == 1
    picture(page, "import-two-refusals")
    with page.expect_download() as download:
        page.get_by_role("link", name="Refused rows").click()
    refused = download.value.path().read_text("utf-8-sig")
    assert refused.splitlines()[0] == HEAD
    assert not Contract.objects.exists()

    hand_in(page, "gbizinfo.csv", BAD.replace("約五億円", "500000000").replace("2910-", "2019-"))
    page.wait_for_selector("text=3 records read = 3 would be taken + 0 unchanged + 0 refused.")
    page.wait_for_selector("text=架空レーダー（試験用）")
    picture(page, "import-preview")
    page.get_by_role("button", name="Take it", exact=True).click()
    page.wait_for_selector("text=3 records read = 3 taken + 0 unchanged + 0 refused.")
    picture(page, "import-taken")

    taken, contracts = page.url, page.url.partition("importbatch")[0] + "contract/"
    page.goto(contracts)
    page.wait_for_selector("text=架空通信機（試験用）")
    page.goto(taken)
    page.get_by_role("link", name="Take it back").click()
    page.fill("#id_note", "only a trial")
    picture(page, "import-take-back")
    page.get_by_role("button", name="Take it back").click()
    page.wait_for_selector("strong:has-text('Taken back')")
    picture(page, "import-taken-back")
    page.goto(contracts)
    page.wait_for_selector("text=0 contracts")
    assert page.get_by_text("架空通信機").count() == 0
    assert not Contract.objects.exists()


def column(page, heading):
    return page.locator(f'fieldset[data-heading="{heading}"]')


def test_a_list_in_no_known_format_is_described_and_previewed(at_work):
    page = at_work
    page.get_by_role("link", name="Hand in a file").click()
    register = {"name": "register.csv", "mimeType": "text/csv", "buffer": text(*ROWS).encode()}
    page.set_input_files("input[type=file]", register)
    page.get_by_role("button", name="Show a preview").click()
    page.wait_for_selector("text=This file is in no known format")
    assert column(page, "Recipient").locator(".guess").count() == 1
    picture(page, "mapping")
    page.fill("#id_name", "Register of arms transfers")
    column(page, "Recipient").locator("select").nth(1).select_option("buyer.country")
    column(page, "Status").locator("select").nth(0).select_option("")
    for heading in ("Recipient", "Supplier", "Year of order", "Weapon designation"):
        column(page, heading).get_by_label("names the contract").check()
    page.fill("#id_fixed_source_title", "Fictional register")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_selector("text=contract.currency is missing")
    picture(page, "mapping-refused")
    page.fill("#id_fixed_contract_currency", "USD")
    page.get_by_role("button", name="Try it on the first lines").click()
    page.wait_for_selector(".tried >> text=signed on: 2015-12-31")
    picture(page, "mapping-tried")
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_selector("text=3 records read = 3 would be taken + 0 unchanged + 0 refused.")
    page.wait_for_selector("text=Read by the column mapping “Register of arms transfers”.")
