"""A folder of folders named after their moments, each written whole or not at all and never changed: exports, backups.

One is written to a folder that nobody reads, and moved to its name at the end; so a process killed meanwhile leaves
only what the next one removes. One process at a time writes, by a lock that the kernel takes back.
"""

import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from procurement.common.disk import sha256_of, sync_names
from procurement.common.errors import Refused
from tracker.file_locks import Lock

#: How they are named: after their moment, to the second, so that names are in the order of time.
NAME = re.compile(r"\d{8}T\d{6}Z", re.ASCII)
#: The beginning of the names of those that are not whole yet, or are being removed.
UNFINISHED = ".unfinished-"
LOCK = ".lock"
#: The last file that is written to each, which says what it holds.
MANIFEST = "manifest.json"


class InUse(RuntimeError):
    """Another process writes to the folder."""


@contextmanager
def new_in(folder: Path, name: str, what: str, *, mode: int) -> Iterator[Path]:
    """A folder to write to, which becomes the one of this name if all goes well, and is removed if not.

    `mode` is that of the folder around them, where it has to be made. Raises InUse, and Refused where there is one of
    that name.
    """
    if not folder.exists():
        folder.mkdir(parents=True)
        folder.chmod(mode)
    lock = Lock(folder / LOCK)
    if not lock.take(wait=False):
        raise InUse(f"another process writes to {folder}: one {what} at a time")
    try:
        clear_unfinished(folder)
        if (folder / name).exists():
            raise Refused({"folder": f"{folder} has the {what} {name} already"})
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


def all_in(folder: Path) -> list[Path]:
    """Those of a folder, the newest first."""
    if not folder.is_dir():
        return []
    found = [each for each in folder.iterdir() if NAME.fullmatch(each.name) and (each / MANIFEST).is_file()]
    return sorted(found, key=lambda each: each.name, reverse=True)


def remove(old: Iterable[Path]) -> list[str]:
    """Remove some; returns their names. What somebody has begun to read they read to its end."""
    removed = []
    for each in old:
        leaving = each.with_name(f"{UNFINISHED}{each.name}")
        each.rename(leaving)
        shutil.rmtree(leaving, ignore_errors=True)
        removed.append(each.name)
    return removed


def difference(path: Path, size: int, sha256: str) -> str:
    """How a file differs from what a manifest says of it, in words; empty: not at all. Reads every byte."""
    if not path.is_file():
        return "it is not there"
    if (found := path.stat().st_size) != size:
        return f"it has {found} bytes; the manifest says {size}"
    return "" if sha256_of(path) == sha256 else "its content is not what was written"
