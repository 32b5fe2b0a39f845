"""The yardstick of kept pages: a bare WSGI function that sends a file, with nothing in between."""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

#: The page as it was sent; given by benchmarks/pages.py.
BODY = Path(os.environ["BARE_PAGE"]).read_bytes()


def application(_environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """The page."""
    start("200 OK", [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(BODY)))])
    return [BODY]
