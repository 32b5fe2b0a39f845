"""Entering contracts and the facts about them."""

from decimal import Decimal
from typing import Any

import pytest

from procurement.common.errors import Conflict, Refused
from procurement.contracts.models import (
    Contract,
    ContractParty,
    ContractStatusChange,
    Guarantee,
    LiabilityEstimate,
    Milestone,
    ProgramAllocation,
)
from procurement.contracts.recording import (
    ContractParts,
    create_contract,
    first_day,
    guarantees,
    liability_estimates,
    milestones,
)
from procurement.sources.facts import fact_models, rows_of
from tests.makers import day, make_contract, make_organization, make_program, make_source, make_supplier, put
from tests.racing import at_once, of_kind

pytestmark = pytest.mark.django_db


def contract(**more: Any) -> Contract:
    """An unsaved contract."""
    given = {"reference": "C-1", "title": "Radar", "currency": "JPY"} | more
    for name, make in (("buyer", make_organization), ("source", make_source)):
        if name not in given:
            given[name] = make()
    return Contract(**given)


def facts() -> int:
    return sum(rows_of(model).count() for model in fact_models())


# contracts


REFUSED = [
    ({"reference": ""}, "reference"),
    ({"reference": "C\x001"}, "reference"),
    ({"title": ""}, "title"),
    ({"currency": "YEN"}, "currency"),
    ({"currency": "jpy"}, "currency"),
    ({"currency": ""}, "currency"),
    ({"method": "barter"}, "method"),
    ({"source": None}, "source"),
    ({"starts_on": day("2020-02-01"), "ends_on": day("2020-01-31")}, "ends_on"),
    ({"signed_on": day("2020-06-15"), "signed_precision": "month"}, "signed_on"),
]


@pytest.mark.parametrize(("given", "field"), REFUSED)
def test_a_bad_contract_is_refused_and_not_stored(given, field):
    with pytest.raises(Refused) as caught:
        create_contract(contract(**given))
    assert field in caught.value.errors
    assert not Contract.objects.exists()


def test_a_contract_may_end_on_the_day_it_starts_and_be_signed_in_a_month():
    row = contract(starts_on=day("2020-01-31"), ends_on=day("2020-01-31"), signed_on=day("2020-01-31"))
    row.signed_precision = "month"
    assert create_contract(row).pk


def test_a_reference_is_taken_once_per_buyer():
    stored = create_contract(contract())
    with pytest.raises(Conflict) as caught:
        create_contract(contract(title="Other"))
    assert caught.value.existing == stored.pk
    assert create_contract(contract(buyer=make_organization("Navy", "US"))).pk != stored.pk


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_of_one_reference_make_one_contract():
    buyer, source = make_organization(), make_source()
    outcomes = at_once(*[lambda: create_contract(contract(buyer=buyer, source=source))] * 3)
    assert (len(of_kind(outcomes, Contract)), len(of_kind(outcomes, Conflict))) == (1, 2)


def parts(**changes: Any) -> ContractParts:
    """A lead supplier, a status and an allocation, all from one day."""
    common = {"effective_on": day("2019-10-31"), "source": make_source()}
    given: dict[str, Any] = {"status": "active", "share": Decimal(1), "role": "lead_supplier"} | changes
    return ContractParts(
        parties=[ContractParty(organization=make_supplier(), role=given["role"], **common)],
        statuses=[ContractStatusChange(status=given["status"], **common)],
        allocations=[ProgramAllocation(program=make_program(), share=given["share"], **common)],
    )


def test_a_contract_comes_with_its_first_facts():
    stored = create_contract(contract(), parts())
    assert stored.contractparty_set.get().role == "lead_supplier"
    assert stored.contractstatuschange_set.get().status == "active"
    assert stored.programallocation_set.get().share == 1


BAD_PARTS = [
    ({"role": "friend"}, "suppliers.role"),
    ({"status": "sleeping"}, "status.status"),
    ({"share": Decimal("1.1")}, "allocations.share"),
]


@pytest.mark.parametrize(("changes", "field"), BAD_PARTS)
def test_a_bad_part_undoes_the_whole_contract_and_is_named(changes, field):
    with pytest.raises(Refused) as caught:
        create_contract(contract(), parts(**changes))
    assert list(caught.value.errors) == [field]
    assert not Contract.objects.exists()
    assert facts() == 0


