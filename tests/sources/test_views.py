"""What is in view at the three asked dates."""

import datetime as dt
from typing import Any

import pytest

from procurement.common.dates import Asked
from procurement.ledger.models import LedgerEntry
from procurement.ledger.recording import ledger_entries
from procurement.sources.recording import Amending
from tests.makers import day, make_contract, make_source, post

LATER = day("2030-01-01")


def amounts(as_of: str = "2030-01-01", **more: str) -> list[int]:
    """The amounts of standing entries, in order of posting."""
    dates: dict[str, Any] = {name: day(on) for name, on in more.items()}
    asked = Asked(day(as_of), **dates)
    return [int(row.amount) for row in LedgerEntry.objects.standing(asked).order_by("pk")]


@pytest.fixture
def entries(db):
    """10 in January, public in March; 20 in February, public at once; 40 in March, taken back in a paper of May."""
    contract = make_contract()
    post(contract, "10", on="2020-01-31", published_on=day("2020-03-01"))
    post(contract, "20", on="2020-02-29")
    wrong = post(contract, "40", on="2020-03-31")
    ledger_entries.reverse(wrong, Amending(source=make_source("2020-05-01")))


AS_OF = [
    ("2020-01-30", []), ("2020-01-31", [10]), ("2020-02-29", [10, 20]), ("2020-03-31", [10, 20]),
]  # fmt: skip


@pytest.mark.parametrize(("as_of", "seen"), AS_OF)
def test_a_fact_is_in_view_from_its_effective_day(entries, as_of, seen):
    assert amounts(as_of) == seen


PUBLISHED = [
    ("2020-02-28", []), ("2020-02-29", [20]), ("2020-03-01", [10, 20]), ("2020-03-31", [10, 20, 40]),
    ("2020-04-30", [10, 20, 40]), ("2020-05-01", [10, 20]),
]  # fmt: skip


@pytest.mark.parametrize(("published_by", "seen"), PUBLISHED)
def test_a_reversed_fact_counts_until_its_reversal_is_public(entries, published_by, seen):
    assert amounts(published_by=published_by) == seen


def test_dates_combine(entries):
    assert amounts("2020-02-28", published_by="2020-02-29") == []
    assert amounts("2020-01-31", published_by="2020-03-01") == [10]


def test_sums_over_all_rows_in_view_cancel(entries):
    in_view = LedgerEntry.objects.in_view(Asked(LATER))
    assert sum(row.amount for row in in_view) == 30
    assert in_view.count() == 4


@pytest.mark.django_db(transaction=True)
def test_a_reversal_is_not_in_view_of_what_was_recorded_before_it():
    wrong = post(make_contract(), "40")
    reversal = ledger_entries.reverse(wrong, Amending(source=make_source()))
    before, after = wrong.recorded_at, reversal.recorded_at
    seen = [list(LedgerEntry.objects.standing(Asked(LATER, recorded_by=at))) for at in (before, after)]
    assert seen == [[wrong], []]


@pytest.mark.django_db(transaction=True)
def test_an_earlier_answer_is_reproduced_after_a_correction():
    wrong = post(make_contract(), "40")
    corrected = ledger_entries.correct(wrong, Amending(source=make_source()), {"amount": 4}).fact
    before = Asked(LATER, recorded_by=corrected.recorded_at - dt.timedelta(microseconds=1))
    assert list(LedgerEntry.objects.standing(before)) == [wrong]
    assert list(LedgerEntry.objects.standing(Asked(LATER))) == [corrected]


def test_unreversed_rows_are_those_of_the_fullest_view(entries):
    unreversed = LedgerEntry.objects.unreversed().order_by("pk")
    assert [int(row.amount) for row in unreversed] == [10, 20]
