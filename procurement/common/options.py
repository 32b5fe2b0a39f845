"""Options of formats and channels, declared once; API, admin and commands offer and check them alike. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from procurement.common.errors import Complaints
from procurement.common.texts import shows, text_fault

#: The longest text that an option accepts.
LONGEST = 2000


class NotAccepted(ValueError):
    """An option does not accept a value; the message says what would be accepted."""


def as_text(value: object) -> str:
    """Text, without the spaces around it."""
    if not isinstance(value, str):
        raise NotAccepted("must be text")
    if fault := text_fault(value):
        raise NotAccepted(fault)
    if len(value) > LONGEST:
        raise NotAccepted(f"must have at most {LONGEST} characters")
    return value.strip()


@dataclass(frozen=True)
class Option:
    """One option. If it has `choices`, its value is one of them.

    `read` turns a given value into the JSON value that is stored, and accepts its own results; it raises NotAccepted,
    whose message says what would be accepted. A secret is never shown again, nor repeated in an error.
    """

    name: str
    says: str
    read: Callable[[Any], Any] = as_text
    choices: tuple[str, ...] = ()
    default: Any = ""
    needed: bool = False
    secret: bool = False


def chosen(options: Sequence[Option], given: Mapping[str, Any], *, prefix: str = "") -> dict[str, Any]:
    """The value of every option: the given value, or the default.

    Raises Refused with an error for each option that is unknown, missing or wrong, under its name after `prefix`.
    """
    complaints = Complaints()
    known = {option.name: option for option in options}
    for name in given.keys() - known.keys():
        complaints.add(prefix + name[:60], f"is unknown; accepted: {', '.join(known) or 'none'}")
    values = {name: _value(option, given.get(name), prefix, complaints) for name, option in known.items()}
    complaints.refuse_if_any()
    return values


def _value(option: Option, given: Any, prefix: str, complaints: Complaints) -> Any:
    if given is None or (isinstance(given, str) and not given.strip()):
        if option.needed:
            complaints.add(prefix + option.name, f"is missing: {option.says}")
        return option.default
    try:
        value = option.read(given)
    except NotAccepted as error:
        said = str(error)
        complaints.add(prefix + option.name, hidden(said, [str(given)]) if option.secret else said)
        return option.default
    if option.choices and value not in option.choices:
        complaints.add(prefix + option.name, f"is unknown; accepted: {', '.join(option.choices)}")
    return value


def hidden(text: str, secrets: Sequence[str]) -> str:
    """Replace the secrets in a text."""
    for secret in sorted(secrets, key=len, reverse=True):  # one may be part of another
        if shows(secret):
            text = text.replace(secret, "…")
    return text
