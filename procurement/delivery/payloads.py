"""What programs are sent about alerts: small, with a version, and with links to pages and to the API. Pure."""

from collections.abc import Mapping
from typing import Any

#: Grows when something is removed or means something else; what is added is no new version.
VERSION = 1
#: What is told of an alert; the API has the rest.
TOLD = (
    "event", "happened_at", "late", "summary",
    "before", "after", "effective_on", "term", "quotation", "speaker",
    "flag", "rule", "severity", "kind", "due_on", "amount",
    "description", "ends", "ends_on", "open_since", "days",
    "outstanding", "unaccounted", "share", "source",
)  # fmt: skip
PROGRAM = ("code", "name", "local_name", "status", "status_since", "stopped_on", "stopped_as", "disputed")
CONTRACT = ("id", "reference", "title", "local_title")


def told(alert: Mapping[str, Any], public_url: str) -> dict[str, Any]:
    """One alert: what happened, to what, what is owed, and where to read on."""
    program, contract = alert.get("program"), alert.get("contract")
    return {
        "id": alert["id"],
        **_some(alert, TOLD),
        "program": None if program is None else _some(program, PROGRAM) | program_links(program["code"], public_url),
        "contract": None if contract is None else _some(contract, CONTRACT) | _contract_links(contract, public_url),
    }


def program_links(code: str, public_url: str) -> dict[str, str]:
    """Where a program is described: its page, and in the API."""
    return {"url": f"{public_url}/en/programs/{code}/", "api_url": f"{public_url}/api/v1/programs/{code}/"}


def _contract_links(contract: Mapping[str, Any], public_url: str) -> dict[str, str]:
    pk = contract["id"]
    return {"url": f"{public_url}/en/contracts/{pk}/", "api_url": f"{public_url}/api/v1/contracts/{pk}/"}


def _some(given: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: given[name] for name in names if name in given}
