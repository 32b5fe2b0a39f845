"""Flags: as stored, or with a date as the rules would find them then; and what people do with them."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404, HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.access.roles import REVIEWER
from procurement.api import filtering
from procurement.api.access import user_of
from procurement.api.asking import DATES
from procurement.api.fields import Body, Day, Text
from procurement.api.filtering import Filter
from procurement.api.pagination import Cursor, filters_hash, opened, page_size, sealed
from procurement.api.repeating import written
from procurement.api.resources import Resource, Shaped
from procurement.api.shapes import Shape
from procurement.common.errors import Complaints, Refused
from procurement.flags import life
from procurement.flags.models import Flag, Severity
from procurement.flags.rule import Finding
from procurement.flags.rules import all_rules
from procurement.flags.screening import backtest
from procurement.programs.models import Program

WOULD_BE_OPEN = "would_be_open"


@extend_schema_field({"type": "object", "additionalProperties": True})
class Evidence(serializers.Field[Any, Any, Any, Any]):
    """The figures that a rule saw."""


class FlagShape(Shape):
    """A flag; in a backtest `id` is null and `state` is would_be_open."""

    id = serializers.IntegerField(allow_null=True)
    rule = serializers.CharField()
    program = serializers.CharField(source="program__code")
    contract = serializers.IntegerField(source="contract_id", allow_null=True)
    severity = serializers.ChoiceField(choices=Severity.choices)
    state = serializers.ChoiceField(choices=[*Flag.State.values, WOULD_BE_OPEN])
    condition_since = serializers.DateField()
    opened_at = serializers.DateTimeField(allow_null=True)
    owner = serializers.CharField(allow_null=True)
    accepted_until = serializers.DateField(allow_null=True)
    summary = serializers.CharField()
    evidence = Evidence()


class ReasonBody(Body):
    """Why something is done with a flag."""

    reason = Text(required=False)


class AcceptBody(ReasonBody):
    """On whose account, until when and why a flag is accepted."""

    owner = Text(required=False)
    until = Day(required=False, allow_null=True)
    accepted_until = Day(required=False, allow_null=True)


class RuleFilter(Filter):
    """Codes of rules."""

    def parse(self, text: str) -> str:
        known = [rule.code for rule in all_rules()]
        if text not in known:
            raise ValueError(f"“{text[:60]}” is not a rule; accepted: {', '.join(known)}")
        return text


class Flags(Resource):
    """Flags. With as_of, published_by or recorded_by the rules are evaluated then, and nothing is stored."""

    shape = FlagShape
    orderings: ClassVar[Mapping[str, str]] = {"id": "id", "opened_at": "opened_at"}
    default_ordering = "-opened_at"
    search = ("summary",)
    extra_params: ClassVar[Mapping[str, Any]] = {"list": tuple(DATES)}
    needs: ClassVar[Mapping[str, str]] = {"accept": REVIEWER, "resolve": REVIEWER, "reopen": REVIEWER}
    bodies: ClassVar[Mapping[str, type[Body]]] = {
        "acknowledge": ReasonBody, "accept": AcceptBody, "resolve": ReasonBody, "reopen": ReasonBody
    }  # fmt: skip
    filters: ClassVar[Mapping[str, Filter]] = {
        "rule": RuleFilter("rule"),
        "program": filtering.Code("program"),
        "contract": filtering.Id("contract", nullable=True),
        "state": filtering.Word("state", choices=Flag.State),
        "severity": filtering.Word("severity", choices=Severity),
        "owner": filtering.Text("owner"),
        "condition_since": filtering.Day("condition_since"),
        "opened_at": filtering.Moment("opened_at"),
        "accepted_until": filtering.Day("accepted_until", nullable=True),
    }

    def get_queryset(self) -> QuerySet[Any]:
        return Flag.objects.all()

    def shaped(self, rows: Any) -> Shaped:
        for row in rows:
            row["owner"] = row["owner"] or None
        return super().shaped(rows)

    # reading

    def list(self, request: Request) -> HttpResponseBase:
        """The stored flags; with a date a backtest."""
        if set(DATES) & set(self.params):
            return Response(self._backtest(request))
        return super().list(request)

    def _backtest(self, request: Request) -> dict[str, Any]:
        refuse_in_backtest(self.params)
        params = {**self.params, "as_of": self.asked.as_of.isoformat()}
        found = self._findings(params)
        belongs_to, size = filters_hash(request.path, params), page_size(params)
        start = int(opened(params["cursor"], belongs_to).values[0]) if "cursor" in params else 0
        following = None
        if len(found) > start + size:
            cursor = sealed(Cursor((start + size,)), belongs_to)
            following = f"{request.build_absolute_uri(request.path)}?{filtering.query(params, cursor=cursor)}"
        counted = {"count": len(found)} if params.get("count") == "exact" else {}
        return counted | {"next": following, "previous": None, "results": would_be_open(found[start : start + size])}

    def _findings(self, params: Mapping[str, str]) -> Any:
        programs = filtering.program_ids_in(params)
        rules = listed(params, "rule")
        found = backtest(self.asked, program_ids=programs, rules=rules)
        contracts, severities = listed(params, "contract"), listed(params, "severity")
        states = listed(params, "state")
        if states is not None and WOULD_BE_OPEN not in states and Flag.State.OPEN not in states:
            return []
        return [
            each
            for each in found
            if (contracts is None or str(each.contract_id) in contracts)
            and (severities is None or each.severity in severities)
        ]

    # what people do

    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str) -> Response:
        """Note that somebody has seen the flag."""
        return self._done(request, pk, ReasonBody, life.acknowledge)

    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Live with the condition through a day, on somebody's account."""
        return self._done(request, pk, AcceptBody, accepted)

    @action(detail=True, methods=["post"])
    def resolve(self, request: Request, pk: str) -> Response:
        """Close the flag although its condition may hold."""
        return self._done(request, pk, ReasonBody, life.resolve)

    @action(detail=True, methods=["post"])
    def reopen(self, request: Request, pk: str) -> Response:
        """Put the flag back into the queue."""
        return self._done(request, pk, ReasonBody, life.reopen)

    def _done(self, request: Request, pk: str, body: type[Body], verb: Callable[..., Flag]) -> Response:
        def act() -> Response:
            given = body(data=request.data, context=self.get_serializer_context())
            given.is_valid(raise_exception=True)
            try:
                flag = verb(int(pk), by=user_of(request), **{"reason": "", **given.validated_data})
            except Flag.DoesNotExist as error:
                raise Http404 from error
            return Response(self.one(pk=flag.pk))

        return written(request, act)


