"""What a client prefers (RFC 7240): `Prefer: handling=lenient` asks to store the good rows of a list."""

from urllib.request import parse_http_list

from rest_framework.request import Request

LENIENT, STRICT = "lenient", "strict"


def handling(request: Request) -> str:
    """`lenient` or `strict` as the request prefers; empty if it says neither. Other preferences are ignored."""
    for each in parse_http_list(request.headers.get("Prefer", "")):
        name, _, value = each.partition(";")[0].partition("=")
        if name.strip().lower() == "handling":  # of several the first counts
            wish = value.strip().strip('"').lower()
            return wish if wish in {LENIENT, STRICT} else ""
    return ""
