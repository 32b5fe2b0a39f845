"""Values as JSON: decimals as strings, moments in UTC. Pure."""

from decimal import Decimal
from typing import Any

import orjson

OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def as_json(value: Any, *, indented: bool = False) -> bytes:
    """JSON, with decimals as strings."""
    return orjson.dumps(value, default=_otherwise, option=OPTIONS | (orjson.OPT_INDENT_2 if indented else 0))


def _otherwise(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
