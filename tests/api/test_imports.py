"""Files handed in through the API."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement.imports.batches.running import run_next
from procurement.imports.models import ImportBatch
from procurement.ledger.models import LedgerEntry
from tests.api.calling import ROOT, Caller, named
from tests.imports.orders import FIRST, orders

pytestmark = pytest.mark.django_db
__all__ = ["orders"]

BAD = FIRST + "A4,Maker,2020-01-31,1.001,\n"


def sent(caller: Caller, text: str | None = FIRST, *, headers: Any = None, **fields: str) -> Any:
    """The answer to a form with a file."""
    file = {} if text is None else {"file": SimpleUploadedFile("orders.csv", text.encode())}
    return caller.client.post(f"{ROOT}imports/", {**file, **fields}, headers=named(headers or {}))


def read(caller: Caller, text: str = FIRST, **fields: str) -> dict[str, Any]:
    """The batch of a file that was handed in and read."""
    pk = sent(caller, text, **fields).json()["id"]
    run_next()
    found: dict[str, Any] = caller.read(f"imports/{pk}/")
    return found


def test_a_file_is_handed_in_read_and_answered_for(analyst):
    answer = sent(analyst)
    assert (answer.status_code, answer.json()["state"], answer.json()["by"]) == (201, "received", "an-analyst")
    run_next()
    batch = analyst.get(answer["Location"].removeprefix(f"http://testserver{ROOT}")).json()
    assert (batch["state"], batch["records"], batch["bytes_read"]) == ("done", {"taken": 3}, len(FIRST))
    assert analyst.rows("imports/?state=done")[0]["id"] == batch["id"]


def test_a_worker_is_told_at_once(analyst, monkeypatch, django_capture_on_commit_callbacks):
    told: list[str] = []
    monkeypatch.setattr("procurement.tasks.nudge", lambda task="drain": told.append(task))
    with django_capture_on_commit_callbacks(execute=True):
        sent(analyst)
    assert "imports" in told


def test_a_preview_stores_nothing(analyst):
    batch = read(analyst, dry_run="true")
    assert (batch["dry_run"], batch["records"], batch["preview"]["flags"]) == (True, {"taken": 3}, 0)
    assert not LedgerEntry.objects.exists()


def test_refusals_are_read_by_page_and_as_csv(analyst):
    pk = read(analyst, BAD)["id"]
    (row,) = analyst.rows(f"imports/{pk}/issues/?kind=refusal")
    assert (row["line"], row["column"], row["value"]) == (5, "amount", "1.001")
    table = b"".join(analyst.get(f"imports/{pk}/issues/?format=csv").streaming_content).decode()
    assert table.splitlines()[0] == "id,kind,warning,line,row,column,value,reason"
    assert "1.001" in table
    assert analyst.get("imports/999/issues/").status_code == 404


def test_it_is_taken_back(analyst):
    pk = read(analyst)["id"]
    assert analyst.post(f"imports/{pk}/undo/", {"note": "wrong"}).json()["state"] == "undoing"
    run_next()
    assert analyst.read(f"imports/{pk}/")["taken_back"]["facts"] == {"ledger_entries": 3, "contract_parties": 3}
    assert analyst.post(f"imports/{pk}/undo/", {}).status_code == 409
    assert analyst.post("imports/999/undo/", {}).status_code == 404


@pytest.mark.parametrize(
    ("fields", "errors"),
    [
        ({"text": None}, {"file": ["No file was submitted."]}),
        ({"text": ""}, {"file": ["is empty; a file in one of the known formats would be accepted"]}),
        ({"text": "x"}, {"file": "is in no known format"}),
        ({"format": "abacus"}, {"format": "there is no format “abacus”; accepted:"}),
        ({"options": "{"}, {"options": 'must be a JSON object; {"encoding": "cp932"} would be accepted'}),
        ({"options": '{"colour": 1}'}, {"options.colour": "is unknown; accepted: title"}),
        ({"dry_run": "yes"}, {"dry_run": "must be true or false"}),
        ({"colour": "red"}, {"colour": "unknown field; accepted: file, format, options, dry_run"}),
    ],
)
def test_what_is_wrong_with_a_form_is_named(analyst, fields, errors):
    answer = sent(analyst, fields.pop("text", FIRST), **fields)
    assert answer.status_code == 400, answer.content
    found = answer.json()["errors"]
    assert set(found) == set(errors)
    for name, words in errors.items():
        assert str(words).strip("[]'") in found[name][0]
    assert not ImportBatch.objects.exists()


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(analyst, settings):
    settings.IMPORT_MAX_BYTES = -200_000
    assert sent(analyst).status_code == 413


def test_another_body_than_a_form_is_refused(analyst):
    assert analyst.post("imports/", {"file": "x"}).status_code == 415


def test_only_analysts_hand_in_and_nobody_reads_without_a_name(reader, anonymous, settings):
    settings.ANONYMOUS_READ = True
    assert sent(reader).status_code == 403
    assert [caller.get("imports/").status_code for caller in (reader, anonymous)] == [200, 401]
    assert anonymous.get("imports/1/issues/").status_code == 401


def test_a_key_makes_a_form_one_batch_unless_the_content_differs(analyst):
    key = {"Idempotency_Key": "k"}
    first, again = sent(analyst, headers=key), sent(analyst, headers=key)
    assert (first.json()["id"], again.json()["id"], again["Idempotency-Replayed"]) == (
        again.json()["id"], first.json()["id"], "true"
    )  # fmt: skip
    assert sent(analyst, BAD, headers=key).status_code == 422


def test_lists_take_a_fixed_number_of_queries(analyst):
    taken = []
    for _ in range(3):
        pk = read(analyst, BAD)["id"]
        with CaptureQueriesContext(connection) as found:
            analyst.read("imports/"), analyst.read(f"imports/{pk}/issues/")
        taken.append(len(found))
    assert len(set(taken)) == 1
