"""Handing a file in on the admin's page: preview, account, refusals, taking, discarding, taking back."""

import io
import zipfile
from hashlib import sha256
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from procurement.contracts.models import Contract
from procurement.imports.batches import running
from procurement.imports.batches.kept_files import path_of
from procurement.imports.batches.running import run_next
from procurement.imports.mappings import save_mapping
from procurement.imports.models import ColumnMapping, ImportBatch
from procurement.ledger.models import LedgerEntry
from tests.admin.conftest import signed_in
from tests.imports.arms_list import ROWS, arms_mapping, text
from tests.imports.orders import FIRST, imported, orders
from tests.imports.sheets import xlsx
from tests.imports.test_corrections import CHANGED
from tests.makers import decide, make_program

pytestmark = pytest.mark.django_db
__all__ = ["orders"]
LIST = "/admin/procurement/importbatch/"
HAND_IN = f"{LIST}hand-in/"
BAD = FIRST + "A4,Maker,2020-01-31,1.001,\n"


def send(client: Any, content: str | bytes, name: str = "orders.csv", **more: Any) -> Any:
    data = content if isinstance(content, bytes) else content.encode()
    return client.post(HAND_IN, {"file": SimpleUploadedFile(name, data)} | more)


def previewed(client: Any, content: str | bytes, name: str = "orders.csv", **more: Any) -> str:
    """The page of a preview that was read."""
    address = send(client, content, name, **more)["Location"]
    while run_next():
        pass
    return str(address)


def page(client: Any, address: str) -> str:
    return str(client.get(address).content.decode())


def errors(answer: Any, field: str = "file") -> str:
    return " ".join(answer.context["form"].errors[field])


def test_a_file_is_previewed_first(analyst):
    answer = send(analyst, BAD)
    batch = ImportBatch.objects.get()
    assert (answer["Location"], batch.dry_run, batch.by) == (f"{LIST}{batch.pk}/change/", True, analyst.user)
    assert "its content says: its first line is “order,maker,day" in page(analyst, answer["Location"])


def test_the_page_asks_how_far_it_is_until_it_has_ended(analyst):
    address = send(analyst, FIRST)["Location"]
    progress = address.replace("change/", "progress/")
    assert 'hx-trigger="every 1s"' in page(analyst, address)
    assert "waits for a worker" in page(analyst, progress)
    run_next()
    assert analyst.get(progress)["HX-Refresh"] == "true"
    assert 'hx-trigger="every 1s"' not in page(analyst, address)


def test_the_account_adds_up_and_a_refusal_says_all(analyst):
    answer = analyst.get(previewed(analyst, BAD))
    assert "4 records read = 3 would be taken + 0 unchanged + 1 refused." in answer.content.decode()
    (refused,) = [table["rows"] for title, table, _ in answer.context["tables"] if title == "Refused"]
    assert refused[0][:4] == [5, "ledger_entries “award”", "amount", "1.001"]
    assert "may have at most 2 decimals" in refused[0][4]
    assert not LedgerEntry.objects.exists()


def test_what_would_be_new_is_shown(analyst):
    found = analyst.get(previewed(analyst, FIRST)).context["tables"]
    (new,) = [table for title, table, _ in found if title.startswith("Rows that would be new")]
    assert ["contracts", "A1 A1"] in new["rows"]


def test_what_would_be_corrected_is_shown_with_both_values(analyst):
    imported(FIRST)
    assert "250 given, 200.0000 stored" in page(analyst, previewed(analyst, CHANGED))


def test_flags_that_would_open_are_shown(analyst):
    decide(make_program("shore"), "suspended", "2020-06-15")
    shown = page(analyst, previewed(analyst, FIRST + "A9,Maker,2020-07-31,100,shore\n"))
    assert "Commitment after a stop" in shown


def test_a_preview_is_taken_without_another_upload(analyst):
    address = previewed(analyst, FIRST)
    taken = analyst.post(address.replace("change/", "take/"))["Location"]
    assert taken != address
    run_next()
    assert LedgerEntry.objects.filter(entered_by=analyst.user).count() == 3
    assert "3 records read = 3 taken" in page(analyst, taken)
    assert "Taken as" in page(analyst, address)


@pytest.mark.parametrize("where", ["hand in", "take"])
def test_a_form_sent_twice_makes_one_batch(analyst, where):
    address = previewed(analyst, FIRST)
    before = ImportBatch.objects.count()
    if where == "take":
        form = {"_form_token": analyst.get(address).context["form_token"]}
        answers = [analyst.post(address.replace("change/", "take/"), form)["Location"] for _ in range(2)]
    else:
        token = analyst.get(HAND_IN).context["form_token"]
        answers = [send(analyst, BAD, _form_token=token)["Location"] for _ in range(2)]
    assert (answers[0] == answers[1], ImportBatch.objects.count()) == (True, before + 1)


def test_the_same_form_with_another_file_is_another_one(analyst):
    token = analyst.get(HAND_IN).context["form_token"]
    send(analyst, BAD, _form_token=token)
    send(analyst, FIRST, _form_token=token)
    assert ImportBatch.objects.count() == 2


def test_a_preview_is_discarded_and_an_import_is_not(analyst):
    address = previewed(analyst, BAD)
    analyst.post(address.replace("change/", "discard/"))
    assert not ImportBatch.objects.exists()
    kept = imported(FIRST)
    analyst.post(f"{LIST}{kept.pk}/discard/")
    assert ImportBatch.objects.filter(pk=kept.pk).exists()


