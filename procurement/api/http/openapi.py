"""The description of the API in OpenAPI, made from the same declarations that answer requests."""

from functools import cache
from typing import Any

from django.conf import settings
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema_field
from rest_framework import serializers

from procurement.api.description import answers, headers, names
from procurement.api.description.parameters import ID, accepted, parameter_of
from procurement.api.description.summaries import summary
from procurement.api.http.access import MayReadOrAnalyse
from procurement.api.http.asking import described
from procurement.api.http.expanding import EXPANDED, expandable
from procurement.api.http.fields import Body
from procurement.api.http.idempotency import KEY
from procurement.api.http.rendering import CSVRenderer, JSONLinesRenderer, RowsRenderer
from procurement.api.http.shapes import Shape

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": KEY, "example": "5b3b3c7e-6b0e-4c0a-9d3f-1f1f6d7c2a10"},
    OpenApiParameter.HEADER,
    description="Makes the request safe to repeat: it has one effect.",
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


#: What `expand` adds to a row.
BEHIND = {
    "type": "object",
    "description": "with expand=: what stands behind each named id, as its own address shows it; null: nothing",
    "additionalProperties": {"type": ["object", "null"], "additionalProperties": True},
}
#: Actions whose answers may carry warnings.
WRITES = frozenset({"create", "update", "partial_update", "reverse", "correct"})
#: An answer without a body.
NOTHING = OpenApiResponse()
#: How addresses name rows by their ids.
ROW_ID = "^[0-9]{1,18}$"
ANYTHING, OCTETS = "*/*", "application/octet-stream"
#: Actions whose answers are new rows.
CREATES = frozenset({"create", "reverse", "correct"})


@cache
def as_written(shape: type[Shape]) -> type[Shape]:
    """A shape as a write answers it."""
    says = "What was accepted although it looks wrong, and what was not stored; absent if there is nothing to report."
    if "warnings" in shape._declared_fields:  # those of an import are counted
        return shape
    warnings = serializers.ListField(child=serializers.CharField(), required=False, help_text=says)
    members = {"__doc__": shape.__doc__, "__module__": shape.__module__, "warnings": warnings}
    return type(f"Stored{shape.__name__}", (shape,), members)


@cache
def outcomes(row: type[Shape], waits_as: type[Shape] | None) -> type[Any]:
    """What became of each row of a list, where each is stored by itself, or waits for a second person."""
    return type(
        f"{row.__name__}Outcomes",
        (OutcomesShape,),
        {"__doc__": OutcomesShape.__doc__, "__module__": __name__, "results": _outcome(row, waits_as)(many=True)},
    )


def _outcome(row: type[Shape], waits_as: type[Shape] | None) -> type[Any]:
    members = {
        "__doc__": "What became of one row: stored, or refused with a problem.",
        "__module__": __name__,
        "status": serializers.IntegerField(help_text="201 created, 200 there already, 202 waiting; else the problem's"),
        "row": row(allow_null=True) if waits_as is None else _either(row, as_written(waits_as)),
        "problem": Problem(allow_null=True),
    }
    return type(f"{row.__name__}Outcome", (serializers.Serializer,), members)


def _reference(shape: type[Shape]) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{names.type_name(shape.__name__)}"}


