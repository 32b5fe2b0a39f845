"""The figures of section 5, each worked by hand."""

import pytest

from procurement.ledger.recording import ledger_entries
from procurement.sources.recording import Amending
from tests.exposure.asking import ask, by, some, total
from tests.makers import allocate, make_contract, make_program, make_source, post, put, state_complete

pytestmark = pytest.mark.django_db

BALANCE = ("committed", "paid", "outstanding", "unaccounted")


def balance(as_of="2021-01-01", **more):
    figures = total(as_of, **more)
    return [figures[name] for name in BALANCE]


def test_what_is_not_paid_is_outstanding():
    contract = make_contract(committed="1000.00", paid="100.00")
    post(contract, "250.00", reason="modification", on="2020-02-01")
    post(contract, "-50.00", on="2020-03-01")
    post(contract, "40.00", "refund", on="2020-04-01")
    # C = 1000 + 250 - 50 = 1200; P = 100 - 40 = 60; C - P = 1140
    assert balance() == ["1200.00", "60.00", "1140.00", "0.00"]


def test_unknown_payments_are_not_zero():
    make_contract(committed="1000.00")
    assert balance() == ["1000.00", None, None, "1000.00"]


def test_a_statement_that_the_ledger_is_complete_makes_no_payment_zero():
    contract = make_contract(committed="1000.00")
    state_complete(contract, "2020-12-31")
    assert balance() == ["1000.00", "0.00", "1000.00", "0.00"]


def test_such_a_statement_holds_for_days_before_it_was_made():
    contract = make_contract(committed="1000.00")
    state_complete(contract, "2022-12-31")
    assert balance("2021-01-01") == ["1000.00", "0.00", "1000.00", "0.00"]
    assert balance("2021-01-01", published_by="2022-12-30") == ["1000.00", None, None, "1000.00"]


def test_completeness_of_another_measure_says_nothing_of_payments():
    state_complete(make_contract(committed="1000.00"), "2020-12-31", "commitment")
    assert balance() == ["1000.00", None, None, "1000.00"]


def test_a_group_sums_what_is_known():
    make_contract(committed="1000.00", paid="100.00")
    make_contract(committed="500.00")
    # P and C - P of the first alone; C of the second is unaccounted: 1500 = 100 + 900 + 500
    assert balance() == ["1500.00", "100.00", "900.00", "500.00"]


def test_an_ended_contract_left_open_owes_nothing_certain():
    contract = make_contract(committed="1000.00", paid="100.00")
    put(contract, "terminated", "2020-07-01")
    # nobody said what became of 1000 - 100
    assert balance() == ["1000.00", "100.00", None, "900.00"]
    assert balance("2020-06-30") == ["1000.00", "100.00", "900.00", "0.00"]


@pytest.mark.parametrize("reason", ["de_obligation", "termination", "settlement", "close_out"])
def test_what_a_closing_entry_leaves_of_an_ended_contract_is_still_owed(reason):
    contract = make_contract(committed="1000.00", paid="100.00")
    put(contract, "terminated", "2020-07-01")
    post(contract, "-870.00", reason=reason, on="2020-08-01")
    # C = 1000 - 870 = 130; C - P = 130 - 100 = 30
    assert balance() == ["130.00", "100.00", "30.00", "0.00"]


def test_an_entry_for_another_reason_closes_nothing():
    contract = make_contract(committed="1000.00", paid="100.00")
    put(contract, "completed", "2020-07-01")
    post(contract, "-870.00", reason="modification", on="2020-08-01")
    assert balance() == ["130.00", "100.00", None, "30.00"]


def test_a_ceiling_is_null_until_somebody_gives_one():
    contract = make_contract(committed="1000.00")
    assert total("2021-01-01")["ceiling"] is None
    post(contract, "5000.00", "ceiling", on="2020-12-01")
    post(contract, "-500.00", "ceiling", on="2020-12-02")
    assert total("2021-01-01")["ceiling"] == "4500.00"


def test_nothing_is_said_of_what_is_committed_until_somebody_says_it():
    contract = make_contract()
    assert balance() == [None, None, None, None]
    (row,) = ask("2021-01-01").rows
    assert (row.contracts, row.contracts_without_commitment) == (1, 1)
    state_complete(contract, "2020-12-31", "commitment")
    assert balance() == ["0.00", None, None, "0.00"]


