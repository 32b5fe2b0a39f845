"""The headers of answers, and which answers have them."""

from typing import Any

_TEXT = {"type": "string"}
_NUMBER = {"type": "integer"}


def _header(says: str, schema: dict[str, Any], example: Any = None) -> dict[str, Any]:
    return {"description": says, "schema": schema} | ({} if example is None else {"example": example})


#: Every header by its name; an answer that may have one refers to it.
HEADERS: dict[str, dict[str, Any]] = {
    "Cache-Control": _header("How long and by whom the answer may be kept.", _TEXT, "no-cache"),
    "Content-Disposition": _header(
        "Of a file: its name.", _TEXT, 'attachment; filename="exposure-by-program_as-of-2020-06-25.csv"'
    ),
    "ETag": _header(
        "The version of the answer: for If-None-Match when it is read again, and for If-Match when the row is changed.",
        _TEXT,
        '"3f2a9c0b7d1e4f5a6b7c"',
    ),
    "Idempotency-Replayed": _header(
        "true: the answer that was given to the same request with the same Idempotency-Key before.",
        {"type": "string", "enum": ["true"]},
    ),
    "Link": _header(
        "The pages beside this one (RFC 8288), also of files; and its permalink (rel=bookmark), where it has dates.",
        _TEXT,
    ),
    "Location": _header("The address of the row.", {"type": "string", "format": "uri-reference"}),
    "Preference-Applied": _header("The preference of `Prefer` that was followed.", _TEXT, "handling=lenient"),
    "RateLimit": _header("What is left of a limit (r), and in how many seconds it is full again (t).", _TEXT),
    "RateLimit-Policy": _header("The limit: so many units (q) in so many seconds (w).", _TEXT),
    "Retry-After": _header("After how many seconds the same request may succeed.", _NUMBER, 1),
    "Vary": _header("The headers of the request on which the answer depends.", _TEXT, "Accept, Authorization, Cookie"),
    "WWW-Authenticate": _header("How a client makes itself known.", _TEXT, "Token"),
    "X-Horizon": _header(
        "The moment up to which the answer has all that was recorded: of its permalink, and where mirrors continue.",
        {"type": "string", "format": "date-time"},
    ),
    "X-Request-Id": _header(
        "The name of the request, as the client gave it or else made here; the service's log has it too.", _TEXT
    ),
    "X-Undated": _header(
        "With published_by: how many facts were left out because it is unknown when they became public.", _NUMBER, 0
    ),
}
#: Headers of every answer.
ALWAYS = ("X-Request-Id", "RateLimit", "RateLimit-Policy")
#: Headers of every answer of a kind.
READ = ("ETag", "Cache-Control", "Vary")
ASKED = ("Vary",)
OF_LISTS = ("Link", "Content-Disposition")
OF_FILES = ("Content-Disposition",)
OF_DATES = ("X-Undated", "X-Horizon", "Link")
WRITTEN = ("Idempotency-Replayed",)
OF_POSTED_LISTS = ("Preference-Applied",)
CREATED = ("Location",)
#: Operations whose answers are for mirrors.
FOR_MIRRORS = frozenset({"changes", "ocds_releases", "ocds_records_list"})


def references(*names: str) -> dict[str, dict[str, str]]:
    """Headers as an answer refers to them."""
    return {name: {"$ref": f"#/components/headers/{name}"} for name in sorted({*ALWAYS, *names})}
