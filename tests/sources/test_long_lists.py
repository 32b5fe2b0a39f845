"""Lists of facts of any length: as many statements for many as for one, in steps that may break off anywhere."""

import time
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from procurement.common.errors import Conflict
from procurement.common.prepared_statements import ask
from procurement.contracts.models import Contract, Milestone, ProgramAllocation
from procurement.contracts.recording import allocations, milestones
from procurement.ledger.models import LedgerEntry
from procurement.ledger.recording import ledger_entries
from procurement.sources.long_lists import record_long
from procurement.sources.models import Document, Recheck
from tests.makers import day, make_contract, make_program, make_source, post
from tests.pipeline.workers import Pipeline
from tests.racing import at_once

pytestmark = pytest.mark.django_db

# statements


def statements(monkeypatch: pytest.MonkeyPatch, act: Any) -> int:
    """How many statements are sent, Django's and those that are planned once."""
    sent = []
    execute = psycopg.RawCursor.execute

    def counted(cursor: Any, *given: Any, **more: Any) -> Any:
        sent.append(given)
        return execute(cursor, *given, **more)

    with monkeypatch.context() as patch, CaptureQueriesContext(connection) as queries:
        patch.setattr(psycopg.RawCursor, "execute", counted)
        act()
    return len(sent) + len(queries)


def drawn_entries(count: int) -> list[LedgerEntry]:
    source = make_source()
    contracts = [make_contract(committed="10") for _ in range(count)]
    return [
        LedgerEntry(
            contract_id=contract.pk, measure="payment", amount=Decimal(1), effective_on=day("2020-03-31"),
            effective_precision="fiscal_year", source_id=source.pk,
        )
        for contract in contracts
    ]  # fmt: skip


def drawn_milestones(count: int) -> list[Milestone]:
    source, on = make_source(), day("2020-01-31")
    contracts = [make_contract() for _ in range(count)]
    common = {"kind": "payment", "amount": Decimal(1), "due_on": on, "effective_on": on, "source_id": source.pk}
    return [Milestone(contract_id=contract.pk, source_key="k", **common) for contract in contracts]


def drawn_allocations(count: int) -> list[ProgramAllocation]:
    program, source = make_program(), make_source()
    contracts = [make_contract() for _ in range(count)]
    common = {"program_id": program.pk, "effective_on": day("2020-01-31"), "source_id": source.pk}
    return [ProgramAllocation(contract_id=contract.pk, share=Decimal("0.5"), **common) for contract in contracts]


KINDS = [(ledger_entries, drawn_entries), (milestones, drawn_milestones), (allocations, drawn_allocations)]


@pytest.mark.parametrize(("recorder", "drawn"), KINDS, ids=lambda each: getattr(each, "__name__", ""))
def test_many_facts_take_as_many_statements_as_one(monkeypatch: Any, recorder: Any, drawn: Any) -> None:
    one, many = drawn(1), drawn(20)
    assert statements(monkeypatch, lambda: recorder.record_all(one)) == statements(
        monkeypatch, lambda: recorder.record_all(many)
    )


# long


def keyed(contract: Contract, source: Document, keys: Sequence[Any], amount: str = "1") -> list[list[LedgerEntry]]:
    common = {"contract_id": contract.pk, "source_id": source.pk, "effective_on": day("2020-01-31")}
    return [[LedgerEntry(measure="payment", amount=Decimal(amount), source_key=str(key), **common)] for key in keys]


def test_units_are_taken_all_or_none_and_a_bad_one_stops_no_other():
    contract, source = make_contract(), make_source()
    bad = LedgerEntry(contract=contract, measure="payment", amount=Decimal(0), source=source, source_key="bad")
    bad.effective_on = day("2020-01-31")
    units = keyed(contract, source, "abc")
    units[1].append(bad)
    outcomes = list(record_long(ledger_entries, units))
    assert [each.refused is None for each in outcomes] == [True, False, True]
    assert list(outcomes[1].refused.errors) == ["1.amount"]
    assert sorted(LedgerEntry.objects.values_list("source_key", flat=True)) == ["a", "c"]


def test_a_conflict_inside_a_unit_undoes_the_unit():
    contract, source = make_contract(), make_source()
    post(contract, "7", "payment", source_key="taken")
    units = keyed(contract, source, ["a", "taken", "b", "c"])
    outcomes = list(record_long(ledger_entries, [units[0] + units[1], units[2], units[3]]))
    assert isinstance(outcomes[0].refused, Conflict)
    assert [len(each.recorded) for each in outcomes] == [0, 1, 1]
    assert sorted(LedgerEntry.objects.values_list("source_key", flat=True)) == ["b", "c", "taken"]


