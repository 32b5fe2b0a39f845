"""What moved since a program stopped, worked by hand."""

import pytest

from tests.exposure.asking import ask, by, some
from tests.makers import allocate, decide, make_contract, make_program, post, rehome

pytestmark = pytest.mark.django_db

SINCE = ("committed_since", "paid_since", "paid_since_rehomed")


@pytest.fixture
def program():
    return make_program("stopped")


def since(program, as_of="2021-03-31"):
    return some(by("program", ask(as_of, "program"))[program.pk], *SINCE)


def test_nothing_is_said_while_the_program_is_not_stopped(program):
    make_contract(program, committed="1000.00", paid="100.00")
    decide(program, "under_review", "2020-06-15")
    assert since(program) == [None, None, None]


def test_only_movements_after_the_day_of_the_stop_count(program):
    contract = make_contract(program, committed="1000.00", paid="100.00")
    decide(program, "suspended", "2020-06-15")
    post(contract, "1.00", "payment", on="2020-06-15")
    post(contract, "2.00", "payment", on="2020-06-16")
    post(contract, "50.00", on="2020-07-01")
    post(contract, "0.50", "refund", on="2020-07-02")
    # 50 were committed, and 2 - 0.50 paid
    assert since(program) == ["50.00", "1.50", "0.00"]


def test_payments_that_are_not_known_are_not_zero(program):
    make_contract(program, committed="1000.00")
    decide(program, "suspended", "2020-06-15")
    assert since(program) == ["0.00", None, None]


def test_a_rehomed_contract_still_counts_for_the_program_that_was_stopped(program):
    contract = make_contract(program, committed="1000.00", paid="100.00")
    successor = make_program("successor")
    decide(program, "suspended", "2020-06-15")
    post(contract, "50.00", "payment", on="2020-09-01")
    rehome(contract, [(program, "0"), (successor, "1")], "2020-12-18")
    post(contract, "10.00", on="2021-02-01")
    post(contract, "25.00", "payment", on="2021-03-01")
    rows = by("program", ask("2021-03-31", "program"))
    # C = 1000 + 10, P = 100 + 50 + 25; since the stop: 10 committed, 50 + 25 paid, all of it on what is gone
    assert some(rows[program.pk], "committed", "paid", *SINCE) == [None, None, "10.00", "75.00", "75.00"]
    assert some(rows[successor.pk], "committed", "paid", "outstanding") == ["1010.00", "175.00", "835.00"]
    assert some(rows[successor.pk], *SINCE) == [None, None, None]
    assert (rows[program.pk].contracts, rows[successor.pk].contracts) == (0, 1)


def test_a_contract_rehomed_in_part_counts_at_its_share_when_the_stop_began(program):
    contract = make_contract(program, committed="1000.00", paid="100.00", share="0.8")
    decide(program, "suspended", "2020-06-15")
    rehome(contract, [(program, "0.2"), (make_program("successor"), "0.6")], "2020-12-18")
    post(contract, "50.00", "payment", on="2021-03-01")
    # 50 x 0.8 = 40, of which 50 x (0.8 - 0.2) = 30 on the share that is gone
    assert since(program) == ["0.00", "40.00", "30.00"]


def test_a_contract_that_left_before_the_stop_does_not_count(program):
    contract = make_contract(program, committed="1000.00", paid="100.00")
    allocate(contract, program, "0", "2020-06-15")
    decide(program, "suspended", "2020-06-15")
    post(contract, "50.00", "payment", on="2020-09-01")
    # it had one, and all have left: nothing moved
    assert since(program) == ["0.00", "0.00", "0.00"]


def test_commitments_that_are_not_known_are_not_zero(program):
    contract = make_contract(program)
    post(contract, "5.00", "payment", on="2020-02-01")
    decide(program, "suspended", "2020-06-15")
    assert since(program) == [None, "0.00", "0.00"]


