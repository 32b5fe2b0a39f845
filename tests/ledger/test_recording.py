"""What the ledger takes."""

from decimal import Decimal
from typing import Any

import pytest

from procurement.common.errors import Refused
from procurement.contracts.models import Contract, Milestone
from procurement.contracts.recording import milestones
from procurement.ledger.models import Completeness, LedgerEntry, Measure
from procurement.ledger.recording import completeness_statements, ledger_entries
from procurement.sources.recording import Amending
from tests.makers import day, make_contract, make_source, post, state_complete

pytestmark = pytest.mark.django_db

EITHER_WAY = [Measure.CEILING, Measure.COMMITMENT, Measure.FUNDING, Measure.DELIVERY, Measure.COMPENSATION]


@pytest.mark.parametrize("measure", EITHER_WAY)
def test_value_moves_both_ways(measure):
    contract = make_contract()
    assert [post(contract, amount, measure).amount for amount in ("5", "-5")] == [5, -5]


@pytest.mark.parametrize("measure", [Measure.PAYMENT, Measure.REFUND])
def test_money_paid_or_paid_back_is_above_zero(measure):
    contract = make_contract()
    assert post(contract, "5", measure).amount == 5
    with pytest.raises(Refused, match="is above zero; money that came back is measure refund"):
        post(contract, "-5", measure)


REFUSED = [
    ("0", {}, "amount"),
    ("0.001", {}, "amount"),
    ("NaN", {}, "amount"),
    ("Infinity", {}, "amount"),
    ("1e16", {}, "amount"),
    ("1e30", {}, "amount"),
    ("5", {"rounding": Decimal(-1)}, "rounding"),
    ("5", {"rounding": Decimal("NaN")}, "rounding"),
    ("5", {"rounding": Decimal("1e30")}, "rounding"),
    ("5", {"measure": "gift"}, "measure"),
    ("5", {"reason": "because"}, "reason"),
    ("5", {"in_kind": True}, "in_kind"),
]


@pytest.mark.parametrize(("amount", "more", "field"), REFUSED)
def test_a_bad_entry_is_refused_by_field_and_not_stored(amount, more, field):
    contract = make_contract()
    with pytest.raises(Refused) as caught:
        post(contract, amount, **more)
    assert list(caught.value.errors) == [field]
    assert not LedgerEntry.objects.exists()


@pytest.mark.parametrize(("currency", "amount"), [("KWD", "0.001"), ("JPY", "0.01"), ("USD", "9999999999999999.99")])
def test_amounts_fit_the_contracts_currency_and_are_kept_exactly(currency, amount):
    entry = post(make_contract(currency=currency), amount)
    entry.refresh_from_db()
    assert entry.amount == Decimal(amount)


def test_compensation_may_pass_in_kind():
    assert post(make_contract(), "-5", "compensation", in_kind=True).in_kind


def test_a_payment_before_signature_is_accepted_and_warned_of():
    contract = make_contract(signed_on="2019-10-31")
    row = LedgerEntry(contract=contract, measure="payment", amount=Decimal(5), effective_on=day("2019-10-30"))
    row.source = make_source()
    (warning,) = ledger_entries.record(row).warnings
    assert "before the contract was signed on 2019-10-31" in warning


@pytest.mark.parametrize(("measure", "on"), [("payment", "2019-10-31"), ("commitment", "2019-10-30")])
def test_nothing_else_is_warned_of(measure, on):
    row = LedgerEntry(contract=make_contract(), measure=measure, amount=Decimal(5), effective_on=day(on))
    row.source = make_source()
    assert ledger_entries.record(row).warnings == ()


def milestone(contract: Contract) -> Milestone:
    row = Milestone(contract=contract, kind="payment", due_on=day("2024-03-31"), effective_on=day("2019-10-31"))
    row.source = make_source()
    return milestones.record(row).fact


def test_an_entry_meets_a_milestone_of_its_own_contract():
    contract = make_contract()
    due = milestone(contract)
    entry = post(contract, "5", "payment", milestone=due)
    assert list(due.met_by.all()) == [entry]


def test_an_entry_does_not_meet_another_contracts_milestone():
    with pytest.raises(Refused, match="belongs to another contract"):
        post(make_contract(), "5", "payment", milestone=milestone(make_contract()))


@pytest.mark.parametrize("measure", Measure.values)
def test_a_reversal_restores_every_sum(measure):
    contract = make_contract()
    post(contract, "7", measure)
    ledger_entries.reverse(post(contract, "5", measure), Amending(source=make_source("2020-01-01")))
    assert sum(LedgerEntry.objects.values_list("amount", flat=True)) == 7


def test_completeness_reaches_no_further_than_its_own_day():
    contract = make_contract()
    assert state_complete(contract, "2020-03-31", effective_on=day("2020-06-22")).through == day("2020-03-31")
    with pytest.raises(Refused, match="must not be after effective_on"):
        state_complete(contract, "2020-06-23", effective_on=day("2020-06-22"))


def statement(**changes: Any) -> Completeness:
    """An unsaved statement that all payments are there."""
    given = {"contract": make_contract(), "measure": "payment", "basis": "stated", "source": make_source()} | changes
    return Completeness(through=day("2020-03-31"), effective_on=day("2020-03-31"), **given)


@pytest.mark.parametrize(("field", "value"), [("basis", "guessed"), ("measure", "gift"), ("contract", None)])
def test_a_bad_statement_of_completeness_is_refused(field: str, value: Any) -> None:
    with pytest.raises(Refused) as caught:
        completeness_statements.record(statement(**{field: value}))
    assert list(caught.value.errors) == [field]
    assert not Completeness.objects.exists()
