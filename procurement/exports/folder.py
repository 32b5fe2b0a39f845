"""The folder of exports: each in a folder of its own, named after its moment when it is whole, and never changed.

An export is written to a folder that nobody reads, and moved to its name at the end; so a process killed meanwhile
leaves only what the next export removes. One process at a time writes, by a lock that the kernel takes back.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from procurement.common.disk import sha256_of, sync_names
from procurement.common.errors import BadSource, Refused
from procurement.exports.manifest import MANIFEST, ExportedFile, Manifest
from tracker.file_locks import Lock

#: How exports are named: after their moment, to the second, so that names are in the order of time.
NAME = re.compile(r"\d{8}T\d{6}Z", re.ASCII)
#: The beginning of the names of exports that are not whole yet, or are being removed.
UNFINISHED = ".unfinished-"
LOCK = ".lock"


class InUse(RuntimeError):
    """Another process writes an export to the folder."""


@contextmanager
def new_export(folder: Path, name: str) -> Iterator[Path]:
    """A folder to write to, which becomes the export of this name if all goes well, and is removed if not.

    Raises InUse, and Refused where the folder has that export already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = Lock(folder / LOCK)
    if not lock.take(wait=False):
        raise InUse(f"another process writes an export to {folder}")
    try:
        clear_unfinished(folder)
        if (folder / name).exists():
            raise Refused({"folder": f"{folder} has the export {name} already"})
        with _moved_when_whole(folder / f"{UNFINISHED}{name}", folder / name) as making:
            yield making
    finally:
        lock.release()


@contextmanager
def _moved_when_whole(making: Path, to: Path) -> Iterator[Path]:
    making.mkdir()
    try:
        yield making
        sync_names(making)
        making.rename(to)
        sync_names(to.parent)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def clear_unfinished(folder: Path) -> None:
    """Remove what killed processes left. Call it holding the lock."""
    for left in folder.glob(f"{UNFINISHED}*"):
        shutil.rmtree(left, ignore_errors=True)


def exports_in(folder: Path) -> list[Path]:
    """The exports of a folder, the newest first."""
    if not folder.is_dir():
        return []
    found = [each for each in folder.iterdir() if NAME.fullmatch(each.name) and (each / MANIFEST).is_file()]
    return sorted(found, key=lambda each: each.name, reverse=True)


def keep_newest(folder: Path, number: int) -> list[str]:
    """Remove all but the newest exports; returns the names of those removed. Downloads that have begun go on."""
    old = exports_in(folder)[number:]
    for each in old:
        leaving = folder / f"{UNFINISHED}{each.name}"
        each.rename(leaving)
        shutil.rmtree(leaving, ignore_errors=True)
    return [each.name for each in old]


def manifest_of(export: Path) -> Manifest:
    """The manifest of an export. Raises BadSource."""
    try:
        return Manifest.read((export / MANIFEST).read_bytes())
    except OSError as error:
        raise BadSource(f"{export / MANIFEST} cannot be read: {error.strerror}") from error


# checking


def faults_of(export: Path) -> list[str]:
    """The differences between the files of an export and its manifest. Raises BadSource for a bad manifest."""
    files = manifest_of(export).files
    known = {MANIFEST, *(each.name for each in files)}
    strangers = sorted(each.name for each in export.iterdir() if each.name not in known)
    found = [fault for each in files if (fault := _fault_of(export, each))]
    return [*found, *(f"{name}: the manifest does not name it" for name in strangers)]


def _fault_of(export: Path, file: ExportedFile) -> str:
    path = export / file.name
    if Path(file.name).name != file.name or not path.is_file():
        return f"{file.name}: it is not there"
    size = path.stat().st_size
    if size != file.bytes:
        return f"{file.name}: it has {size} bytes; the manifest says {file.bytes}"
    return "" if sha256_of(path) == file.sha256 else f"{file.name}: its content is not what was exported"
