"""The rules of flags: what each finds, its thresholds in force, and the clauses that set its deadlines.

The presumption, which is no rule, is read in the same way by its own name.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django.http import Http404, HttpResponseBase
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.api.flags.shapes import ClauseShape, clauses_of
from procurement.api.http import filtering
from procurement.api.http.expanding import SHOWING
from procurement.api.http.pagination import Cursor, filters_hash, link_header, opened, page_size, sealed
from procurement.api.http.shapes import Shape
from procurement.api.http.viewsets import Listing, Names, Shaped
from procurement.common.errors import Refused
from procurement.common.money import as_text, trimmed
from procurement.common.searching import has_words
from procurement.flags.models import Severity
from procurement.flags.rule import Days, Limits, Money, Rule, Threshold
from procurement.flags.rules import all_rules, rules_named
from procurement.flags.selects.presumption import PRESUMPTION
from procurement.flags.thresholds.values import limits_in_force, settings_in_force

AMOUNTS = {"type": "object", "additionalProperties": {"type": "string"}, "example": {"JPY": "1000000000.00"}}


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string"}, AMOUNTS]})
class ThresholdValue(serializers.Field[Any, Any, Any, Any]):
    """Whole days; percent as a decimal string; or money, a decimal string for each currency."""


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string"}]})
class Bound(serializers.Field[Any, Any, Any, Any]):
    """Whole days, or a decimal string; for money in any currency."""


class RangeShape(serializers.Serializer[Any]):
    """The values to which an administrator may set a threshold."""

    lowest = Bound()
    highest = Bound()


class ThresholdShape(serializers.Serializer[Any]):
    """A threshold of a rule: its default with the reason, and the value in force."""

    name = serializers.CharField()
    unit = serializers.CharField()
    default = ThresholdValue()
    value = ThresholdValue()
    range = RangeShape()
    reason = serializers.CharField()


class FlagRuleShape(Shape):
    """A rule; `severity` is null if it depends on the facts.

    With `counts_movements`, each further movement reopens its flags.
    """

    code = serializers.CharField()
    title = serializers.CharField()
    severity = serializers.ChoiceField(choices=Severity.choices, allow_null=True)
    counts_movements = serializers.BooleanField()
    thresholds = ThresholdShape(many=True)
    clauses = ClauseShape(many=True)


class FlagRules(Listing):
    """Every rule with its thresholds in force. They are set in the admin, which first shows the consequences."""

    shape = FlagRuleShape
    lookup_field = "code"
    lookup_value_regex = r"[a-z0-9-]{1,80}"

    reads: ClassVar[Mapping[str, Names]] = {
        "list": ["search", *sorted(SHOWING), "cursor", "page_size", "count", "format"],
        "retrieve": [*sorted(SHOWING), "format"],
    }

    def list(self, request: Request) -> HttpResponseBase:
        """Every rule, by its code."""
        words = self.params.get("search", "")
        rows = [row for row in every_rule() if has_words(f"{row['code']} {row['title']}", words)]
        if self.is_whole:
            return self.as_file(request, rows)
        return self._page(request, rows)

    def retrieve(self, request: Request, code: str) -> Response:
        """One rule, or the presumption."""
        if code == PRESUMPTION.code:
            return Response(shown_presumption())
        try:
            (rule,) = rules_named([code])
        except Refused as error:
            raise Http404 from error
        return Response(shown(rule, limits_in_force()[code]))

    def _page(self, request: Request, rows: Shaped) -> Response:
        if self.params.get("count", "exact") != "exact":
            raise Refused({"count": "exact would be accepted; without the parameter nothing is counted"})
        belongs_to, size = filters_hash(request.path, self.params), page_size(self.params)
        start = int(opened(self.params["cursor"], belongs_to).values[0]) if "cursor" in self.params else 0

        def link(to: int) -> str:
            query = filtering.query(self.params, cursor=sealed(Cursor((to,)), belongs_to))
            return f"{request.build_absolute_uri(request.path)}?{query}"

        links = {
            "next": link(start + size) if start + size < len(rows) else None,
            "previous": link(max(start - size, 0)) if start else None,
        }
        count = {"count": len(rows)} if "count" in self.params else {}
        return Response(count | links | {"results": rows[start : start + size]}, headers=link_header(links))


def every_rule() -> Iterator[dict[str, Any]]:
    """Every rule as it is answered, by its code."""
    limits = limits_in_force()
    return (shown(rule, limits[rule.code]) for rule in all_rules())


def shown_presumption() -> dict[str, Any]:
    """The number of days after which a live contract is only presumed to run, in the shape of a rule."""
    (setting,) = settings_in_force([PRESUMPTION.code])
    return {
        "code": PRESUMPTION.code,
        "title": PRESUMPTION.title,
        "severity": None,
        "counts_movements": False,
        "thresholds": [_threshold(setting.threshold, Limits({setting.threshold.name: setting.value}))],
        "clauses": [],
    }


def shown(rule: Rule, limits: Limits) -> dict[str, Any]:
    """A rule as it is answered."""
    return {
        "code": rule.code,
        "title": rule.title,
        "severity": rule.severity or None,
        "counts_movements": rule.each_movement,
        "thresholds": [_threshold(each, limits) for each in rule.thresholds],
        "clauses": clauses_of(rule.code),
    }


def _threshold(threshold: Threshold, limits: Limits) -> dict[str, Any]:
    return {
        "name": threshold.name,
        "unit": threshold.unit,
        "default": _value(threshold, Limits()),
        "value": _value(threshold, limits),
        "range": {"lowest": _bound(threshold, threshold.lowest), "highest": _bound(threshold, threshold.highest)},
        "reason": threshold.reason,
    }


def _value(threshold: Threshold, limits: Limits) -> Any:
    if isinstance(threshold, Money):
        return {currency: as_text(amount, currency) for currency, amount in sorted(limits.amounts(threshold).items())}
    return limits.days(threshold) if isinstance(threshold, Days) else trimmed(limits.percent(threshold))


def _bound(threshold: Threshold, bound: int | Decimal) -> int | str:
    return int(bound) if isinstance(threshold, Days) else trimmed(Decimal(bound))
