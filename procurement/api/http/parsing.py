"""Reading JSON bodies: bounded in size and depth, exact in numbers, and free of text the database cannot hold."""

import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from procurement.api.http.preferences import LENIENT, handling
from procurement.api.http.problems import LengthRequired, PayloadTooLarge

#: How much of a too large body is read and discarded, so that the client receives the answer.
DRAINED = 64_000_000
DEEPEST = 30
#: The longest whole number that is read, in characters; a longer one is taken for one of so many nines.
LONGEST_NUMBER = 400
#: PostgreSQL and JSON writers hold whole numbers up to this; no id and no amount is larger.
LARGEST_NUMBER = 2**63 - 1
TOO_LARGE = f"is larger than any whole number that is stored; one up to {LARGEST_NUMBER} would be accepted"


class JSONParser(BaseParser):
    """JSON in UTF-8."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, parser_context: Any = None) -> Any:
        found = _decoded(_read(stream))
        faults = faults_by_path(found)
        if faults and not _is_judged_by_rows(found, parser_context):
            raise ValidationError(faults)
        return found


def _is_judged_by_rows(found: Any, context: Any) -> bool:
    """Whether the body is a list of which each row is refused by itself (facts/lists.py); nothing else takes lists."""
    return isinstance(found, list) and handling(context["request"]) == LENIENT


def _read(stream: IO[bytes]) -> bytes:
    largest: int = settings.API_MAX_BODY
    body = stream.read(largest + 1)
    if len(body) <= largest:
        return body
    drained = 0
    while drained < DRAINED and (piece := stream.read(1_000_000)):
        drained += len(piece)
    raise PayloadTooLarge(f"A body may have at most {largest} bytes; send the rows in several requests.")


def refuse_unmeasured(request: Request) -> None:
    """Raise LengthRequired for a body sent in chunks: Django would treat it as empty."""
    if "Transfer-Encoding" in request.headers and "Content-Length" not in request.headers:
        raise LengthRequired


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(
            body.decode(),
            parse_int=_whole_number,
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=_without_repeats,
        )
    except UnicodeDecodeError as error:
        raise ParseError(f"The body is not UTF-8: byte {error.start} does not fit.") from error
    except RecursionError as error:
        raise ParseError("The body is nested too deeply.") from error
    except ValueError as error:
        raise ParseError(f"The body is not JSON: {error}.") from error


def _whole_number(text: str) -> int:
    return int(text if len(text) <= LONGEST_NUMBER else "9" * LONGEST_NUMBER)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number of JSON")


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"“{next(name for name in names if names.count(name) > 1)}” is given twice")
    return found


def faults_by_path(value: Any) -> dict[str, list[str]]:
    """What is wrong with texts, by the paths of their fields."""
    faults: dict[str, list[str]] = {}
    for path, fault in text_faults(value):
        faults.setdefault(path, []).append(fault)
    return faults


def text_faults(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Each text or whole number that PostgreSQL, UTF-8 or JSON cannot hold, with the path of its field."""
    if len(path) > DEEPEST:
        raise ParseError("The body is nested too deeply.")
    if isinstance(value, str) and (fault := text_fault(value)):
        yield ".".join(path) or "body", fault
    if isinstance(value, int) and abs(value) > LARGEST_NUMBER:
        yield ".".join(path) or "body", TOO_LARGE
    for name, each in _members(value):
        if text_fault(name):
            yield ".".join(path) or "body", "has a field whose name is not text"
        else:
            yield from text_faults(each, (*path, name))


def _members(value: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(value, Mapping):
        return value.items()
    return ((str(index), each) for index, each in enumerate(value)) if isinstance(value, list) else ()


def text_fault(text: str) -> str | None:
    """Say why a text cannot be stored, or None."""
    if "\x00" in text:
        return "must not contain a NUL byte"
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        return "must not contain half of a surrogate pair"
    return None
