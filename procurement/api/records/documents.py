"""Published documents that facts rest on."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from procurement.api.http import filtering
from procurement.api.http.access import user_of
from procurement.api.http.editable import EditableResource
from procurement.api.http.filtering import Filter
from procurement.api.http.inline import DocumentBody, document_input
from procurement.api.http.shapes import Shape
from procurement.sources.documents import create_document, refuse_bad_document
from procurement.sources.models import Document


class DocumentShape(Shape):
    """A document."""

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
    created_at = serializers.DateTimeField()


class Documents(EditableResource):
    """Documents."""

    model = Document
    shape = DocumentShape
    body = DocumentBody
    dated = True
    orderings: ClassVar[Mapping[str, str]] = {"id": "id", "published_on": "published_on"}
    search = ("title", "publisher", "url")
    filters: ClassVar[Mapping[str, Filter]] = {
        "id": filtering.Id("id"),
        "url": filtering.Text("url"),
        "publisher": filtering.Text("publisher"),
        "language": filtering.Text("language"),
        "published_on": filtering.Day("published_on", nullable=True),
        "grade": filtering.Word("grade", choices=Document.Grade),
    }

    def created(self, given: dict[str, Any]) -> Document:
        return create_document(document_input(given), by=user_of(self.request))

    def check(self, row: Document) -> None:
        refuse_bad_document(row)
