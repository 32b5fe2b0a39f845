"""Finding and creating documents: by id or by url."""

import datetime as dt
import re
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.db import transaction

from procurement.common.advisory_locks import lock_keys
from procurement.common.errors import Complaints, Conflict
from procurement.common.matching import Found, differences
from procurement.common.texts import hides
from procurement.common.validation import complain_of_fields, refuse_bad_texts
from procurement.common.withdrawable import bring_back, store_new
from procurement.sources.models import Document

SHA256 = re.compile("[0-9a-f]{64}")
#: Letters of Persian, Urdu and others are joined and parted by these, also in addresses.
JOINERS = re.compile("[\u200c\u200d]")


@dataclass(frozen=True)
class DocumentInput:
    """A document as a request or a file cites it; without a grade it is a secondary one."""

    title: str
    url: str = ""
    publisher: str = ""
    language: str = ""
    published_on: dt.date | None = None
    retrieved_at: dt.datetime | None = None
    grade: str = ""
    sha256: str = ""
    archived_copy: str = ""


@transaction.atomic
def cite_document(given: DocumentInput, *, by: User | None = None) -> Found[Document]:
    """Find the document with this url, or create one; a match never edits the stored row, and reports differences.

    Safe to repeat and to race: writers take turns under an advisory lock on the url. Raises Refused, or Conflict when
    the checksum differs from the stored one.
    """
    refuse_bad_texts(url=given.url)
    if given.url:
        lock_keys([f"document:{given.url}"])
        stored = Document.everything.filter(url=given.url).first()
        if stored is not None:
            bring_back([stored])
            return as_cited(stored, given)
    return Found(create_document(given, by=by), created=True)


def find_or_create_document(given: DocumentInput, *, by: User | None = None) -> Document:
    """Return the document that is cited: see cite_document."""
    return cite_document(given, by=by).row


def as_cited(stored: Document, given: DocumentInput) -> Found[Document]:
    """A stored document, with the date that this citation gives. Raises Conflict if it is another text."""
    given = _as_written(given)
    if given.sha256 and stored.sha256 and given.sha256 != stored.sha256:
        said = f"differs from that of document {stored.pk}, {stored.sha256}: this is another text"
        raise Conflict({"sha256": f"{said}; cite it under a url of its own"}, existing=stored.pk)
    warnings = differences(stored, vars(given))
    stored.cited_on = given.published_on
    return Found(stored, warnings=warnings)


def _as_written(given: DocumentInput) -> DocumentInput:
    return replace(given, sha256=given.sha256.strip().lower())


@transaction.atomic
def create_document(given: DocumentInput, *, by: User | None = None, copy_is_public: bool = False) -> Document:
    """Create a document. Raises Refused, or Conflict naming the one that has its url."""
    row = drafted_document(given, by=by)
    row.copy_is_public = copy_is_public
    if row.url:
        _refuse_taken_url(row)
    store_new(row, Document.everything.filter(url=row.url).first() if row.url else None)
    return row


def drafted_document(given: DocumentInput, *, by: User | None = None) -> Document:
    """A sound document, not stored yet. Raises Refused."""
    given = _as_written(given)
    row = Document(**vars(given) | {"grade": given.grade or Document.Grade.SECONDARY}, entered_by=by)
    _refuse_bad_columns(row)
    return row


def refuse_bad_document(row: Document) -> None:
    """Raise Refused when a document's columns have invalid values, Conflict when its url is taken."""
    _refuse_bad_columns(row)
    if row.url:
        _refuse_taken_url(row)


def _refuse_bad_columns(row: Document) -> None:
    complaints = Complaints()
    complain_of_fields(row, complaints)
    complain_of_url(row.url, complaints)
    if row.sha256 and not SHA256.fullmatch(row.sha256):
        complaints.add("sha256", "is not a SHA-256 sum; 64 digits of 0-9 and a-f would be accepted")
    complaints.refuse_if_any()


def _refuse_taken_url(row: Document) -> None:
    lock_keys([f"document:{row.url}"])
    known = Document.objects.filter(url=row.url).exclude(pk=row.pk).first()
    if known is not None:
        raise Conflict({"url": f"document {known.pk} has this url; cite it by its id"}, existing=known.pk)


def complain_of_url(url: str, complaints: Complaints) -> None:
    """Accept absolute http and https addresses, and none (a paper document)."""
    if url and not _is_web_address(url):
        complaints.add("url", f"“{url[:80]}” is not a web address; https://example.org/page would be accepted")


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # a bracket that opens no IPv6 address
        return False
    whole = not any(each.isspace() for each in url) and not hides(JOINERS.sub("", url))
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and whole
