"""Decisions and statements about the status of programs."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from procurement.api.facts.status_drafts import StatusDraftShape
from procurement.api.facts.viewset import FACT_FILTERS, FactBody, Facts
from procurement.api.http import filtering
from procurement.api.http.fields import Reference, Text, Whole, Word, YesNo
from procurement.api.http.filtering import Code, Filter, Id
from procurement.api.http.inline import OrganizationField, ProgramField
from procurement.api.http.shapes import FactShape
from procurement.programs.models import StatusChange
from procurement.programs.recording import default_side, status_changes


class StatusChangeShape(FactShape):
    """A decision or a statement."""

    program = serializers.CharField(source="program__code")
    kind = serializers.ChoiceField(choices=StatusChange.Kind.choices)
    status = serializers.ChoiceField(choices=StatusChange.Status.choices, allow_blank=True)
    scope = serializers.ChoiceField(choices=StatusChange.Scope.choices)
    revokes = serializers.IntegerField(source="revokes_id", allow_null=True)
    casts_doubt = serializers.BooleanField()
    speaker = serializers.CharField()
    role = serializers.CharField()
    organization = serializers.IntegerField(source="organization_id", allow_null=True)
    organization_name = serializers.CharField(source="organization__name", allow_null=True)
    side = serializers.ChoiceField(choices=StatusChange.Side.choices)
    term = serializers.CharField()
    quotation = serializers.CharField()
    sequence = serializers.IntegerField()


class StatusChangeBody(FactBody):
    """A decision or a statement as it is posted; without a side it gets the default one."""

    program = ProgramField()
    kind = Word(StatusChange.Kind)
    status = Word(StatusChange.Status, blank=True, required=False)
    scope = Word(StatusChange.Scope, required=False)
    revokes = Reference(StatusChange, required=False, allow_null=True)
    casts_doubt = YesNo(required=False)
    speaker = Text(required=False)
    role = Text(required=False)
    organization = OrganizationField(required=False, allow_null=True)
    side = Word(StatusChange.Side, blank=True, required=False)
    term = Text(required=False)
    quotation = Text(required=False)
    sequence = Whole(required=False, min_value=0, max_value=32767)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        given = super().to_internal_value(data)
        named = data.get("organization") if isinstance(data, Mapping) else None
        if isinstance(named, Mapping) and "kind" not in named and not given.get("side") and "program" in given:
            given["side"] = default_side(given["program"], given["organization"], kind_given=False)
        return given


class StatusChanges(Facts):
    """Decisions and statements."""

    model = StatusChange
    recorder = status_changes
    shape = StatusChangeShape
    body = StatusChangeBody
    waits_as = StatusDraftShape
    search = ("speaker", "role", "term", "quotation", "note", "organization__name")
    filters: ClassVar[Mapping[str, Filter]] = {
        "program": Code("program"),
        "kind": filtering.Word("kind", choices=StatusChange.Kind),
        "status": filtering.Word("status", choices=StatusChange.Status),
        "scope": filtering.Word("scope", choices=StatusChange.Scope),
        "side": filtering.Word("side", choices=StatusChange.Side),
        "organization": filtering.Organization("organization", nullable=True),
        "speaker": filtering.Stored("speaker"),
        "revokes": Id("revokes", nullable=True),
        "casts_doubt": filtering.YesNo("casts_doubt"),
        **FACT_FILTERS,
    }
