"""The description of the API in OpenAPI, made from the same declarations that answer requests."""

from functools import cache
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer
from rest_framework import serializers

from procurement.api.http.asking import described
from procurement.api.http.dates import DATES
from procurement.api.http.filtering import parameters
from procurement.api.http.problems import PROBLEM
from procurement.api.http.shapes import Shape

SAYS = {
    "ordering": "The order of the rows; a minus before a name reverses it.",
    "by": "The periods of the schedule: fiscal_year (default), quarter (of the fiscal year), month or year.",
    "search": "Only rows that contain every word.",
    "type": "Types of facts, separated by commas; default all.",
    "fields": "The fields to show of each row, separated by commas; default all. The answer then lacks the others.",
    "expand": "Fields with ids, separated by commas: `expanded` of each row shows what they name.",
    "stopped": "true: programs that are suspended or cancelled at the asked dates; false: the others.",
    "disputed": "true: programs on whose status the buyer's own side disagrees; false: the others.",
    "stopped_on__gte": "Programs that are stopped, since this day or a later one.",
    "stopped_on__lte": "Programs that are stopped, since this day or an earlier one.",
    "format": "The format of the answer; it overrides the Accept header.",
    "bom": "With format=csv: true begins the file with the byte order mark by which spreadsheets recognise UTF-8.",
    "standing": "true leaves out rows that are reversed in this view, and their reversals.",
    "merged": "Organizations that are merged into others: false, the default, leaves them out; true gives only them.",
    "group_by": "Groupings, separated by commas; none for the totals.",
    "currency": "Convert every amount to this currency at the rate of as_of; the answer names the rate.",
    "rate_type": "Types of rate, separated by commas: each pair takes the first with a rate; default ecb_reference.",
    "rate_age": "With currency, any: the newest rate serves whatever its age, as in a question without as_of.",
    "unconverted": "With currency, show: amounts without a rate stay in their own currency, last; else: an error.",
    "interval": "month, quarter, year or fiscal_year: one point at the end of each.",
    "from": "The first day of the series.",
    "to": "The day of the last point; default today.",
    "calendar": "The country whose fiscal year is meant, such as JP; default that of the country filter.",
    "figures": "The figures to show, separated by commas; default all.",
    "explain": "true adds why each null is null, and which facts would fill it.",
    "after": "Where to continue: the `after` of an earlier answer, or a timestamp with a UTC offset.",
    "since": "Only processes of which anything was recorded after this moment; give a UTC offset.",
}
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key", str, OpenApiParameter.HEADER, description="Makes the request safe to repeat: it has one effect."
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag of the row as it was read; 412 if the row has changed since.",
)
PREFER = OpenApiParameter(
    "Prefer",
    str,
    OpenApiParameter.HEADER,
    description="With a list, `handling=lenient` stores its good rows and answers 207 with the outcome of each row.",
)
PREFERENCE_APPLIED = OpenApiParameter(
    "Preference-Applied", str, OpenApiParameter.HEADER, description="handling=lenient", response=["207"]
)


#: Actions whose answers may carry warnings.
WRITES = frozenset({"create", "update", "partial_update", "reverse", "correct"})


@cache
def as_written(shape: type[Shape]) -> type[Shape]:
    """A shape as a write answers it."""
    says = "What was accepted although it looks wrong, and what was not stored; absent if there is nothing to report."
    warnings = serializers.ListField(child=serializers.CharField(), required=False, help_text=says)
    members = {"__doc__": shape.__doc__, "__module__": shape.__module__, "warnings": warnings}
    return type(f"{shape.__name__}Written", (shape,), members)


def either(one: type[Any]) -> PolymorphicProxySerializer:
    """One object, or a list of them."""
    choices = [one, one(many=True)]
    return PolymorphicProxySerializer(f"{one.__name__}OrList", choices, resource_type_field_name=None, many=False)


@cache
def outcomes(row: type[Shape]) -> type[Any]:
    """What became of each row of a list, where each is stored by itself."""
    return type(
        f"{row.__name__}Outcomes",
        (OutcomesShape,),
        {"__doc__": OutcomesShape.__doc__, "__module__": __name__, "results": _outcome(row)(many=True)},
    )


def _outcome(row: type[Shape]) -> type[Any]:
    members = {
        "__doc__": "What became of one row: stored, or refused with a problem.",
        "__module__": __name__,
        "status": serializers.IntegerField(help_text="201 created, 200 there already, otherwise the problem's"),
        "row": row(allow_null=True),
        "problem": Problem(allow_null=True),
    }
    return type(f"{row.__name__}Outcome", (serializers.Serializer,), members)


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How a token is sent."""

    target_class = "procurement.api.http.access.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        says = "What `manage.py create_token` printed, after `Bearer`; `Token` in its place is accepted too."
        return {"type": "http", "scheme": "bearer", "description": says}


class Problem(serializers.Serializer[Any]):
    """An error (RFC 9457): `errors` names each field and says what would be accepted."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField(required=False)
    request_id = serializers.CharField(help_text="the X-Request-Id of the answer; the service's log names it too")
    existing = serializers.IntegerField(required=False, help_text="the id of the stored row that conflicts with it")
    errors = serializers.DictField(  # type: ignore[assignment]
        child=serializers.ListField(child=serializers.CharField()), required=False
    )


