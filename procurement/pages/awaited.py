"""Stands at the addresses of pages that are linked to and not there yet."""

from django.http import HttpRequest, HttpResponse


def awaited(_request: HttpRequest, **_parts: str) -> HttpResponse:
    """Nothing yet."""
    return HttpResponse(status=404)
