"""Column mappings: what the columns of lists mean."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from rest_framework import serializers

from procurement.api.http import filtering
from procurement.api.http.access import user_of
from procurement.api.http.editable import EditableResource
from procurement.api.http.fields import Body, Text
from procurement.api.http.filtering import Filter
from procurement.api.http.shapes import Shape
from procurement.api.imports.shapes import Columns, Headings, Plain, Texts
from procurement.imports.mappings import change_mapping, refuse_bad_mapping, save_mapping
from procurement.imports.models import ColumnMapping


class MappingShape(Shape):
    """A mapping, and the headings by which a file is recognised as one that it is for."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    prefix = serializers.CharField()
    sheet = serializers.CharField()
    columns = Plain()  # type: ignore[assignment]  # the metaclass moves it away
    fixed = Plain()
    key = Plain()
    line_key = Plain()
    headings = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()


class MappingBody(Body):
    """What the columns of a list mean; docs/formats/mapped.md says what each part may be."""

    name = Text(allow_blank=False)
    prefix = Text(required=False, help_text="begins made-up references; empty: made from the name")
    sheet = Text(required=False)
    columns = Columns()
    fixed = Texts(required=False)
    key = Headings()
    line_key = Headings(required=False)


class ColumnMappings(EditableResource):
    """Saved mappings. Batches that were read by one keep their copy of it."""

    model = ColumnMapping
    shape = MappingShape
    body = MappingBody
    orderings: ClassVar[Mapping[str, str]] = {"id": "id", "name": "name"}
    search = ("name",)
    filters: ClassVar[Mapping[str, Filter]] = {"id": filtering.Id("id"), "name": filtering.Text("name")}

    def created(self, given: dict[str, Any]) -> ColumnMapping:
        return save_mapping(ColumnMapping(**given), by=user_of(self.request))

    def check(self, row: ColumnMapping) -> None:
        refuse_bad_mapping(row)

    def keep(self, row: ColumnMapping, columns: Sequence[str]) -> None:
        change_mapping(row, columns)
