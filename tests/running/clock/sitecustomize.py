"""Lets a Python process see the clock that a file tells of when it starts; it is found by PYTHONPATH (machines.py)."""

import datetime as dt
import os
from pathlib import Path

AHEAD = dt.timedelta(seconds=int(Path(os.environ["TESTS_CLOCK"]).read_text()))

if AHEAD:
    import time_machine

    time_machine.travel(dt.datetime.now(dt.UTC) + AHEAD, tick=True).start()
