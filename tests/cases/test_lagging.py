"""How long it took, as tables."""

import pytest

from procurement.cases.lagging import Act, first_doubt, lag
from procurement.programs.standing import Said
from tests.makers import day

STOP = day("2020-06-15")


def said(status: str, on: str, kind: str = "decision") -> Said:
    return Said(1, kind, status, day(on), day(on))


@pytest.mark.parametrize(
    ("rows", "doubt"),
    [
        ([], None),
        ([said("suspended", "2020-06-15")], "2020-06-15"),
        ([said("under_review", "2020-05-06", "statement"), said("suspended", "2020-06-15")], "2020-05-06"),
        ([said("under_review", "2018-01-01"), said("approved", "2019-01-01"), said("suspended", "2020-06-15")],
         "2020-06-15"),
        ([said("approved", "2019-01-01"), said("active", "2020-01-01", "statement")], None),
        ([said("reduced", "2019-05-01"), said("suspended", "2020-06-15")], "2019-05-01"),
        ([said("cancelled", "2020-06-16", "statement")], None),
    ],
)  # fmt: skip
def test_the_first_doubt_is_the_first_since_the_program_was_last_sound(rows, doubt):
    assert first_doubt(STOP, rows) == (doubt and day(doubt))


def test_the_contract_act_is_the_first_since_the_stop():
    acts = [
        Act("terminated", day("2020-01-01"), None),
        Act("active", day("2020-06-20"), day("2020-06-18")),
        Act("suspended", day("2020-07-01"), day("2020-06-14")),
        Act("terminated", day("2020-12-01"), None),
    ]
    found = lag(STOP, [], acts)
    assert (found.contract_act, found.other_side_notified) == (day("2020-07-01"), day("2020-06-18"))
    assert found.distances()["contract_act"] == {"on": day("2020-07-01"), "days": 16}
    assert found.distances()["first_doubt"] == {"on": None, "days": None}
