"""The command that makes the kept totals anew."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from procurement.exposure.kept.models import Total
from procurement.management.commands.rebuild_totals import Progress
from tests.makers import make_contract, make_program


@pytest.mark.django_db(transaction=True)
def test_it_makes_them_and_says_how_far_it_is():
    make_contract(make_program(), committed="100")
    out, err = StringIO(), StringIO()
    call_command("rebuild_totals", "--jobs", "1", stdout=out, stderr=err)
    assert out.getvalue() == "totals of 1 contracts were rebuilt\n"
    assert "lines    100% 1/1, " in err.getvalue()
    assert "totals   100% 10/10" in err.getvalue()
    assert Total.objects.exists()


@pytest.mark.parametrize("jobs", ["0", "65", "many", "-1"])
def test_a_number_of_jobs_that_makes_no_sense_is_refused(jobs):
    with pytest.raises(CommandError, match="is not a number from 1 to 64"):
        call_command("rebuild_totals", "--jobs", jobs)


def test_a_terminal_gets_one_line_that_is_written_over():
    out = StringIO()
    progress = Progress(out, terminal=True)
    for done in range(3):
        progress("lines", done, 2)
    assert out.getvalue().count("\n") == 1
    assert "50% |###############               | 1/2" in out.getvalue()


def test_elsewhere_lines_are_few():
    out = StringIO()
    progress = Progress(out, terminal=False)
    for done in range(1001):
        progress("lines", done, 1000)
    assert len(out.getvalue().splitlines()) == 2
