"""What somebody said a total was."""

from collections.abc import Mapping
from typing import ClassVar

from rest_framework import serializers

from procurement.api.facts.viewset import FACT_FILTERS, FactBody, Facts
from procurement.api.http import filtering
from procurement.api.http.fields import Day, Number, Part, Reference, Text, Word, YesNo
from procurement.api.http.filtering import Code, Filter, Id
from procurement.api.http.inline import OrganizationField, ProgramField
from procurement.api.http.shapes import FactShape, Money, Share
from procurement.contracts.models import Contract
from procurement.figures.models import ReportedFigure
from procurement.figures.recording import reported_figures
from procurement.sources.facts import Fact


class ReportedFigureShape(FactShape):
    """One total as one speaker or document gave it; exactly one of program, contract and organization is set."""

    program = serializers.CharField(source="program__code", allow_null=True)
    contract = serializers.IntegerField(source="contract_id", allow_null=True)
    organization = serializers.IntegerField(source="organization_id", allow_null=True)
    measure = serializers.ChoiceField(choices=ReportedFigure.Measure.choices)
    amount = Money(currency="currency")
    low = Money(currency="currency")
    high = Money(currency="currency")
    withheld = serializers.BooleanField()
    share = Share(allow_null=True)
    share_of = serializers.CharField()
    currency = serializers.CharField()
    rounding = Money(currency="currency")
    scope = serializers.CharField()
    as_of_date = serializers.DateField()
    as_of_precision = serializers.ChoiceField(choices=Fact.Precision.choices)
    speaker = serializers.CharField()
    speaker_organization = serializers.IntegerField(source="speaker_organization_id", allow_null=True)
    borne_by = serializers.IntegerField(source="borne_by_id", allow_null=True)


class ReportedFigureBody(FactBody):
    """A total as it is posted: an amount, a range, a share of a price, or that it is withheld."""

    program = ProgramField(required=False, allow_null=True)
    contract = Reference(Contract, required=False, allow_null=True)
    organization = OrganizationField(required=False, allow_null=True)
    measure = Word(ReportedFigure.Measure)
    amount = Number(required=False, allow_null=True)
    low = Number(required=False, allow_null=True)
    high = Number(required=False, allow_null=True)
    withheld = YesNo(required=False)
    share = Part(required=False, allow_null=True)
    share_of = Text(required=False)
    currency = Text()
    rounding = Number(required=False)
    scope = Text(required=False)
    as_of_date = Day()
    as_of_precision = Word(Fact.Precision, required=False)
    speaker = Text(required=False)
    speaker_organization = OrganizationField(required=False, allow_null=True)
    borne_by = OrganizationField(required=False, allow_null=True)


class ReportedFigures(Facts):
    """Reported totals, contradicting ones side by side."""

    model = ReportedFigure
    recorder = reported_figures
    shape = ReportedFigureShape
    body = ReportedFigureBody
    search = ("scope", "share_of", "speaker", "note", "source_key")
    filters: ClassVar[Mapping[str, Filter]] = {
        "program": Code("program", nullable=True),
        "contract": Id("contract", nullable=True),
        "organization": filtering.Organization("organization", nullable=True),
        "measure": filtering.Word("measure", choices=ReportedFigure.Measure),
        "currency": filtering.Currency("currency"),
        "amount": filtering.Amount("amount", nullable=True),
        "withheld": filtering.YesNo("withheld"),
        "share": filtering.Amount("share", nullable=True),
        "scope": filtering.Stored("scope"),
        "speaker": filtering.Stored("speaker"),
        "as_of_date": filtering.Day("as_of_date"),
        "as_of_precision": filtering.Word("as_of_precision", choices=Fact.Precision),
        "borne_by": filtering.Organization("borne_by", nullable=True),
        **FACT_FILTERS,
    }
