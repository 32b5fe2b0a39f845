"""The oracle itself, on cases small enough to be worked out on paper. No SQL of the service is asked here."""

from decimal import Decimal
from typing import Any

import pytest

from procurement.contracts.models import Contract, Guarantee, LiabilityEstimate, Milestone
from procurement.contracts.recording import guarantees, liability_estimates, milestones
from procurement.ledger.recording import ledger_entries
from procurement.sources.recording import Amending
from tests.exposure.oracle import Group, Oracle
from tests.exposure.stored_facts import Dates, World
from tests.makers import day, make_contract, make_organization, make_program, make_source, post, put, state_complete

pytestmark = pytest.mark.django_db

DAY = "2020-12-31"


def estimate(contract: Contract, *, on: str = "2020-01-31", withheld: bool = False, **given: int) -> None:
    ends = {name: Decimal(end) for name, end in given.items()}
    dates: dict[str, Any] = {"effective_on": day(on), "source": make_source(on)}
    liability_estimates.record(LiabilityEstimate(contract=contract, withheld=withheld, **ends, **dates))


def owe(contract: Contract, due_on: str, amount: int | None = None, *, kind: str = "payment") -> Milestone:
    given = {"due_on": day(due_on), "amount": None if amount is None else Decimal(amount), "kind": kind}
    row = Milestone(contract=contract, effective_on=day("2020-01-31"), source=make_source("2020-01-31"), **given)
    return milestones.record(row).fact


def secure(
    contract: Contract, amount: int, event: str = "given", kind: str = "performance", until: str | None = None
) -> None:
    dates: dict[str, Any] = {"effective_on": day("2020-01-31"), "source": make_source("2020-01-31")}
    given = {"kind": kind, "event": event, "amount": amount, "valid_until": day(until) if until else None}
    guarantees.record(Guarantee(contract=contract, **given, **dates))


def whole(as_of: str = DAY) -> Group:
    """Everything there is, in one currency."""
    (group,) = Oracle(World.stored(), Dates(day(as_of))).rows([], {}).values()
    return group


def figures(*names: str, as_of: str = DAY) -> list[Any]:
    found = whole(as_of).figures
    return [found[name] for name in names]


def test_delivered_more_than_paid_is_payable_now():
    """100 committed, 40 paid, 65 delivered: 65 - 40 = 25 is payable, no advance is at risk."""
    contract = make_contract(committed="100", paid="40")
    post(contract, "70", "delivery")
    post(contract, "-5", "delivery")
    post(contract, "80", "funding")
    assert figures("funded", "delivered", "payable_now", "advance_at_risk") == [80, 65, 25, 0]


def test_an_advance_and_a_debt_of_two_contracts_do_not_cancel():
    """One paid 40 and delivered 10 (30 at risk), one paid 10 and delivered 15 (5 payable): never 25 net."""
    for paid, delivered in (("40", "10"), ("10", "15")):
        post(make_contract(committed="100", paid=paid), delivered, "delivery")
    assert figures("payable_now", "advance_at_risk") == [5, 30]


def test_delivery_is_unknown_until_it_is_posted_or_stated_to_be_none():
    """40 paid of 100. Nothing is known of deliveries; then they are stated complete, so none: 0 - 40 is at risk."""
    contract = make_contract(committed="100", paid="40")
    assert figures("delivered", "payable_now", "advance_at_risk", "exit_low") == [None, None, None, None]
    state_complete(contract, DAY, "delivery")
    assert figures("delivered", "payable_now", "advance_at_risk", "exit_low") == [0, 0, 40, -40]


def test_without_an_estimate_leaving_costs_from_what_is_delivered_unpaid_to_what_is_outstanding():
    """C 100, P 40, D 25: low = 25 - 40 = -15, high = 100 - 40 = 60; saved: 60 - 60 = 0 up to 60 + 15 = 75."""
    post(make_contract(committed="100", paid="40"), "25", "delivery")
    assert figures("exit_low", "exit_high", "avoidable_low", "avoidable_high") == [-15, 60, 0, 75]
    assert figures("liability_low", "liability_point", "liability_high") == [None, None, None]


def test_of_a_foreign_military_sale_without_an_estimate_no_cap_is_known():
    """C 100, P 40, D 25: low = -15 as above, no high; saved at most 60 + 15 = 75, at least nobody knows."""
    post(make_contract(committed="100", paid="40", method="foreign_military_sale"), "25", "delivery")
    assert figures("exit_low", "exit_high", "avoidable_low", "avoidable_high") == [-15, None, None, 75]


