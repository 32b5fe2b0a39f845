"""Archived copies: what they are is looked at, they are kept whole, and each by its hash."""

import hashlib
import os
from pathlib import Path

import pytest

from procurement.common import disk
from procurement.common.errors import Conflict, NoRoom, Refused, TryAgain
from procurement.sources.archiving import archive_copy, shelf, unsound_copies
from procurement.sources.copies import DocumentCopy
from procurement.sources.models import Document
from tests.makers import make_source
from tests.racing import at_once

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"
HASH = hashlib.sha256(PDF).hexdigest()


def archived(document, content=PDF, name="paper.pdf"):
    return archive_copy(document.pk, [content], file_name=name, by=None)


def files():
    folder = Path(shelf().folder)
    return sorted(path.name for path in folder.rglob("*") if path.is_file()) if folder.exists() else []


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DOCUMENT_FOLDER = tmp_path / "documents"


def test_a_copy_is_kept_by_its_hash_and_fills_that_of_the_document():
    document = make_source()
    copy, is_new = archived(document)
    document.refresh_from_db()
    assert (is_new, document.sha256, copy.sha256, copy.size) == (True, HASH, HASH, len(PDF))
    assert (copy.media_type, copy.file_name, files()) == ("application/pdf", "paper.pdf", [HASH])


def test_the_same_again_is_the_stored_copy():
    document = make_source()
    first, _ = archived(document)
    assert archived(document) == (first, False)
    assert DocumentCopy.objects.count() == 1


def test_a_copy_of_another_text_is_refused_and_both_hashes_are_named():
    document = make_source(sha256="0" * 64)
    with pytest.raises(Conflict, match=f"{HASH}, and document {document.pk} is stored with {'0' * 64}"):
        archived(document)
    assert (files(), DocumentCopy.objects.count()) == ([], 0)


def test_a_file_of_another_document_stays_when_it_is_refused():
    archived(make_source())
    with pytest.raises(Conflict):
        archived(make_source(sha256="0" * 64))
    assert files() == [HASH]


def test_a_replaced_copy_stays():
    document = make_source()
    archived(document)
    Document.objects.filter(pk=document.pk).update(sha256=hashlib.sha256(PDF + b"2").hexdigest())
    archived(document, PDF + b"2")
    assert (DocumentCopy.objects.filter(document=document).count(), len(files())) == (2, 2)
    assert DocumentCopy.objects.current().get().size == len(PDF) + 1


TYPES = [
    (PDF, "application/pdf"),
    (b"\x89PNG\r\n\x1a\n\0\0", "image/png"),
    (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
    (b"\xef\xbb\xbf<!DOCTYPE html><html>", "text/html"),
    (b" <!-- saved from --> <?xml version='1.0'?>\n<HTML lang=ja>", "text/html"),
    ("<html><meta charset=shift_jis>防衛省".encode("cp932"), "text/html"),
    ("防衛省の発表".encode(), "text/plain"),
    (b"x" * 65535 + "防".encode(), "text/plain"),
]
OTHERS = [
    b"PK\x03\x04\x14\0",
    b"MZ\x90\0\x03",
    b"\x7fELF\x02",
    b"GIF89a\x01\0",
    "防衛省".encode("cp932"),
    b"text with \0 in it",
    b"\x1f\x8b\x08\0",
    b"<html>\0",
]


@pytest.mark.parametrize(("content", "media_type"), TYPES)
def test_its_type_is_that_of_its_content(content, media_type):
    copy, _ = archived(make_source(), content, "anything.exe")
    assert copy.media_type == media_type


@pytest.mark.parametrize("content", OTHERS)
def test_any_other_type_is_refused_whatever_its_name_says(content):
    with pytest.raises(Refused, match="of no accepted type by its content; a PDF"):
        archived(make_source(), content)
    assert files() == []


def test_a_type_is_seen_in_small_pieces_too():
    copy, _ = archive_copy(make_source().pk, [bytes([byte]) for byte in PDF], file_name="", by=None)
    assert (copy.media_type, copy.sha256) == ("application/pdf", HASH)


def test_nothing_and_too_much_are_refused(settings):
    settings.DOCUMENT_MAX_BYTES = 20
    for content, said in ((b"", "is empty; a PDF"), (PDF, "more than 20 bytes")):
        with pytest.raises(Refused, match=said):
            archived(make_source(), content)
    assert files() == []


def test_no_document_keeps_no_file():
    with pytest.raises(Document.DoesNotExist):
        archive_copy(999_999, [PDF], file_name="", by=None)
    assert files() == []


@pytest.mark.parametrize(
    ("name", "kept"), [("C:\\papers\\a.pdf", "a.pdf"), ("../../etc/a", "a"), ("a\0b", ""), ("x" * 300, "x" * 255)]
)
def test_a_name_is_only_shown(name, kept):
    assert archived(make_source(), name=name)[0].file_name == kept


def test_a_full_disk_is_named_and_leaves_nothing(monkeypatch):
    def full(_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(disk.os, "fsync", full)
    with pytest.raises(NoRoom, match="No space left on device"):
        archived(make_source())
    assert files() == []


def test_what_a_killed_upload_left_is_removed_after_a_day():
    document = make_source()
    archived(document)
    old, young = (Path(shelf().folder) / f".part-{age}" for age in ("old", "young"))
    for part in (old, young):
        part.write_bytes(b"half")
    os.utime(old, (0, 0))
    archived(document)
    assert files() == [".part-young", HASH]


def test_a_stored_copy_is_never_changed():
    copy, _ = archived(make_source())
    with pytest.raises(Exception, match="upload another copy; this one stays"):
        DocumentCopy.objects.filter(pk=copy.pk).update(size=1)


def test_copies_that_are_missing_or_damaged_are_found():
    one, other, sound = make_source(), make_source(), make_source()
    archived(one), archived(other, PDF + b"2"), archived(sound, PDF + b"3")
    shelf().path_of(HASH).unlink()
    shelf().path_of(hashlib.sha256(PDF + b"2").hexdigest()).write_bytes(b"%PDF-other")
    found = list(unsound_copies())
    assert len(found) == 2
    assert any(f"document {one.pk}: the copy {HASH} is not in" in each for each in found)
    assert any(f"document {other.pk}" in each and "has another content" in each for each in found)


@pytest.mark.django_db(transaction=True)
def test_of_uploads_at_once_no_row_is_without_its_file():
    document, other = make_source(), make_source(sha256="0" * 64)

    def refused():
        with pytest.raises(Conflict):
            archived(other)
        return None, False

    found = at_once(lambda: archived(document), lambda: archived(document), refused)
    kept = [each for each in found if isinstance(each, tuple)]
    assert all(isinstance(each, TryAgain) for each in found if each not in kept)
    assert DocumentCopy.objects.count() == sum(is_new for _, is_new in kept) <= 1
    assert files() == [HASH] * DocumentCopy.objects.count()
