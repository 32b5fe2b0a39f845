"""A small export, made by hand."""

import datetime as dt
from pathlib import Path

from procurement.common.dated_folders import MANIFEST
from procurement.exports.folder import new_export
from procurement.exports.manifest import Manifest
from procurement.exports.writing import CompressedFile

MOMENT = dt.datetime(2026, 1, 1, 3, 0, 0, 123456, tzinfo=dt.UTC)


def make(folder: Path, name: str) -> Path:
    """An export of one file with one row."""
    with new_export(folder, name) as making:
        with CompressedFile(making / "a.csv.gz") as file:
            file.take([b"id\n", b"1\n"])
        files = [file.described(rows=1, columns=["id"])]
        manifest = Manifest(MOMENT, MOMENT.date(), "0", "CC0-1.0", "the ministry", files)
        (making / MANIFEST).write_bytes(manifest.as_json())
    return folder / name
