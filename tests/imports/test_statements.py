"""How many statements a file takes: as many for 40 rows as for 4."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement.imports.batches.undoing import request_undo
from tests.imports.orders import HEAD, handed_in, orders, worked_on

pytestmark = pytest.mark.django_db
__all__ = ["orders"]


def rows(letter: str, count: int, amount: int = 100) -> str:
    lines = (f"{letter}{number},Maker {number},2020-01-31,{amount},\n" for number in range(count))
    return HEAD + "".join(lines)


def statements(batch) -> int:
    with CaptureQueriesContext(connection) as taken:
        worked_on(batch)
    return len(taken)


def taken_by(letter: str, count: int) -> list[int]:
    """For a file that is new, unchanged, corrected, taken back, and read again after that."""
    text = rows(letter, count)
    first = handed_in(text)
    found = [statements(first), statements(handed_in(text))]
    second = handed_in(rows(letter, count, 200))
    found.append(statements(second))
    for batch in (second, first):
        request_undo(batch.pk, by=None)
        found.append(statements(batch))
    return [*found, statements(handed_in(text))]


def test_many_rows_take_as_many_statements_as_few():
    taken_by("A", 1)  # whatever is prepared or remembered once
    few, many = taken_by("B", 4), taken_by("C", 40)
    new, unchanged, _, _, back, again = many
    assert [new, unchanged, back, again] == [few[0], few[1], few[4], few[5]]
    assert many[2] <= few[2] + 40
    assert many[3] <= few[3] + 80
