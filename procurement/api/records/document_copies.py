"""Archived copies of documents over the API: uploaded as they are, and served as downloads only."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, ClassVar

from django.conf import settings
from django.db.models import QuerySet
from django.http import FileResponse, Http404
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated, NotFound
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from procurement.access.auditing import note_export
from procurement.api.http import filtering
from procurement.api.http.access import reach, user_of
from procurement.api.http.fields import Body
from procurement.api.http.filtering import Filter
from procurement.api.http.problems import PayloadTooLarge
from procurement.api.http.shapes import Shape
from procurement.api.http.viewsets import Listing
from procurement.common.disk import PIECE
from procurement.common.errors import Refused
from procurement.sources.archiving import archive_copy, shelf
from procurement.sources.copies import DocumentCopy
from procurement.sources.copy_types import SUFFIXES
from procurement.sources.models import Document

#: What a form adds to its file.
FORM_BYTES = 100_000
#: A copy is never shown by a browser, whatever is in it: it is somebody else's page.
HEADERS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
NOT_THERE = "This copy is not in the folder of copies; `manage.py verify --copies` lists all that are missing."
NOT_PUBLIC = "This copy is not public; it is given to readers with a token or a login."


@dataclass(frozen=True)
class Sent:
    """A file as the body of a request."""

    stream: IO[bytes]
    name: str = ""

    def __str__(self) -> str:
        return "a file"

    def chunks(self) -> Iterator[bytes]:
        """Its content, piece by piece."""
        while piece := self.stream.read(PIECE):
            yield piece

    def exhaust(self) -> None:
        """Read what is left, so that a client that still sends is there for the answer."""
        with suppress(OSError):
            for _ in self.chunks():
                pass


class RawParser(BaseParser):
    """A body that is the file itself, whatever its type is said to be: it is looked at, not believed."""

    media_type = "*/*"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> dict[str, Sent]:
        return {"file": Sent(stream)}


class FileRenderer(BaseRenderer):
    """A file is answered as it is, whatever is accepted."""

    media_type = "*/*"
    format = "file"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> bytes:
        raise NotImplementedError


class CopyShape(Shape):
    """One uploaded copy."""

    id = serializers.IntegerField()
    sha256 = serializers.CharField()
    size = serializers.IntegerField(help_text="bytes")
    media_type = serializers.ChoiceField(choices=list(SUFFIXES), help_text="by its content")
    file_name = serializers.CharField(help_text="as it was uploaded")
    by = serializers.CharField(source="entered_by__username", allow_null=True)
    recorded_at = serializers.DateTimeField()


class CopyBody(Body):
    """A copy, as a form sends it; or the body is the file itself."""

    file = serializers.FileField()


class DocumentCopies(Listing):
    """Every copy that was uploaded of a document, those included that were replaced."""

    shape = CopyShape
    default_ordering = "-id"
    search = ("file_name", "sha256")
    filters: ClassVar[Mapping[str, Filter]] = {"sha256": filtering.Hash("sha256")}

    def get_queryset(self) -> QuerySet[Any]:
        if not Document.objects.filter(pk=self.kwargs["document"]).exists():
            raise Http404
        return DocumentCopy.objects.filter(document=self.kwargs["document"])

    def list(self, request: Request, document: str) -> Any:  # type: ignore[override]
        """One page as JSON; all as CSV or JSON Lines."""
        return super().list(request)


def kept(request: Request, document_id: int) -> tuple[DocumentCopy, bool]:
    """Keep the file of a request; returns the copy, and whether it is new. Raises Refused, and PayloadTooLarge."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > settings.DOCUMENT_MAX_BYTES + FORM_BYTES:
        raise PayloadTooLarge(f"A copy may have at most {settings.DOCUMENT_MAX_BYTES} bytes.")
    form: Any = request.data
    given: Any = form.get("file")
    if not hasattr(given, "chunks"):
        raise Refused({"file": "is missing; send the file as the body, or as the field `file` of a form"})
    try:
        return archive_copy(document_id, given.chunks(), file_name=given.name or "", by=user_of(request))
    except Document.DoesNotExist as error:
        raise Http404 from error
    finally:
        if isinstance(given, Sent):
            given.exhaust()


def download(request: Request, document_id: int, sha256: str | None) -> FileResponse:
    """The copy that is the document's, or the one with a hash, as a download. Raises Http404, and NotAuthenticated."""
    copies = DocumentCopy.objects.filter(document=document_id, document__withdrawn_at=None)
    copy = (copies.current() if sha256 is None else copies.filter(sha256=sha256)).select_related("document").first()
    if copy is None:
        raise Http404
    if reach(request) is None and not copy.document.copy_is_public:
        raise NotAuthenticated(NOT_PUBLIC)
    try:
        opened = shelf().path_of(copy.sha256).open("rb")
    except OSError as error:
        raise NotFound(NOT_THERE) from error
    name = f"document-{document_id}{SUFFIXES[copy.media_type]}"
    headers = HEADERS | {"ETag": f'"{copy.sha256}"'}
    note_export(request, name, sha256=copy.sha256)
    return FileResponse(opened, as_attachment=True, filename=name, content_type=copy.media_type, headers=headers)
