"""How organizations are part of one another, and which of them are one: a merge is such a link."""

from collections.abc import Mapping
from typing import ClassVar

from rest_framework import serializers

from procurement.api.facts.viewset import FACT_FILTERS, FactBody, Facts
from procurement.api.http import filtering
from procurement.api.http.fields import Word
from procurement.api.http.filtering import Filter, Id
from procurement.api.http.inline import LinkedOrganizationField
from procurement.api.http.shapes import FactShape
from procurement.parties.merging import organization_links
from procurement.parties.models import OrganizationLink


class OrganizationLinkShape(FactShape):
    """From a date, an organization is part of another one, or one with it."""

    organization = serializers.IntegerField(source="organization_id")
    organization_name = serializers.CharField(source="organization__name")
    kind = serializers.ChoiceField(choices=OrganizationLink.Kind.choices)
    other = serializers.IntegerField(source="other_id", help_text="the whole, or the one that remains")
    other_name = serializers.CharField(source="other__name")


class OrganizationLinkBody(FactBody):
    """A link as it is posted."""

    organization = LinkedOrganizationField()
    kind = Word(OrganizationLink.Kind)
    other = LinkedOrganizationField()


class OrganizationLinks(Facts):
    """Parts of groups, and merges."""

    model = OrganizationLink
    recorder = organization_links
    shape = OrganizationLinkShape
    body = OrganizationLinkBody
    search = ("organization__name", "other__name", "note", "source_key")
    filters: ClassVar[Mapping[str, Filter]] = {
        "organization": Id("organization"),
        "other": Id("other"),
        "kind": filtering.Word("kind", choices=OrganizationLink.Kind),
        **FACT_FILTERS,
    }
