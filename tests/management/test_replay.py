"""The command that builds the past of flags."""

import datetime as dt
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from procurement.alerts.models import Alert
from procurement.flags.models import Flag, FlagEvent
from procurement.sources.models import Recheck
from procurement.sources.recording import historical
from tests.alerts.subscribers import subscribe
from tests.makers import decide, estimate, make_contract, make_program

pytestmark = pytest.mark.django_db

ACTIVE = "suspended-program-active-contract"


def run(*options: str) -> list[str]:
    out = StringIO()
    call_command("replay", *options, stdout=out)
    return out.getvalue().splitlines()


def stopped(code: str):
    """A program suspended on 2020-06-15 and active again on 2020-10-01, with a contract of 100."""
    with historical():
        program = make_program(code)
        estimate(make_contract(program, committed="100"), "1")  # so that its want is no flag of its own
        decide(program, "suspended", "2020-06-15")
        decide(program, "active", "2020-10-01")
    return program


def test_it_says_what_it_stored_program_by_program():
    stopped("radar")
    stopped("ships")
    said = (
        "flags 1 created, 0 given a past, 0 skipped that had one; "
        "past events 3 (1 escalated, 1 opened, 1 resolved); today nothing"
    )
    out = run("--program", "radar", "--program", "ships")
    assert out[:2] == [f"radar: {said}", f"ships: {said}"]
    assert out[2].startswith("in all: flags 2 created, ")


def test_repeated_it_says_what_it_left_alone():
    stopped("radar")
    run("--program", "radar")
    said = "flags 0 created, 0 given a past, 1 skipped that had one; past events 0; today nothing"
    assert run("--program", "radar") == [f"radar: {said}", f"in all: {said}"]
    assert FlagEvent.objects.count() == 3


def test_it_begins_where_it_is_told_to():
    stopped("radar")
    run("--from", "2020-09-20")
    opened = FlagEvent.objects.get(kind="opened")
    assert (opened.as_of, opened.severity) == (dt.date(2020, 9, 20), "medium")


@pytest.mark.django_db(transaction=True)
def test_news_that_nobody_looked_at_is_told_of_first():
    subscribe()
    radar = stopped("radar")
    decide(radar, "suspended", timezone.localdate().isoformat())
    run()
    assert list(Alert.objects.filter(event="flag.opened").values_list("payload__rule", flat=True)) == [ACTIVE]
    assert FlagEvent.objects.filter(flag=Flag.objects.get(rule=ACTIVE), replayed=True).count() == 3
    assert not Recheck.objects.filter(historical=False).exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--program", "nonsense"), "no program has the code “nonsense”; accepted: radar"),
        (("--from", "2999-01-01"), "2999-01-01 is not past; a day before .* would be accepted"),
        (("--from", "yesterday"), "“yesterday” is not a day"),
    ],
)
def test_bad_input_is_refused_and_what_would_be_accepted_is_said(options, said):
    stopped("radar")
    with pytest.raises(CommandError, match=said):
        run(*options)
