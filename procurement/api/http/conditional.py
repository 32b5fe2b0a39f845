"""Conditional requests: an ETag on every read, If-None-Match, and If-Match on changes.

An ETag is `"row.rest"`, or `"rest"` where no row can be changed: If-Match compares the row, If-None-Match the rest. The
rest follows from the version of all data where that can be told, so that a repeat is answered without reading
anything; else, while somebody writes, from the answer itself.
"""

import hashlib
import re
from collections.abc import Callable
from typing import Any

from django.db.models import Model
from django.http import HttpResponse, HttpResponseBase
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_cache_control, patch_vary_headers
from rest_framework.request import Request
from rest_framework.response import Response

from procurement.api.http.problems import PreconditionFailed
from procurement.common.data_version import Version
from procurement.common.json_text import as_json
from tracker.version import VERSION

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
    if version not in {tag.partition(".")[0] for tag in _tags(given)}:
        raise PreconditionFailed


def _tags(header: str) -> list[str]:
    return [tag.strip().removeprefix("W/").strip('"') for tag in header.split(",")]


def data_tag(version: Version | None, request: Request, role: str | None) -> str:
    """What the answer to a read follows from: the data, the address, the client and the day; empty while it is unknown.

    Take the version before anything is read: what is read is of it or of a later one, never of an earlier one.
    """
    if version is None:
        return ""
    who = (role, request.user.pk, translation.get_language(), getattr(request.accepted_renderer, "format", ""))
    return digest(VERSION, version.numbers, request.build_absolute_uri(), who, timezone.localdate().isoformat())


def known_tag(request: Request, rest: str) -> str:
    """The ETag in If-None-Match that ends in this; empty if there is none."""
    found = [tag for tag in _tags(request.headers.get("If-None-Match", "")) if tag.rpartition(".")[2] == rest]
    return f'W/"{found[0]}"' if found else ""


def tagging(request: Request, *parts: object, version: str = "", rest: str = "") -> Callable[[Any], HttpResponse]:
    """A callback for a rendered answer: sets its ETag, and answers 304 if the client has it already.

    `rest` is the answer's data_tag; without one `parts` are what else the answer depends on, such as the default day
    of as_of. What follows from data_tag is weak: the same data, where a moment in the answer may differ.
    """

    def tag(response: Response) -> HttpResponse:
        known = rest or digest(_figures(response), response.get("Content-Type", ""), *parts)
        response["ETag"] = f'{"W/" if rest else ""}"{f"{version}." if version else ""}{known}"'
        return get_conditional_response(request._request, etag=response["ETag"], response=response) or response

    return tag


def _figures(response: Response) -> bytes:
    return PERMALINK.sub(b"", response.content, count=1)


def cache_as(response: HttpResponseBase, *, own: bool) -> None:
    """Say who may keep an answer: whoever asks first whether it still holds; what belongs to one user, nobody between.

    What is one user's own is not compressed either: the length of what is compressed tells of secrets in it (BREACH).
    """
    if own:
        patch_cache_control(response, private=True, no_cache=True, no_transform=True)
    else:
        patch_cache_control(response, no_cache=True)
    patch_vary_headers(response, ["Accept", "Accept-Language", "Authorization", "Cookie"])
