"""Records brought together by key, on disk where there are many."""

import pytest

from procurement.imports.files.gathering import Gathered, Gathering, TooDeep


def gathered(*records):
    with Gathering() as gathering:
        for number, (key, place) in enumerate(records):
            gathering.add(key, place, Gathered(number, 0, {"number": str(number)}))
        return {key: [each.line for each in group] for key, group in gathering.groups()}


def test_records_of_a_key_come_together_in_the_order_of_their_places_then_of_the_file():
    assert gathered(("b", "2"), ("a", "1"), ("b", "1"), ("b", "2")) == {"a": [1], "b": [2, 0, 3]}


def test_many_are_more_than_are_handed_over_at_once():
    found = gathered(*((f"{number % 700}", "") for number in range(2100)))
    assert (len(found), {len(group) for group in found.values()}) == (700, {3})


def test_a_record_that_cannot_be_kept_is_refused():
    deep = record = {}
    for _ in range(300):
        record["inside"] = record = {}
    with Gathering() as gathering, pytest.raises(TooDeep):
        gathering.add("a", "", Gathered(7, 0, deep))
