"""Links between operations: what can be done next with the rows of an answer."""

import re
from collections.abc import Iterator
from typing import Any

#: What else an answer about one row leads to: the operation, its parameter, and where its value stands in the request.
ELSEWHERE: dict[str, dict[str, tuple[str, str]]] = {
    "programs_retrieve": {
        "contracts_list": ("program", "$request.path.code"),
        "exposure_schedule": ("program", "$request.path.code"),
        "flags_list": ("program", "$request.path.code"),
        "status_changes_list": ("program", "$request.path.code"),
    },
    "contracts_retrieve": {"ledger_entries_list": ("contract", "$request.path.id")},
    "organizations_retrieve": {"contracts_list": ("supplier", "$request.path.id")},
}
#: Operations that find nothing for most rows.
SELDOM = frozenset({"document_copy", "documents_keep_copy", "exports_file"})
Paths = dict[str, dict[str, Any]]


def add_links(paths: Paths) -> None:
    """Add to each answer with rows the links to what can be asked of, or done with, one of them."""
    known = {each["operationId"] for item in paths.values() for each in item.values()}
    for path, item in paths.items():
        for method, operation in item.items():
            links = {**_links(paths, path, method), **_elsewhere(operation["operationId"], known)}
            _attach(operation, links)


def _attach(operation: dict[str, Any], links: dict[str, Any]) -> None:
    for status, answer in operation["responses"].items():
        if status in {"200", "201"} and links and "$ref" not in answer:
            answer["links"] = links


def _links(paths: Paths, path: str, method: str) -> dict[str, Any]:
    """From a list to its first row, from a new row to all that is done with one, and from a row to what is below it."""
    found = re.fullmatch(r"(.*/)\{(\w+)\}/", path)
    if found:
        return _to(paths, path, f"$request.path.{found[2]}", below=True) if method == "get" else {}
    row = next((each for each in paths if re.fullmatch(re.escape(path) + r"\{\w+\}/", each)), None)
    if row is None or "/ocds/" in path:
        return {}
    name = row.split("{")[-1].rstrip("}/")
    at = f"$response.body#/results/0/{name}" if method == "get" else f"$response.body#/{name}"
    return _to(paths, row, at, below=False, reads_only=method == "get")


def _to(paths: Paths, row: str, at: str, *, below: bool, reads_only: bool = False) -> dict[str, Any]:
    name = row.rsplit("{", maxsplit=1)[-1].rstrip("}/")
    return {
        operation["operationId"]: {"operationId": operation["operationId"], "parameters": {name: at}}
        for path, method, operation in _operations(paths, row)
        if operation["operationId"] not in SELDOM
        and not (below and path == row)
        and (method == "get" or not (reads_only or method == "put"))
    }


def _operations(paths: Paths, row: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in paths.items():
        if path.startswith(row) and path.count("{") == row.count("{"):
            yield from ((path, method, each) for method, each in item.items())


def _elsewhere(operation_id: str, known: set[str]) -> dict[str, Any]:
    return {
        other: {"operationId": other, "parameters": {name: at}}
        for other, (name, at) in ELSEWHERE.get(operation_id, {}).items()
        if other in known
    }
