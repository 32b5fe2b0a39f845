"""Conditional requests: an ETag on every read, If-None-Match, and If-Match on changes."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

from django.db.models import Model
from django.http import HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.api.http.problems import PreconditionFailed
from procurement.common.json_text import as_json

#: What a rendered answer says of its permalink: its ETag is of its figures alone, which do not change with it.
PERMALINK = re.compile(rb'"horizon":"[^"]*","permalink":(?:null|"[^"]*"),?')


def digest(*parts: object) -> str:
    """A short hash of some parts."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:20]


def row_version(row: Model, *parts: object) -> str:
    """The version that If-Match compares: the row's own columns, not what the date or other rows add to an answer."""
    columns = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    return digest(as_json(columns), *parts)


def refuse_stale(request: Request, version: str) -> None:
    """Raise PreconditionFailed when If-Match names another version; call it under the row's lock."""
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return
    tags = [tag.strip().removeprefix("W/").strip('"') for tag in given.split(",")]
    if version not in {tag.partition(".")[0] for tag in tags}:
        raise PreconditionFailed


def tagging(request: Request, *parts: object, version: str = "") -> Callable[[Any], HttpResponse]:
    """A callback for a rendered answer: sets its ETag, and answers 304 if the client has it already.

    `parts` are what else the answer depends on, such as the default day of as_of.
    """

    def tag(response: Response) -> HttpResponse:
        body = digest(PERMALINK.sub(b"", response.content, count=1), response.get("Content-Type", ""), *parts)
        response["ETag"] = f'"{version}.{body}"' if version else f'"{body}"'
        response["Cache-Control"] = "no-cache"
        patch_vary_headers(response, ["Accept", "Authorization", "Cookie"])
        return get_conditional_response(request._request, etag=response["ETag"], response=response) or response

    return tag
