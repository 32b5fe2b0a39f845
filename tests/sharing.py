"""In which order several processes take the files of the tests."""

from collections import Counter

import pytest

#: Files that take a minute for a few tests, which nothing about them tells.
LONG = {"test_upgrades.py", "test_apart.py", "test_admin_accessibility.py", "test_refreshing.py"}


def longest_first(items: list[pytest.Function]) -> None:
    """Begin with the files that take long for their number of tests; else one process would end with them, alone.

    Those that wait for a service come first, while others have work for the processor; then those that draw examples.
    """
    sizes = Counter(item.path for item in items)
    waiting = {item.path for item in items if item.get_closest_marker("run") or item.path.name in LONG}
    drawing = {item.path for item in items if getattr(item.function, "is_hypothesis_test", False)}
    items.sort(key=lambda it: (it.path not in waiting, it.path not in drawing, -sizes[it.path], str(it.path)))
