"""Charts that are drawn in a process of their own."""

import os
import signal

import pytest
from django.utils import translation

from procurement.charts.drawing import PNG, draw
from procurement.charts.timeline import apart
from procurement.charts.timeline.apart import Apart
from procurement.charts.timeline.figure import figure_of
from procurement.charts.timeline.reading import History, history
from procurement.common.dates import Asked
from tests.makers import day, decide, make_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def drawer(monkeypatch):
    monkeypatch.setattr(apart, "LONGEST", 300)  # it is gentle, and other tests are not
    made = Apart()
    yield made
    made.close()


@pytest.fixture
def found() -> History:
    program = make_program(code="radar")
    decide(program, "suspended", "2020-06-15")
    return history(program, Asked(day("2021-01-01")))


def test_it_draws_what_a_page_shows(drawer, found):
    with translation.override("en"):
        assert drawer.drawn(found) == draw(figure_of(found), PNG)


def test_one_that_was_killed_is_started_again(drawer, found):
    first = drawer.drawn(found)
    os.kill(drawer.process.pid, signal.SIGKILL)
    drawer.process.wait()
    assert drawer.drawn(found) == first


def test_one_that_does_not_answer_is_ended(drawer, found, monkeypatch):
    drawer.drawn(found)
    os.kill(drawer.process.pid, signal.SIGSTOP)
    monkeypatch.setattr(apart, "LONGEST", 0.2)
    with pytest.raises(OSError, match="ended"):
        drawer.drawn(found)
    assert drawer.process is None


def test_what_cannot_be_drawn_is_nothing(found):
    assert apart.drawn(b"no history") == b""


def test_it_ends_with_who_asks(drawer, found):
    drawer.drawn(found)
    drawer.process.stdin.close()
    assert drawer.process.wait(timeout=20) == 0
