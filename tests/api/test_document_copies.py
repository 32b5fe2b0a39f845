"""Archived copies over the API: uploaded raw or by a form, and given as downloads only."""

import hashlib
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from procurement.sources.archiving import shelf
from procurement.sources.copies import DocumentCopy
from tests.admin.conftest import signed_in
from tests.api.calling import ROOT
from tests.makers import make_source

pytestmark = pytest.mark.django_db

PAGE = b"<!DOCTYPE html><script>alert(1)</script>"
HASH = hashlib.sha256(PAGE).hexdigest()


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DOCUMENT_FOLDER = tmp_path / "documents"


@pytest.fixture
def document(db):
    return make_source()


def sent(caller, document, content=PAGE, *, method="post", kind="text/html", **headers) -> Any:
    address = f"{ROOT}documents/{document.pk}/copy/"
    return getattr(caller.client, method)(address, data=content, content_type=kind, headers=headers)


def content(response):
    return b"".join(response.streaming_content)


@pytest.mark.parametrize("method", ["post", "put"])
@pytest.mark.parametrize("kind", ["text/html", "application/octet-stream", "application/json"])
def test_the_body_may_be_the_file(analyst, document, method, kind):
    answer = sent(analyst, document, method=method, kind=kind)
    assert answer.status_code == 201, answer.content
    shown = {name: answer.json()[name] for name in ("sha256", "size", "media_type", "by")}
    assert shown == {"sha256": HASH, "size": len(PAGE), "media_type": "text/html", "by": "an-analyst"}
    assert analyst.read(f"documents/{document.pk}/")["sha256"] == HASH


def test_or_the_field_of_a_form(analyst, document):
    form = {"file": SimpleUploadedFile("page.html", PAGE, "image/png")}
    answer = analyst.client.post(f"{ROOT}documents/{document.pk}/copy/", form)
    assert (answer.status_code, answer.json()["file_name"], answer.json()["media_type"]) == (
        201,
        "page.html",
        "text/html",
    )


def test_the_same_again_adds_nothing(analyst, document):
    first = sent(analyst, document)
    again = sent(analyst, document)
    assert (again.status_code, again.json()) == (200, first.json())


def test_it_is_given_as_a_download_that_no_browser_shows(analyst, document):
    sent(analyst, document)
    answer = analyst.get(f"documents/{document.pk}/copy/", Accept="text/html,*/*;q=0.8")
    assert (answer.status_code, content(answer)) == (200, PAGE)
    assert answer["Content-Disposition"] == f'attachment; filename="document-{document.pk}.html"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert (answer["Content-Type"], answer["ETag"]) == ("text/html", f'"{HASH}"')


def test_a_contradicting_hash_is_refused_with_both(analyst):
    document = make_source(sha256="0" * 64)
    answer = sent(analyst, document)
    (said,) = answer.json()["errors"]["file"]
    assert (answer.status_code, answer.json()["existing"]) == (409, document.pk)
    assert HASH in said
    assert "0" * 64 in said


def test_a_replaced_copy_is_still_given_by_its_hash(analyst, document):
    sent(analyst, document)
    other = PAGE + b"2"
    analyst.patch(f"documents/{document.pk}/", {"sha256": hashlib.sha256(other).hexdigest()})
    assert analyst.get(f"documents/{document.pk}/copy/").status_code == 404
    assert sent(analyst, document, other).status_code == 201
    assert content(analyst.get(f"documents/{document.pk}/copy/")) == other
    assert content(analyst.get(f"documents/{document.pk}/copy/?sha256={HASH}")) == PAGE
    assert [row["size"] for row in analyst.rows(f"documents/{document.pk}/copies/")] == [len(other), len(PAGE)]


def test_a_document_shows_its_copy_and_says_whether_it_is_public(analyst, document):
    assert analyst.read(f"documents/{document.pk}/")["copy"] is None
    sent(analyst, document)
    shown = analyst.rows("documents/")[0]
    assert (shown["copy"]["sha256"], shown["copy"]["media_type"], shown["copy_is_public"]) == (HASH, "text/html", False)


def test_nobody_without_a_name_is_given_a_copy_unless_it_is_public(analyst, reader, anonymous, document, settings):
    settings.ANONYMOUS_READ = True
    sent(analyst, document)
    address = f"documents/{document.pk}/copy/"
    assert content(reader.get(address)) == PAGE
    refused = anonymous.get(address)
    assert (refused.status_code, "not public" in refused.json()["detail"]) == (401, True)
    assert analyst.patch(f"documents/{document.pk}/", {"copy_is_public": True}).json()["copy_is_public"] is True
    assert content(anonymous.get(address)) == PAGE
    settings.ANONYMOUS_READ = False
    assert anonymous.get(address).status_code == 401


def test_a_new_document_or_a_citation_says_nothing_of_a_copy(analyst):
    body = {"title": "A page", "copy_is_public": True}
    assert "unknown field" in analyst.errors("documents/", body)["copy_is_public"][0]
    errors = analyst.errors("programs/", {"code": "x", "name": "X", "source": body})
    assert "unknown field" in errors["source.copy_is_public"][0]


def test_only_analysts_upload(reader, anonymous, document):
    assert [sent(caller, document).status_code for caller in (reader, anonymous)] == [403, 401]
    assert not DocumentCopy.objects.exists()


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [(b"", 400, "is missing"), (b"PK\x03\x04", 400, "of no accepted type"), (b"x" * 3000, 400, "more than 2000 bytes")],
)
def test_what_is_no_copy_is_refused_by_its_field(analyst, document, settings, body, status, said):
    settings.DOCUMENT_MAX_BYTES = 2000
    answer = sent(analyst, document, body)
    assert answer.status_code == status, answer.content
    assert said in answer.json()["errors"]["file"][0]


def test_one_far_too_large_is_refused_before_it_is_read(analyst, document, settings):
    settings.DOCUMENT_MAX_BYTES = -200_000
    assert sent(analyst, document).status_code == 413


def test_a_file_that_is_gone_is_told_plainly(analyst, document):
    sent(analyst, document)
    shelf().path_of(HASH).unlink()
    answer = analyst.get(f"documents/{document.pk}/copy/")
    assert answer.status_code == 404
    assert "not in the folder of copies" in answer.json()["detail"]


def test_what_is_not_there_is_not_found(analyst, document):
    assert analyst.get(f"documents/{document.pk}/copy/").status_code == 404
    assert analyst.get("documents/999999/copy/").status_code == 404
    assert analyst.get("documents/999999/copies/").status_code == 404
    assert analyst.client.post(f"{ROOT}documents/999999/copy/", PAGE, content_type="text/html").status_code == 404


def test_a_key_makes_an_upload_safe_to_repeat(analyst, document):
    key = {"Idempotency-Key": "k"}
    first, again = sent(analyst, document, **key), sent(analyst, document, **key)
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert again["Idempotency-Replayed"] == "true"


def test_a_full_disk_is_answered_as_such(analyst, document, monkeypatch):
    def full(_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("procurement.common.disk.os.fsync", full)
    answer = sent(analyst, document)
    assert (answer.status_code, "No space left" in answer.json()["detail"]) == (507, True)
    assert not DocumentCopy.objects.exists()


def test_a_session_of_the_admin_may_download(analyst, document):
    sent(analyst, document)
    assert content(signed_in("analyst").get(f"{ROOT}documents/{document.pk}/copy/")) == PAGE
