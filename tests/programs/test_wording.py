"""A standing in words: a status and a stop each with its own date."""

import pytest

from procurement.programs.standing import Said, standing
from procurement.programs.wording import dispute_in_words, standing_in_words, stop_in_words
from tests.makers import day


def decided(number: int, status: str, on: str, precision: str = "day", **more: str) -> Said:
    given = {"kind": "decision"} | more
    return Said(number, given.pop("kind"), status, day(on), day(on), effective_precision=precision, **given)  # type: ignore[arg-type]


WORDS = [
    ([], "no decision known", ""),
    ([decided(1, "under_review", "2020-06-15")], "under review since 2020-06-15", ""),
    ([decided(1, "cancelled", "2010-10-31", "month")], "cancelled since 2010-10", ""),
    ([decided(1, "suspended", "2020-06-15"), decided(2, "suspended", "2020-07-01")], "suspended since 2020-06-15", ""),
    ([decided(1, "suspended", "2020-06-15"), decided(2, "cancelled", "2020-12-18")],
     "cancelled since 2020-12-18; stopped since 2020-06-15 (suspended)", "stopped since 2020-06-15 (suspended)"),
    ([decided(1, "suspended", "2020-06-15"), decided(2, "active", "2020-12-18")], "active since 2020-12-18", ""),
    ([decided(1, "cancelled", "2020-12-31", "year"), decided(2, "suspended", "2021-06-15"),
      decided(3, "cancelled", "2022-06-15", "by")],
     "cancelled since 2022-06-15 at the latest; stopped since 2020 (cancelled)", "stopped since 2020 (cancelled)"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "words", "stop"), WORDS)
def test_a_status_goes_with_its_own_date_and_a_stop_that_began_otherwise_with_its(said, words, stop):
    found = standing(said, day("2026-01-01"))
    assert (standing_in_words(found), stop_in_words(found)) == (words, stop)


def test_a_dispute_says_since_when_and_when_it_was_last_said():
    said = [decided(1, "suspended", "2020-06-15"), decided(2, "cancelled", "2020-06-30", "month", kind="statement")]
    assert dispute_in_words(standing(said[:1], day("2026-01-01"))) == ""
    assert dispute_in_words(standing(said, day("2026-01-01"))) == "disputed since 2020-06, last said 2020-06"
