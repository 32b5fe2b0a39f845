"""The yardstick of lists: a bare WSGI function that sends what PostgreSQL writes, with nothing in between."""

import os
import threading
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs

import psycopg

#: The same 100 rows with the same parts as the API's, after an id; given by benchmarks/api.py.
STATEMENT = os.environ.get("BARE_STATEMENT", "")
_own = threading.local()


def application(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """A page of contracts."""
    if not hasattr(_own, "session"):
        _own.session = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True, prepare_threshold=0)
    after = int(parse_qs(environ["QUERY_STRING"]).get("after", ["0"])[0])
    with psycopg.RawCursor(_own.session) as cursor:
        (text,) = cursor.execute(STATEMENT.encode(), [after, os.environ["BARE_DAY"]]).fetchone() or ("",)
    body = text.encode()
    start("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]
