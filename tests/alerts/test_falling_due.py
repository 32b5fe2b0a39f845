"""Payments and deliveries that fall due."""

import datetime as dt
from decimal import Decimal

import pytest
from django.utils import timezone

from procurement.alerts.falling_due import tell_what_falls_due
from procurement.alerts.models import Alert
from procurement.contracts.models import Milestone
from procurement.contracts.recording import milestones
from tests.alerts.subscribers import record_at, subscribe
from tests.makers import make_contract, make_program, make_source, post

pytestmark = pytest.mark.django_db


def due(contract, days: int, **more) -> Milestone:
    today = timezone.localdate()
    given = {"kind": "payment", "amount": Decimal(1234567), "effective_on": today, "source": make_source()}
    return milestones.record(Milestone(contract=contract, due_on=today + dt.timedelta(days=days), **given | more)).fact


def test_a_payment_that_falls_due_is_told_once():
    subscribe(events=["payment.due"])
    due(make_contract(make_program()), 10)
    assert [tell_what_falls_due(now=timezone.now()), tell_what_falls_due(now=timezone.now())] == [1, 0]
    assert "Payment of 1,234,567 JPY due" in Alert.objects.get().summary


def test_an_unknown_amount_is_said_to_be_unknown():
    subscribe(events=["payment.due"])
    due(make_contract(make_program()), 10, amount=None)
    tell_what_falls_due(now=timezone.now())
    assert "unknown amount" in Alert.objects.get().summary


def test_a_delivery_that_falls_due_is_told_to_those_who_ask_for_deliveries():
    subscribe(events=["payment.due"])
    mine = subscribe(events=["delivery.due"])
    due(make_contract(make_program()), 10, kind="delivery", description="the first radar")
    assert [tell_what_falls_due(now=timezone.now()), tell_what_falls_due(now=timezone.now())] == [1, 0]
    alert = Alert.objects.get(notices__subscription=mine)
    assert "Delivery of the first radar worth 1,234,567 JPY due" in alert.summary
    assert alert.payload["description"] == "the first radar"


def test_what_was_due_before_somebody_subscribed_is_not_news_to_them():
    due(make_contract(make_program()), 10, kind="delivery")
    subscribe(events=["payment.due", "delivery.due"])
    record_at()
    due(make_contract(make_program()), 10, kind="delivery")
    tell_what_falls_due(now=timezone.now())
    assert Alert.objects.count() == 1


def test_a_payment_that_was_due_when_its_history_was_loaded_is_for_digests():
    subscribe(events=["payment.due"])
    due(make_contract(make_program()), 10, effective_on=timezone.localdate() - dt.timedelta(days=60))
    assert tell_what_falls_due(now=timezone.now()) == 0


@pytest.mark.parametrize(("days", "more"), [(31, {}), (-1, {}), (10, {"kind": "delivery"})])
def test_other_milestones_are_not_told(days, more):
    subscribe(events=["payment.due"])
    due(make_contract(make_program()), days, **more)
    assert tell_what_falls_due(now=timezone.now()) == 0


def test_a_payment_that_was_made_is_not_told():
    contract = make_contract(make_program())
    subscribe(events=["payment.due"])
    post(contract, "1234567", "payment", milestone=due(contract, 10))
    assert tell_what_falls_due(now=timezone.now()) == 0
