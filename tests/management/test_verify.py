"""The command that verifies."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from procurement.exposure.kept.models import Line
from procurement.exposure.kept.refreshing import refresh
from procurement.sources.archiving import archive_copy, shelf
from tests.makers import make_contract, make_program, make_rate, make_source

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("no_change_counted")]


def run(*options):
    """What the command prints, and how it ends."""
    out = StringIO()
    try:
        call_command("verify", *options, stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


@pytest.fixture
def refreshed():
    make_contract(make_program(), committed="100", paid="30")
    refresh()


def test_what_holds_is_told_and_ends_well(refreshed):
    out, end = run("--seed", "3", "--questions", "5", "--whole")
    assert end == ""
    assert "holds " in out
    assert "failed" not in out
    assert out.splitlines()[-1].startswith("seed 3, ")


def test_what_differs_is_told_with_both_figures_and_fails(refreshed):
    Line.objects.update(committed=F("committed") + 1)
    out, end = run("--seed", "3")
    assert "failed" in out
    assert end.endswith("checks failed; repeat with --seed 3")


def test_the_report_comes_as_json(refreshed):
    out, end = run("--json", "--seed", "3")
    report = json.loads(out)
    assert (end, report["seed"], report["good"]) == ("", 3, True)
    without_any = {check["name"] for check in report["checks"] if not check["cases"]}
    assert without_any == {"a reversal restores every figure", "the mirror says what the ledger says"}


@pytest.mark.parametrize("option", ["--seed=-1", "--seed=x", "--questions=1.5", "--contracts=٣"])
def test_numbers_that_are_none_are_refused(option):
    with pytest.raises(CommandError, match="is not a whole number"):
        call_command("verify", option)


def test_copies_that_are_gone_fail_and_the_age_of_rates_is_told(refreshed, settings, tmp_path):
    settings.DOCUMENT_FOLDER = tmp_path / "documents"
    copy, _ = archive_copy(make_source().pk, [b"%PDF-1.7"], file_name="a.pdf", by=None)
    make_rate("EUR", "USD", "1.1", "2020-06-25")
    out, end = run("--seed", "3", "--copies")
    assert end == ""
    assert "the newest reference rates are of 2020-06-25, " in out
    shelf().path_of(copy.sha256).unlink()
    out, end = run("--seed", "3", "--copies")
    assert end == "1 archived copies are missing or damaged"
    assert f"the copy {copy.sha256} is not in" in out
