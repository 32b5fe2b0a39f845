"""The parameters of operations: their types, and what is said of them."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import OpenApiParameter

from procurement.api.exposure.shapes import ExposureShape
from procurement.api.http.dates import DATES
from procurement.api.http.expanding import EXPAND, FIELDS, expandable
from procurement.api.http.filtering import LARGEST_ID, Country, Currency, Filter, Hash, parameters
from procurement.api.http.pagination import LARGEST_SIZE
from procurement.charts.figure import SIZES
from procurement.charts.themes import THEMES
from procurement.exposure.answering import GROUPINGS, LARGEST_PAGE
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
    "calendar": dict(Country.schema),
    "currency": Currency.schema | {"example": "USD"},
    "explain": _YES_NO,
    "figures": listed([*SHOWN, "deferred"]),
    "from": _DAY,
    "group_by": listed(GROUPINGS),
    "interval": {"type": "string", "enum": list(ENDS)},
    "merged": {"type": "string", "enum": ["false", "true", "any"]},
    "rate_age": {"type": "string", "enum": ["any"]},
    "rate_type": listed(ExchangeRate.Type.values),
    "sha256": dict(Hash.schema),
    "since": {"type": "string", "format": "date-time"},
    "size": {"type": "string", "enum": list(SIZES)},
    "standing": _YES_NO,
    "theme": {"type": "string", "enum": list(THEMES)},
    "to": _DAY,
    "unconverted": {"type": "string", "enum": ["show"]},
}
#: Parameters without which an action refuses the question.
REQUIRED = {("series", "interval"), ("series", "from")}
#: What is in a text of a list: something beside commas and spaces.
WORD = r"[^,\s]"
#: Ids of rows.
ID = {"type": "integer", "minimum": 1, "maximum": LARGEST_ID}


SAYS = {
    "ordering": "The order of the rows; a minus before a name reverses it.",
    "by": "The periods of the schedule: fiscal_year (default), quarter (of the fiscal year), month or year.",
    "search": "Only rows that contain every word.",
    "type": "Types of facts, separated by commas; default all.",
    "fields": "The fields to show of each row, separated by commas; default all. The answer then lacks the others, "
    "also those that its type requires.",
    "expand": "Fields with ids, separated by commas: `expanded` of each row shows what they name.",
    "stopped": "true: programs that are suspended or cancelled at the asked dates; false: the others.",
    "disputed": "true: programs on whose status the buyer's own side disagrees; false: the others.",
    "stopped_on__gte": "Programs that are stopped, since this day or a later one.",
    "stopped_on__lte": "Programs that are stopped, since this day or an earlier one.",
    "format": "The format of the answer; it overrides the Accept header.",
    "bom": "With format=csv: true begins the file with the byte order mark by which spreadsheets recognise UTF-8.",
    "standing": "true leaves out rows that are reversed in this view, and their reversals.",
    "merged": "Organizations that are merged into others: false, the default, leaves them out; true gives only them.",
    "group_by": "Groupings, separated by commas; none for the totals.",
    "currency": "Convert every amount to this currency at the rate of as_of; the answer names the rate.",
    "rate_type": "Types of rate, separated by commas: each pair takes the first with a rate; default ecb_reference.",
    "rate_age": "With currency, any: the newest rate serves whatever its age, as in a question without as_of.",
    "unconverted": "With currency, show: amounts without a rate stay in their own currency, last; else: an error.",
    "interval": "month, quarter, year or fiscal_year: one point at the end of each.",
    "from": "The first day of the series.",
    "to": "The day of the last point; default today.",
    "calendar": "The country whose fiscal year is meant, such as JP; default that of the country filter.",
    "figures": "The figures to show, separated by commas; default all.",
    "explain": "true adds why each null is null, and which facts would fill it.",
    "cursor": "Where to continue; taken from next and previous.",
    "page_size": "Rows in a page.",
    "sha256": "The hash of a copy that was replaced; default that of the document.",
    "size": "Of the picture: sheet (default, with its title), page and phone (without), card (1200 by 630 pixels).",
    "theme": "The colours of the picture: light (default), dark, or print.",
    "after": "Where to continue: the `after` of an earlier answer, or a timestamp with a UTC offset.",
    "since": "Only processes of which anything was recorded after this moment; give a UTC offset.",
}


def type_of(view: Any, name: str) -> dict[str, Any]:
    """The type of a parameter of a view's current action."""
    if name == "format":
        return {"type": "string", "enum": [str(each.format) for each in view.get_renderers()]}
    if name == "ordering":
        return listed(sign + each for each in view.orderings for sign in ("", "-"))
    if name == EXPAND:
        return listed(_expandable(view, view.action))
    if name == FIELDS:
        return array({"type": "string", "minLength": 1})
    if name == "page_size":  # pages of exposure may be longer
        of_exposure = view.asking or shape_of(view, view.action) is ExposureShape
        return {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE if of_exposure else LARGEST_SIZE}
    return TYPES.get(name, {"type": "string"})


def shape_of(view: Any, action: str) -> type[Any] | None:
    """What an action answers of each row; None where that is not declared."""
    shape: type[Any] | None = view.answers.get(action) or getattr(view, "shape", None)
    return shape


def _expandable(view: Any, action: str) -> list[str]:
    shape = shape_of(view, action)
    return [] if shape is None else expandable(shape)


def accepted(view: Any, action: str) -> list[str]:
    """The parameters of an action, but for `expand` where rows have no ids of others."""
    found: list[str] = view.accepted_params(action)
    return found if _expandable(view, action) else [name for name in found if name != EXPAND]


def parameter_of(view: Any, name: str) -> OpenApiParameter:
    """A parameter of a view's action: a date, a filter with its lookup, or one of those in SAYS."""
    if name in DATES:
        kind, says = DATES[name]
        return OpenApiParameter(name, kind, description=says)
    if name in view.described:
        says = SAYS.get(name) or _says(name.rpartition("__")[2])
        return _described(name, dict(view.described[name].schema), says)
    filters = {each: (found, lookup) for each, found, lookup in parameters(_filters(view))}
    filters |= {f"{each}__in": found for each, found in filters.items() if found[1] == "exact"}
    if name in filters:
        found, lookup = filters[name]
        return _described(name, _schema(found, lookup), _says(lookup))
    return _described(name, type_of(view, name), SAYS.get(name, ""), required=(view.action, name) in REQUIRED)


def _described(name: str, kind: dict[str, Any], says: str, *, required: bool = False) -> OpenApiParameter:
    explode = False if kind.get("type") == "array" else None
    return OpenApiParameter(name, kind, description=says, explode=explode, required=required)


def _filters(view: Any) -> Mapping[str, Filter]:
    """The filters of an action; those of exposure are read by it, and so only named."""
    return {**view.filters, **view.own_filters.get(view.asking.get(view.action, view.action), {})}


def _schema(declared: Any, lookup: str) -> dict[str, Any]:
    if lookup == "isnull":
        return {"type": "boolean"}
    choices = getattr(declared, "choices", None)
    item = {"type": "string", "enum": [word for word in choices.values if word]} if choices else dict(declared.schema)
    item = dict(ID) if item == {"type": "integer"} else item
    if lookup in {"gte", "lte"} or item == {"type": "boolean"}:
        return item
    return array(item | {"pattern": WORD} if item == {"type": "string"} else item)


def _says(lookup: str) -> str:
    return {"gte": "At least.", "lte": "At most.", "isnull": "true: rows without a value; false: rows with one."}.get(
        lookup, "Any of several values, separated by commas."
    )
