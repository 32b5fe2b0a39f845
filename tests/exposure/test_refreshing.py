"""Answers are right before what was posted is refreshed, and after; refreshing leaves what a rebuild would."""

# ruff: noqa: ARG005  (a table of changes, each handed both programs)

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from procurement.contracts.models import Contract, Guarantee, LiabilityEstimate, Milestone
from procurement.contracts.recording import guarantees, liability_estimates, milestones
from procurement.exposure.kept import refreshing
from procurement.exposure.kept.refreshing import refreshing_alone
from procurement.fiscal.models import FiscalCalendar
from procurement.ledger.recording import ledger_entries
from procurement.parties.models import Organization
from procurement.programs.models import Program, StatusChange
from procurement.programs.recording import status_changes
from procurement.sources.models import Document, StaleMark
from procurement.sources.recording import Amending
from tests.exposure.kept import differing, kept, rebuild_then, refresh_then
from tests.makers import (
    allocate,
    day,
    decide,
    make_contract,
    make_organization,
    make_program,
    make_source,
    make_supplier,
    novate,
    post,
    put,
    rehome,
    say,
    state_complete,
)
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def programs() -> tuple[Program, Program]:
    """Two programs of which one was stopped, and three contracts, all refreshed."""
    x, y = make_program("x", domain="naval"), make_program("y", domain="air")
    contract = make_contract(x, committed="100", paid="30")
    make_contract(y, committed="50", share="0.5")
    make_contract(None, committed="7", currency="USD", method="foreign_military_sale", signed_on="2020-05-01")
    rehome(contract, [(x, "0.4"), (y, "0.6")], "2021-01-01")
    decide(x, "suspended", "2020-06-15")
    post(contract, "7", "payment", on="2020-07-01")
    refresh_then()
    return x, y


def first() -> Contract:
    return Contract.objects.earliest("pk")


def dated(model: type[Any], recorder: Any, on: str = "2020-06-01", **more: Any) -> None:
    recorder.record(model(contract=first(), effective_on=day(on), source=make_source(on), **more))


def take_back_the_stop() -> None:
    status_changes.reverse(StatusChange.objects.latest("pk"), Amending(source=make_source("2020-08-01")))


def take_back_a_payment() -> None:
    entry = first().ledgerentry_set.filter(measure="payment").latest("pk")
    ledger_entries.reverse(entry, Amending(source=make_source("2020-08-01")))


def correct_the_award() -> None:
    entry = first().ledgerentry_set.earliest("pk")
    ledger_entries.correct(entry, Amending(source=make_source("2020-08-01")), {"amount": Decimal(90)})


def meet_a_milestone() -> None:
    dated(Milestone, milestones, kind="payment", due_on=day("2021-05-01"), amount=Decimal(9))
    post(first(), "9", "payment", on="2020-08-01", milestone=Milestone.objects.latest("pk"))


def change(rows: Any, **to: Any) -> None:
    rows.update(**to)


