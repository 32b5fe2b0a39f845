"""How many random examples are tried: half of a number by `make test`, many times that by `make fuzz`."""

import os

from hypothesis import settings

#: `make fuzz` sets it.
TIMES = float(os.environ.get("FUZZ", "0.5"))


def examples(number: int) -> int:
    """Half as many, or as many times more as was asked for."""
    return max(int(number * TIMES), 1)


def load_profile() -> None:
    """What holds of every test that says nothing else: `make test` draws the same examples each time."""
    # how long an example takes says how busy the machine is; a change must not fail by the luck of the draw
    settings.register_profile("tracker", deadline=None, max_examples=examples(100), derandomize=True, database=None)
    settings.register_profile("fuzz", settings.get_profile("tracker"), derandomize=False, print_blob=True)
    settings.load_profile("fuzz" if TIMES > 1 else "tracker")
