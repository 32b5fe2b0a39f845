"""Whether the service is well: for load balancers, and for the health check of its container."""

import os
import sys
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe


@require_safe
def livez(_request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as this process answers at all; whoever starts it anew where it does not asks this."""
    return HttpResponse("alive\n", content_type="text/plain")


@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer 200 where the database answers, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
    return HttpResponse("well\n", content_type="text/plain")


def answers(port: int, *, host: str, seconds: float) -> bool:
    """Whether the web server on this machine answers as healthy; `host` is a name that it accepts."""
    server = HTTPConnection("127.0.0.1", port, timeout=seconds)
    try:
        server.request("GET", "/healthz", headers={"Host": host.lstrip(".")})
        return server.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        server.close()


def ask() -> int:
    """The exit status for a container's health check."""
    host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0]
    return 0 if answers(int(os.environ.get("PORT", "8000")), host=host, seconds=5) else 1


if __name__ == "__main__":
    sys.exit(ask())