def test_first_facts_date_from_signature_else_from_the_source():
    assert first_day(contract(signed_on=day("2019-10-31"))) == day("2019-10-31")
    assert first_day(contract(source=make_source("2019-11-01"))) == day("2019-11-01")
    assert first_day(contract(source=make_source(None))) is None


# status


STATUS = [
    ("terminated", {"termination_ground": "convenience"}, None),
    ("partially_terminated", {"termination_ground": "mutual"}, None),
    ("active", {"termination_ground": "mutual"}, "termination_ground"),
    ("terminated", {"termination_ground": "whim"}, "termination_ground"),
    ("suspended", {"suspends": "payments", "until": day("2020-12-31")}, None),
    ("stop_work", {"suspends": "work"}, None),
    ("terminated", {"suspends": "work"}, "suspends"),
    ("suspended", {"until": day("2020-06-14")}, "until"),
    ("paused", {}, "status"),
]


@pytest.mark.parametrize(("status", "more", "field"), STATUS)
def test_what_goes_with_a_state_of_a_contract(status, more, field):
    row = make_contract()
    if field is None:
        assert put(row, status, "2020-06-15", **more).status == status
        return
    with pytest.raises(Refused) as caught:
        put(row, status, "2020-06-15", **more)
    assert list(caught.value.errors) == [field]


def test_a_court_can_decide_and_the_other_side_is_told_on_a_day():
    court = make_organization("Court", "JP", kind="court")
    change = put(make_contract(), "terminated", "2020-06-15", decided_by=court, notified_on=day("2020-06-20"))
    assert (change.decided_by, change.notified_on) == (court, day("2020-06-20"))


# milestones, estimates, guarantees


def fact(model: type[Any], **given: Any) -> Any:
    return model(contract=make_contract(), effective_on=day("2020-06-15"), source=make_source(), **given)


MILESTONES = [
    ({"amount": Decimal("60.50")}, None),
    ({"amount": None}, None),
    ({"amount": Decimal(0)}, "amount"),
    ({"amount": Decimal(-1)}, "amount"),
    ({"amount": Decimal("0.001")}, "amount"),
    ({"amount": Decimal("NaN")}, "amount"),
    ({"kind": "party"}, "kind"),
    ({"due_on": None}, "due_on"),
    ({"due_on": day("2024-03-30"), "due_precision": "fiscal_year"}, "due_on"),
    ({"due_on": day("2024-03-31"), "due_precision": "fiscal_year"}, None),
    ({"due_precision": "soon"}, "due_precision"),
]


@pytest.mark.parametrize(("given", "field"), MILESTONES)
def test_a_milestone(given, field):
    row = fact(Milestone, **{"kind": "payment", "due_on": day("2024-03-31")} | given)
    assert refused(milestones, row) == field


ESTIMATES = [
    ({"low": 1, "point": 2, "high": 3}, None),
    ({"low": 0, "high": 3}, None),
    ({"high": 3}, None),
    ({"withheld": True}, None),
    ({}, "point"),
    ({"low": 3, "high": 2}, "high"),
    ({"low": 3, "point": 2, "high": 4}, "high"),
    ({"point": -1}, "point"),
    ({"low": "NaN", "high": 2}, "low"),
    ({"high": "Infinity"}, "high"),
    ({"high": "0.001"}, "high"),
    ({"high": "1e17"}, "high"),
]


@pytest.mark.parametrize(("given", "field"), ESTIMATES)
def test_an_estimate_of_what_leaving_costs(given, field):
    decimals = {name: value if value is True else Decimal(value) for name, value in given.items()}
    assert refused(liability_estimates, fact(LiabilityEstimate, **decimals)) == field


GUARANTEES = [
    ({}, None),
    ({"event": "called"}, None),
    ({"amount": Decimal(0)}, "amount"),
    ({"amount": Decimal(-5)}, "amount"),
    ({"amount": None}, "amount"),
    ({"kind": "handshake"}, "kind"),
    ({"event": "lost"}, "event"),
]


@pytest.mark.parametrize(("given", "field"), GUARANTEES)
def test_a_guarantee(given, field):
    assert refused(guarantees, fact(Guarantee, **{"kind": "performance", "amount": Decimal(5)} | given)) == field


def refused(recorder: Any, row: Any) -> str | None:
    """The first field that a verb complains of; None when the row was stored."""
    try:
        return None if recorder.record(row).fact.pk else "not stored"
    except Refused as error:
        return next(iter(error.errors))
