"""Fill a database of its own, measure, and print ours, yardstick, ratio and target. Progress goes to stderr."""

import os
import signal
import sys

import django

from benchmarks.options import parse


def main() -> int:
    """Do what the arguments ask; returns the exit status."""
    options = parse()
    # ends as Ctrl-C does: processes, connections and the database are cleared away
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()

    # these read models, which only now exist
    from benchmarks.database import NothingKept
    from benchmarks.running import run
    from procurement.common.owning import as_owner

    try:
        with as_owner():  # it makes databases, and lets triggers rest while it fills them
            print(run(options))
    except NothingKept as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
