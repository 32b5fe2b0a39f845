"""When to try again."""

import datetime as dt

import pytest

from procurement.delivery.backoff import GAPS, next_gap

ENDED = dt.timedelta(days=1000)


def test_gaps_grow():
    assert sorted(set(GAPS)) == list(GAPS)


@pytest.mark.parametrize("chance", [0.0, 0.5, 1.0])
def test_it_is_tried_for_about_three_days(chance):
    whole = sum((next_gap(number, chance) or ENDED for number in range(1, len(GAPS) + 1)), dt.timedelta())
    assert dt.timedelta(days=2.75) < whole < dt.timedelta(days=3.75)


@pytest.mark.parametrize(
    ("failed", "chance", "seconds"), [(1, 0.0, 15), (1, 1.0, 18), (2, 0.0, 60), (2, 0.5, 66), (12, 0.0, 86400)]
)
def test_a_gap_is_jittered(failed, chance, seconds):
    assert next_gap(failed, chance) == dt.timedelta(seconds=seconds)


def test_then_it_is_given_up():
    assert next_gap(len(GAPS) + 1, 0.5) is None
