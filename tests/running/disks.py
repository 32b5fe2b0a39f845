"""A small disk of a test's own, which can be filled."""

import errno
import os
import subprocess
from pathlib import Path

FILLER, STEP = "filler", 64 * 1024 * 1024


class Disk:
    """A folder on a file system in memory; where nothing may be mounted an ordinary folder, which is never full."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0755", "tracker-test", str(folder)]
        self.is_small = os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0

    def fill(self) -> None:
        """Leave not one page."""
        if not self.is_small:
            return
        size, step = 0, STEP
        with (self.folder / FILLER).open("wb") as filler:
            while step >= 4096:
                try:
                    os.posix_fallocate(filler.fileno(), size, step)
                    size += step
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    step //= 2

    def free(self) -> None:
        """Leave room again."""
        (self.folder / FILLER).unlink(missing_ok=True)

    def end(self) -> None:
        """Unmount it; what still works in it may."""
        if self.is_small:
            subprocess.run(["umount", "--lazy", str(self.folder)], capture_output=True, check=False)
