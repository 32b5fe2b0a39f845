"""`make chaos`: everything that can go wrong, for some minutes, and what was true afterwards."""

import argparse
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path

from tests.running.chaos.storm import Storm


def main() -> int:
    """Print numbers; the status is 1 if something is wrong, and then the folder stays."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--pace", type=float, default=1.0, help="programs begun in a second")
    parser.add_argument("--migrated", type=Path, help="a folder in which the empty database is kept for further runs")
    given = parser.parse_args()
    # ends as Ctrl-C does: processes and disks are cleared away
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    folder, began = Path(tempfile.mkdtemp(prefix="chaos-")), time.monotonic()
    folder.chmod(0o755)  # the database is another user's

    def said(what: str) -> None:
        print(f"{time.monotonic() - began:7.1f} s  {what}", flush=True)

    said(f"seed {given.seed}, {given.minutes:g} minutes, in {folder}")
    verdict = Storm(folder, given.minutes * 60, given.seed, given.pace, given.migrated, said).run()
    for name, number in verdict.numbers.items():
        print(f"{name:50} {number:>10,}" if isinstance(number, int) else f"{name:50} {number}")
    print("\n".join(verdict.wrong) or "all is as it should be")
    if not verdict.wrong:
        shutil.rmtree(folder, ignore_errors=True)
    return int(bool(verdict.wrong))


if __name__ == "__main__":
    sys.exit(main())
