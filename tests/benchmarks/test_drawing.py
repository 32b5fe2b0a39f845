"""Long tails are long, and totals exact."""

import random

import pytest

from benchmarks.casting import Cast
from benchmarks.drawing import drawn, split
from benchmarks.size import Size


@pytest.mark.parametrize(("total", "parts"), [(1, 1), (7, 7), (10, 3), (100_000, 10_000), (99_999, 7)])
def test_a_total_is_split_exactly_into_parts_of_at_least_one(total, parts):
    found = split(random.Random(1), total, parts)
    assert (sum(found), len(found), min(found) >= 1) == (total, parts, True)


def test_a_few_contracts_have_many_entries_and_most_have_few():
    found = sorted(split(random.Random(1), 100_000, 10_000))
    assert found[5_000] < 10  # the median is below the mean
    assert found[-1] > 200
    assert sum(found[-1_000:]) > 35_000


def test_the_largest_of_500_programs_has_about_a_tenth_of_the_contracts():
    found = drawn(random.Random(1), 500, 100_000)
    assert 0.09 < found.count(0) / 100_000 < 0.11
    assert found.count(0) > 50 * found.count(249) > 0


def test_another_seed_makes_other_contracts():
    def signatures(seed):
        return list(Cast(Size(50, seed=seed)).signed)

    assert signatures(1) == signatures(1) != signatures(2)
