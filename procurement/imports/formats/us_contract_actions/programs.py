"""The option that says which weapon-system codes are which of our programs. Pure."""

import json
from collections.abc import Mapping
from typing import Any

from procurement.common.options import NotAccepted, Option

ACCEPTED = "180=ddg-51, 148=patriot would be accepted: codes of the file with codes of programs here"
#: The most pairs.
MOST = 10_000


def as_programs(value: Any) -> Mapping[str, str]:
    """Our program code by the file's code, from an object, its JSON, or CODE=program pairs with commas."""
    pairs = _parsed(value) if isinstance(value, str) else value
    if not isinstance(pairs, Mapping) or len(pairs) > MOST:
        raise NotAccepted(f"is no list of pairs; {ACCEPTED}")
    found = {}
    for code, program in pairs.items():
        if not (isinstance(code, str) and isinstance(program, str) and code.strip() and program.strip()):
            raise NotAccepted(f"has a pair without a code of a program; {ACCEPTED}")
        found[code.strip().upper()] = program.strip()
    return found


def _parsed(text: str) -> object:
    if text.lstrip().startswith("{"):
        try:
            return json.loads(text)
        except (ValueError, RecursionError) as error:
            raise NotAccepted(f"is not JSON; {ACCEPTED}") from error
    parts = [part.partition("=") for part in text.split(",") if part.strip()]
    return {code: program for code, _, program in parts}


PROGRAMS = Option("programs", "which codes of weapon systems are which programs here", read=as_programs, default={})