class OutcomesShape(serializers.Serializer[Any]):
    """What became of each row of a list, in its order."""

    created = serializers.IntegerField()
    repeated = serializers.IntegerField(help_text="there already: the same source_key and content")
    waiting = serializers.IntegerField(help_text="kept as drafts, until a second person approves them")
    refused = serializers.IntegerField()


class Schema(AutoSchema):
    """Reads a resource's declarations."""

    view: Any

    def get_override_parameters(self) -> list[Any]:
        if self.view.action in self.view.asking:
            return [parameter_of(self.view, "format")]
        if self.method == "POST":
            return [IDEMPOTENCY_KEY, PREFER, PREFERENCE_APPLIED] if self._takes_lists() else [IDEMPOTENCY_KEY]
        if self.method in {"PATCH", "PUT", "DELETE"}:
            return [IDEMPOTENCY_KEY, IF_MATCH]
        paged = set(self._paging_names())
        accepted = self.view.accepted_params(self.view.action)
        return [parameter_of(self.view, name) for name in accepted if name not in paged]

    def _paging_names(self) -> list[str]:
        paginator: Any = self._get_paginator() if self._is_list_view() else None  # type: ignore[no-untyped-call]
        return [each["name"] for each in paginator.get_schema_operation_parameters(self.view)] if paginator else []

    def get_request_serializer(self) -> Any:
        if self.method not in {"POST", "PUT", "PATCH"}:
            return None
        if (asked := self.view.asking.get(self.view.action)) is not None:
            return described(parameter_of(self.view, name) for name in self.view.accepted_params(asked))
        body = self._body()
        return either(body) if self._takes_lists() else body

    def _takes_lists(self) -> bool:
        return self.view.action == "create" and getattr(self.view, "recorder", None) is not None

    def _body(self) -> type[Any]:
        body: type[Any] = self.view.bodies.get(self.view.action) or self.view.body
        return body

    def get_response_serializers(self) -> Any:
        if self.method == "DELETE":
            return {"204": None, ("4XX", PROBLEM): Problem}
        answer = self.view.answers.get(self.view.asking.get(self.view.action, self.view.action), self.view.shape)
        status = "201" if self.view.action in {"create", "reverse", "correct"} else "200"
        answer = as_written(answer) if self.view.action in WRITES and issubclass(answer, Shape) else answer
        if self._takes_lists():
            lists = {"201": either(answer), "200": either(answer), "207": outcomes(answer)}
            return {**lists, **self._waiting(), ("4XX", PROBLEM): Problem}
        return {status: answer, **self._waiting(), ("4XX", PROBLEM): Problem}

    def _waiting(self) -> dict[str, Any]:
        """The answer where an act waits for the approval of a second person."""
        waits_as = getattr(self.view, "waits_as", None)
        return {"202": waits_as} if waits_as is not None and self.view.action in WRITES else {}

    def _is_list_view(self, serializer: Any = None) -> bool:
        return self.view.action == "list" and "list" not in self.view.answers


def parameter_of(view: Any, name: str) -> OpenApiParameter:
    """A parameter of a resource as it is described: a date, a filter with its lookup, or one of those in SAYS."""
    if name in DATES:
        kind, says = DATES[name]
        return OpenApiParameter(name, kind, description=says)
    declared = {each: (found, lookup) for each, found, lookup in parameters(view.filters)}
    if name not in declared:
        kind = dict(view.described[name].schema) if name in view.described else {"type": "string"}
        return OpenApiParameter(name, kind, description=SAYS.get(name, ""))
    found, lookup = declared[name]
    return OpenApiParameter(name, _schema(found, lookup), description=_says(lookup), explode=False)


def _schema(declared: Any, lookup: str) -> dict[str, Any]:
    if lookup == "isnull":
        return {"type": "boolean"}
    choices = getattr(declared, "choices", None)
    item = {"type": "string", "enum": [word for word in choices.values if word]} if choices else dict(declared.schema)
    return item if lookup in {"gte", "lte"} or item == {"type": "boolean"} else {"type": "array", "items": item}


def _says(lookup: str) -> str:
    return {"gte": "At least.", "lte": "At most.", "isnull": "true: rows without a value; false: rows with one."}.get(
        lookup, "Any of several values, separated by commas."
    )