@pytest.mark.parametrize(
    ("given", "low", "high"),
    [
        ({"low": 5, "point": 7, "high": 12}, 15, 22),  # 10 payable + 5, 10 + 12
        ({"point": 7}, 17, 17),  # the point stands for both ends
        ({"low": 5, "point": 7}, 15, None),  # a low end is given, so the high one is open, point or not
        ({"high": 12}, None, 22),
        ({"low": 0}, 10, None),  # nothing at least is something said
        ({"withheld": True}, None, None),  # secret: there is an estimate, so outstanding is not the cap
        ({"withheld": True, "high": 12}, None, 22),
    ],
)
def test_with_an_estimate_leaving_costs_what_is_payable_and_the_liability(given, low, high):
    """C 100, P 40, D 50: 50 - 40 = 10 is payable, 60 outstanding, less which is what is saved."""
    contract = make_contract(committed="100", paid="40")
    post(contract, "50", "delivery")
    estimate(contract, **given)
    assert figures("exit_low", "exit_high") == [low, high]
    saved = [None if end is None else 60 - end for end in (high, low)]
    assert figures("avoidable_low", "avoidable_high") == saved
    assert whole().covered["termination_liability"] == (100 if {"low", "point", "high"} & set(given) else 0)


def test_the_latest_estimate_holds_whole():
    """First 5 to 9, then 7 alone: the earlier ends are not mixed in. Before the second the first held."""
    contract = make_contract(committed="100")
    estimate(contract, on="2020-01-31", low=5, high=9)
    estimate(contract, on="2020-03-31", point=7)
    names = ("liability_low", "liability_point", "liability_high")
    assert [figures(*names, as_of="2020-02-29"), figures(*names)] == [[5, None, 9], [None, 7, None]]


def test_one_commitment_without_an_end_leaves_the_end_of_the_group_open():
    """Liability 5 of one contract; a second without any: open with 50 or an unknown commitment, else 5."""
    estimate(make_contract(committed="100"), low=5)
    other = make_contract()
    assert figures("liability_low", "liability_high") == [None, None]
    state_complete(other, "2020-01-31", "commitment")
    assert figures("liability_low", "liability_high") == [5, None]
    post(other, "50")
    assert figures("liability_low", "liability_high") == [None, None]
    assert (whole().covered["termination_liability"], whole().figures["committed"]) == (100, 150)


def test_guarantees_are_held_by_kind_until_they_end_or_are_called():
    """Performance: 30 + 20 - 15 called = 35. Advance: 10 - 12 released, not below 0. So 35; after June 20 - 15 = 5."""
    contract = make_contract(committed="100")
    assert figures("guarantees_held") == [None]
    secure(contract, 30, until="2020-06-30")
    secure(contract, 20)
    secure(contract, 15, "called")
    secure(contract, 10, kind="advance_payment")
    secure(contract, 12, "released", "advance_payment")
    days = ("2020-06-30", "2020-07-01")
    assert [figures("guarantees_held", as_of=on) for on in days] == [[35], [5]]


def test_what_is_due_next_is_the_first_open_day_also_when_it_has_passed():
    """Due 2020-03-31: 10, and a delivery without amount; 2021: 20. Met on 2020-06-30, so then 20 in 2021."""
    contract = make_contract(committed="100")
    first, delivery = owe(contract, "2020-03-31", 10), owe(contract, "2020-03-31", kind="delivery")
    owe(contract, "2021-03-31", 20)
    assert whole("2020-06-29").next_due == (day("2020-03-31"), 10)
    post(contract, "10", "payment", on="2020-06-30", milestone=first)
    assert whole("2020-06-30").next_due == (day("2020-03-31"), None)
    post(contract, "1", "delivery", on="2020-06-30", milestone=delivery)
    assert whole("2020-06-30").next_due == (day("2021-03-31"), 20)


def test_a_milestone_is_open_again_when_what_met_it_is_taken_back_and_closed_when_the_contract_ends():
    """Met by a payment of 10; the payment is reversed; the contract is completed on 2020-10-01."""
    contract = make_contract(committed="100")
    entry = post(contract, "10", "payment", milestone=owe(contract, "2020-03-31", 10))
    assert whole().next_due is None
    ledger_entries.reverse(entry, Amending(source=make_source("2020-06-30")))
    put(contract, "completed", "2020-10-01")
    assert [whole(on).next_due for on in ("2020-09-30", "2020-10-01")] == [(day("2020-03-31"), 10), None]


