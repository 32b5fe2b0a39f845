"""Payments that fall due."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from procurement.alerts.models import Alert
from procurement.alerts.payments_due import tell_payments_due
from procurement.contracts.models import Milestone
from procurement.contracts.recording import milestones
from tests.alerts.subscribers import subscribe
from tests.makers import make_contract, make_program, make_source, post

pytestmark = pytest.mark.django_db


def due(contract, days: int, **more) -> Milestone:
    today = timezone.localdate()
    given = {"kind": "payment", "amount": Decimal(1234567), "effective_on": today, "source": make_source()}
    return milestones.record(Milestone(contract=contract, due_on=today + dt.timedelta(days=days), **given | more)).fact


def test_a_payment_that_falls_due_is_told_once():
    subscribe(events=["payment.due"])
    due(make_contract(make_program()), 10)
    assert [tell_payments_due(now=timezone.now()), tell_payments_due(now=timezone.now())] == [1, 0]
    assert "Payment of 1,234,567 JPY due" in Alert.objects.get().summary


def test_an_unknown_amount_is_said_to_be_unknown():
    subscribe(events=["payment.due"])
    due(make_contract(make_program()), 10, amount=None)
    tell_payments_due(now=timezone.now())
    assert "unknown amount" in Alert.objects.get().summary


@pytest.mark.parametrize(("days", "more"), [(31, {}), (-1, {}), (10, {"kind": "delivery"})])
def test_other_milestones_are_not_told(days, more):
    subscribe(events=["payment.due"])
    due(make_contract(make_program()), days, **more)
    assert tell_payments_due(now=timezone.now()) == 0


def test_a_payment_that_was_made_is_not_told():
    contract = make_contract(make_program())
    subscribe(events=["payment.due"])
    post(contract, "1234567", "payment", milestone=due(contract, 10))
    assert tell_payments_due(now=timezone.now()) == 0
