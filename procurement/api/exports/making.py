"""Making a full export: every list as CSV and JSON Lines, all of one moment, with a manifest of hashes."""

import datetime as dt
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from django.conf import settings
from django.utils import timezone

from procurement.api.exports.lists import ExportedList, exported_lists
from procurement.common.clock import database_now
from procurement.common.csv_lines import line
from procurement.common.dated_folders import MANIFEST, InUse, all_in
from procurement.common.dates import Asked
from procurement.common.errors import BadSource
from procurement.common.file_names import moment_name
from procurement.common.row_files import csv_cell, json_line
from procurement.exports.folder import keep_newest, manifest_of, new_export
from procurement.exports.manifest import ExportedFile, Manifest
from procurement.exports.writing import CompressedFile
from procurement.exposure.snapshot import snapshot
from procurement.ocds.publishing import view_of, write_jsonl
from procurement.sources.horizon import horizon, refuse_beyond_horizon
from tracker.version import VERSION

log = logging.getLogger(__name__)

Told = Callable[[str], None]


@dataclass(frozen=True)
class FurtherFile:
    """A file that is no list: `write` writes its lines, uncompressed, to a stream, and returns how many there are.

    It is called in the snapshot of the export, with the dates of the export, and may see nothing recorded later.
    """

    name: str
    write: Callable[[BinaryIO, Asked], int]


def _ocds(stream: BinaryIO, asked: Asked) -> int:
    """A release package of each contracting process, as it was at the moment of the export."""
    return write_jsonl(stream, view_of(asked, is_past=True))


#: Files beside the lists.
FURTHER_FILES = (FurtherFile("ocds-releases.jsonl.gz", _ocds),)


def ignore(_said: str) -> None:
    """Tell nobody."""


def make_export(
    folder: Path,
    *,
    recorded_by: dt.datetime | None = None,
    further: Sequence[FurtherFile] = FURTHER_FILES,
    told: Told = ignore,
) -> Path:
    """Write a full export to a folder of its own below the given one, and return that.

    It is of the horizon, the latest moment before which nothing can change any more, or of an earlier moment. What is
    recorded is as of then; labels are those of now. Lists are read in one snapshot, so that files agree with each
    other, and some rows at a time. May be killed and repeated at any moment.

    Raises InUse, and Refused for a moment beyond the horizon or one of which there is an export already.
    """
    refuse_beyond_horizon(recorded_by)
    # before the snapshot, which then has everything recorded by it
    asked = _asked(recorded_by or horizon())
    assert asked.recorded_by is not None, "it was just given"
    name = moment_name(asked.recorded_by)
    with new_export(folder, name) as making, snapshot():
        files = list(_written(making, asked, further, told))
        _store(making / MANIFEST, _manifest(asked, files).as_json())
    return folder / name


def nightly_export(folder: Path, *, keep: int, told: Told = ignore) -> Path | None:
    """Make today's export, and keep only the newest ones. Safe to repeat and to race: one day has one export.

    Returns None where there is one of today already, or another process is writing one.
    """
    if any(_is_of_today(each) for each in all_in(folder)):
        return None
    try:
        made = make_export(folder, told=told)
    except InUse:
        return None
    log.info("a full export was written", extra={"export": made.name})
    keep_newest(folder, keep)
    return made


def _is_of_today(export: Path) -> bool:
    """Whether it needs no other one tonight; one that cannot be read does, or one of when a clock was ahead."""
    try:
        return manifest_of(export).as_of == timezone.localdate(database_now())
    except BadSource:
        return False


def _asked(moment: dt.datetime) -> Asked:
    """Figures are as of the day of the service on which the moment was."""
    return Asked(timezone.localtime(moment).date(), None, moment)


def _manifest(asked: Asked, files: Sequence[ExportedFile]) -> Manifest:
    assert asked.recorded_by is not None, "an export is of a moment"
    return Manifest(
        recorded_by=asked.recorded_by,
        as_of=asked.as_of,
        version=VERSION,
        licence=settings.EXPORT_LICENCE,
        attribution=settings.EXPORT_ATTRIBUTION,
        files=files,
    )


def _written(folder: Path, asked: Asked, further: Sequence[FurtherFile], told: Told) -> Iterator[ExportedFile]:
    for each in exported_lists(asked):
        files = _both(folder, each)
        told(f"{each.name}: {files[0].rows:,} rows")
        yield from files
    for file in further:
        written = _further(folder, file, asked)
        told(f"{file.name}: {written.rows:,} lines")
        yield written


def _both(folder: Path, exported: ExportedList) -> tuple[ExportedFile, ExportedFile]:
    """A list as CSV and as JSON Lines, in one reading of its rows."""
    rows, columns = 0, exported.columns
    as_csv, as_json = (CompressedFile(folder / f"{exported.name}.{end}.gz") for end in ("csv", "jsonl"))
    with as_csv, as_json:
        as_csv.take([line(columns)])
        for row in exported.rows():
            flat = exported.in_columns(row)
            as_csv.take([line([csv_cell(flat.get(name)) for name in columns])])
            as_json.take([json_line(exported.in_json(row))])
            rows += 1
    members = exported.members or columns
    return as_csv.described(rows=rows, columns=columns), as_json.described(rows=rows, columns=members)


def _further(folder: Path, file: FurtherFile, asked: Asked) -> ExportedFile:
    with CompressedFile(folder / file.name) as written:
        lines = file.write(cast("BinaryIO", written.packed), asked)
    return written.described(rows=lines)


def _store(path: Path, content: bytes) -> None:
    """A small file, on the disk when it returns."""
    with path.open("xb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
