"""What a backup says of itself."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from procurement.common.dated_folders import MANIFEST, difference
from procurement.common.errors import BadSource

DUMP = "database.dump"
#: Raised when older code could not read a backup any more.
FORMAT = 1
APP = "procurement"


@dataclass(frozen=True)
class File:
    """A file of the backup, with its path inside it."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """Of one backup; all of it is of the moment `taken_at`."""

    format: int
    version: str
    taken_at: str
    postgresql: int
    #: all that were applied, as `app.name`
    migrations: list[str]
    #: rows of each table that is in the dump
    rows: dict[str, int]
    #: tables whose rows are not: they are made anew, or hold sessions
    left_out: list[str]
    files: list[File]
    #: kept files that a row names, and that neither their folder nor the backup before has with their content
    missing: list[str]
    #: those that only the backup before had, and this one has from there: their folder lost or damaged them
    rescued: list[str] = field(default_factory=list)

    @property
    def steps(self) -> list[str]:
        """The service's own migrations without squashed ones, which stand for others that are named too."""
        own = [each.removeprefix(f"{APP}.") for each in self.migrations if each.startswith(f"{APP}.")]
        return [name for name in own if "_squashed_" not in name]

    @property
    def bytes(self) -> int:
        """All files together."""
        return sum(each.bytes for each in self.files)

    def write(self, folder: Path) -> None:
        """Write it; the last file of a backup."""
        (folder / MANIFEST).write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n")

    @classmethod
    def read(cls, backup: Path) -> "Manifest":
        """The manifest of a backup. Raises BadSource."""
        path = backup / MANIFEST
        try:
            found = json.loads(path.read_bytes())
            if found["format"] > FORMAT:
                raise BadSource(f"{backup} was made by a newer version ({found['version']}); restore it with that one")
            return cls(**found | {"files": [File(**each) for each in found["files"]]})
        except OSError as error:
            raise BadSource(f"{backup} is no backup: {path} cannot be read ({error.strerror})") from error
        except (ValueError, TypeError, KeyError) as error:
            raise BadSource(f"{backup} is no sound backup: {path} is not as it was written") from error


def faults_of(backup: Path, manifest: Manifest) -> list[str]:
    """The differences between the files of a backup and its manifest; reads every byte."""
    found = [(each.name, difference(backup / each.name, each.bytes, each.sha256)) for each in manifest.files]
    return [f"{name}: {wrong}" for name, wrong in found if wrong]
