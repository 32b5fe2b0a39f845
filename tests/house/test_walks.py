"""A question about exposure is read from its request to its rows without running to and fro."""

import pytest

from procurement.exposure.kept.refreshing import refresh
from tests.house.walks import walking

pytestmark = pytest.mark.django_db


def test_a_question_to_its_answer_turns_back_seldom(client):
    refresh()
    client.get("/api/v1/exposure/", {"group_by": "program"})
    with walking() as walk:
        client.get("/api/v1/exposure/", {"group_by": "program"})
    assert walk.returns <= 15, "\n".join(walk.steps)
