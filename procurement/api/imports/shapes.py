"""The shapes of batches and their issues, and the request bodies about them."""

from typing import Any

import orjson
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from procurement.api.http.fields import Body, Text
from procurement.api.http.shapes import Shape
from procurement.imports.models import ImportBatch, ImportIssue

OBJECT = {"type": "object", "additionalProperties": True}
TEXTS = {"type": "array", "items": {"type": "string"}}
COLUMNS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            **{name: {"type": "string"} for name in ("heading", "target", "decimal", "order", "precision", "scheme")},
            "unit": {"type": "integer"},
            "words": {"type": "object", "additionalProperties": {"type": "string"}},
        },
        "required": ["heading"],
    },
}


@extend_schema_field(OBJECT)
class Plain(serializers.JSONField):
    """JSON as it is stored."""


class BatchShape(Shape):
    """One file that was read, or is to be."""

    id = serializers.IntegerField()
    file_name = serializers.CharField()
    sha256 = serializers.CharField()
    size = serializers.IntegerField()
    format = serializers.CharField()
    options = Plain()
    dry_run = serializers.BooleanField()
    by = serializers.CharField(source="by__username", allow_null=True)
    state = serializers.ChoiceField(choices=ImportBatch.State.choices)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    finished_at = serializers.DateTimeField(allow_null=True)
    bytes_read = serializers.IntegerField()
    tables = Plain(help_text="for each table: rows read = taken + unchanged + waiting (for approval) + refused")
    records = Plain(help_text="the records of the file by what became of them")
    warnings = Plain(help_text="how many warnings there are of each kind")
    refusals = serializers.IntegerField()
    queued = serializers.IntegerField(help_text="rows that contradict what a person corrected; see the issues")
    failure = serializers.CharField()
    file_deleted_at = serializers.DateTimeField(allow_null=True, help_text="when the kept file was deleted")
    preview = Plain(allow_null=True, help_text="of a dry run: whether it was cut, and the flags that would open")
    undone_by = serializers.CharField(source="undone_by__username", allow_null=True)
    undone_at = serializers.DateTimeField(allow_null=True)
    undo_note = serializers.CharField()
    taken_back = Plain(allow_null=True, help_text="of an undo: how many facts were reversed, and how many were left")


class IssueShape(Shape):
    """What was said of a row of the file."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=ImportIssue.Kind.choices)
    warning = serializers.CharField(help_text="the kind by which warnings are counted")
    line = serializers.IntegerField()
    row = serializers.CharField(source="label")
    column = serializers.CharField()
    value = serializers.CharField()
    reason = serializers.CharField(help_text="and what would be accepted")


@extend_schema_field({"type": "string", "example": '{"encoding": "cp932"}'})
class Options(serializers.Field[Any, Any, Any, Any]):
    """The options of a format, as a JSON object."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        try:
            found = orjson.loads(data) if data else {}
        except orjson.JSONDecodeError as error:
            raise ValidationError('must be a JSON object; {"encoding": "cp932"} would be accepted') from error
        if not isinstance(found, dict):
            raise ValidationError('must be a JSON object; {"encoding": "cp932"} would be accepted')
        return found


@extend_schema_field({"type": "string", "enum": ["true", "false"]})
class TrueOrFalse(serializers.Field[Any, Any, Any, Any]):
    """true or false in a form, where everything is text."""

    def to_internal_value(self, data: Any) -> bool:
        if data not in {"true", "false"}:
            raise ValidationError("must be true or false")
        return bool(data == "true")


class UploadBody(Body):
    """A file, and how it is to be read."""

    file = serializers.FileField(allow_empty_file=True)
    format = Text(required=False, help_text="the name of a format; without one, the format that recognises the file")
    options = Options(required=False)
    dry_run = TrueOrFalse(required=False, help_text="true: a preview, which stores nothing")


class UndoBody(Body):
    """Why a batch is taken back."""

    note = Text(required=False)


@extend_schema_field(COLUMNS)
class Columns(serializers.JSONField):
    """The columns; the recording function says what is wrong with one."""


@extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
class Texts(serializers.JSONField):
    """Texts by name."""


@extend_schema_field(TEXTS)
class Headings(serializers.JSONField):
    """Headings."""
