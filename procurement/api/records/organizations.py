"""Buyers, suppliers, governments, and others that make statements or are paid."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from rest_framework import serializers

from procurement.api.http import filtering
from procurement.api.http.access import user_of
from procurement.api.http.editable import EditableResource
from procurement.api.http.filtering import Filter
from procurement.api.http.inline import OrganizationBody, organization_input
from procurement.api.http.shapes import Shape
from procurement.common.dates import Asked
from procurement.parties.identifying import Identifier
from procurement.parties.models import Organization, OrganizationIdentifier
from procurement.parties.recording import (
    add_identifier,
    refuse_bad_organization,
    register_organization,
    rename,
    rename_locally,
)


class IdentifierShape(serializers.Serializer[Any]):
    """One identifier."""

    scheme = serializers.CharField()
    value = serializers.CharField()


class OrganizationShape(Shape):
    """An organization with its identifiers."""

    attached = frozenset({"identifiers"})

    id = serializers.IntegerField()
    name = serializers.CharField()
    local_name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Organization.Kind.choices)
    country = serializers.CharField()
    identifiers = IdentifierShape(many=True)
    created_at = serializers.DateTimeField()

    @classmethod
    def attach(cls, rows: Sequence[dict[str, Any]], asked: Asked) -> None:
        found: dict[int, list[dict[str, str]]] = {row["id"]: [] for row in rows}
        identifiers = OrganizationIdentifier.objects.filter(organization__in=found).order_by("scheme", "value")
        for organization, scheme, value in identifiers.values_list("organization", "scheme", "value"):
            found[organization].append({"scheme": scheme, "value": value})
        for row in rows:
            row["identifiers"] = found[row["id"]]


class Organizations(EditableResource):
    """Organizations. Identifiers that are given in a change are added."""

    model = Organization
    shape = OrganizationShape
    body = OrganizationBody
    dated = True
    orderings: ClassVar[Mapping[str, str]] = {"id": "id", "name": "name"}
    search = ("name", "local_name", "identifiers__value")
    filters: ClassVar[Mapping[str, Filter]] = {
        "id": filtering.Id("id"),
        "name": filtering.Text("name"),
        "kind": filtering.Word("kind", choices=Organization.Kind),
        "country": filtering.Text("country"),
    }

    def created(self, given: dict[str, Any]) -> Organization:
        found = register_organization(organization_input(given), by=user_of(self.request))
        self.said = found.warnings
        return found.row

    def changed(self, row: Organization, given: dict[str, Any]) -> list[str]:
        known = {Identifier(*pair).key for pair in row.identifiers.values_list("scheme", "value")}
        pairs = [Identifier(**each) for each in given.pop("identifiers", [])]
        new = list({pair.key: pair for pair in pairs if pair.key not in known}.values())
        stored = [add_identifier(row, scheme=p.scheme, value=p.value, by=user_of(self.request)) for p in new]
        self.said = [each.oddity for each in stored if each.oddity]
        columns = rename(row, name=given.pop("name")) if "name" in given else []
        columns += rename_locally(row, name=given.pop("local_name")) if "local_name" in given else []
        return [*columns, *super().changed(row, given)]

    def check(self, row: Organization) -> None:
        refuse_bad_organization(row)

    def version_parts(self, row: Organization) -> list[object]:
        return [*sorted(row.identifiers.values_list("scheme", "value"))]
