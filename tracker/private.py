"""What the service keeps is its own user's: files 0600 in folders 0700, whatever the shell that starts it says."""

import logging
import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

log = logging.getLogger(__name__)

#: What others may not: read, write, and pass.
OTHERS = 0o077
#: Root's PostgreSQL runs as another user, who must pass through the home to its own folder.
PASSING = 0o711
#: Commands whose files are for others: they stand in the sources, or in a folder that is named.
FOR_OTHERS = frozenset(
    {"collectstatic", "makemigrations", "makemessages", "compilemessages", "show_sql", "write_templates"}
)


def keep_private() -> None:
    """Have this process, and those that it starts, make files that only their user reads."""
    os.umask(OTHERS)


def keep_home_private(*, whole: bool = False) -> None:
    """The same, and mend a home that was made before; `whole` also below its folders. Says once what it mended."""
    from django.conf import settings  # entries call this before settings are read

    keep_private()
    home: Path = settings.TRACKER_HOME
    spared = {each for each in (settings.EXPORT_FOLDER,) if each}
    if count := mend(home, whole=whole, spared=spared):
        log.warning(
            "other users could read files of the home; now only this one can", extra={"files": count, "home": home}
        )


def mend(home: Path, *, whole: bool, spared: set[Path]) -> int:
    """Take from others what they may not; returns of how many files and folders. What is another user's stays."""
    return sum(_mend(path, home) for path in (home, *_below(home, whole=whole, spared=spared)) if path not in spared)


def readable_by_others(home: Path, spared: set[Path]) -> list[Path]:
    """What other users can read or write in a home."""
    return [path for path in (home, *_below(home, whole=True, spared=spared)) if _mode(path) & 0o066]


def _below(folder: Path, *, whole: bool, spared: set[Path]) -> Iterator[Path]:
    with suppress(OSError):
        for path in folder.iterdir():
            if path in spared or path.is_symlink() or path.lstat().st_uid != os.geteuid():
                continue
            yield path
            if whole and path.is_dir():
                yield from _below(path, whole=whole, spared=spared)


def _mend(path: Path, home: Path) -> int:
    """1 if a mode was changed, else 0."""
    kept = PASSING if path == home and os.geteuid() == 0 else 0o700
    mode = _mode(path)
    if not mode & ~kept & OTHERS:
        return 0
    with suppress(OSError):
        path.chmod(mode & (kept | ~OTHERS))
        return 1
    return 0


def _mode(path: Path) -> int:
    """The mode of what is this user's; 0 of what is not, or gone."""
    with suppress(OSError):
        found = path.lstat()
        if found.st_uid == os.geteuid() and not stat.S_ISLNK(found.st_mode):
            return stat.S_IMODE(found.st_mode)
    return 0
