"""What an amount is compared with before it is called odd."""

import datetime as dt
from decimal import Decimal

import pytest

from procurement.contracts.plausible import (
    Ledger,
    Sums,
    before_signature,
    entry_sizes,
    far_off,
    hundredfold,
    overpaid,
    thousandfold,
)


def sums(*amounts, rounding="0"):
    given = [Decimal(amount) for amount in amounts]
    return Sums(sum(given, Decimal(0)), Decimal(rounding), sorted((abs(each) for each in given), reverse=True)[:2])


def ledger(*, complete=False, rounding="0", **measures):
    return Ledger({name: sums(*amounts, rounding=rounding) for name, amounts in measures.items()}, complete)


PAYMENTS = [  # what is known, whether the payment of 60 that is in it is odd
    ("below the commitment", ledger(commitment=["100"], payment=["60"]), False),
    ("all of it", ledger(commitment=["60"], payment=["60"]), False),
    ("above it", ledger(commitment=["59"], payment=["60"]), True),
    ("above it with others", ledger(commitment=["100"], payment=["60", "50"]), True),
    ("not above it, as some came back", ledger(commitment=["100"], payment=["60", "50"], refund=["10"]), False),
    ("above what is left after a de-obligation", ledger(commitment=["100", "-50"], payment=["60"]), True),
    ("above the ceiling, below the commitment", ledger(commitment=["100"], ceiling=["50"], payment=["60"]), False),
    ("above the ceiling, of an unknown commitment", ledger(ceiling=["50"], payment=["60"]), True),
    ("of an unknown value", ledger(payment=["60"]), False),
    ("beside an estimate only of funding", ledger(funding=["1"], payment=["60"]), False),
    ("of nothing, as is stated", ledger(complete=True, payment=["60"]), True),
    ("above it by less than the rounding", ledger(commitment=["59"], payment=["60"], rounding="0.5"), False),
]


@pytest.mark.parametrize(("known", "odd"), [case[1:] for case in PAYMENTS], ids=[case[0] for case in PAYMENTS])
def test_a_payment_above_what_a_contract_is_known_to_be_worth_is_odd(known, odd):
    assert bool(overpaid(known, Decimal(60), "JPY")) is odd


def test_the_warning_names_the_payment_what_is_paid_and_what_is_committed():
    (said,) = overpaid(ledger(commitment=["100"], payment=["60", "50"]), Decimal(60), "JPY")
    assert said.startswith(
        "amount: with this payment of 60 JPY, 110 JPY are paid in all, more than what is committed, 100 JPY:"
    )


AMOUNTS = [  # measure, amount, what is known with it, whether it is odd
    ("payment", "100", {"payment": ["100"]}, False),
    ("payment", "100", {"payment": ["100", "1"]}, True),
    ("payment", "99", {"payment": ["99", "1"]}, False),
    ("payment", "100", {"payment": ["100", "1"], "commitment": ["1000"]}, False),
    ("payment", "100", {"payment": ["100", "1"], "ceiling": ["1000"]}, False),
    ("payment", "100000", {"payment": ["100000"], "commitment": ["1000"]}, True),
    ("payment", "1000", {"payment": ["1000"], "commitment": ["5", "5", "5"]}, False),
    ("commitment", "1000", {"commitment": ["1000", "10"]}, True),
    ("commitment", "1000", {"commitment": ["1000", "1000"]}, False),
    ("commitment", "-1000", {"commitment": ["10", "-1000"]}, True),
    ("commitment", "1000", {"commitment": ["1000"], "ceiling": ["10"]}, True),
    ("commitment", "1000", {"commitment": ["1000"], "payment": ["1"]}, False),
    ("compensation", "1000", {"compensation": ["1000"], "payment": ["1"]}, False),
]


@pytest.mark.parametrize(("measure", "amount", "known", "odd"), AMOUNTS)
def test_an_entry_a_hundred_times_the_largest_of_its_kind_and_the_worth_is_odd(measure, amount, known, odd):
    sizes = entry_sizes(ledger(**known), measure, Decimal(amount))
    assert bool(hundredfold("amount", Decimal(amount), sizes, "JPY")) is odd


def test_the_warning_names_the_amount_and_the_largest_so_far():
    (said,) = hundredfold("low", Decimal(5000), [Decimal(50), Decimal(7)], "JPY")
    assert said.startswith("low: 5,000 JPY is at least 100 times the contract's largest amount so far, 50 JPY:")


@pytest.mark.parametrize(("amount", "sizes"), [(None, [Decimal(1)]), (Decimal(5), []), (Decimal(5), [Decimal(0)])])
def test_with_nothing_to_compare_nothing_is_odd(amount, sizes):
    assert not hundredfold("amount", amount, sizes, "JPY")


@pytest.mark.parametrize(
    ("payments", "odd"),
    [(["1000", "1"], True), (["999", "1"], False), (["1000"], False), (["1000", "1000"], False)],
)
def test_a_payment_a_thousand_times_every_other_is_odd_even_within_the_worth(payments, odd):
    known = ledger(commitment=["1000000"], payment=payments)
    assert bool(thousandfold(known, Decimal(payments[0]), "JPY")) is odd


@pytest.mark.parametrize(
    ("amount", "currency", "odd"),
    [
        ("178.7e9", "JPY", False),
        ("43e12", "JPY", False),  # what Japan spends on defence in five years
        ("178.7e12", "JPY", True),
        ("-1e13", "USD", True),
        ("9e12", "USD", False),
        ("3e14", "IDR", False),
        (None, "USD", False),
    ],
)
def test_an_amount_beyond_every_known_contract_is_odd(amount, currency, odd):
    assert bool(far_off("amount", None if amount is None else Decimal(amount), currency)) is odd


SIGNED = dt.date(2019, 10, 31)


@pytest.mark.parametrize(
    ("day", "signed_on", "odd"),
    [(dt.date(2019, 10, 30), SIGNED, True), (SIGNED, SIGNED, False), (SIGNED, None, False), (None, SIGNED, False)],
)
def test_a_day_before_signature_is_odd(day, signed_on, odd):
    assert bool(before_signature("due_on", day, signed_on)) is odd
