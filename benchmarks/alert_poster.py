"""A process that posts status changes at a rate, as an entry point does, and says when each was committed."""

import json
import os
import random
import sys
import time

import django


def main(rate: float) -> None:
    """Post what is read from standard input; each line of the output is a program's id and a moment."""
    from django.utils import timezone

    from procurement.programs.models import StatusChange
    from procurement.programs.recording import status_changes
    from procurement.tasks import nudge

    given, today = json.load(sys.stdin), timezone.localdate()
    chance, began = random.Random(1), time.monotonic()  # noqa: S311  spreads events
    committed = []
    for number, (program, status, source) in enumerate(given):
        # somewhere in its share of the time: a regular beat would never meet two at once
        time.sleep(max(began + (number + chance.random()) / rate - time.monotonic(), 0))
        row = StatusChange(
            program_id=program, kind="decision", side="buyer", status=status, effective_on=today, source_id=source
        )
        status_changes.record(row)
        committed.append((program, time.monotonic()))
        nudge()
    json.dump(committed, sys.stdout)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    main(float(sys.argv[1]))
