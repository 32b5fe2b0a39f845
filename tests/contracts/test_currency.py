"""The currency of a contract stays as it is from its first amount on."""

import re

import pytest
from django.db import IntegrityError, connection

from procurement.common.errors import Conflict, Refused
from procurement.contracts.currency import HOLDING, what_holds
from procurement.contracts.models import DIGITS, PLACES, Contract, Guarantee
from procurement.contracts.recording import change_contract, guarantees
from procurement.ledger.models import LedgerEntry
from procurement.ledger.recording import ledger_entries
from procurement.sources.facts import fact_models
from procurement.sources.recording import Amending
from tests.makers import day, estimate, make_contract, make_source, owe, post, report
from tests.racing import at_once, open_transaction


def secure(contract, amount="5"):
    given = {"kind": "performance", "effective_on": day("2020-01-01"), "source": make_source()}
    return guarantees.record(Guarantee(contract=contract, amount=amount, **given)).fact


def post_and_reverse(contract):
    ledger_entries.reverse(post(contract, "5", "payment"), Amending(make_source()))


HOLDERS = {
    "ledger entries": lambda contract: post(contract, "5", "payment"),
    "reversed ledger entries": post_and_reverse,
    "milestones": lambda contract: owe(contract, "2021-03-31", "5"),
    "liability estimates": lambda contract: estimate(contract, high="7"),
    "guarantees": secure,
    "reported figures": lambda contract: report(contract, "paid", high="5"),
}
FREE = {
    "nothing": lambda _: None,
    "a milestone without an amount": lambda contract: owe(contract, "2021-03-31"),
    "a withheld estimate": lambda contract: estimate(contract, withheld=True),
    "a figure in the other currency": lambda contract: report(contract, "paid", "5", currency="USD"),
    "a withheld figure": lambda contract: report(contract, "paid", withheld=True),
}


def to_dollars(contract):
    row = Contract.objects.get(pk=contract.pk)
    row.currency = "USD"
    change_contract(row, ["currency"])


def exchanged(contract):
    Contract.objects.filter(pk=contract.pk).update(currency="USD")


def test_every_table_with_amounts_of_a_contract_is_among_the_holders():
    def in_money(field):
        return (getattr(field, "max_digits", 0), getattr(field, "decimal_places", 0)) == (DIGITS, PLACES)

    tables = {
        model._meta.db_table
        for model in fact_models()
        if any(field.name == "contract" for field in model._meta.fields) and any(map(in_money, model._meta.fields))
    }
    assert tables == {table for table, _ in HOLDING.values()}


@pytest.mark.parametrize("holder", HOLDERS)
def test_the_verb_refuses_another_currency_and_names_what_holds_amounts(db, holder):
    contract = make_contract()
    HOLDERS[holder](contract)
    with pytest.raises(Refused, match=holder.removeprefix("reversed ")) as caught:
        to_dollars(contract)
    assert "holds amounts in JPY" in caught.value.errors["currency"][0]


@pytest.mark.parametrize("holder", HOLDERS)
def test_no_sql_exchanges_the_currency_under_amounts(db, holder):
    contract = make_contract()
    HOLDERS[holder](contract)
    with pytest.raises(IntegrityError, match=re.escape(f"contract {contract.pk} holds amounts in JPY")):
        exchanged(contract)


@pytest.mark.parametrize("change", [to_dollars, exchanged])
@pytest.mark.parametrize("free", FREE)
def test_a_contract_without_amounts_in_it_may_change_it(db, free, change):
    contract = make_contract()
    FREE[free](contract)
    change(contract)
    contract.refresh_from_db()
    assert contract.currency == "USD"


@pytest.mark.parametrize("change", [to_dollars, exchanged])
def test_the_same_currency_again_is_no_change(db, change):
    contract = make_contract(currency="USD", committed="100")
    change(contract)


# at the same moment


def outcome(act):
    try:
        return act()
    except IntegrityError as error:
        return error


RACERS = {name: act for name, act in HOLDERS.items() if "reversed" not in name}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("change", [to_dollars, exchanged])
@pytest.mark.parametrize("holder", RACERS)
def test_of_a_change_and_an_amount_at_once_one_is_refused(holder, change):
    contracts = [make_contract() for _ in range(4)]
    for contract in contracts:
        outcomes = at_once(lambda c=contract: outcome(lambda: change(c)), lambda c=contract: RACERS[holder](c))
        assert sum(isinstance(each, Refused | IntegrityError) for each in outcomes) == 1, outcomes
        contract.refresh_from_db()
        assert bool(what_holds(contract.pk)) == (contract.currency == "JPY")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("holder", RACERS)
def test_an_amount_waits_for_a_change_that_is_under_way_and_is_refused(holder):
    contract = make_contract()
    with open_transaction(writing=True) as other:
        other.execute("UPDATE procurement_contract SET currency = 'USD' WHERE id = %s", [contract.pk])

        def later():
            while not waits_for(other):
                pass
            other.connection.commit()

        posted, _ = at_once(lambda: RACERS[holder](contract), later)
    assert isinstance(posted, Conflict)
    assert f"contract {contract.pk} has just changed from JPY to USD" in posted.errors["contract"][0]
    assert not what_holds(contract.pk)
    assert not LedgerEntry.objects.exists()


def waits_for(other):
    """Whether somebody waits for the transaction of a cursor."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))",
            [other.connection.info.backend_pid],
        )
        return cursor.fetchone()[0] > 0