def accepted(flag_id: int, *, accepted_until: Any = None, until: Any = None, **given: Any) -> Flag:
    """Accept a flag until a day, under either name of it."""
    return life.accept(flag_id, until=until or accepted_until, today=timezone.localdate(), **given)


def listed(params: Mapping[str, str], name: str) -> list[str] | None:
    """The values of a list parameter; None when it is not given. Raises Refused."""
    given = params.get(name, params.get(f"{name}__in"))
    try:
        return None if given is None else filtering.split(given)
    except ValueError as error:
        raise Refused({name: str(error)}) from error


BACKTEST_FILTERS = ("rule", "program", "contract", "severity", "state")
BACKTEST_PARAMS = frozenset(
    {*DATES, "page_size", "cursor", "count", "format", *BACKTEST_FILTERS, *(f"{n}__in" for n in BACKTEST_FILTERS)}
)


def refuse_in_backtest(params: Mapping[str, str]) -> None:
    """Raise Refused for parameters that only stored flags have."""
    complaints = Complaints()
    for name in sorted(set(params) - BACKTEST_PARAMS):
        complaints.add(
            name, f"is of stored flags; with a date these are accepted: {', '.join(sorted(BACKTEST_PARAMS))}"
        )
    complaints.refuse_if_any()


def would_be_open(found: Any) -> list[dict[str, Any]]:
    """Findings in the shape of flags."""
    codes = dict(Program.objects.filter(pk__in={each.program_id for each in found}).values_list("id", "code"))
    return [_as_flag(each, codes[each.program_id]) for each in found]


def _as_flag(found: Finding, code: str) -> dict[str, Any]:
    return {
        "id": None,
        "rule": found.rule,
        "program": code,
        "contract": found.contract_id,
        "severity": found.severity,
        "state": WOULD_BE_OPEN,
        "condition_since": found.condition_since,
        "opened_at": None,
        "owner": None,
        "accepted_until": None,
        "summary": found.summary,
        "evidence": dict(found.evidence),
    }
