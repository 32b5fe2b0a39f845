"""The folder of exports: each in a folder of its own, named after its moment when it is whole, and never changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from procurement.common.dated_folders import MANIFEST, all_in, difference, new_in, remove
from procurement.common.errors import BadSource
from procurement.exports.manifest import ExportedFile, Manifest


@contextmanager
def new_export(folder: Path, name: str) -> Iterator[Path]:
    """A folder to write to, which becomes the export of this name if all goes well, and is removed if not.

    Raises InUse, and Refused where the folder has that export already.
    """
    with new_in(folder, name, "export", mode=0o755) as making:
        yield making
        _open(making)


def _open(export: Path) -> None:
    """Let a web server that runs as another user read an export: exports are made to be taken."""
    export.chmod(0o755)
    for path in export.iterdir():
        path.chmod(0o644)


def keep_newest(folder: Path, number: int) -> list[str]:
    """Remove all but the newest exports; returns the names of those removed. Downloads that have begun go on."""
    return remove(all_in(folder)[number:])


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
    is_named = Path(file.name).name == file.name
    wrong = difference(export / file.name, file.bytes, file.sha256) if is_named else "it is not there"
    return f"{file.name}: {wrong}" if wrong else ""
