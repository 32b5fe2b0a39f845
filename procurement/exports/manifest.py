"""The manifest of an export: its moment, and each file with its size and its hash. Pure."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from procurement.common.dated_folders import MANIFEST
from procurement.common.errors import BadSource
from procurement.common.json_text import as_json


@dataclass(frozen=True)
class ExportedFile:
    """One file; `columns` are empty where its lines are documents of a standard."""

    name: str
    rows: int
    bytes: int
    sha256: str
    columns: Sequence[str] = ()


@dataclass(frozen=True)
class Manifest:
    """One export: all of its files are of one moment, `recorded_by`, and figures are as of the day on which it was."""

    recorded_by: dt.datetime
    as_of: dt.date
    version: str
    licence: str
    attribution: str
    files: Sequence[ExportedFile]

    def file(self, name: str) -> ExportedFile | None:
        """The file of this name, if the export has it."""
        return next((each for each in self.files if each.name == name), None)

    def as_json(self) -> bytes:
        """The manifest as it is stored."""
        return as_json(asdict(self), indented=True) + b"\n"

    @classmethod
    def read(cls, text: bytes) -> "Manifest":
        """The manifest that was stored. Raises BadSource for any other text."""
        try:
            return cls._of(orjson.loads(text))
        except (ValueError, TypeError, KeyError) as error:
            raise BadSource(f"{MANIFEST} is not a manifest of an export: {error}") from error

    @classmethod
    def _of(cls, given: Mapping[str, Any]) -> "Manifest":
        return cls(
            recorded_by=dt.datetime.fromisoformat(given["recorded_by"]),
            as_of=dt.date.fromisoformat(given["as_of"]),
            version=given["version"],
            licence=given["licence"],
            attribution=given["attribution"],
            files=[ExportedFile(**each) for each in given["files"]],
        )
