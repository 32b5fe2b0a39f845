"""The types of parameters, where no filter says them."""

from typing import Any

from procurement.api.http.filtering import LARGEST_ID
from procurement.exposure.answering import GROUPINGS
from procurement.exposure.presentation import SHOWN
from procurement.exposure.schedule.periods import PERIODS
from procurement.fiscal.intervals import ENDS
from procurement.rates.models import ExchangeRate

_DAY = {"type": "string", "format": "date"}
_YES_NO = {"type": "boolean"}


def listed(words: Any) -> dict[str, Any]:
    """Several of some words, separated by commas."""
    return array({"type": "string", "enum": list(words)})


def array(item: dict[str, Any]) -> dict[str, Any]:
    """Several values, separated by commas; none would be refused."""
    return {"type": "array", "items": item, "minItems": 1}


#: Parameters by name, the same wherever they are read.
TYPES: dict[str, dict[str, Any]] = {
    "bom": _YES_NO,
    "by": {"type": "string", "enum": list(PERIODS)},
    "calendar": {"type": "string", "minLength": 2, "maxLength": 2},
    "currency": {"type": "string", "minLength": 3, "maxLength": 3, "example": "USD"},
    "explain": _YES_NO,
    "figures": listed([*SHOWN, "deferred"]),
    "from": _DAY,
    "group_by": listed(GROUPINGS),
    "interval": {"type": "string", "enum": list(ENDS)},
    "merged": {"type": "string", "enum": ["false", "true", "any"]},
    "page_size": {"type": "integer", "minimum": 1},
    "rate_type": listed(ExchangeRate.Type.values),
    "since": {"type": "string", "format": "date-time"},
    "standing": _YES_NO,
    "to": _DAY,
    "unconverted": {"type": "string", "enum": ["show"]},
}
#: Parameters without which an action refuses the question.
REQUIRED = {("series", "interval"), ("series", "from")}
#: Ids of rows.
ID = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}


def type_of(view: Any, name: str) -> dict[str, Any]:
    """The type of a parameter of a view's current action."""
    if name == "format":
        return {"type": "string", "enum": [str(each.format) for each in view.get_renderers()]}
    if name == "ordering":
        return listed(sign + each for each in view.orderings for sign in ("", "-"))
    return TYPES.get(name, {"type": "string"})