def test_what_is_outstanding_is_deferred_to_the_fiscal_years_of_its_payments():
    """60 outstanding: 10 by 31 March 2021 (2020 in Japan), 15 + 5 after, a delivery is no payment: 60 - 30 is left."""
    contract = make_contract(committed="100", paid="40")
    for due_on, amount in (("2021-03-31", 10), ("2021-04-01", 15), ("2022-03-31", 5), ("2021-06-30", None)):
        owe(contract, due_on, amount)
    owe(contract, "2021-05-31", 50, kind="delivery")
    assert (whole().deferred, whole().unscheduled) == ({2020: 10, 2021: 20}, 30)


def test_more_may_be_scheduled_than_is_owed():
    """An American contract: 60 outstanding, 70 due in October 2021, which is fiscal 2022: 60 - 70 = -10."""
    buyer = make_organization("Department of Defense", "US")
    owe(make_contract(committed="100", paid="40", buyer=buyer, currency="USD"), "2021-10-01", 70)
    assert (whole().deferred, whole().unscheduled) == ({2022: 70}, -10)


def test_nothing_is_deferred_where_it_is_not_known_what_is_outstanding():
    """Nothing is known to be paid of the first contract, so its 10 count nowhere; 60 of the other are unscheduled."""
    owe(make_contract(committed="100"), "2021-03-31", 10)
    assert (whole().deferred, whole().unscheduled) == (None, None)
    make_contract(committed="100", paid="40")
    assert (whole().deferred, whole().unscheduled) == ({}, 60)


def test_everything_goes_by_shares():
    """A quarter: C 25, delivered 50/4 = 12.5, liability 8/4 = 2, guarantees 20/4 = 5, due 10/4 = 2.5."""
    program = make_program("quarter")
    contract = make_contract(program, share="0.25", committed="100", paid="40")
    post(contract, "50", "delivery")
    estimate(contract, point=8)
    secure(contract, 20)
    owe(contract, "2020-03-31", 10)
    group = Oracle(World.stored(), Dates(day(DAY))).rows(["program"], {})[(program.pk, "JPY")]
    found = [group.figures[name] for name in ("committed", "delivered", "liability_point", "guarantees_held")]
    assert found == [25, Decimal("12.5"), 2, 5]
    assert group.next_due == (day("2020-03-31"), Decimal("2.5"))
    assert (group.deferred, group.unscheduled) == ({2019: Decimal("2.5")}, Decimal("12.5"))


def test_coverage_is_what_is_committed_where_a_figure_is_known():
    """100 with a ceiling, funding and a guarantee; 50 with payments stated complete: known for 100 or for 50 of 150."""
    contract = make_contract(committed="100")
    post(contract, "200", "ceiling")
    post(contract, "60", "funding")
    secure(contract, 20)
    state_complete(make_contract(committed="50"), DAY)
    nothing = {"delivered": 0, "termination_liability": 0}
    known = {"paid": 50, "paid_complete": 50, "ceiling": 100, "funded": 100, "guarantees_held": 100}
    assert whole().covered == known | nothing


def test_an_unknown_commitment_leaves_what_is_paid_apart():
    """Of the one 100 committed and 40 paid, of the other 7 paid: 100 + 7 = 47 + 60 + 0."""
    make_contract(committed="100", paid="40")
    post(make_contract(), "7", "payment")
    assert figures("committed", "paid_uncommitted", "paid", "outstanding", "unaccounted") == [100, 7, 47, 60, 0]
    assert whole().uncovered["paid"] == 0


def test_two_years_after_the_last_word_a_contract_is_presumed_to_run():
    """Awarded on 2020-01-31, so presumed from 2022-01-30 on, 730 days later; paid on 2022-06-30 it is not."""
    contract = make_contract(status="active", signed_on="2020-01-31", committed="100")
    assert [whole(on).age["presumed"] for on in ("2022-01-29", "2022-01-30")] == [0, 1]
    post(contract, "7", "payment", on="2022-06-30")
    assert whole("2022-07-01").age["presumed"] == 0
