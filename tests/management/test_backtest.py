"""The command that prints what a past would have seen."""

import csv
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from procurement.flags.models import Flag
from tests.makers import decide, make_contract, make_program, make_source

pytestmark = pytest.mark.django_db

ACTIVE = "suspended-program-active-contract"
SPAN = ("--from", "2020-06-01", "--to", "2020-12-31")


def run(*options: str) -> tuple[list[str], list[str]]:
    """What the command prints, to either side."""
    out, err = StringIO(), StringIO()
    call_command("backtest", *options, stdout=out, stderr=err)
    return out.getvalue().splitlines(), err.getvalue().splitlines()


@pytest.fixture(autouse=True)
def radar():
    """A contract of 100 under a program suspended on 2020-06-15 and cancelled on 2020-12-18."""
    radar = make_program("radar")
    make_contract(radar, committed="100", reference="R-1", title="Radar")
    decide(radar, "suspended", "2020-06-15")
    decide(radar, "cancelled", "2020-12-18")
    return radar


def test_turns_are_printed_in_order_with_their_days_and_counted():
    out, _ = run("--rule", ACTIVE, *SPAN)
    assert [line.partition("  radar R-1  ")[0] for line in out[:3]] == [
        f"2020-06-15  opened     low     {ACTIVE}",
        f"2020-09-13  escalated  medium  {ACTIVE}",
        f"2020-12-18  resolved   medium  {ACTIVE}",
    ]
    assert out[0].endswith("contract R-1 (Radar) is active with 100 JPY unaccounted for (outstanding amount unknown)")
    assert out[3:] == ["0 standing, 1 opened, 0 reopened, 1 escalated, 1 resolved, 0 refreshed"]
    assert not Flag.objects.exists()


def test_facts_that_nobody_dated_are_left_out_or_taken_in_at_their_effective_date():
    jet = make_program("jet")
    make_contract(jet, committed="100", reference="J-1")
    decide(jet, "suspended", "2020-07-01", source=make_source(None))
    asked = ("--rule", ACTIVE, "--program", "jet", *SPAN)
    assert run(*asked)[0][0].startswith("0 standing, 0 opened")
    assert run(*asked, "--undated", "include")[0][0].startswith("2020-07-01  opened")
    with pytest.raises(CommandError, match="goes without --hindsight"):
        run(*asked, "--undated", "include", "--hindsight")


def test_what_stood_on_the_eve_is_told_apart_from_what_opened():
    out, _ = run("--rule", ACTIVE, "--from", "2020-07-01", "--to", "2020-07-31")
    assert out[0].startswith("2020-06-30  standing   low")
    assert out[1:] == ["1 standing, 0 opened, 0 reopened, 0 escalated, 0 resolved, 0 refreshed"]


def test_without_a_rule_all_are_looked_at_and_several_may_be_named():
    everything, _ = run(*SPAN, "--program", "radar")
    some, _ = run("--rule", ACTIVE, "--rule", "cancelled-program-active-contract", *SPAN, "--every-day")
    assert [line for line in everything[:-1] if "-program-active-contract" in line] == some[:-1]
    assert some[-1].startswith("0 standing, 2 opened, ")


def test_lines_for_machines_come_without_the_counts():
    out, err = run("--rule", ACTIVE, *SPAN, "--format", "jsonl")
    row = json.loads(out[0])
    assert (row["day"], row["turn"], row["program"], row["contract"]) == ("2020-06-15", "opened", "radar", "R-1")
    assert (row["evidence"]["committed"], len(out)) == ("100.00", 3)
    assert err == ["0 standing, 1 opened, 0 reopened, 1 escalated, 1 resolved, 0 refreshed"]


def test_comma_separated_values_have_a_heading_and_the_evidence_as_json():
    out, _ = run("--rule", ACTIVE, *SPAN, "--format", "csv")
    rows = list(csv.DictReader(out))
    assert [row["turn"] for row in rows] == ["opened", "escalated", "resolved"]
    assert json.loads(rows[1]["evidence"])["days_stopped"] == 90


REFUSED = [
    (
        ("--rule", "nonsense", *SPAN),
        "rule: unknown: nonsense; accepted: active-past|rule: unknown: nonsense; accepted: c",
    ),
    (("--program", "rader", *SPAN), "no program has the code “rader”; accepted: radar"),
    (
        ("--from", "2020-07-01", "--to", "2020-06-01"),
        "2020-07-01 is after --to 2020-06-01; a day up to 2020-06-01 would",
    ),
    (("--from", "15.6.2020", "--to", "2020-07-01"), "“15.6.2020” is not a day .*; 2020-06-15 would be accepted"),
    (("--from", "2020-06-31", "--to", "2020-07-01"), "“2020-06-31” is not a day"),
    (("--from", "0020-06-15", "--to", "2020-07-01"), "is not a day of the years 1800 to 2999"),
    (("--to", "2020-07-01"), "the following arguments are required: --from"),
    ((*SPAN, "--format", "xml"), "invalid choice: 'xml'"),
]


@pytest.mark.parametrize(("options", "said"), REFUSED)
def test_bad_input_is_refused_and_what_would_be_accepted_is_said(options, said):
    with pytest.raises(CommandError, match=said):
        run(*options)
