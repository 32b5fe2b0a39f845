"""A day passes: what is dated in it waits, is right at once, and is brought in by the next refresh."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from procurement.common.dates import Asked
from procurement.contracts.models import Contract, Guarantee
from procurement.contracts.presuming import Presumption
from procurement.contracts.recording import guarantees
from procurement.exposure.answering import GROUPINGS, Question, answer
from procurement.exposure.kept.models import KeptDay, Total
from procurement.exposure.kept.rebuilding import rebuild_totals
from procurement.exposure.kept.refreshing import refresh, turn
from procurement.exposure.kept.waiting import waiting_contracts
from procurement.sources.models import StaleMark
from tests.exposure.kept import differing, kept, some
from tests.makers import (
    allocate,
    day,
    decide,
    make_contract,
    make_program,
    make_source,
    make_supplier,
    novate,
    owe,
    post,
    put,
    report,
    state_complete,
)

pytestmark = pytest.mark.django_db(transaction=True)

EVE, TODAY, LATER = (day(f"2020-06-{number}") for number in (24, 25, 28))


def secure(contract: Contract) -> None:
    given = {"kind": "performance", "amount": 6, "valid_until": EVE, "effective_on": day("2020-01-01")}
    guarantees.record(Guarantee(contract=contract, source=make_source("2020-01-01"), **given))


DATED: dict[str, Callable[[Contract], Any]] = {
    "a payment": lambda contract: post(contract, "5", "payment", on="2020-06-25"),
    "a state": lambda contract: put(contract, "terminated", "2020-06-25"),
    "a new lead": lambda contract: novate(contract, make_supplier("Other", "FR"), "2020-06-25"),
    "a share": lambda contract: allocate(contract, make_program("other"), "0", "2020-06-25"),
    "a milestone": lambda contract: owe(contract, "2021-01-01", "9", on="2020-06-25"),
    "a security that lapses": secure,
    "complete books": lambda contract: state_complete(contract, "2020-06-25"),
    "a stop": lambda contract: decide(contract.programallocation_set.get().program, "suspended", "2020-06-25"),
    "a contract that comes into view": lambda _: make_contract(make_program("new"), signed_on="2020-06-25"),
    "a figure of a program": lambda contract: report(
        contract.programallocation_set.get().program, "paid", "9", on="2020-06-25"
    ),
    "an end that passes": lambda contract: Contract.objects.filter(pk=contract.pk).update(ends_on=EVE),
}


@pytest.fixture
def contract() -> Contract:
    """Two contracts, of one of which something will be dated in the days that pass."""
    make_contract(make_program("y"), committed="50", paid="3")
    return make_contract(make_program("x"), committed="100", paid="30")


def questions(*days: dt.date) -> list[Question]:
    groups = [() if name == "none" else (name,) for name in GROUPINGS]
    return some([Question(Asked(each), group) for each in days for group in groups])


@pytest.mark.parametrize("name", DATED)
def test_what_is_dated_in_a_day_is_right_before_it_is_brought_in_and_after(contract, name):
    DATED[name](contract)
    refresh(today=EVE)
    assert not differing(questions(EVE, TODAY))
    assert refresh(today=TODAY) <= 1
    assert KeptDay.objects.get().day == TODAY
    assert not differing(questions(EVE, TODAY, LATER))
    stored = kept()
    rebuild_totals(today=TODAY, jobs=1)
    assert kept() == stored


def test_only_what_is_dated_in_a_day_waits_for_it(contract):
    post(contract, "5", "payment", on="2020-06-25")
    refresh(today=EVE)
    assert waiting_contracts(Asked(EVE)) == []
    assert waiting_contracts(Asked(TODAY)) == [contract.pk]
    assert waiting_contracts(Asked(TODAY), {"program": [make_program("z").pk]}) == []
    assert waiting_contracts(Asked(TODAY, published_by=TODAY)) is None


def test_a_turn_that_dies_leaves_the_day_and_its_contracts_as_they_were(contract, monkeypatch):
    post(contract, "5", "payment", on="2020-06-25")
    refresh(today=EVE)
    stored = kept()
    with monkeypatch.context() as dying:
        dying.setattr(KeptDay.objects, "update", lambda **_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            turn(TODAY)
    assert (kept(), StaleMark.objects.count()) == (stored, 0)
    assert not differing(questions(TODAY))


def test_a_clock_that_is_set_back_takes_the_kept_day_back(contract):
    post(contract, "5", "payment", on="2020-06-25")
    refresh(today=LATER)
    refresh(today=EVE)
    assert KeptDay.objects.get().day == EVE
    assert not differing(questions(EVE, TODAY))


@pytest.mark.parametrize("days", [100, 4000])
def test_another_number_of_silent_days_holds_at_once(contract, days):
    refresh(today=TODAY)
    Presumption.objects.update(days=days)
    presumed = [row.age.presumed for row in answer(Question(Asked(TODAY))).totals]
    assert presumed == ([2] if days == 100 else [0])
    assert not differing(questions(TODAY))
    refresh(today=TODAY)
    assert KeptDay.objects.get().presumed_after == days
    assert not differing(questions(TODAY))


def test_of_a_contract_that_lost_a_last_day_the_next_one_is_found(contract):
    refresh(today=TODAY)
    payment = post(contract, "1", "payment", on="2020-06-20")
    refresh(today=TODAY)
    put(contract, "completed", "2020-06-21")
    refresh(today=TODAY)
    assert payment.effective_on not in Total.objects.values_list("confirmed_latest", flat=True)
    assert not differing(questions(TODAY))
