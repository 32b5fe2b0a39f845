"""Descriptive rows that only an undone batch made leave every list and view, and return when they are named again."""

from decimal import Decimal
from typing import Any

import pghistory
import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from procurement.alerts.models import Channel, Subscription
from procurement.contracts.models import Contract
from procurement.exposure.kept.refreshing import refresh
from procurement.imports.batches.running import run_next
from procurement.parties.matching import OrganizationInput
from procurement.parties.models import Organization
from procurement.parties.recording import find_or_create_organization
from procurement.programs.models import Program
from procurement.sources.models import Document
from tests.api.conftest import analyst
from tests.imports.orders import FIRST, HEAD, imported, orders
from tests.imports.test_undoing import undone
from tests.makers import make_contract, make_source, make_supplier, post

pytestmark = pytest.mark.django_db
__all__ = ["analyst", "orders"]

ORDER = HEAD + "A1,Maker,2020-01-31,100,shore\n"
MODELS: tuple[Any, ...] = (Contract, Program, Organization, Document)


def present() -> list[int]:
    return [model.objects.count() for model in MODELS]


def test_they_leave_and_return_under_their_ids():
    batch = imported(ORDER)
    ids = [list(model.objects.values_list("pk", flat=True)) for model in MODELS]
    undone(batch)
    assert present() == [0, 0, 0, 0]
    again = imported(ORDER)
    assert [list(model.objects.values_list("pk", flat=True)) for model in MODELS] == ids
    assert (again.counts["taken"], again.counts["unchanged"], again.warnings) == (8, 0, {})
    undone(again)
    assert present() == [0, 0, 0, 0]


def test_what_was_there_before_stays():
    make_contract(supplier=make_supplier("Maker", ""))
    before = present()
    undone(imported(ORDER))
    assert present() == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("list_", ["contracts", "programs", "organizations", "documents"])
def test_they_leave_every_list_of_the_api_and_are_in_view_as_it_was_recorded_before(analyst, list_):
    batch = imported(ORDER)
    before = timezone.now().isoformat().replace("+", "%2B")
    rows = analyst.rows(f"{list_}/")
    undone(batch)
    assert analyst.rows(f"{list_}/") == []
    assert analyst.get(f"{list_}/{rows[0].get('code', rows[0].get('id'))}/").status_code == 404
    if list_ != "documents":  # which are not asked for by date
        assert analyst.rows(f"{list_}/?recorded_by={before}") == rows


@pytest.mark.django_db(transaction=True)
def test_exposure_as_it_was_recorded_before_counts_them(analyst):
    batch = imported(ORDER)
    before = timezone.now().isoformat().replace("+", "%2B")
    undone(batch)
    assert analyst.read(f"exposure/?group_by=none&recorded_by={before}")["totals"][0]["committed"] == "100.00"
    assert analyst.read("exposure/?group_by=none")["totals"] == []


def test_exposure_does_not_count_them(analyst):
    other = make_contract(committed="5")
    batch = imported(ORDER)
    assert analyst.read("exposure/?group_by=none")["totals"][0]["contracts"] == 2
    undone(batch)
    assert analyst.read("exposure/?group_by=none")["totals"][0]["contracts"] == 1
    refresh()
    assert analyst.read("exposure/?group_by=none")["totals"][0]["contracts"] == 1
    assert [each["id"] for each in analyst.rows("contracts/")] == [other.pk]


def test_a_contract_that_somebody_pays_stays_with_what_it_needs():
    batch = imported(FIRST)
    post(Contract.objects.get(reference="A2"), "1", "payment")
    undone(batch)
    assert list(Contract.objects.values_list("reference", flat=True)) == ["A2"]
    assert Organization.objects.filter(name="Ministry").exists()
    assert Document.objects.filter(title="Orders").exists()
    assert not Organization.objects.filter(name="Maker").exists()


@pytest.mark.django_db(transaction=True)
def test_what_a_person_edited_stays():
    batch = imported(ORDER)
    person = User.objects.create(username="ana")
    with pghistory.context(user=person.pk):
        program = Program.objects.get()
        program.description = "By hand"
        program.save(update_fields=["description"])
    undone(batch)
    assert (Program.objects.count(), Contract.objects.count()) == (1, 0)


def test_what_somebody_subscribed_to_stays():
    batch = imported(ORDER)
    person = User.objects.create(username="ana")
    channel = Channel.objects.create(owner=person, address="ana@example.org")
    subscription = Subscription.objects.create(owner=person, name="x", channel=channel, events=["flag.opened"])
    subscription.programs.add(Program.objects.get())
    undone(batch)
    assert Program.objects.count() == 1


def test_one_that_is_named_again_returns_at_every_door(analyst):
    undone(imported(ORDER))
    maker = Organization.everything.get(name="Maker")
    assert find_or_create_organization(OrganizationInput(name="Maker")) == maker
    buyer = find_or_create_organization(OrganizationInput(name="Ministry", country="JP"))
    contract = {"reference": "A1", "title": "By hand", "buyer": buyer.pk, "currency": "JPY", "signed_on": "2020-01-01"}
    made = analyst.made("contracts/", contract | {"source": make_source().pk})
    assert made["id"] == Contract.everything.get(reference="A1").pk
    assert Contract.objects.get().title == "By hand"
    program = analyst.made("programs/", {"code": "shore", "name": "Shore", "country": "JP"})
    assert program["id"] == Program.everything.get().pk


def test_an_organization_of_the_name_that_is_in_view_is_meant():
    undone(imported(FIRST))
    present_one = Organization.objects.create(name="Maker", match_key="maker")
    assert find_or_create_organization(OrganizationInput(name="Maker")) == present_one
    imported(FIRST)
    assert Organization.objects.filter(name="Maker").get() == present_one


def test_a_fact_that_arrives_meanwhile_keeps_its_contract(monkeypatch):
    from procurement.imports.batches import withdrawing
    from procurement.imports.batches.undoing import request_undo

    batch = imported(FIRST)
    real = withdrawing._withdraw

    def withdraw(model: Any, ids: Any) -> None:
        real(model, ids)
        if model is Contract:
            post(Contract.everything.get(reference="A1"), "1", "payment")

    monkeypatch.setattr(withdrawing, "_withdraw", withdraw)
    request_undo(batch.pk, by=None)
    run_next()
    assert list(Contract.objects.values_list("reference", flat=True)) == ["A1"]
    assert Decimal(1) == Contract.objects.get().ledgerentry_set.unreversed().get().amount
