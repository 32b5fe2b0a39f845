"""Exporting what is stored, and loading it again."""

import datetime as dt
import json
from decimal import Decimal
from io import BytesIO
from typing import Any

from procurement.common.dates import Asked
from procurement.imports.account import Account
from procurement.imports.loading import Choice, load_files
from procurement.ocds.publishing import view_of, write_jsonl, write_package
from tests.imports.files import file_of

ASKED = Asked(dt.date(2026, 1, 1))


def package(*, records: bool = False, asked: Asked = ASKED, **more: Any) -> bytes:
    """Everything as one package."""
    stream = BytesIO()
    write_package(stream, view_of(asked, **more), records=records)
    return stream.getvalue()


def lines(asked: Asked = ASKED) -> list[bytes]:
    """Everything as JSON Lines."""
    stream = BytesIO()
    write_jsonl(stream, view_of(asked))
    return stream.getvalue().splitlines()


def read(content: bytes) -> Any:
    """A package with exact amounts."""
    return json.loads(content, parse_float=Decimal)


def releases(**more: Any) -> list[dict[str, Any]]:
    """Every release."""
    found: list[dict[str, Any]] = read(package(**more))["releases"]
    return found


def record(**more: Any) -> dict[str, Any]:
    """The compiled release of the only process."""
    (found,) = read(package(records=True, **more))["records"]
    compiled: dict[str, Any] = found["compiledRelease"]
    return compiled


def contract(**more: Any) -> dict[str, Any]:
    """The only contract, as it is compiled."""
    (found,) = record(**more)["contracts"]
    compiled: dict[str, Any] = found
    return compiled


def loaded(content: bytes, name: str = "package.json") -> Account:
    """Load a package."""
    return load_files([file_of(content, name)], choice=Choice("ocds"))
