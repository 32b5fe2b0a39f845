"""Values as JSON: decimals as strings or exact numbers, moments in UTC. Pure."""

from decimal import Decimal
from typing import Any

import orjson

from procurement.common.money import trimmed

OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS


def as_json(value: Any, *, indented: bool = False) -> bytes:
    """JSON, with decimals as strings."""
    return orjson.dumps(value, default=_otherwise, option=OPTIONS | (orjson.OPT_INDENT_2 if indented else 0))


def _otherwise(value: Any) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


def as_numeric_json(value: Any) -> bytes:
    """JSON, with decimals as numbers, to the last digit."""
    return orjson.dumps(value, default=_as_number, option=OPTIONS)


def _as_number(value: Any) -> Any:
    return orjson.Fragment(trimmed(value)) if isinstance(value, Decimal) else _otherwise(value)
