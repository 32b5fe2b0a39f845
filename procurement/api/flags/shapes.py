"""The shapes of flags, stored or found by a backtest, and of their events."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from procurement.api.http.shapes import Money, Shape
from procurement.common.dates import Asked
from procurement.flags.models import Flag, FlagEvent, Severity
from procurement.flags.rules import all_rules

WOULD_BE_OPEN = "would_be_open"


@extend_schema_field({"type": "object", "additionalProperties": True})
class Evidence(serializers.Field[Any, Any, Any, Any]):
    """The figures that a rule saw."""


class ClauseShape(serializers.Serializer[Any]):
    """A clause of law or contract that sets a rule's deadline or cap."""

    reference = serializers.CharField()
    says = serializers.CharField()
    url = serializers.CharField()


class FlagShape(Shape):
    """A flag; in a backtest `id` is null and `state` is would_be_open. `program` is null for a contract without one."""

    attached = frozenset({"clauses"})

    id = serializers.IntegerField(allow_null=True)
    rule = serializers.CharField()
    program = serializers.CharField(source="program__code", allow_null=True)
    contract = serializers.IntegerField(source="contract_id", allow_null=True)
    severity = serializers.ChoiceField(choices=Severity.choices)
    state = serializers.ChoiceField(choices=[*Flag.State.values, WOULD_BE_OPEN])
    condition_since = serializers.DateField()
    opened_at = serializers.DateTimeField(allow_null=True)
    owner = serializers.CharField(allow_null=True)
    accepted_until = serializers.DateField(allow_null=True)
    summary = serializers.CharField()
    evidence = Evidence()
    outstanding = Money(currency="currency")
    currency = serializers.CharField(allow_null=True)
    clauses = ClauseShape(many=True)

    @classmethod
    def attach(cls, rows: Sequence[dict[str, Any]], asked: Asked) -> None:
        for row in rows:
            row["clauses"] = clauses_of(row["rule"])

    @classmethod
    def shaped(cls, rows: Sequence[dict[str, Any]], asked: Asked) -> list[dict[str, Any]]:
        found = super().shaped(rows, asked)
        for row in found:
            row["owner"], row["currency"] = row["owner"] or None, row["currency"] or None
        return found


@cache
def clauses_of(code: str) -> list[dict[str, str]]:
    """The clauses of a flag's rule; none if the rule no longer exists."""
    found = (rule.clauses for rule in all_rules() if rule.code == code)
    return [{"reference": each.reference, "says": each.says, "url": each.url} for each in next(found, ())]


class EventShape(Shape):
    """Something that happened to a flag, with the flag's evidence at that time. `by` is null for a screening."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=FlagEvent.Kind.choices)
    at = serializers.DateTimeField()
    by = serializers.CharField(source="by__username", allow_null=True)
    reason = serializers.CharField()
    severity = serializers.ChoiceField(choices=Severity.choices)
    summary = serializers.CharField()
    evidence = Evidence()
    owner = serializers.CharField()
    accepted_until = serializers.DateField(allow_null=True)
    as_of = serializers.DateField(allow_null=True)
    replayed = serializers.BooleanField()
    historical = serializers.BooleanField()


class EventPageShape(serializers.Serializer[Any]):
    """A page of what happened to a flag, in order."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = EventShape(many=True)
