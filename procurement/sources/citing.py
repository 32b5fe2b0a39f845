"""Citing documents: by id, by url, or anew."""

import datetime as dt
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.db import transaction

from procurement.common.claims import lock_keys
from procurement.common.cleaning import complain_of_fields, refuse_bad_texts
from procurement.common.errors import Complaints, Conflict
from procurement.sources.models import Document

SHA256 = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class DocumentInput:
    """A document as a request or a file cites it."""

    title: str
    url: str = ""
    publisher: str = ""
    language: str = ""
    published_on: dt.date | None = None
    retrieved_at: dt.datetime | None = None
    grade: str = Document.Grade.SECONDARY
    sha256: str = ""
    archived_copy: str = ""


@transaction.atomic
def find_or_create_document(given: DocumentInput, *, by: User | None = None) -> Document:
    """Return the document with this url, creating it when there is none; a match never edits the stored row.

    Safe to repeat and to race: an advisory lock on the url makes two writers one. Raises Refused.
    """
    refuse_bad_texts(url=given.url)
    if given.url:
        lock_keys([f"document:{given.url}"])
        stored = Document.objects.filter(url=given.url).first()
        if stored is not None:
            return stored
    return create_document(given, by=by)


@transaction.atomic
def register_document(given: DocumentInput, *, by: User | None = None) -> Document:
    """Create a document that is not there yet. Raises Refused, or Conflict naming the one that has its url."""
    if given.url:
        lock_keys([f"document:{given.url}"])
        known = Document.objects.filter(url=given.url).first()
        if known is not None:
            raise Conflict({"url": f"document {known.pk} has this url; cite it by its id"}, existing=known.pk)
    return create_document(given, by=by)


def create_document(given: DocumentInput, *, by: User | None = None) -> Document:
    """Create a document. Raises Refused."""
    row = Document(**vars(given), entered_by=by)
    refuse_bad_document(row)
    row.save(force_insert=True)
    return row


def refuse_bad_document(row: Document) -> None:
    """Raise Refused when a document's columns hold what they may not."""
    complaints = Complaints()
    complain_of_fields(row, complaints)
    complain_of_url(row.url, complaints)
    if row.sha256 and not SHA256.fullmatch(row.sha256):
        complaints.add("sha256", "is not a SHA-256 sum; 64 digits of 0-9 and a-f would be accepted")
    complaints.refuse_if_any()


def complain_of_url(url: str, complaints: Complaints) -> None:
    """Accept absolute http and https addresses, and none (a paper document)."""
    if url and not _is_web_address(url):
        complaints.add("url", f"“{url[:80]}” is not a web address; https://example.org/page would be accepted")


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # a bracket that opens no IPv6 address
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc) and " " not in url
