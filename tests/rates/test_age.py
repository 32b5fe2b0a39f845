"""What is said of how old the newest reference rate is."""

import pytest

from procurement.rates.age import age_said, are_old
from tests.makers import day, make_rate

pytestmark = pytest.mark.django_db

TODAY = day("2026-11-30")


def test_the_age_of_the_newest_is_said():
    assert (age_said(TODAY), are_old(TODAY)) == ("no reference rates are stored", False)
    make_rate("EUR", "USD", "1", "2026-11-20")
    make_rate("EUR", "USD", "1", "2026-11-29", "other")
    assert (age_said(TODAY), are_old(TODAY)) == ("the newest reference rates are of 2026-11-20, 10 days old", True)
    make_rate("EUR", "USD", "1", "2026-11-29")
    assert (age_said(TODAY), are_old(TODAY)) == ("the newest reference rates are of 2026-11-29, 1 day old", False)
