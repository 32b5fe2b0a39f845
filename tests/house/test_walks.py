"""A question about exposure is read from its request to its rows without running to and fro."""

import pytest

from procurement.exposure.kept.refreshing import refresh
from tests.house.walks import walking
from tests.makers import decide, make_contract, make_program, post

pytestmark = pytest.mark.django_db


def test_a_question_to_its_answer_turns_back_at_most_ten_times(client):
    stopped = make_program("stopped")
    decide(stopped, "suspended", "2020-06-15")
    post(make_contract(stopped, committed="100"), "40", on="2020-01-01")
    make_contract(make_program("going-on"), committed="7")
    refresh()
    client.get("/api/v1/exposure/", {"group_by": "program"})
    with walking() as walk:
        answer = client.get("/api/v1/exposure/", {"group_by": "program"}).json()
    assert len(answer["rows"]) == 2
    assert walk.returns <= 10, "\n".join(walk.steps)
