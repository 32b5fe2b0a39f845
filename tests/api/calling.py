"""Calling the API as a client would, and bodies with sensible defaults."""

import json
from typing import Any

from django.test import Client

from procurement.contracts.models import Contract
from procurement.sources.models import Document

ROOT = "/api/v1/"


class Caller:
    """Sends JSON and reads JSON."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(ROOT + path, headers=named(headers))

    def read(self, path: str) -> Any:
        response = self.get(path)
        assert response.status_code == 200, response.content
        return response.json()

    def rows(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.read(path)["results"]
        return found

    def pages(self, path: str, member: str = "results") -> list[list[Any]]:
        """The rows of each page, following `next` to the end."""
        found: list[list[Any]] = []
        address: str | None = path
        while address:
            page = self.read(address.removeprefix(f"http://testserver{ROOT}"))
            found, address = [*found, page[member]], page["next"]
        return found

    def every(self, path: str, member: str = "results") -> list[Any]:
        """The rows of all pages."""
        return [row for page in self.pages(path, member) for row in page]

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.send("post", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.send("patch", path, body, **headers)

    def send(self, method: str, path: str, body: Any, **headers: str) -> Any:
        text = body if isinstance(body, str | bytes) else json.dumps(body)
        call = getattr(self.client, method)
        return call(ROOT + path, data=text, content_type="application/json", headers=named(headers))

    def made(self, path: str, body: Any) -> Any:
        response = self.post(path, body)
        assert response.status_code == 201, response.content
        return response.json()

    def errors(self, path: str, body: Any, status: int = 400) -> dict[str, list[str]]:
        response = self.post(path, body)
        assert response.status_code == status, response.content
        assert response["Content-Type"] == "application/problem+json"
        found: dict[str, list[str]] = response.json()["errors"]
        return found


def named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def entry(contract: Contract | int, source: Document | int, **more: Any) -> dict[str, Any]:
    """A commitment as a body."""
    ids = [each if isinstance(each, int) else each.pk for each in (contract, source)]
    return {
        "contract": ids[0],
        "measure": "commitment",
        "amount": "34955000000.00",
        "effective_on": "2019-10-31",
        "published_on": "2019-10-31",
        "reason": "award",
        "source": ids[1],
    } | more


def decision(program: str, source: Document | int, status: str = "suspended", **more: Any) -> dict[str, Any]:
    """A decision as a body."""
    return {
        "program": program,
        "status": status,
        "kind": "decision",
        "effective_on": "2020-06-15",
        "published_on": "2020-06-15",
        "source": source if isinstance(source, int) else source.pk,
    } | more
