"""Published documents that facts rest on, and our copies of them."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.api.http import filtering
from procurement.api.http.access import user_of
from procurement.api.http.editable import EditableResource
from procurement.api.http.fields import Body, YesNo
from procurement.api.http.filtering import Filter
from procurement.api.http.idempotency import written
from procurement.api.http.inline import DocumentBody, document_input
from procurement.api.http.shapes import Shape
from procurement.api.http.viewsets import Names, Renderers
from procurement.api.records.document_copies import CopyBody, CopyShape, FileRenderer, RawParser, download, kept
from procurement.common.dates import Asked
from procurement.sources.copies import DocumentCopy
from procurement.sources.copy_types import SUFFIXES
from procurement.sources.documents import create_document, refuse_bad_document
from procurement.sources.models import Document

#: What is shown of a document's copy.
COPY = ("sha256", "size", "media_type", "file_name", "recorded_at")


@extend_schema_field(
    {
        "type": ["object", "null"],
        "properties": {name: {"type": "integer" if name == "size" else "string"} for name in COPY},
    }
)
class CopyField(serializers.Field[Any, Any, Any, Any]):
    """Our copy with the document's hash; null without one. `copy/` gives its content."""


class DocumentShape(Shape):
    """A document."""

    attached = frozenset({"copy"})

    id = serializers.IntegerField()
    title = serializers.CharField()
    publisher = serializers.CharField()
    url = serializers.CharField()
    language = serializers.CharField()
    published_on = serializers.DateField(allow_null=True)
    grade = serializers.ChoiceField(choices=Document.Grade.choices)
    retrieved_at = serializers.DateTimeField(allow_null=True)
    sha256 = serializers.CharField()
    archived_copy = serializers.CharField()
    copy = CopyField()
    copy_is_public = serializers.BooleanField()
    created_at = serializers.DateTimeField()

    @classmethod
    def attach(cls, rows: Sequence[dict[str, Any]], asked: Asked) -> None:
        """Add the copy of each: that which has its hash."""
        found = DocumentCopy.objects.filter(document__in=[row["id"] for row in rows]).values("document", *COPY)
        copies = {(each.pop("document"), each["sha256"]): each for each in found}
        for row in rows:
            row["copy"] = copies.get((row["id"], row["sha256"]))


class StoredDocumentBody(DocumentBody):
    """A document as it is changed; a new one, or a citation, says nothing of our copy."""

    copy_is_public = YesNo(required=False, help_text="whether our copy is given to people without a token or a login")


class Documents(EditableResource):
    """Documents."""

    model = Document
    shape = DocumentShape
    body = StoredDocumentBody
    dated = True
    orderings: ClassVar[Mapping[str, str]] = {"id": "id", "published_on": "published_on"}
    search = ("title", "publisher", "url")
    filters: ClassVar[Mapping[str, Filter]] = {
        "id": filtering.Id("id"),
        "url": filtering.Text("url"),
        "publisher": filtering.Stored("publisher"),
        "language": filtering.Stored("language"),
        "published_on": filtering.Day("published_on", nullable=True),
        "grade": filtering.Word("grade", choices=Document.Grade),
    }
    reads: ClassVar[Mapping[str, Names]] = {"copy": ["sha256"]}
    answers: ClassVar[Mapping[str, Any]] = {
        "keep_copy": CopyShape,
        "replace_copy": CopyShape,
    }
    bodies: ClassVar[Mapping[str, type[Body]]] = {
        "create": DocumentBody,
        "keep_copy": CopyBody,
        "replace_copy": CopyBody,
    }

    statuses: ClassVar[Mapping[str, Mapping[Any, Any]]] = {
        "copy": {(200, *SUFFIXES): OpenApiTypes.BINARY},
        "keep_copy": {201: None, 200: None},
        "replace_copy": {201: None, 200: None},
    }

    def created(self, given: dict[str, Any]) -> Document:
        return create_document(document_input(given), by=user_of(self.request))

    def check(self, row: Document) -> None:
        refuse_bad_document(row)

    # our copy

    def get_renderers(self) -> Renderers:
        serves = self.action == "copy" and self.request.method in SAFE_METHODS
        return [FileRenderer()] if serves else super().get_renderers()

    @action(detail=True, parser_classes=[MultiPartParser, RawParser])
    def copy(self, request: Request, pk: str) -> Any:
        """Our copy, as a download."""
        return download(request, int(pk), self.params.get("sha256"))

    @copy.mapping.post
    def keep_copy(self, request: Request, pk: str) -> Response:
        """Upload our copy: the file as the body, or as the field `file` of a form. 200 if it was there already."""
        return self._keep_copy(request, int(pk))

    @copy.mapping.put
    def replace_copy(self, request: Request, pk: str) -> Response:
        """Replace our copy, as uploading one does."""
        return self._keep_copy(request, int(pk))

    def _keep_copy(self, request: Request, document_id: int) -> Response:
        copy, is_new = kept(request, document_id)
        rows = DocumentCopy.objects.filter(pk=copy.pk).values(*CopyShape.columns())
        answer = CopyShape.shaped(list(rows), self.asked)[0]
        return written(request, lambda: Response(answer, status=201 if is_new else 200), content=copy.sha256)
