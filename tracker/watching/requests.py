"""What is counted and noted of each request: by the name of its route, never by its address, which anybody chooses."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import LazyObject, empty

from procurement.access.limits.addresses import client_network
from procurement.common.request_ids import current_request_id
from tracker.serving import BEGAN
from tracker.watching.counting import REQUEST_QUERIES, REQUEST_QUERY_SECONDS, REQUESTS
from tracker.watching.queries import Tally, begin_tally

#: Where no route fits.
NO_ROUTE = "none"
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
#: Under this key the web server finds what the access log says of a request.
NOTED = "tracker.noted"

Answer = Callable[[HttpRequest], HttpResponseBase]


def watching(get_response: Answer) -> Answer:
    """Middleware: count a request when the last byte of its answer was written, or the client went away.

    The web server may still be sending what a slow client takes later.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        began, tally = request.META.get(BEGAN) or time.perf_counter(), begin_tally()
        response = get_response(request)
        route = route_of(request)
        request.META[NOTED] = noted(request, route, tally)
        response._resource_closers.append(lambda: count(request, response, route, tally, began))  # type: ignore[attr-defined]
        return response

    return answer


def route_of(request: HttpRequest) -> str:
    """The name of the route that answers."""
    match = request.resolver_match
    if match is None:
        return NO_ROUTE
    return match.view_name or str(match.route)


def count(request: HttpRequest, response: HttpResponseBase, route: str, tally: Tally, began: float) -> None:
    """Count a request; where the disk is full nothing is counted."""
    method = request.method if request.method in METHODS else "other"
    status = f"{response.status_code // 100}xx"
    with suppress(OSError):
        REQUESTS.labels(route, method, status).observe(time.perf_counter() - began)
        REQUEST_QUERIES.labels(route).inc(tally.queries)
        REQUEST_QUERY_SECONDS.labels(route).inc(tally.seconds)


def noted(request: HttpRequest, route: str, tally: Tally) -> dict[str, Any]:
    """What the access log says of a request beside what the web server knows."""
    return {
        "request_id": current_request_id(),
        "route": route,
        "user_id": _user_id(request),
        "client": client_network(request.META),
        "tally": tally,
    }


def _user_id(request: HttpRequest) -> int | None:
    """The id of the user, where somebody asked who it is; it is not asked here, as that is a query."""
    user = request.__dict__.get("user")
    if isinstance(user, LazyObject) and user.__dict__.get("_wrapped") is empty:
        return None
    found: int | None = getattr(user, "pk", None)
    return found