def test_only_a_preview_that_was_read_is_taken(analyst):
    waits = send(analyst, FIRST)["Location"]
    analyst.post(waits.replace("change/", "take/"))
    assert ImportBatch.objects.count() == 1


def test_a_file_that_is_deleted_while_it_is_handed_in_is_asked_for_again(analyst, monkeypatch):
    real = running.lock_keys

    def deleted(keys):
        path_of(sha256(FIRST.encode()).hexdigest()).unlink()
        real(keys)

    with monkeypatch.context() as patched:
        patched.setattr(running, "lock_keys", deleted)
        answer = send(analyst, FIRST)
    assert "hand it in again" in errors(answer)
    assert not ImportBatch.objects.exists()
    assert send(analyst, FIRST).status_code == 302


def test_a_preview_whose_file_was_deleted_is_not_taken(analyst):
    save_mapping(ColumnMapping(**arms_mapping(name="register")), by=analyst.user)
    address = previewed(analyst, text(*ROWS), "register.csv")
    batch = ImportBatch.objects.get()
    path_of(batch.sha256).unlink()
    ImportBatch.objects.update(file_deleted_at=timezone.now())
    answer = analyst.post(address.replace("change/", "take/"), follow=True).content.decode()
    assert "hand it in again" in answer
    assert "File deleted" in answer
    assert ImportBatch.objects.count() == 1


def test_an_import_is_taken_back_after_asking(analyst):
    batch = imported(FIRST)
    asked = page(analyst, f"{LIST}{batch.pk}/undo/")
    assert "Every fact of this import is reversed" in asked
    analyst.post(f"{LIST}{batch.pk}/undo/", {"note": "the wrong file"})
    run_next()
    batch.refresh_from_db()
    assert (batch.state, batch.undo_note, Contract.objects.count()) == ("undone", "the wrong file", 0)
    assert "the wrong file" in page(analyst, f"{LIST}{batch.pk}/change/")


def test_refused_rows_are_downloaded(analyst):
    batch = imported(BAD)
    answer = analyst.get(f"{LIST}{batch.pk}/refused.csv/")
    assert b"".join(answer.streaming_content).decode().startswith("\ufeff")
    assert answer["Content-Disposition"] == 'attachment; filename="refused-orders.csv"'
    reasons = b"".join(analyst.get(f"{LIST}{batch.pk}/refusals.csv/").streaming_content).decode()
    assert "1.001" in reasons


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "a.csv", "is empty"),
        (b"\x00\x01\x02", "a.csv", "or name its format"),
        (b"%PDF-1.7", "a.pdf", "is in no known format"),
        (b"<html>", "a.xlsx", "holds HTML, whatever its name says"),
        (xlsx(A=[["a"]])[:200], "a.xlsx", "is damaged, or only the beginning of a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "has a password"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_the_form(analyst, content, name, said):
    answer = send(analyst, content, name)
    assert answer.status_code == 200
    assert said in errors(answer)
    assert not ImportBatch.objects.exists()


def test_a_file_beyond_the_limit_is_told_in_the_form(analyst, settings):
    settings.IMPORT_MAX_BYTES = 10
    assert "of up to 10 bytes, would be accepted" in errors(send(analyst, FIRST))


def test_a_form_without_a_file_asks_for_one(analyst):
    assert "required" in errors(analyst.post(HAND_IN, {}))


def test_a_wrong_format_is_told_beside_its_field(analyst):
    answer = send(analyst, FIRST, format="gbizinfo")
    assert "its content is that of “orders”" in errors(answer, "format")


def test_an_option_that_the_format_lacks_is_told_beside_its_field(analyst):
    answer = send(analyst, FIRST, option_encoding="cp932")
    assert "accepted: title" in errors(answer, "option_encoding")


def test_a_list_in_no_known_format_is_described_first(analyst):
    answer = send(analyst, text(*ROWS), "register.csv")
    assert answer["Location"].startswith("/admin/procurement/columnmapping/add/?file=")
    assert not ImportBatch.objects.exists()


def test_a_list_whose_columns_are_described_is_recognised(analyst):
    save_mapping(ColumnMapping(**arms_mapping()), by=None)
    address = previewed(analyst, text(*ROWS), "register.csv")
    assert "Read by the column mapping “Arms register”." in page(analyst, address)
    analyst.post(address.replace("change/", "take/"))
    run_next()
    assert Contract.objects.count() == 3


@pytest.mark.parametrize("page_name", ["hand-in", "take", "discard", "undo"])
def test_readers_only_look(reader, page_name):
    batch = imported(BAD)
    address = f"{LIST}hand-in/" if page_name == "hand-in" else f"{LIST}{batch.pk}/{page_name}/"
    assert reader.post(address).status_code == 403
    assert "Take it back" not in page(reader, f"{LIST}{batch.pk}/change/")
    assert "Hand in a file" not in page(reader, LIST)
    assert "Hand in a file" in page(signed_in("analyst"), LIST)


def test_a_bomb_is_told_in_the_form(analyst, monkeypatch):
    monkeypatch.setattr("procurement.imports.files.packed.SMALL", 1000)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", b"0,0\n" * 1_000_000)
    assert "250 times the packed size" in errors(send(analyst, packed.getvalue(), "a.zip"))