def test_what_was_paid_by_a_day_after_the_stop_is_named_as_uncertain(program):
    contract = make_contract(program, committed="1000.00", paid="100.00", share="0.5")
    decide(program, "suspended", "2020-06-15")
    post(contract, "40.00", "payment", on="2020-12-31", effective_precision="by")
    post(contract, "8.00", "payment", on="2021-01-31")
    row = by("program", ask("2021-03-31", "program"))[program.pk]
    # 40 x 0.5 of it may have been paid before the stop
    assert some(row, "paid_since", "paid_since_uncertain") == ["24.00", "20.00"]


def test_a_contract_that_joined_during_the_stop_counts_at_its_first_share(program):
    contract = make_contract(committed="1000.00", paid="100.00")
    decide(program, "suspended", "2020-06-15")
    post(contract, "50.00", "payment", on="2020-09-01")
    allocate(contract, program, "0.5", "2020-10-01")
    allocate(contract, program, "1", "2020-11-01")
    # every movement since the stop, at the first share: 50 x 0.5
    assert since(program) == ["0.00", "25.00", "0.00"]


def test_the_last_row_of_a_day_is_the_first_share(program):
    contract = make_contract(committed="1000.00", paid="100.00")
    decide(program, "suspended", "2020-06-15")
    post(contract, "50.00", "payment", on="2020-09-01")
    allocate(contract, program, "0.5", "2020-10-01")
    allocate(contract, program, "0.1", "2020-10-01")
    assert since(program) == ["0.00", "5.00", "0.00"]


def test_a_program_that_was_resumed_counts_from_its_last_stop(program):
    contract = make_contract(program, committed="1000.00", paid="100.00")
    for on, status in [("2020-01-15", "suspended"), ("2020-03-15", "active"), ("2020-06-15", "cancelled")]:
        decide(program, status, on)
    for on, amount in [("2020-02-01", "1.00"), ("2020-04-01", "2.00"), ("2020-07-01", "4.00")]:
        post(contract, amount, "payment", on=on)
    assert since(program, "2020-02-28") == ["0.00", "1.00", "0.00"]
    assert since(program, "2020-05-01") == [None, None, None]
    assert since(program, "2020-07-01") == ["0.00", "4.00", "0.00"]


def test_a_suspension_that_ends_in_a_cancellation_is_one_stop(program):
    contract = make_contract(program, committed="1000.00", paid="100.00")
    decide(program, "suspended", "2020-06-15")
    post(contract, "3.00", "payment", on="2020-07-01")
    decide(program, "cancelled", "2020-12-18")
    assert since(program) == ["0.00", "3.00", "0.00"]


def test_a_movement_counts_for_each_program_whose_stop_it_followed(program):
    contract = make_contract(program, committed="1000.00", paid="100.00")
    successor = make_program("successor")
    decide(program, "cancelled", "2020-06-15")
    rehome(contract, [(program, "0"), (successor, "1")], "2020-07-01")
    decide(successor, "suspended", "2020-08-01")
    post(contract, "5.00", "payment", on="2020-09-01")
    answered = ask("2021-03-31", "program")
    rows = by("program", answered)
    assert some(rows[program.pk], *SINCE) == ["0.00", "5.00", "5.00"]
    assert some(rows[successor.pk], *SINCE) == ["0.00", "5.00", "0.00"]
    # the total is the sum of its rows; without the part on re-homed shares it is what was really paid
    assert some(answered.totals[0], *SINCE) == ["0.00", "10.00", "5.00"]


def test_a_stopped_program_keeps_its_row_without_any_contract(program):
    decide(program, "suspended", "2020-06-15")
    (row,) = ask("2021-03-31", "program").rows
    assert (row.keys["program"], row.currency, row.contracts) == (program.pk, None, 0)
    # none was ever on record
    assert some(row, "committed", "paid", "outstanding", *SINCE) == [None] * 6
    assert ask("2021-03-31", "program").totals == []


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        ({"program_status": ["suspended"]}, True),
        ({"program_status": ["cancelled"]}, False),
        ({"domain": ["naval"]}, True),
        ({"domain": ["air"]}, False),
        ({"country": ["JP"]}, False),
        ({"supplier": [1]}, False),
    ],
)
def test_a_kept_row_passes_filters_of_programs_only(filters, kept):
    decide(make_program(domain="naval"), "suspended", "2020-06-15")
    assert bool(ask("2021-03-31", "program", **filters).rows) is kept
