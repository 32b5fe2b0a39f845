"""What a list of facts leaves and says is what its facts leave and say one by one."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from procurement.common.errors import Conflict, Refused
from procurement.contracts.models import Contract
from procurement.ledger.models import LedgerEntry
from procurement.ledger.recording import ledger_entries
from procurement.sources.appending import content
from procurement.sources.long_lists import Outcome, record_long
from procurement.sources.models import Document, Recheck, StaleMark
from procurement.sources.recording import historical
from tests.fuzzing import examples
from tests.makers import day, make_contract, make_source

pytestmark = pytest.mark.django_db

#: What a drawn entry says; each of these makes repeats, conflicts, twins, odd amounts and refusals likely.
DRAWN = st.fixed_dictionaries(
    {
        "contract": st.integers(0, 1),
        "measure": st.sampled_from(["payment", "payment", "commitment", "gift"]),
        "amount": st.sampled_from(["1", "1", "2", "500", "0", "0.001", "-1"]),
        "source_key": st.sampled_from(["", "", "a", "b", "c"]),
        "day": st.sampled_from(["2020-01-31", "2020-02-29", "2099-12-31"]),
        "precision": st.sampled_from(["day", "day", "month", "year", "fiscal_year"]),
        "source": st.integers(0, 1),
        "note": st.sampled_from(["", "first", "撤去\nと", "a\x00b"]),
    }
)


@contextmanager
def undone() -> Iterator[None]:
    """Whatever the block does is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[list[Contract], list[Document]]]:
    """Two contracts, one of which holds an entry, and two documents, one without a date."""
    with django_db_blocker.unblock(), undone():
        contracts = [make_contract(committed="10"), make_contract()]
        yield contracts, [make_source("2020-06-15"), make_source(None)]


def entry(world: tuple[list[Contract], list[Document]], drawn: dict[str, Any]) -> LedgerEntry:
    contracts, sources = world
    return LedgerEntry(
        contract_id=contracts[drawn["contract"]].pk,
        measure=drawn["measure"],
        amount=Decimal(drawn["amount"]),
        effective_on=day(drawn["day"]),
        effective_precision=drawn["precision"],
        source_id=sources[drawn["source"]].pk,
        source_key=drawn["source_key"],
        note=drawn["note"],
    )


def one_by_one(rows: Sequence[LedgerEntry]) -> list[Outcome[LedgerEntry]]:
    """Post each in a step of its own, and look at all of them at the end as a list is looked at."""
    outcomes: list[Outcome[LedgerEntry]] = []
    for row in rows:
        try:
            outcomes.append(Outcome(recorded=ledger_entries.append_all([row])))
        except Refused as refused:
            outcomes.append(Outcome(refused=refused))
    return outcomes


def told(outcomes: Sequence[Outcome[LedgerEntry]]) -> list[Any]:
    """What is said of each row; ids, which differ between two tries, by their order."""
    facts = [each.fact for outcome in outcomes for each in outcome.recorded]
    known = set(LedgerEntry.objects.values_list("pk", flat=True))
    order = {str(pk): f"#{number}" for number, pk in enumerate(sorted(known))}
    remarks = iter(ledger_entries.remarks(facts))

    def named(said: str) -> str:
        return re.sub(r"(row|entry) (\d+)", lambda found: f"{found[1]} {order.get(found[2], found[2])}", said)

    found: list[Any] = []
    for outcome in outcomes:
        if outcome.refused is not None:
            kind, errors = type(outcome.refused), outcome.refused.errors
            found.append((kind, {name: [named(each) for each in said] for name, said in errors.items()}))
        for each in outcome.recorded:
            warnings = [named(said) for said in next(remarks)]
            found.append((order[str(each.fact.pk)], each.created, sorted(content(each.fact).items()), warnings))
            assert not each.warnings or [named(said) for said in each.warnings] == warnings
    return found


@settings(max_examples=examples(60))
@given(drawn=st.lists(DRAWN, min_size=1, max_size=8))
def test_a_long_list_leaves_and_says_what_its_facts_do_one_by_one(world: Any, drawn: list[dict[str, Any]]) -> None:
    with undone():
        singly = told(one_by_one([entry(world, each) for each in drawn]))
        stored = list(
            LedgerEntry.objects.order_by("pk").values_list("contract", "amount", "source_key", "published_on")
        )
    with undone():
        together = told(list(record_long(ledger_entries, [[entry(world, each)] for each in drawn])))
        assert together == singly
        assert stored == list(
            LedgerEntry.objects.order_by("pk").values_list("contract", "amount", "source_key", "published_on")
        )


@settings(max_examples=examples(40))
@given(drawn=st.lists(DRAWN, min_size=1, max_size=6))
def test_a_list_is_taken_whole_or_refused_with_the_words_of_its_facts(world: Any, drawn: list[dict[str, Any]]) -> None:
    with undone():
        singly = one_by_one([entry(world, each) for each in drawn])
        expected = told(singly)
    with undone():
        before = LedgerEntry.objects.count()
        outcome = whole([entry(world, each) for each in drawn])
        if outcome.refused is None:
            assert told([outcome]) == expected
            return
        assert LedgerEntry.objects.count() == before
        assert any(each.refused for each in singly)
        faults = _faults(singly, single=len(drawn) == 1)
        assert outcome.refused.errors == faults if faults else isinstance(outcome.refused, Conflict)


def whole(rows: Sequence[LedgerEntry]) -> Outcome[LedgerEntry]:
    """What becomes of a list that is posted all or none."""
    try:
        return Outcome(recorded=ledger_entries.record_all(rows))
    except Refused as refused:
        return Outcome(refused=refused)


def _faults(outcomes: Sequence[Outcome[LedgerEntry]], *, single: bool) -> dict[str, list[str]]:
    return {
        name if single else f"{index}.{name}": said
        for index, outcome in enumerate(outcomes)
        if outcome.refused is not None and not isinstance(outcome.refused, Conflict)
        for name, said in outcome.refused.errors.items()
    }


def test_what_a_list_leaves_to_flags_and_totals_is_what_its_facts_leave(world: Any) -> None:
    same = {"measure": "payment", "amount": "1", "day": "2020-01-31", "precision": "day", "source": 0, "note": ""}
    with undone(), historical():
        rows = [entry(world, same | {"contract": number % 2, "source_key": f"k{number}"}) for number in range(4)]
        Recheck.objects.all().delete()
        StaleMark.objects.all().delete()
        facts = [each.fact for each in ledger_entries.record_all(rows)]
        noted = Recheck.objects.order_by("id").values_list("fact_id", "contract_id", "historical")
        assert list(noted) == [(fact.pk, fact.contract_id, True) for fact in facts]
        assert {row.key for row in StaleMark.objects.all()} == {fact.contract_id for fact in facts}
