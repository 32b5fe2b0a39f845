"""A reference is one contract of its buyer."""

import pytest
from django.db import IntegrityError

from procurement.common.errors import Conflict
from procurement.contracts.models import Contract
from procurement.contracts.referring import refer
from tests.makers import make_contract, make_organization
from tests.racing import at_once, of_kind


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_of_one_reference_make_one_contract():
    buyer, source = make_organization(), make_contract().source
    given = {"buyer": buyer, "source": source, "supplier": buyer}
    outcomes = at_once(*[lambda r=r: make_contract(reference=r, **given) for r in ("A–1", "a-1", "Ａ-１")])
    assert len(of_kind(outcomes, Conflict)) == 2
    assert Contract.objects.referred_to(buyer.pk, "A-1").count() == 1


def test_another_buyer_may_have_it_too(db):
    make_contract(reference="A-1")
    assert make_contract(reference="a–1", buyer=make_organization("Army", "US")).reference_key == "a-1"


def test_a_reference_that_is_not_changed_keeps_its_key(db):
    make_contract(reference="A-1")
    twin = make_contract(reference="A-2")
    Contract.objects.filter(pk=twin.pk).update(reference="a-1", reference_key="a-1 #2")
    twin.refresh_from_db()
    assert (refer(twin), twin.reference_key) == ([], "a-1 #2")


def test_no_sql_makes_two_contracts_of_one_reference(db):
    make_contract(reference="A-1")
    with pytest.raises(IntegrityError, match="contract_unique_reference_of_buyer"):
        Contract.objects.filter(pk=make_contract().pk).update(reference="A–1", reference_key="a-1")
