"""commitment-after-stop: facts in, flags out; and the near misses."""

import pytest

from tests.flags.backtests import found
from tests.makers import allocate, decide, make_contract, make_program, post, report, state_complete

CODE = "commitment-after-stop"


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


@pytest.fixture
def stopped():
    """A contract of a program that was suspended on 2020-06-15 and resumed on 2020-09-01."""
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    decide(radar, "active", "2020-09-01")
    return make_contract(radar)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "near_miss",
    [
        {"on": "2020-06-15"},
        {"on": "2020-07-01", "amount": "-10"},
        {"on": "2021-03-31", "effective_precision": "fiscal_year"},
        {"on": "2020-07-01", "measure": "payment"},
        {"on": "2020-09-01"},
    ],
)
def test_stays_closed_on_what_was_not_surely_committed_during_the_stop(stopped, near_miss):
    post(stopped, **{"amount": "10"} | near_miss)
    assert found(CODE, "2021-04-01") == []


@pytest.mark.django_db
def test_stays_found_after_the_program_resumed(stopped):
    post(stopped, "10", on="2020-08-31")
    assert len(found(CODE, "2021-04-01")) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("on", "count"), [("2020-07-31", 1), ("2020-08-01", 0)])
def test_counts_only_while_the_contract_belongs_to_the_program(stopped, on, count):
    allocate(stopped, stopped.programallocation_set.get().program, "0", "2020-08-01")
    post(stopped, "10", on=on)
    assert len(found(CODE, "2021-04-01")) == count


@pytest.mark.django_db
def test_leaves_balancing_lines_alone():
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    post(make_contract(radar, is_remainder=True), "10", on="2020-07-01")
    assert found(CODE, "2021-04-01") == []


#: What else is known of a commitment made by the end of 2021 at the latest, and whether it is surely younger.
EXCLUDED = [
    (lambda _kept: None, False),
    (lambda kept: state_complete(kept, "2020-06-14", "commitment"), False),
    (lambda kept: state_complete(kept, "2020-06-15", "commitment"), True),
    (lambda kept: state_complete(kept, "2020-12-31", "payment"), False),
    (lambda kept: report(kept, "contracted", "100", on="2020-12-31"), True),
    (lambda kept: report(kept, "contracted", "105", on="2020-12-31"), False),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("exclude", "opens"), EXCLUDED)
def test_opens_on_one_of_which_only_the_latest_day_is_known_where_it_cannot_be_older(exclude, opens):
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    kept = make_contract(radar, committed="100")
    post(kept, "5", on="2021-12-31", effective_precision="by")
    exclude(kept)
    assert len(found(CODE, "2022-12-31")) == opens
