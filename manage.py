#!/usr/bin/env python
"""Django's commands for this service."""

import os
import sys

from tracker import private


def main() -> None:
    """Run the command that the arguments name."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    if not private.FOR_OTHERS & set(sys.argv[1:2]):
        private.keep_private()
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
