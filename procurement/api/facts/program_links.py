"""How programs follow, replace and contain one another."""

from collections.abc import Mapping
from typing import ClassVar

from rest_framework import serializers

from procurement.api.facts.viewset import FACT_FILTERS, FactBody, Facts
from procurement.api.http import filtering
from procurement.api.http.fields import Word
from procurement.api.http.filtering import Code, Filter
from procurement.api.http.inline import ProgramField
from procurement.api.http.shapes import FactShape
from procurement.programs.models import ProgramLink
from procurement.programs.recording import program_links


class ProgramLinkShape(FactShape):
    """A relation between two programs from a date."""

    program = serializers.CharField(source="program__code")
    kind = serializers.ChoiceField(choices=ProgramLink.Kind.choices)
    other = serializers.CharField(source="other__code")


class ProgramLinkBody(FactBody):
    """A relation as it is posted."""

    program = ProgramField()
    kind = Word(ProgramLink.Kind)
    other = ProgramField()


class ProgramLinks(Facts):
    """Successors, replacements and parts."""

    model = ProgramLink
    recorder = program_links
    shape = ProgramLinkShape
    body = ProgramLinkBody
    search = ("program__code", "program__name", "other__code", "other__name", "note", "source_key")
    filters: ClassVar[Mapping[str, Filter]] = {
        "program": Code("program"),
        "other": Code("other"),
        "kind": filtering.Word("kind", choices=ProgramLink.Kind),
        **FACT_FILTERS,
    }
