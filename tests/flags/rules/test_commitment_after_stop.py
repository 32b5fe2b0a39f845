"""commitment-after-stop: facts in, flags out; and the near misses."""

import pytest

from procurement.flags.rules.commitment_after_stop import CODE, RULE
from tests.flags.backtests import found
from tests.flags.made_facts import contract, entry, program, said, span
from tests.makers import decide, make_contract, make_program, post

STOP = said(1, "suspended", "2020-06-15")
RESUMED = said(2, "active", "2020-09-01")


@pytest.mark.django_db
def test_opens_on_a_commitment_after_the_stop():
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    kept = make_contract(radar, committed="100")
    added = post(kept, "5", on="2020-07-01", reason="modification")
    (flag,) = found(CODE, "2020-07-01")
    assert (flag.contract_id, flag.severity, flag.condition_since.isoformat()) == (kept.pk, "high", "2020-07-01")
    assert [(row["id"], row["amount"], row["when"]) for row in flag.evidence["entries"]] == [
        (added.pk, "5.00", "after")
    ]


@pytest.mark.django_db
def test_opens_on_a_contract_signed_after_the_stop():
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    late = make_contract(radar, committed="100", signed_on="2020-07-01")
    assert [flag.contract_id for flag in found(CODE, "2020-07-01")] == [late.pk]


@pytest.mark.parametrize(
    "near_miss",
    [
        entry(1, "2020-06-15", "commitment"),
        entry(1, "2020-07-01", "commitment", amount="-10"),
        entry(1, "2021-03-31", "commitment", precision="fiscal_year"),
        entry(1, "2020-07-01", "payment"),
        entry(1, "2020-09-01", "commitment"),
    ],
)
def test_stays_closed_on_what_was_not_surely_committed_during_the_stop(near_miss):
    facts = program("2021-04-01", STOP, RESUMED, contracts=(contract(None, near_miss),))
    assert RULE.findings(facts) == []


def test_stays_found_after_the_program_resumed():
    facts = program("2021-04-01", STOP, RESUMED, contracts=(contract(None, entry(1, "2020-08-31", "commitment")),))
    assert len(RULE.findings(facts)) == 1


@pytest.mark.parametrize(("on", "count"), [("2020-07-31", 1), ("2020-08-01", 0)])
def test_counts_only_while_the_contract_belongs_to_the_program(on, count):
    left = contract(None, entry(1, on, "commitment"), belonged=(span("2019-01-01", "2020-07-31"),))
    assert len(RULE.findings(program("2021-04-01", STOP, contracts=(left,)))) == count


def test_leaves_balancing_lines_alone():
    rest = contract(None, entry(1, "2020-07-01", "commitment"), is_remainder=True)
    assert RULE.findings(program("2021-04-01", STOP, contracts=(rest,))) == []
