"""Archived copies of documents: kept by their hash, one folder for all, never changed and never deleted."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from procurement.common.advisory_locks import lock_keys
from procurement.common.errors import Conflict, Refused, TryAgain
from procurement.common.kept_files import Kept, Shelf, beginning
from procurement.common.texts import text_fault
from procurement.sources.copies import DocumentCopy
from procurement.sources.copy_types import ACCEPTED, HEAD, media_type_of
from procurement.sources.models import Document

LONGEST_NAME = 255


def shelf() -> Shelf:
    """The folder of copies."""
    return Shelf(Path(settings.DOCUMENT_FOLDER), settings.DOCUMENT_MAX_BYTES, fuller=ACCEPTED)


def archive_copy(
    document_id: int, pieces: Iterable[bytes], *, file_name: str, by: User | None
) -> tuple[DocumentCopy, bool]:
    """Keep a copy of a document; returns it, and whether it is new. The document gets its hash, if it has none.

    Raises Refused when it is empty, too large or of no accepted type, Conflict when the document is stored with another
    hash, BadSource when it cannot be stored, and Document.DoesNotExist. Safe to repeat, to race and to kill: a file is
    in the folder before a row names it, and the same content is one file and one row.
    """
    head, whole = beginning(pieces, HEAD)
    media_type = media_type_of(head) if head else ""
    kept = shelf().keep(whole)
    try:
        return _noted(
            document_id, DocumentCopy(sha256=kept.sha256, size=kept.size, media_type=media_type), file_name, by
        )
    except (Refused, Document.DoesNotExist):
        _forget_unused(kept)
        raise


@transaction.atomic
def _noted(document_id: int, copy: DocumentCopy, file_name: str, by: User | None) -> tuple[DocumentCopy, bool]:
    kept = Kept(copy.sha256, copy.size)
    lock_keys([_lock(kept)])
    document = Document.objects.select_for_update().get(pk=document_id)
    if document.sha256 not in {"", kept.sha256}:
        said = (
            f"has the SHA-256 {kept.sha256}, and document {document.pk} is stored with {document.sha256}: another text"
        )
        raise Conflict({"file": f"{said}; change the document's sha256 first if that is meant"}, existing=document.pk)
    if not shelf().holds(kept):  # it was forgotten as another upload's
        raise TryAgain("the copy was just removed; send it again")
    stored = DocumentCopy.objects.filter(document=document, sha256=kept.sha256).first()
    if stored is None:
        copy.document, copy.file_name, copy.entered_by = document, sound_name(file_name), by
        copy.save(force_insert=True)
        copy.refresh_from_db()
    if not document.sha256:
        document.sha256 = kept.sha256
        document.save(update_fields=["sha256"])
    return stored or copy, stored is None


@transaction.atomic
def _forget_unused(kept: Kept) -> None:
    """Remove a file that no row names."""
    lock_keys([_lock(kept)])
    if not DocumentCopy.objects.filter(sha256=kept.sha256).exists():
        shelf().path_of(kept.sha256).unlink(missing_ok=True)


def _lock(kept: Kept) -> str:
    return f"document copy:{kept.sha256}"


def sound_name(name: str) -> str:
    """A file's name without its folders, or nothing where it cannot be stored: it is only shown."""
    bare = name.replace("\\", "/").rpartition("/")[2][-LONGEST_NAME:]
    return "" if text_fault(bare) else bare


def unsound_copies() -> Iterator[str]:
    """What is wrong with stored copies: those that are not in the folder, and those with another content."""
    rows = DocumentCopy.objects.order_by("sha256", "document_id").values_list("sha256", "size", "document_id")
    for sha256, size, document in rows.iterator():
        kept = Kept(sha256, size)
        if not shelf().path_of(sha256).exists():
            yield f"document {document}: the copy {sha256} is not in {settings.DOCUMENT_FOLDER}"
        elif not shelf().sound(kept.sha256):
            yield f"document {document}: the copy {sha256} has another content"
