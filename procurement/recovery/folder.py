"""The folder of backups: which of them are whole, and how many are kept."""

from pathlib import Path

from procurement.common.dated_folders import all_in, remove
from procurement.common.errors import BadSource
from procurement.recovery.manifest import Manifest

#: What a backup holds besides its own files once it could not be restored on trial: why.
FAILED_TRIAL = "failed-trial.txt"


def note_failed_trial(backup: Path, why: str) -> None:
    """Let a backup say that it could not be restored."""
    (backup / FAILED_TRIAL).write_text(f"{why}\n")


def lack_of(backup: Path) -> str:
    """Why a backup is none to rely on; empty: it is whole, as far as it was tried."""
    try:
        missing = Manifest.read(backup).missing
    except BadSource as error:
        return str(error)
    if (backup / FAILED_TRIAL).exists():
        return "could not be restored on trial"
    return f"{len(missing)} kept files are missing" if missing else ""


def keep_newest(folder: Path, number: int) -> list[str]:
    """Remove what is older than the newest whole backups; returns the names of those removed.

    Others count for nothing: after a fortnight of failures the last good one is still there.
    """
    whole = [each for each in all_in(folder) if not lack_of(each)]
    if len(whole) < number:
        return []
    return remove(each for each in all_in(folder) if each.name < whole[number - 1].name)