def test_shares_that_exceed_one_are_refused_and_the_others_taken():
    programs, source = [make_program(), make_program()], make_source()
    full, free = make_contract(programs[0]), make_contract()
    common = {"program": programs[1], "effective_on": day("2021-01-01"), "source": source}
    rows = [ProgramAllocation(contract=each, share=Decimal(1), **common) for each in (full, free)]
    first, second = record_long(allocations, [[row] for row in rows])
    assert "would add up to 2" in first.refused.errors["share"][0]
    assert second.recorded[0].created


def test_a_contract_that_was_read_before_its_currency_changed_is_found_beside_one_read_now():
    contract, source = make_contract(), make_source()
    now, before = (unit[0] for unit in keyed(contract, source, "ab"))
    before.contract = contract
    Contract.objects.filter(pk=contract.pk).update(currency="USD")
    with pytest.raises(Conflict, match="has just changed from JPY to USD"):
        ledger_entries.record_all([now, before])
    assert ledger_entries.record(keyed(contract, source, "a")[0][0]).created


def test_a_repeated_list_is_unchanged_and_says_so():
    contract, source = make_contract(), make_source()
    for created in (True, False):
        outcomes = list(record_long(ledger_entries, keyed(contract, source, range(250))))
        assert {each.created for outcome in outcomes for each in outcome.recorded} == {created}
    assert LedgerEntry.objects.count() == 250


# at once


@pytest.mark.django_db(transaction=True)
def test_lists_at_once_with_keys_in_common_make_each_row_once():
    contract, source = make_contract(), make_source()
    lists = [range(60), range(59, -1, -1), range(30, 90), range(0, 90, 3)]
    acts = [lambda keys=keys: list(record_long(ledger_entries, keyed(contract, source, keys))) for keys in lists]
    outcomes = [each for found in at_once(*acts) for each in found]
    assert all(each.refused is None for each in outcomes)
    assert LedgerEntry.objects.count() == 90 == sum(each.recorded[0].created for each in outcomes)


@pytest.mark.django_db(transaction=True)
def test_of_lists_at_once_that_say_otherwise_one_has_each_key():
    contract, source = make_contract(), make_source()
    acts = [
        lambda amount=amount, step=step: list(
            record_long(ledger_entries, keyed(contract, source, range(40)[::step], amount))
        )
        for amount, step in (("1", 1), ("2", -1))
    ]
    outcomes = [each for found in at_once(*acts) for each in found]
    assert sum(isinstance(each.refused, Conflict) for each in outcomes) == 40 == LedgerEntry.objects.count()


@pytest.mark.django_db(transaction=True)
def test_several_connections_tell_in_order_of_every_unit_once():
    contracts, source = [make_contract() for _ in range(30)], make_source()
    units = [unit for contract in contracts for unit in keyed(contract, source, range(100))]
    units[70][0].amount = Decimal(0)
    outcomes = list(record_long(ledger_entries, units, at_once=4))
    assert [number for number, each in enumerate(outcomes) if each.refused] == [70]
    stored = [each.recorded[0].fact for each in outcomes if not each.refused]
    assert stored == [row for number, (row,) in enumerate(units) if number != 70]
    assert LedgerEntry.objects.count() == 2_999


@pytest.mark.django_db(transaction=True)
def test_what_breaks_the_list_itself_is_raised_and_leaves_no_connection_behind():
    def broken():
        yield from keyed(make_contract(), make_source(), range(2_500))
        raise OSError("the file cannot be read any more")

    def connections():
        return ask([(b"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()", [])])[0][0][0]

    before = connections()
    with pytest.raises(OSError, match="cannot be read"):
        list(record_long(ledger_entries, broken(), at_once=3))
    assert LedgerEntry.objects.count() >= 1_000
    assert connections() == before


POSTING = """
import sys, django; django.setup()
from procurement.ledger.recording import ledger_entries
from procurement.sources.long_lists import record_long
from tests.sources.test_long_lists import keyed
from procurement.contracts.models import Contract
from procurement.sources.models import Document
contract, source = Contract.objects.get(), Document.objects.latest("pk")
for _ in record_long(ledger_entries, keyed(contract, source, range(20_000))):
    pass
"""


@pytest.mark.chaos
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("after", [0.05, 0.3])
def test_a_process_killed_in_a_long_list_leaves_whole_steps_and_a_repeat_adds_the_rest(tmp_path, after):
    contract, source = make_contract(), make_source()
    child = Pipeline(tmp_path).python("-c", POSTING)
    deadline = time.monotonic() + 120
    while not LedgerEntry.objects.exists() and child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(after)
    child.kill()
    child.wait()
    left = set(LedgerEntry.objects.values_list("source_key", flat=True))
    assert left
    outcomes = list(record_long(ledger_entries, keyed(contract, source, range(20_000))))
    assert sum(not each.recorded[0].created for each in outcomes) >= len(left)
    assert (
        LedgerEntry.objects.count() == 20_000 == Recheck.objects.filter(fact_table=LedgerEntry._meta.db_table).count()
    )
