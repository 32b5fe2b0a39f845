"""A reader follows a question to its rows, and a fact to its alert, without running to and fro."""

import pytest
from django.utils import timezone

from procurement.alerts.draining import drain
from procurement.delivery.sending import send_due
from procurement.exposure.kept.refreshing import refresh
from tests.alerts.subscribers import subscribe
from tests.house.walks import walking
from tests.makers import decide, make_contract, make_program, post

pytestmark = pytest.mark.django_db


def test_a_question_to_its_answer_turns_back_at_most_thirty_two_times(client):
    """Three times for its permalink, nineteen to let the caller in: within limits, in turn, not for what is known."""
    stopped = make_program("stopped")
    decide(stopped, "suspended", "2020-06-15")
    post(make_contract(stopped, committed="100"), "40", on="2020-01-01")
    make_contract(make_program("going-on"), committed="7")
    refresh()
    client.get("/api/v1/exposure/", {"group_by": "program"})
    with walking() as walk:
        answer = client.get("/api/v1/exposure/", {"group_by": "program"}).json()
    assert len(answer["rows"]) == 2
    assert walk.returns <= 32, "\n".join(walk.steps)


def decided():
    """A decision that stops a program, in the queue."""
    program = make_program()
    make_contract(program, committed="100")
    drain(now=timezone.now())
    decide(program, "suspended", timezone.localdate().isoformat())


@pytest.mark.django_db(transaction=True)
def test_a_fact_to_its_alert_turns_back_at_most_39_times():
    """Eight of them to hand a message over: it is taken, may it go, what it says, carried by a thread, and recorded.

    Six to decide what is told when: what is muted, what rests, what is grouped, what it says, and what was in between.
    """
    subscribe()
    decided()
    drain(now=timezone.now())  # imports, and statements that are put together once
    send_due()
    decided()
    with walking() as walk:
        assert drain(now=timezone.now()).deliveries == 1
        assert send_due() == 1
    assert walk.returns <= 39, "\n".join(walk.steps)
