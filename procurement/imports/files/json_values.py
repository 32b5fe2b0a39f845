"""What JSON holds, where it need not have the shape that was asked for. Its numbers are texts (json_text.py). Pure."""

from typing import Any, TypeAlias

#: An object of JSON, always a dict.
Json: TypeAlias = dict[str, Any]


def text_of(value: Any) -> str:
    """A text or number as text; of anything else nothing."""
    return value.strip() if isinstance(value, str) else ""


def member(value: Any, *names: str) -> Any:
    """What lies under these names, one within the other; None where something on the way is no object."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def objects(value: Any) -> list[Json]:
    """The objects in a list; an object alone counts as a list of one."""
    if isinstance(value, dict):
        return [value]
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
