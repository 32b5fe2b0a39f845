"""What the service really answers, held against its description: nothing in it may be unknown there, or missing."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

#: Headers that an answer of ours may have only if its description says so.
OURS = (
    "x-",
    "etag",
    "link",
    "location",
    "retry-after",
    "content-disposition",
    "idempotency-",
    "preference-",
    "ratelimit",
)
#: Headers that Django sets for browsers on whatever is answered.
OF_DJANGO = {"x-frame-options", "x-content-type-options"}


#: Of an answer with many faults of one kind, the first show it.
FEW = 5


@cache
def description() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(SchemaGenerator().get_schema(request=None, public=True)))
    return found


def closed(part: Any) -> Any:
    """The same types without room for members that they do not name."""
    if isinstance(part, list):
        return [closed(each) for each in part]
    if not isinstance(part, dict):
        return part
    found = {name: closed(each) for name, each in part.items()}
    return {"additionalProperties": False, **found} if "properties" in part and "allOf" not in part else found


@cache
def registry() -> Any:
    types = Resource.from_contents({"components": closed(description()["components"])}, DRAFT202012)
    return Registry().with_resource("urn:described", types)


def operations(method: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each operation of a method with its address."""
    for path, item in description()["paths"].items():
        if method in item:
            yield path.removeprefix("/api/v1/"), item[method]


def answer_of(operation: dict[str, Any], status: int) -> dict[str, Any]:
    """What is described for a status."""
    found: dict[str, Any] = operation["responses"][str(status)]
    return resolved(found["$ref"]) if "$ref" in found else found


def resolved(reference: str) -> Any:
    part: Any = description()
    for name in reference.removeprefix("#/").split("/"):
        part = part[name]
    return part


def faults(operation: dict[str, Any], response: Any) -> list[str]:
    """How an answer differs from its description."""
    where = f"{operation['operationId']} {response.status_code}"
    if str(response.status_code) not in operation["responses"]:
        return [f"{where}: is not described: {response.content[:300]}"]
    found = answer_of(operation, response.status_code)
    kind = response.get("Content-Type", "").partition(";")[0]
    if kind not in found.get("content", {"": {}}):
        return [f"{where}: {kind} is not described"]
    missing = unknown_headers(found, response)
    said = [f"{where}: {each} is not described" for each in missing]
    return said + [f"{where}: {each}" for each in mismatches(found, kind, response)[:FEW]]


def unknown_headers(found: dict[str, Any], response: Any) -> list[str]:
    known = {name.lower() for name in found.get("headers", {})} | OF_DJANGO
    return [name for name in response.headers if name.lower().startswith(OURS) and name.lower() not in known]


def mismatches(found: dict[str, Any], kind: str, response: Any) -> list[str]:
    if not kind.endswith("json"):
        return []
    validator = validator_of(json.dumps(found["content"][kind]["schema"]))
    return [f"{each.json_path}: {each.message[:300]}" for each in validator.iter_errors(response.json())]


@cache
def validator_of(schema: str) -> Draft202012Validator:
    """Made once for each type: its references are resolved by then."""
    types = closed(json.loads(schema.replace('"#/', '"urn:described#/')))
    return Draft202012Validator(types, registry=registry(), format_checker=Draft202012Validator.FORMAT_CHECKER)
