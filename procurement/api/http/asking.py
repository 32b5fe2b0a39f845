"""Questions in the body of a POST, for what is too long for an address: the same parameters, as JSON."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from procurement.api.http.filtering import AMOUNT
from procurement.common.errors import Complaints, Refused

EXAMPLE = '{"group_by": "program", "program": ["aegis-ashore", "asev"]}'
ONE = 'text, a number, true or false, or a list of them, such as ["aegis-ashore"], would be accepted'
#: Parameters that are read before a body is.
OF_ADDRESSES = frozenset({"format"})
#: A number with more digits than this before or after its point is none that is asked for.
MOST_DIGITS = 30


def params_in(body: Any) -> dict[str, str]:
    """The parameters of a body, as an address would have them. Raises Refused naming each that is none."""
    if not isinstance(body, Mapping):
        raise Refused({"body": f"must be an object of parameters; {EXAMPLE} would be accepted"})
    complaints, found = Complaints(), dict[str, str]()
    for name, value in body.items():
        text = None if name in OF_ADDRESSES else _as_text(value)
        if text is None:
            said = ONE if name not in OF_ADDRESSES else "is given in the address: ?format=csv would be accepted"
            complaints.add(name[:60], said)
        else:
            found[name] = text
    complaints.refuse_if_any()
    return found


def joined(in_address: Mapping[str, str], in_body: Mapping[str, str]) -> dict[str, str]:
    """The parameters of an address and a body together. Raises Refused for one that has two values."""
    twice = {name for name in in_address.keys() & in_body.keys() if in_address[name] != in_body[name]}
    if twice:
        raise Refused(dict.fromkeys(twice, "has one value in the address and another in the body; give one"))
    return {**in_address, **in_body}


def _as_text(value: Any) -> str | None:
    """A value as an address has it; None for what no parameter can be."""
    if isinstance(value, list):
        texts = [_as_text(each) for each in value if not isinstance(each, list)]
        known = [text for text in texts if text is not None]
        return ",".join(known) if len(known) == len(value) else None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        digits = max(abs(value.adjusted()), -int(value.as_tuple().exponent))
        return f"{value:f}" if digits <= MOST_DIGITS else None
    return str(value) if isinstance(value, str | int) else None


def described(parameters: Iterable[Any]) -> dict[str, Any]:
    """The schema of such a body, for OpenAPI: a property for each parameter of the address."""
    found = {each.name: _schema(each) for each in parameters if each.name not in OF_ADDRESSES}
    return {"application/json": {"type": "object", "properties": found, "additionalProperties": False}}


def _schema(parameter: Any) -> dict[str, Any]:
    kind = parameter.type if isinstance(parameter.type, dict) else {"type": "string"}
    if kind.get("pattern") == AMOUNT:
        kind = {**kind, "type": ["string", "number"]}
    if kind.get("type") == "array":
        kind = {"oneOf": [kind, kind["items"]]}
    return {**kind, "description": parameter.description}
