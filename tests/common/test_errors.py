"""Errors name fields."""

import pytest

from procurement.common.errors import Complaints, Conflict, Refused


def test_a_refusal_lists_what_is_wrong_by_field():
    refused = Refused({"amount": "must not be zero", "share": ["too large", "not a number"]})
    assert refused.errors == {"amount": ["must not be zero"], "share": ["too large", "not a number"]}
    assert str(refused) == "amount: must not be zero; share: too large not a number"


def test_a_conflict_is_a_refusal_that_names_a_row():
    conflict = Conflict({"source_key": "used"}, existing=7)
    assert isinstance(conflict, Refused)
    assert conflict.existing == 7


def test_complaints_are_heard_all_at_once():
    complaints = Complaints()
    complaints.refuse_if_any()
    complaints.add("a", "one")
    complaints.add("a", "two")
    with pytest.raises(Refused, match="a: one two"):
        complaints.refuse_if_any()
