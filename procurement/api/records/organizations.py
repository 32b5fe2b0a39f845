"""Buyers, suppliers, governments, and others that make statements or are paid."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from rest_framework import serializers

from procurement.api.http import filtering
from procurement.api.http.access import user_of
from procurement.api.http.editable import EditableResource
from procurement.api.http.filtering import Filter
from procurement.api.http.inline import OrganizationBody, organization_input
from procurement.api.http.shapes import Shape
from procurement.common.dates import Asked
from procurement.common.errors import Refused
from procurement.parties.identifying import Identifier
from procurement.parties.linking import Bodies
from procurement.parties.models import Organization, OrganizationIdentifier
from procurement.parties.reading import bodies_at
from procurement.parties.recording import (
    add_identifier,
    refuse_bad_organization,
    register_organization,
    rename,
    rename_locally,
)

#: Whether a list has organizations that are merged into others: none of them, only them, or both.
MERGED = ("false", "true", "any")


class IdentifierShape(serializers.Serializer[Any]):
    """One identifier."""

    scheme = serializers.CharField()
    value = serializers.CharField()
    organization = serializers.IntegerField(required=False, help_text="whose it is, where that is a merged one")


class NamedShape(serializers.Serializer[Any]):
    """An organization that is merged into this one."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    local_name = serializers.CharField()
    country = serializers.CharField()


class OrganizationShape(Shape):
    """An organization with its identifiers, and with those of all that are merged into it."""

    attached = frozenset({"identifiers", "merged_into", "also_known_as"})

    id = serializers.IntegerField()
    name = serializers.CharField()
    local_name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Organization.Kind.choices)
    country = serializers.CharField()
    identifiers = IdentifierShape(many=True)
    merged_into = serializers.IntegerField(allow_null=True, help_text="the organization that remains of it")
    also_known_as = NamedShape(many=True)
    created_at = serializers.DateTimeField()

    @classmethod
    def attach(cls, rows: Sequence[dict[str, Any]], asked: Asked) -> None:
        bodies = bodies_at(asked)
        also = {row["id"]: bodies.also.get(row["id"], []) for row in rows}
        ids = {each for pk, merged in also.items() for each in (pk, *merged)}
        identifiers, named = _identifiers(ids), _named(ids - also.keys())
        for row in rows:
            pk = row["id"]
            row["merged_into"] = bodies.into.get(pk)
            row["also_known_as"] = [named[each] for each in also[pk] if each in named]
            row["identifiers"] = [*identifiers[pk]]
            for each in also[pk]:
                row["identifiers"] += [identifier | {"organization": each} for identifier in identifiers[each]]


def _identifiers(ids: set[int]) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {pk: [] for pk in ids}
    rows = OrganizationIdentifier.objects.filter(organization__in=ids).order_by("scheme", "value")
    for organization, scheme, value in rows.values_list("organization", "scheme", "value"):
        found[organization].append({"scheme": scheme, "value": value})
    return found


def _named(ids: set[int]) -> dict[int, dict[str, Any]]:
    rows = Organization.objects.filter(pk__in=ids) if ids else Organization.objects.none()
    return {row["id"]: dict(row) for row in rows.values("id", "name", "local_name", "country")}


class IdentifierFilter(Filter):
    """Identifiers as scheme and value, JP-HOUJIN-BANGOU:8700110005901, in any spelling of either."""

    schema: ClassVar[dict[str, Any]] = {"type": "string", "pattern": "^[^:]+:.+$"}

    def parse(self, text: str) -> Identifier:
        scheme, between, value = text.partition(":")
        if not (between and scheme.strip() and value.strip()):
            raise ValueError(
                f"“{text[:60]}” is not a scheme and a value; JP-HOUJIN-BANGOU:8700110005901 would be accepted"
            )
        return Identifier(scheme, value).key

    def among(self, values: Sequence[Any]) -> Q:
        found = Q()
        for scheme, value in values:
            found |= Q(scheme_key=scheme, value_key=value)
        return Q(pk__in=OrganizationIdentifier.objects.filter(found).values("organization"))


class Organizations(EditableResource):
    """Organizations. Identifiers that are given in a change are added.

    A list leaves out what is merged into another one, unless `merged` or `id` asks for it; what is found of a merged
    one finds the one that remains.
    """

    model = Organization
    shape = OrganizationShape
    body = OrganizationBody
    dated = True
    orderings: ClassVar[Mapping[str, str]] = {"id": "id", "name": "name"}
    search = ("name", "local_name", "identifiers__value")
    extra_params: ClassVar[Mapping[str, Sequence[str]]] = {"list": ["merged"]}
    filters: ClassVar[Mapping[str, Filter]] = {
        "id": filtering.Id("id"),
        "name": filtering.Text("name"),
        "kind": filtering.Word("kind", choices=Organization.Kind),
        "country": filtering.Country("country"),
        "identifier": IdentifierFilter("pk"),
    }

    def narrowed(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        found, wanted = super().narrowed(rows), self._wanted()
        if wanted == "any":
            return found
        bodies = bodies_at(self.asked)
        if wanted == "true":
            return found.filter(pk__in=bodies.into)
        return _remaining(rows, found, bodies) if bodies.into else found

    def _wanted(self) -> str:
        named = "any" if {"id", "id__in"} & set(self.params) else MERGED[0]
        wanted = self.params.get("merged", named)
        if wanted not in MERGED:
            raise Refused({"merged": f"“{wanted[:40]}” is not accepted; {', '.join(MERGED)} would be"})
        return wanted

    def created(self, given: dict[str, Any]) -> Organization:
        found = register_organization(organization_input(given), by=user_of(self.request))
        self.said = found.warnings
        return found.as_named

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


def _remaining(rows: QuerySet[Any], found: QuerySet[Any], bodies: Bodies) -> QuerySet[Any]:
    """The organizations that remain, of those that were found or of which a merged one was."""
    also = {bodies.one(pk) for pk in found.filter(pk__in=bodies.into).values_list("pk", flat=True)}
    if not also:
        return found.exclude(pk__in=bodies.into)
    either = Q(pk__in=found.order_by().values("pk")) | Q(pk__in=also)
    remaining: QuerySet[Any] = rows.exclude(pk__in=bodies.into).filter(either)
    return remaining