def _either(*shapes: type[Shape]) -> Any:
    """A field that holds a row of one of several types, or null."""
    schema = {"oneOf": [*map(_reference, shapes), {"type": "null"}]}
    return extend_schema_field(schema)(type("Either", (serializers.Field,), {}))()


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

    # names

    def get_serializer_name(self, serializer: Any, direction: Any) -> str:
        return names.type_name(type(serializer).__name__)

    def _get_serializer_name(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> str:  # noqa: FBT001, FBT002  (the library's)
        name: str = super()._get_serializer_name(serializer, direction, bypass_extensions)
        return names.in_direction(name, corrects=self.view.action == "correct")

    def get_paginated_name(self, serializer_name: str) -> str:
        return names.page_name(serializer_name)

    def get_operation_id(self) -> str:
        pages, reads = self._is_list_view(), self.method == "GET"
        return names.operation_id(self._parts(), self.view.action, of_one=self._of_one(), pages=pages, reads=reads)

    def get_summary(self) -> str:
        action, pages = self.view.action, self._is_list_view()
        words = names.one_and_many(self._parts() if action in names.STANDARD else self._parts()[:1])
        return summary(action, words, self.get_description(), appends=self._takes_lists(), pages=pages)

    def _parts(self) -> list[str]:
        parts: list[str] = self._tokenize_path()
        return parts

    def _of_one(self) -> bool:
        """Whether the address names a row before its last word."""
        return "{" in str(self.path).rstrip("/").rpartition("/")[0]

    # requests

    def get_override_parameters(self) -> list[Any]:
        if self.view.action in self.view.asking:
            return [parameter_of(self.view, "format")]
        if self.method == "POST":
            return [IDEMPOTENCY_KEY, PREFER, PREFERENCE_APPLIED] if self._takes_lists() else [IDEMPOTENCY_KEY]
        if self.method in {"PATCH", "PUT", "DELETE"}:
            return [IDEMPOTENCY_KEY, IF_MATCH]
        paged = set(self._paging_names())
        return [parameter_of(self.view, name) for name in accepted(self.view, self.view.action) if name not in paged]

    def _paging_names(self) -> list[str]:
        paginator: Any = self._get_paginator() if self._is_list_view() else None  # type: ignore[no-untyped-call]
        return [each["name"] for each in paginator.get_schema_operation_parameters(self.view)] if paginator else []

    def _resolve_path_parameters(self, variables: Any) -> Any:
        """Ids of rows are numbers."""
        found: Any = super()._resolve_path_parameters(variables)  # type: ignore[no-untyped-call]
        for each in found:
            if each["schema"].get("pattern") == ROW_ID:
                each["schema"] = dict(ID)
        return found

    def get_request_serializer(self) -> Any:
        if self.method not in {"POST", "PUT", "PATCH"}:
            return None
        if self._asks():
            return described(parameter_of(self.view, name) for name in self.view.accepted_params(self._answering()))
        return self._body()(partial=self.view.action == "correct")

    def _asks(self) -> bool:
        """Whether the parameters of a question are asked for in a body."""
        return self.view.action in self.view.asking

    def _answering(self) -> str:
        """The action that answers."""
        return str(self.view.asking.get(self.view.action, self.view.action))

    def _body(self) -> type[Any]:
        body: type[Any] = self.view.bodies.get(self.view.action) or self.view.body
        return body

    def _takes_lists(self) -> bool:
        """Whether several rows can be posted together."""
        return self.view.action == "create" and getattr(self.view, "recorder", None) is not None

    def _get_request_body(self, direction: Any = "request") -> Any:
        body: Any = super()._get_request_body(direction)  # type: ignore[no-untyped-call]
        if body is not None and ANYTHING in body["content"]:  # the file itself, whatever it is said to be
            del body["content"][ANYTHING]
            body["content"][OCTETS] = {"schema": {"type": "string", "format": "binary"}}
        if body is not None and self._takes_lists():
            body["required"] = True
            for each in body["content"].values():
                each["schema"] = _one_or_several(each["schema"])
        return body

    def _map_serializer(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> Any:  # noqa: FBT001, FBT002  (the library's)
        schema: Any = super()._map_serializer(serializer, direction, bypass_extensions)  # type: ignore[no-untyped-call]
        if "properties" not in schema:
            return schema
        if _is_listed(serializer):
            schema["properties"][EXPANDED] = dict(BEHIND)
        return schema | {"additionalProperties": False} if _is_closed(serializer) else schema

    def get_auth(self) -> list[Any]:
        found: list[Any] = super().get_auth()
        return [*found, {}] if self._is_open() else found

    def _is_open(self) -> bool:
        """Whether it is answered without a token."""
        permission = type(self.view.get_permissions()[0])
        return (self.method == "GET" or self._asks()) and settings.ANONYMOUS_READ and permission is MayReadOrAnalyse

    # answers

    def get_response_serializers(self) -> Any:
        answer = self.view.answers.get(self._answering(), self.view.shape)
        answer = as_written(answer) if self.view.action in WRITES and issubclass(answer, Shape) else answer
        usual = {201: answer} if self.view.action in CREATES else {200: answer}
        usual = {204: NOTHING} if self.method == "DELETE" else usual
        declared = self.view.statuses.get(self.view.action, usual) | self._waiting()
        declared |= {207: outcomes(answer, self._waits_as())} if self._takes_lists() else {}
        return {status: answer if shape is None else shape for status, shape in declared.items()}

    def _waiting(self) -> dict[int, Any]:
        """The answer where an act waits for the approval of a second person."""
        waits_as = self._waits_as()
        return {202: as_written(waits_as)} if waits_as is not None and self.view.action in WRITES else {}

    def _waits_as(self) -> type[Shape] | None:
        found: type[Shape] | None = getattr(self.view, "waits_as", None)
        return found

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        found: dict[str, Any] = super()._get_response_bodies(direction)
        both = {"200", "201"} <= found.keys()
        for status, answer in found.items():
            answer["description"] = answers.REPEATED if both and status == "200" else answers.SAYS[int(status)]
            answer["headers"] = headers.references(*self._headers(int(status)))
            self._as_sent(answer.get("content", {}), status)
        if self.method == "GET":
            found["304"] = answers.NOT_MODIFIED
        return found | answers.error_references(self._errors())

    def _as_sent(self, content: dict[str, Any], status: str) -> None:
        """Lists are answered with lists; files are text, not what JSON has."""
        for media_type, each in content.items():
            if media_type in _files():
                each["schema"] = {"type": "string", **_files()[media_type]}
            elif self._takes_lists() and status in {"200", "201"}:
                each["schema"] = _one_or_several(each["schema"])
            elif self._takes_lists() and status == "202":  # a list where something waits
                row = {"oneOf": [_reference(as_written(self.view.shape)), each["schema"]]}
                each["schema"] = _one_or_several(each["schema"], among=row)

    def _headers(self, status: int) -> list[str]:
        """The headers that an answer may have."""
        if self.method != "GET" and not self._asks():
            version = ["ETag"] if self.method in {"PUT", "PATCH"} else []
            lists = headers.OF_POSTED_LISTS if self._takes_lists() else ()
            of_one = headers.CREATED if self.view.action in CREATES and status != 207 else ()
            return [*headers.WRITTEN, *version, *lists, *of_one]
        read = headers.ASKED if self._asks() else headers.READ
        found = [*read, *(headers.OF_LISTS if self.view.action in self.view.many else ())]
        found += headers.OF_FILES if self.view.action in getattr(self.view, "files", ()) else ()
        found += headers.OF_DATES if "published_by" in self.view.accepted_params(self._answering()) else ()
        return [*found, *(["X-Horizon"] if self.get_operation_id() in headers.FOR_MIRRORS else ())]

    def _errors(self) -> Any:
        takes_files = any("json" not in each for each in self.map_parsers()) and self.method in {"POST", "PUT"}
        if self._asks():
            return answers.errors_of_question(open_to_all=self._is_open())
        return answers.errors_of(
            str(self.method), of_row="{" in self.path, open_to_all=self._is_open(), takes_files=takes_files
        )

    def _is_list_view(self, serializer: Any = None) -> bool:
        return self.view.action == "list" and "list" not in self.view.answers


def _is_listed(serializer: Any) -> bool:
    """Whether it is a row that `expand` works on."""
    shape = serializer if isinstance(serializer, type) else type(serializer)
    is_row = issubclass(shape, Shape) and not shape.__name__.startswith("Stored")
    return is_row and not {"id", "code"}.isdisjoint(shape().fields) and bool(expandable(shape))


def _is_closed(serializer: Any) -> bool:
    """Whether an unknown member is refused."""
    found = serializer() if isinstance(serializer, type) else serializer
    return isinstance(found, Body)


def _one_or_several(schema: dict[str, Any], *, among: dict[str, Any] | None = None) -> dict[str, Any]:
    several = {"type": "array", "items": among or schema, "minItems": 1, "maxItems": 1000}
    return {"oneOf": [schema, several]}


@cache
def _files() -> dict[str, dict[str, str]]:
    """The media types of files with rows, with what is in them."""
    says: dict[type[RowsRenderer], str] = {
        CSVRenderer: "A header and one line for each row; what is nested is JSON.",
        JSONLinesRenderer: "One JSON object in each line.",
    }
    return {
        each.media_type: {"description": says.get(each, "A workbook of Excel."), **_binary(each)}
        for each in RowsRenderer.__subclasses__()
    }


def _binary(renderer: type[RowsRenderer]) -> dict[str, str]:
    return {"format": "binary"} if renderer.charset is None else {}