CHANGES: dict[str, Callable[[Program, Program], Any]] = {
    "a payment": lambda x, y: post(first(), "5", "payment", on="2020-09-01"),
    "a payment dated before all others": lambda x, y: post(first(), "5", "payment", on="2018-02-01"),
    "a delivery": lambda x, y: post(first(), "40", "delivery", on="2020-02-01"),
    "a ceiling": lambda x, y: post(first(), "400", "ceiling", on="2020-02-01"),
    "a settlement": lambda x, y: post(first(), "4", "compensation", on="2020-12-01", reason="settlement"),
    "a payment taken back": lambda x, y: take_back_a_payment(),
    "an award corrected": lambda x, y: correct_the_award(),
    "complete books": lambda x, y: state_complete(Contract.objects.latest("pk"), "2020-03-31"),
    "complete deliveries": lambda x, y: state_complete(first(), "2020-03-31", "delivery"),
    "a contract that ended": lambda x, y: put(first(), "terminated", "2020-10-01"),
    "a new lead": lambda x, y: novate(first(), make_supplier("Other", "FR"), "2020-05-01"),
    "a re-homing dated back": lambda x, y: rehome(first(), [(x, "0.1"), (y, "0.2")], "2020-03-01"),
    "a home for what had none": lambda x, y: allocate(Contract.objects.latest("pk"), x, "0.25", "2020-05-01"),
    "a milestone": lambda x, y: dated(Milestone, milestones, kind="payment", due_on=day("2021-05-01"), amount=9),
    "a milestone met": lambda x, y: meet_a_milestone(),
    "an estimate": lambda x, y: dated(LiabilityEstimate, liability_estimates, low=Decimal(3), high=Decimal(8)),
    "a security that lapses": lambda x, y: dated(
        Guarantee, guarantees, kind="performance", amount=Decimal(6), valid_until=day("2020-12-31")
    ),
    "a stop": lambda x, y: decide(y, "cancelled", "2019-12-01"),
    "the end of a stop": lambda x, y: decide(x, "active", "2020-08-01"),
    "a stop that began earlier": lambda x, y: decide(x, "suspended", "2020-02-01"),
    "a stop taken back": lambda x, y: take_back_the_stop(),
    "a statement": lambda x, y: say(x, "cancelled", "2020-06-20"),
    "a new contract": lambda x, y: make_contract(y, committed="11", paid="1", share="0.3"),
    "another method": lambda x, y: change(Contract.objects.filter(pk=first().pk), method="foreign_military_sale"),
    "another currency": lambda x, y: change(Contract.objects.filter(pk=make_contract(x, share="0").pk), currency="EUR"),
    "signed in another year": lambda x, y: change(Contract.objects.filter(pk=first().pk), signed_on=day("2018-01-01")),
    "another source": lambda x, y: change(Contract.objects.filter(pk=first().pk), source=make_source("2018-06-01")),
    "another buyer": lambda x, y: change(Contract.objects.filter(pk=first().pk), buyer=make_organization("B", "US")),
    "a source of another day": lambda x, y: change(Document.objects.all(), published_on=day("2018-06-01")),
    "a source without a day": lambda x, y: change(Document.objects.all(), published_on=None),
    "a buyer's country": lambda x, y: change(Organization.objects.filter(name="Ministry of Defense"), country="FR"),
    "a supplier's country": lambda x, y: change(Organization.objects.filter(name="Maker"), country="FR"),
    "fiscal years": lambda x, y: change(FiscalCalendar.objects.filter(country="JP"), first_month=1),
    "a program's domain": lambda x, y: change(Program.objects.filter(pk=x.pk), domain="space"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_answers_are_right_before_and_after_a_refresh(programs, name):
    CHANGES[name](*programs)
    assert not differing()
    refresh_then()
    assert not StaleMark.objects.exists()
    assert not differing()


def test_refreshing_leaves_what_a_rebuild_would(programs):
    for each in CHANGES.values():
        each(*programs)
        refresh_then()
    refreshed = kept()
    rebuild_then()
    assert refreshed == kept()


def test_refreshing_again_changes_nothing(programs):
    before = kept()
    StaleMark.objects.create(kind="everything")
    assert refresh_then() == Contract.objects.count()
    assert kept() == before


def test_a_refresh_that_dies_before_it_commits_loses_nothing(programs, monkeypatch):
    post(first(), "5", "payment", on="2020-09-01")
    before, marks = kept(), StaleMark.objects.count()
    with monkeypatch.context() as dying:
        dying.setattr(refreshing, "kept_parameters", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            refresh_then()
    assert (kept(), StaleMark.objects.count()) == (before, marks)
    assert not differing()
    assert refresh_then() == 1  # the lock was given back
    assert not differing()


def test_batches_are_limited_and_the_rest_keeps_its_marks(programs):
    StaleMark.objects.create(kind="everything")
    assert refresh_then(batches=1, batch=2) == 2
    assert StaleMark.objects.count() == 1
    assert not differing()
    assert refresh_then(batch=2) == 1


def test_one_alone_refreshes(programs):
    post(first(), "5", "payment", on="2020-09-01")
    with refreshing_alone(wait=False) as alone:
        assert (alone, at_once(refresh_then)) == (True, [0])
    assert at_once(refresh_then, refresh_then, refresh_then).count(1) == 1


def test_the_lock_goes_with_its_session(programs):
    post(first(), "5", "payment", on="2020-09-01")
    killed = connection.copy()
    with killed.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid() FROM pg_advisory_lock(hashtextextended(%s, 0))", [refreshing.LOCK])
        session = cursor.fetchone()
    assert refresh_then() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", session)
    assert refresh_then() == 1
    killed.close()


def test_many_marks_leave_no_room_behind(programs, monkeypatch):
    monkeypatch.setattr(refreshing, "MANY_MARKS", 3)
    StaleMark.objects.create(kind="everything")
    refresh_then()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size('procurement_stalemark')")
        assert cursor.fetchone() == (0,)


@pytest.fixture
def unfit():
    """A contract whose lines the database refuses, as it would those of a broken row."""
    contract = make_contract(make_program(), committed="5")
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE procurement_line ADD CONSTRAINT unfit CHECK (contract_id <> {contract.pk})")
        yield contract
        cursor.execute("ALTER TABLE procurement_line DROP CONSTRAINT unfit")


def test_a_contract_that_cannot_be_refreshed_stops_no_other(unfit):
    make_contract(make_program(), committed="7")
    assert refresh_then() > 0
    assert set(StaleMark.objects.values_list("key", flat=True)) == {unfit.pk}
    assert not differing()
