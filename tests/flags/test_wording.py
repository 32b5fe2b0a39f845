"""How rules write what is left under a contract."""

from decimal import Decimal

import pytest

from procurement.flags.wording import remaining

OWED = {"currency": "JPY", "committed": Decimal(100), "outstanding": Decimal("60.5"), "unaccounted": Decimal(0)}
UNKNOWN = "outstanding amount unknown (no commitment on record here)"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (OWED, "60.50 JPY outstanding"),
        (OWED | {"share": "1"}, "60.50 JPY outstanding"),
        (OWED | {"share": "0.5"}, "60.50 JPY outstanding, the program's share of 0.5"),
        (OWED | {"outstanding": Decimal(0)}, "nothing outstanding"),
        (OWED | {"outstanding": None, "unaccounted": Decimal(7)}, "7 JPY unaccounted for (outstanding amount unknown)"),
        (OWED | {"committed": None}, UNKNOWN),
    ],
)
def test_what_is_left_is_said_with_the_share_that_it_is_of(row, said):
    assert remaining(row) == said
