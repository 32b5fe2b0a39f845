"""The command that brings flags in step with the facts."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from procurement.flags.models import Flag
from procurement.sources.models import Recheck
from tests.makers import decide, make_contract, make_program

pytestmark = pytest.mark.django_db(transaction=True)

NOTHING = "0 opened, 0 refreshed, 0 escalated, 0 resolved, 0 reopened"
OPENED = NOTHING.replace("0 opened", "1 opened")


def run(*options: str) -> list[str]:
    out = StringIO()
    call_command("sweep", *options, stdout=out)
    return out.getvalue().splitlines()


def stopped(code: str):
    """A program cancelled long ago, with a contract that lives on."""
    program = make_program(code)
    make_contract(program, committed="100")
    decide(program, "cancelled", "2020-06-15")
    return program


@pytest.fixture
def forgotten():
    """Two programs whose facts nobody will look at for their notes' sake."""
    programs = [stopped("radar"), stopped("ships")]
    Recheck.objects.all().delete()
    return programs


def rules() -> list[tuple[str, str]]:
    return [*Flag.objects.filter(rule="cancelled-program-active-contract").values_list("program__code", "state")]


def test_everything_is_swept(forgotten):
    what_had_changed, everything = run()
    assert what_had_changed == f"what had changed: {NOTHING}"
    assert everything.startswith("everything: ")
    assert sorted(rules()) == [("radar", "open"), ("ships", "open")]
    assert run()[1] == f"everything: {NOTHING}"


def test_some_programs_are_swept(forgotten):
    assert run("--program", "ships")[1].startswith("ships: ")
    assert rules() == [("ships", "open")]


def test_only_what_changed_is_looked_at(forgotten):
    late = stopped("late")
    (what_had_changed,) = run("--changed")
    assert not what_had_changed.endswith(NOTHING)
    assert rules() == [("late", "open")]
    decide(late, "active", "2021-01-01")
    assert "0 resolved" not in run("--changed")[0]
    assert rules() == [("late", "resolved")]
    assert run("--changed") == [f"what had changed: {NOTHING}"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--program", "shops"), "no program has the code “shops”; accepted: radar, ships"),
        (("--program", "ships", "--changed"), "not allowed with argument"),
    ],
)
def test_bad_input_is_refused(forgotten, options, said):
    with pytest.raises(CommandError, match=said):
        run(*options)
