"""The shapes of packages, for the description of the API; the standard's own schema says what is in them."""

from typing import Any

from rest_framework import serializers

from procurement.api.http.shapes import AnyField

SCHEMA = "https://standard.open-contracting.org/1.1/en/schema/"


class LinksShape(serializers.Serializer[Any]):
    """Where the next page is."""

    next = serializers.CharField()


class PublisherShape(serializers.Serializer[Any]):
    """Who publishes the package."""

    name = serializers.CharField()
    uri = serializers.CharField()


class PackageShape(serializers.Serializer[Any]):
    """What every package says of itself."""

    def get_fields(self) -> dict[str, AnyField]:
        """The members that the standard has for all packages, and links as in all of its APIs."""
        return {
            "uri": serializers.CharField(),
            "version": serializers.CharField(),
            "extensions": serializers.ListField(child=serializers.CharField(), required=False),
            "publisher": PublisherShape(),
            "license": serializers.CharField(required=False),
            "publicationPolicy": serializers.CharField(required=False),
            "prefixNotice": serializers.CharField(required=False, help_text="the prefix of ocids is not registered"),
            "publishedDate": serializers.DateTimeField(),
            "links": LinksShape(required=False),
        }


class ReleasePackageShape(PackageShape):
    """A release package of OCDS 1.1."""

    def get_fields(self) -> dict[str, AnyField]:
        """Those, and the releases."""
        releases = serializers.ListField(child=serializers.DictField(), help_text=SCHEMA)
        return super().get_fields() | {"releases": releases}


class RecordPackageShape(PackageShape):
    """A record package of OCDS 1.1."""

    def get_fields(self) -> dict[str, AnyField]:
        """Those, and the records."""
        records = serializers.ListField(child=serializers.DictField(), help_text=SCHEMA)
        return super().get_fields() | {"records": records}
