"""Lists whose rows PostgreSQL writes: the same, member by member, as those that are shaped from the facts."""

import datetime as dt
import json
from decimal import Decimal

from procurement.api.records.contracts import Contracts
from procurement.contracts.models import Contract, ContractParty, ContractStatusChange, ProgramAllocation
from procurement.contracts.recording import allocations, contract_parties, contract_status_changes
from procurement.exposure.kept.contract_rows import contract_rows
from procurement.exposure.kept.refreshing import refresh
from procurement.sources.recording import Amending
from tests.makers import make_contract, make_program, make_source, make_supplier, post

ADDRESSES = (
    "contracts/",
    "contracts/?page_size=5",
    "contracts/?page_size=5&ordering=-signed_on&count=exact",
    "contracts/?program=a&status=active",
    "contracts/?search=C-",
    "contracts/?supplier={supplier}",
)


def fill():
    """Shares that moved and ended, leads that followed each other, reversed facts, later ones, and old contracts."""
    programs, source = [make_program(code) for code in ("b", "a", "Z")], make_source()
    for number in range(12):
        title = f"“{number}”\\ \u2028 \U0001f680" if number % 2 else "x"
        contract = make_contract(programs[number % 2], committed="5", share="0.5", title=title, ends_on=None)
        later = {"source": source, "effective_on": dt.date(2020, 1, 1) + dt.timedelta(days=1500 * (number % 3))}
        for role, name in (("lead_supplier", "One"), ("agent", "Two"), ("payee", "One"), ("agent", "Two")):
            contract_parties.record(
                ContractParty(contract=contract, organization=make_supplier(name), role=role, **later)
            )
        shares = ((2, "0.25"), (number % 2, "0"), (number % 2, "0.5"))
        for program, share in shares[: 1 + number % 3]:
            allocations.record(
                ProgramAllocation(contract=contract, program=programs[program], share=Decimal(share), **later)
            )
        status = contract_status_changes.record(
            ContractStatusChange(contract=contract, status="completed", **later)
        ).fact
        if number % 4 == 0:
            contract_status_changes.reverse(status, Amending(source=source))
        post(contract, "1", "payment", on="2026-01-01" if number % 5 else "2020-01-01")
    make_contract(None, status=None)
    refresh()


def members(caller, address):
    answer = caller.get(address)
    assert answer.status_code == 200, answer.content
    return json.loads(answer.content, object_pairs_hook=list)


def test_both_forms_are_the_same(anonymous, db, monkeypatch):
    fill()
    supplier = make_supplier("Two").pk
    addresses = [address.format(supplier=supplier) for address in ADDRESSES]
    ids = list(Contract.objects.values_list("pk", flat=True))
    assert len(contract_rows(ids, as_of=dt.date.today()).texts) == 13  # noqa: DTZ011
    quick = [members(anonymous, address) for address in addresses]
    monkeypatch.setattr(Contracts, "is_quick", False)
    assert quick == [members(anonymous, address) for address in addresses]
    assert all(len(dict(page)["results"]) for page in quick)


def test_while_something_waits_and_of_other_days_facts_are_read(anonymous, db, monkeypatch):
    contract = make_contract(make_program())
    refresh()
    post(contract, "1")
    assert contract_rows([contract.pk], as_of=dt.date.today()) is None  # noqa: DTZ011
    for address in ("contracts/", "contracts/?as_of=2020-01-01", "contracts/?published_by=2020-01-01"):
        quick = members(anonymous, address)
        with monkeypatch.context() as patched:
            patched.setattr(Contracts, "is_quick", False)
            assert members(anonymous, address) == quick
