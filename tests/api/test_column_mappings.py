"""Column mappings through the API."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from procurement.contracts.models import Contract
from procurement.imports.batches.running import run_next
from procurement.imports.models import ColumnMapping
from tests.api.calling import ROOT
from tests.imports.arms_list import ROWS, arms_mapping, text
from tests.imports.orders import orders

pytestmark = pytest.mark.django_db
__all__ = ["orders"]
PATH = "column-mappings/"


def tried(caller, **fields):
    """The batch of the list, read as a preview."""
    form = {"file": SimpleUploadedFile("register.csv", text(*ROWS).encode()), "dry_run": "true"} | fields
    pk = caller.client.post(f"{ROOT}imports/", form).json()["id"]
    run_next()
    return caller.read(f"imports/{pk}/")


def test_one_is_made_listed_and_read(analyst):
    answer = analyst.post(PATH, arms_mapping())
    assert (answer.status_code, answer.json()["prefix"]) == (201, "ARMS-REGISTER")
    assert analyst.rows(PATH)[0]["columns"][0] == {"heading": "Recipient", "target": "buyer.name"}
    assert ColumnMapping.objects.get().entered_by.username == "an-analyst"


def test_it_is_changed_and_keeps_its_prefix(analyst):
    pk = analyst.post(PATH, arms_mapping()).json()["id"]
    answer = analyst.patch(f"{PATH}{pk}/", {"name": "Register"})
    assert (answer.status_code, answer.json()["name"], answer.json()["prefix"]) == (200, "Register", "ARMS-REGISTER")


def test_what_it_lacks_is_named(analyst):
    answer = analyst.post(PATH, arms_mapping(key=[], columns=[{"heading": "x", "target": "payment.amount"}]))
    assert answer.status_code == 400
    assert {"key", "columns.0.unit", "columns.0.decimal"} <= set(answer.json()["errors"])


def test_a_taken_name_is_a_conflict(analyst):
    first = analyst.post(PATH, arms_mapping()).json()["id"]
    answer = analyst.post(PATH, arms_mapping())
    assert (answer.status_code, answer.json()["existing"]) == (409, first)


@pytest.mark.parametrize(
    "bad", [{"columns": 5}, {"columns": [5]}, {"fixed": []}, {"key": "x"}, {"name": "a\0"}, {"x": 1}]
)
def test_garbage_is_refused(analyst, bad):
    assert analyst.post(PATH, arms_mapping() | bad).status_code == 400


def test_a_saved_one_is_tried_on_a_file(analyst):
    analyst.post(PATH, arms_mapping())
    batch = tried(analyst, format="mapped", options='{"mapping": "Arms register"}')
    assert (batch["records"], batch["options"]["mapping"]["key"][0]) == ({"taken": 3}, "Recipient")
    assert not Contract.objects.exists()


def test_one_is_tried_before_it_is_saved(analyst):
    batch = tried(analyst, format="mapped", options=json.dumps({"mapping": arms_mapping()}))
    assert (batch["records"], ColumnMapping.objects.count()) == ({"taken": 3}, 0)


def test_a_file_with_its_headings_is_recognised(analyst):
    analyst.post(PATH, arms_mapping())
    assert tried(analyst)["format"] == "mapped"


def test_readers_make_none(reader):
    assert reader.post(PATH, arms_mapping()).status_code == 403
