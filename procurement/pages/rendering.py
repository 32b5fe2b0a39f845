"""What every page has: its language and the address in the other, its dates, and the links that keep them."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import translate_url
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procurement.common.dates import INCLUDE, Asked

#: The parameters that say at which dates a page is asked for; links between pages keep them.
DATES = ("as_of", "published_by", "recorded_by", "undated")

#: The pages that every page leads to.
PAGES = (
    ("front", _("What is owed")),
    ("charts", _("Charts")),
    ("sources", _("Sources")),
    ("glossary", _("Glossary")),
    ("about", _("About")),
)


def page(
    request: HttpRequest, template: str, asked: Asked, context: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """A page from its template; what is asked for is in its address and in the links of the frame around it."""
    path = canonical_path(request)
    frame = {
        "asked": asked,
        "asks_for_today": asked == Asked(timezone.localdate()),
        "dates": dates_query(request),
        "frame_pages": PAGES,
        "here": request.resolver_match.url_name if request.resolver_match else "",
        "canonical": request.build_absolute_uri(path),
        "languages": [
            (code, name, request.build_absolute_uri(translate_url(path, code))) for code, name in settings.LANGUAGES
        ],
    }
    return render(request, template, {**frame, **(context or {})}, status=status)


def canonical_path(request: HttpRequest) -> str:
    """The one address of a page: without what is left empty, and without the day if that is today."""
    today = {"as_of": timezone.localdate().isoformat()}
    query = urlencode(
        [
            (name, value)
            for name, values in request.GET.lists()
            for value in values
            if value and today.get(name) != value
        ]
    )
    return request.path + (f"?{query}" if query else "")


def dates_query(request: HttpRequest) -> str:
    """The dates in a page's address as the query of another, empty where it is asked for as of today."""
    return urlencode({name: value for name in DATES if (value := request.GET.get(name))})


def dates_of(asked: Asked) -> dict[str, str]:
    """The parameters that ask for these dates."""
    found = {"as_of": asked.as_of.isoformat()}
    if asked.published_by:
        found["published_by"] = asked.published_by.isoformat()
    if asked.recorded_by:
        found["recorded_by"] = asked.recorded_by.isoformat()
    return found | ({"undated": INCLUDE} if asked.undated else {})
