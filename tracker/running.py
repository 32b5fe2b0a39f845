"""`python -m tracker.running`: the entry of `make run`."""

import os
import sys

from tracker.local.running import main

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    sys.exit(main())
