"""docs/asvs.md has every item of levels 1 and 2 once, and each test that it names exists."""

import re

from tests.house.shape import ROOT

TEXT = (ROOT / "docs" / "asvs.md").read_text()
ROWS = re.findall(r"^\| (\d+\.\d+\.\d+) \|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|$", TEXT, re.MULTILINE)
#: How many items of levels 1 and 2 each chapter of 4.0.3 has.
ITEMS = {1: 38, 2: 53, 3: 18, 4: 9, 5: 30, 6: 13, 7: 12, 8: 15, 9: 7, 10: 5, 11: 8, 12: 15, 13: 13, 14: 23}


def test_every_item_has_its_row():
    numbers = [tuple(map(int, row[0].split("."))) for row in ROWS]
    assert numbers == sorted(set(numbers))
    assert {chapter: sum(number[0] == chapter for number in numbers) for chapter in ITEMS} == ITEMS


def test_every_row_says_its_state():
    assert {row[2].strip() for row in ROWS} == {"met", "partly", "not", "-"}
    assert not [row[0] for row in ROWS if row[2].strip() in ("partly", "not") and not row[3].strip()]


def test_every_test_that_is_named_exists():
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", TEXT)
    assert len(named) > 100
    missing = [f"{path}::{name}" for path, name in named if f"def {name}(" not in _text(path)]
    assert missing == []


def _text(path):
    file = ROOT / path
    return file.read_text() if file.exists() else ""
