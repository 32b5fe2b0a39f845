"""Organizations, documents and programs given inline: matched by the verbs, else created, and never edited."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from drf_spectacular.utils import extend_schema_field

from procurement.api.http.access import user_of
from procurement.api.http.fields import ID, Body, Day, Inline, Moment, ProgramByCode, Text, Word, inline
from procurement.common.matching import Found
from procurement.parties.matching import OrganizationInput
from procurement.parties.models import Organization
from procurement.parties.recording import name_organization
from procurement.programs.models import Program
from procurement.programs.recording import name_program
from procurement.sources.documents import DocumentInput, cite_document
from procurement.sources.models import Document


class IdentifierBody(Body):
    """One identifier of an organization."""

    scheme = Text(allow_blank=False)
    value = Text(allow_blank=False)


class OrganizationBody(Body):
    """An organization as requests give it; with a known identifier no name is needed."""

    name = Text(required=False)
    local_name = Text(required=False)
    kind = Word(Organization.Kind, required=False)
    country = Text(required=False)
    identifiers = IdentifierBody(many=True, required=False)


class DocumentBody(Body):
    """A document as requests cite it; with a known url no title is needed."""

    title = Text(required=False)
    url = Text(required=False)
    publisher = Text(required=False)
    language = Text(required=False)
    published_on = Day(required=False, allow_null=True)
    retrieved_at = Moment(required=False, allow_null=True)
    grade = Word(Document.Grade, required=False)
    sha256 = Text(required=False)
    archived_copy = Text(required=False)


def organization_input(given: Mapping[str, Any]) -> OrganizationInput:
    """The organization that a validated body describes."""
    pairs = tuple((each["scheme"], each["value"]) for each in given.get("identifiers", ()))
    return OrganizationInput(**{"name": "", **given, "identifiers": pairs})


def document_input(given: Mapping[str, Any]) -> DocumentInput:
    """The document that a validated body describes."""
    return DocumentInput(**{"title": "", **given})


@extend_schema_field({"oneOf": [ID, {"$ref": "#/components/schemas/OrganizationRequest"}]})
class OrganizationField(Inline):
    """An organization by id or inline, matched by identifier, else by exact normalised name and country."""

    model = Organization
    body = OrganizationBody

    def found_or_created(self, given: Mapping[str, Any]) -> Found[Organization]:
        return name_organization(organization_input(given), by=self.by)


class LinkedOrganizationField(OrganizationField):
    """The same for links, which are about the organization that is named, and not about one that remains of it."""

    def found_or_created(self, given: Mapping[str, Any]) -> Found[Organization]:
        found = super().found_or_created(given)
        return replace(found, row=found.as_named)


@extend_schema_field({"oneOf": [ID, {"$ref": "#/components/schemas/DocumentRequest"}]})
class DocumentField(Inline):
    """A document by id or inline, matched by its url."""

    model = Document
    body = DocumentBody

    def found_or_created(self, given: Mapping[str, Any]) -> Found[Document]:
        return cite_document(document_input(given), by=self.by)


class ProgramBody(Body):
    """A program as requests give it."""

    code = Text(allow_blank=False)
    name = Text(allow_blank=False)
    local_name = Text(required=False)
    buyer = OrganizationField(required=False, allow_null=True)
    country = Text(required=False)
    domain = Text(required=False)
    description = Text(required=False)
    source = DocumentField(required=False, allow_null=True)  # type: ignore[assignment]


@extend_schema_field({"oneOf": [{"type": "string"}, {"$ref": "#/components/schemas/ProgramRequest"}]})
class ProgramField(ProgramByCode):
    """A program by its code, or inline."""

    def to_internal_value(self, data: Any) -> Program:
        if not isinstance(data, Mapping):
            return super().to_internal_value(data)
        program: Program = inline(self, data, ProgramBody, self._found_or_created)
        return program

    def _found_or_created(self, given: Mapping[str, Any]) -> Found[Program]:
        return name_program(Program(**given, entered_by=user_of(self.context["request"])), stated=given)
