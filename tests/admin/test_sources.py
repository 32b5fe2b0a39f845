"""Documents and their copies in the admin."""

import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from procurement.sources.copies import DocumentCopy
from procurement.sources.models import Document
from tests.makers import make_source

PDF = b"%PDF-1.7 of a paper"
HASH = hashlib.sha256(PDF).hexdigest()
ADD = "/admin/procurement/document/add/"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DOCUMENT_FOLDER = tmp_path / "documents"


def form(**more):
    given = {"title": "A paper", "url": "https://example.org/paper", "grade": "primary", "published_on": "2020-06-15"}
    return given | {"retrieved_at_0": "", "retrieved_at_1": ""} | more


def file(content=PDF, name="paper.pdf"):
    return SimpleUploadedFile(name, content)


def change(document):
    return f"/admin/procurement/document/{document.pk}/change/"


def test_a_new_document_comes_with_its_copy(analyst):
    answer = analyst.post(ADD, form(file=file()))
    assert answer.status_code == 302, answer.content
    row = Document.objects.get()
    assert (row.sha256, row.copy_is_public) == (HASH, False)
    assert DocumentCopy.objects.get().entered_by_id == analyst.user.pk


def test_a_copy_is_added_to_a_stored_one_and_shown_as_a_download(analyst):
    document = make_source()
    stored = form(title=document.title, url=document.url, copy_is_public="on")
    assert analyst.post(change(document), stored | {"file": file()}).status_code == 302
    document.refresh_from_db()
    assert (document.sha256, document.copy_is_public) == (HASH, True)
    page = analyst.get(change(document)).content.decode()
    assert f"/api/v1/documents/{document.pk}/copy/?sha256={HASH}" in page
    assert "paper.pdf" in page


@pytest.mark.parametrize(
    ("content", "said"), [(b"PK\x03\x04", "of no accepted type"), (PDF + b"2", "is stored with"), (b"", "empty")]
)
def test_what_is_no_copy_of_it_is_said_beside_its_field_and_nothing_is_changed(analyst, content, said):
    document = make_source(sha256=HASH)
    answer = analyst.post(change(document), form(title="Another title", sha256=HASH, file=file(content)))
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert (Document.objects.get().title, DocumentCopy.objects.count()) == (document.title, 0)


def test_a_reader_uploads_nothing(reader):
    document = make_source()
    assert reader.post(change(document), form(file=file())).status_code == 403
    assert not DocumentCopy.objects.exists()


def test_another_file_in_the_same_form_is_another_form(analyst):
    token = {"form_token": "0" * 32}
    analyst.post(ADD, form(file=file()) | token)
    again = analyst.post(ADD, form(url="https://example.org/other", file=file(PDF + b"2")) | token)
    assert again.status_code == 302
    assert DocumentCopy.objects.count() == 2
