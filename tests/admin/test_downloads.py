"""Lists of the admin as files: all that the filters find, and nothing that is secret."""

import csv
from io import StringIO

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import reverse

from procurement.access.models import AccessToken
from procurement.contracts.models import Contract
from procurement.flags.models import FlagEvent, ThresholdChange
from procurement.ledger.models import LedgerEntry
from tests.admin.portfolio import fill
from tests.makers import make_contract, make_program, post
from tests.sheets_read import rows as workbook_rows

SECRET = {"channel", "subscription", "delivery", "periodictask", "repeatablerequest", "recheck", "notice"}
WITH_FILES = [model for model, page in admin.site._registry.items() if getattr(page, "downloads", ())]


def address(model, form="", query=""):
    where = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return f"{where}{f'files/{form}/' if form else ''}{query}"


def content(answer):
    assert answer.status_code == 200
    return b"".join(answer.streaming_content)


def csv_rows(answer):
    return list(csv.DictReader(StringIO(content(answer).decode("utf-8-sig"))))


@pytest.mark.parametrize("model", WITH_FILES, ids=lambda model: model._meta.model_name)
def test_a_list_comes_in_every_format(administrator, model):
    fill(administrator.user)
    rows = csv_rows(administrator.get(address(model, "csv", "?state__exact=open" if model.__name__ == "Flag" else "")))
    assert 0 < len(rows) <= model._default_manager.count()
    assert len(workbook_rows(content(administrator.get(address(model, "xlsx"))))) >= len(rows)
    assert content(administrator.get(address(model, "jsonl"))).count(b"\n") >= len(rows)


def test_what_is_secret_or_belongs_to_one_person_has_no_files(administrator):
    names = {model._meta.model_name for model in WITH_FILES}
    assert names.isdisjoint(SECRET)
    for model, page in admin.site._registry.items():
        if model._meta.model_name in SECRET and hasattr(page, "downloads"):
            assert administrator.get(address(model, "csv")).status_code == 404


def test_lists_that_the_api_has_not_come_as_they_are_shown(administrator):
    fill(administrator.user)
    (row,) = csv_rows(administrator.get(address(ThresholdChange, "csv")))
    assert row["reason"] == "a new clause"
    events = csv_rows(administrator.get(address(FlagEvent, "csv")))
    assert [(each["kind"], each["severity"]) for each in events] == [("Opened", "High")]


def test_users_and_tokens_are_for_administrators_only(reader, reviewer, administrator):
    for model in (User, AccessToken):
        assert administrator.get(address(model, "csv")).status_code == 200
        assert {each.get(address(model, "csv")).status_code for each in (reader, reviewer)} == {403}


def test_the_links_keep_the_filters(reader):
    page = reader.get(address(Contract, query="?q=radar&method__exact=domestic")).content.decode()
    for form in ("csv", "xlsx", "jsonl"):
        assert f'href="files/{form}/?q=radar&amp;method__exact=domestic" download' in page


def test_a_file_has_the_whole_filtered_list_and_not_its_page(reader):
    program = make_program()
    contract = make_contract(program)
    for number in range(60):
        post(contract, str(number + 1), note="=1+1")
    post(contract, "5", "payment")
    answer = reader.get(address(LedgerEntry, "csv", "?measure__exact=commitment&p=2"))
    assert answer["Content-Disposition"].startswith('attachment; filename="ledger-entries_2')
    text = content(answer)
    assert text.startswith("\ufeff".encode())
    rows = list(csv.DictReader(StringIO(text.decode("utf-8-sig"))))
    assert (len(rows), {row["measure"] for row in rows}, rows[0]["note"]) == (60, {"commitment"}, "'=1+1")


def test_its_columns_are_those_of_the_api(reader, client):
    make_contract(make_program("x"), committed="100")
    (row,) = csv_rows(reader.get(address(Contract, "csv")))
    (answered,) = client.get("/api/v1/contracts/").json()["results"]
    assert list(row) == list(answered)
    assert (row["reference"], row["status"]) == (answered["reference"], "active")


def test_filters_that_cannot_be_lead_back_to_the_list(reader):
    answer = reader.get(address(Contract, "csv", "?signed_on__nonsense=1"))
    assert (answer.status_code, answer["Location"]) == (302, "../../?e=1")


def test_files_are_for_those_who_may_see_the_list(client, reader):
    assert client.get(address(Contract, "csv")).status_code == 302
    assert reader.get(address(Contract, "pdf")).status_code == 404