def test_what_is_paid_under_an_unknown_commitment_is_named_apart():
    post(make_contract(), "30.00", "payment", on="2020-03-01")
    assert balance() == [None, "30.00", None, None]
    make_contract(committed="1000.00", paid="100.00")
    # the one is paid and not known to be committed: 1000 + 30 = 130 + 900
    assert balance() == ["1000.00", "130.00", "900.00", "0.00"]
    assert total("2021-01-01")["paid_uncommitted"] == "30.00"


def test_a_reversed_commitment_is_no_commitment():
    contract = make_contract()
    entry = post(contract, "70.00", on="2020-03-01")
    ledger_entries.reverse(entry, Amending(source=make_source("2020-03-01")))
    assert balance() == [None, None, None, None]


def test_exit_paid_is_compensation_and_payments_that_settle():
    contract = make_contract(committed="1000.00", paid="100.00")
    assert total("2021-01-01")["exit_paid"] is None
    post(contract, "50.00", "compensation", on="2020-07-01", reason="settlement")
    post(contract, "-20.00", "compensation", on="2020-07-02", reason="settlement")
    post(contract, "7.00", "payment", on="2020-07-03", reason="settlement")
    post(contract, "5.00", "payment", on="2020-07-04", reason="termination")
    # 50 paid by the buyer, 20 received by it, and 7 + 5 of the payments: 42; P = 100 + 7 + 5
    assert [total("2021-01-01")[name] for name in ("exit_paid", "paid")] == ["42.00", "112.00"]


def test_that_leaving_cost_nothing_must_be_stated():
    contract = make_contract(committed="1000.00", paid="100.00")
    assert total("2021-01-01")["exit_paid"] is None
    state_complete(contract, "2020-12-31")
    assert total("2021-01-01")["exit_paid"] is None
    state_complete(contract, "2020-12-31", "compensation")
    assert total("2021-01-01")["exit_paid"] == "0.00"


def test_a_share_takes_its_part_and_the_rest_is_a_row_without_program():
    program = make_program()
    make_contract(program, committed="1000.00", paid="100.00", share="0.25")
    rows = by("program", ask("2021-01-01", "program"))
    assert some(rows[program.pk], *BALANCE) == ["250.00", "25.00", "225.00", "0.00"]
    assert some(rows[None], *BALANCE) == ["750.00", "75.00", "675.00", "0.00"]


def test_a_share_that_ended_is_part_of_the_rest():
    program = make_program()
    contract = make_contract(program, committed="1000.00", paid="100.00")
    allocate(contract, program, "0", "2020-07-01")
    assert set(by("program", ask("2020-06-30", "program"))) == {program.pk}
    assert set(by("program", ask("2020-07-01", "program"))) == {None}


def test_output_is_rounded_once_half_to_even():
    program = make_program()
    make_contract(program, committed="0.05", paid="0.01", share="0.5")
    (row,) = ask("2021-01-01", "program", program=[program.pk]).rows
    # 0.025 and 0.005 lie half way: to the even 0.02 and 0.00; 0.025 - 0.005 = 0.02 is exact
    assert some(row, *BALANCE) == ["0.02", "0.00", "0.02", "0.00"]


def test_a_currency_with_three_decimals_shows_three():
    contract = make_contract(currency="KWD", committed="1000.125")
    post(contract, "0.125", "payment", on="2020-01-01")
    assert balance() == ["1000.125", "0.125", "1000.000", "0.000"]


def test_a_reversed_closing_entry_closes_nothing():
    contract = make_contract(committed="1000.00", paid="100.00")
    put(contract, "terminated", "2020-07-01")
    entry = post(contract, "-870.00", reason="close_out", on="2020-08-01")
    ledger_entries.reverse(entry, Amending(source=make_source("2020-08-01")))
    assert balance() == ["1000.00", "100.00", None, "900.00"]


def test_a_reversed_settlement_is_no_exit():
    contract = make_contract(committed="1000.00", paid="100.00")
    entry = post(contract, "7.00", "payment", on="2020-07-03", reason="settlement")
    ledger_entries.reverse(entry, Amending(source=make_source("2020-07-03")))
    assert [total("2021-01-01")[name] for name in ("exit_paid", "paid")] == [None, "100.00"]
