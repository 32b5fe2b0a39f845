"""The same fact twice is warned of by every door, naming its twin; a form sent twice makes one row."""

import pytest

from procurement.contracts.models import Milestone
from procurement.ledger.models import LedgerEntry
from procurement.ledger.recording import ledger_entries
from procurement.sources.recording import Amending
from tests.api.test_facts import FACTS, body_of
from tests.doors.facts import DOORS
from tests.makers import day, decide, make_contract, make_program, make_source, say
from tests.matching.world import World
from tests.racing import at_once


@pytest.fixture
def contract(db):
    program = make_program("one")
    make_program("two")
    return make_contract(program, share="0.4")


def twin(pk):
    return f" {pk} says the same ("


def body(kind, contract, **more):
    part = {"share": "0.2"} if kind == "allocations" else {}
    return body_of(kind, contract.pk, make_source("2020-06-20").pk) | part | more


@pytest.mark.parametrize("kind", FACTS)
@pytest.mark.parametrize("door", DOORS)
def test_every_door_names_the_twin_of_every_kind_of_fact(api, site, contract, kind, door):
    given = body(kind, contract)
    stored = api.made(f"{kind}/", given)
    assert "warnings" not in stored
    said = DOORS[door](World(api, site), kind, given)
    assert [each for each in said if twin(stored["id"]) in each], said
    assert "no source_key tells the two apart" in said[-1]
    assert "effective_on 2020-06-15" in said[-1]


@pytest.mark.parametrize("kind", FACTS)
def test_of_a_list_the_second_names_the_first(api, contract, kind):
    first, second = api.made(f"{kind}/", [body(kind, contract)] * 2)
    assert "warnings" not in first
    assert twin(first["id"]) in second["warnings"][0]


OTHERWISE = {
    "another amount": {"amount": "6.00"},
    "another measure": {"measure": "ceiling"},
    "another day": {"effective_on": "2020-06-16"},
}


@pytest.mark.parametrize("changed", OTHERWISE)
def test_what_differs_is_no_twin(api, contract, changed):
    given = body("ledger-entries", contract)
    api.made("ledger-entries/", given)
    assert "warnings" not in api.made("ledger-entries/", given | OTHERWISE[changed])


def test_neither_is_what_another_source_or_contract_says(api, contract):
    given = body("ledger-entries", contract)
    api.made("ledger-entries/", given)
    assert "warnings" not in api.made("ledger-entries/", given | {"source": make_source().pk})
    assert "warnings" not in api.made("ledger-entries/", given | {"contract": make_contract().pk})


@pytest.mark.parametrize(
    ("first", "second", "told"), [("a", "b", False), ("", "b", True), ("a", "", True), ("", "", True)]
)
def test_two_keys_tell_two_rows_apart_and_one_does_not(api, contract, first, second, told):
    given = body("ledger-entries", contract)
    api.made("ledger-entries/", given | {"source_key": first})
    assert ("warnings" in api.made("ledger-entries/", given | {"source_key": second})) is told


def test_a_repeat_by_its_key_is_no_twin(api, contract):
    given = body("ledger-entries", contract, source_key="k")
    assert api.made("ledger-entries/", given) == api.post("ledger-entries/", given).json()


def test_what_was_taken_back_has_no_twin(api, contract):
    given = body("ledger-entries", contract)
    api.made("ledger-entries/", given)
    entry = LedgerEntry.objects.get()
    ledger_entries.reverse(entry, Amending(entry.source))
    assert "warnings" not in api.made("ledger-entries/", given)


def test_what_two_people_said_on_one_day_is_two_facts(db):
    program, source = make_program(), make_source()
    say(program, "cancelled", speaker="A", source=source)
    assert say(program, "cancelled", speaker="B", source=source).pk
    decide(program, "cancelled", source=source)


def test_the_first_facts_of_a_contract_are_told_too(api, contract):
    given = {
        "reference": "C-9", "title": "x", "buyer": contract.buyer_id, "currency": "JPY", "signed_on": "2020-01-01",
        "suppliers": [{"name": name} for name in ("Lead", "Other", "Other")], "source": contract.source_id,
    }  # fmt: skip
    (said,) = api.made("contracts/", given)["warnings"]
    assert said.startswith("suppliers: contract party ")
    assert "role supplier" in said


@pytest.mark.django_db(transaction=True)
def test_of_two_posts_at_once_one_is_told():
    contract, source = make_contract(), make_source()

    def post():
        common = {"contract": contract, "source": source, "effective_on": day("2020-06-15")}
        return ledger_entries.record(LedgerEntry(measure="payment", amount=5, **common)).warnings

    assert sorted(map(len, at_once(*[post] * 4))) == [0, 1, 1, 1]


def test_a_milestone_without_an_amount_is_compared_too(api, contract):
    given = body("milestones", contract, amount=None)
    api.made("milestones/", given)
    assert twin(Milestone.objects.get().pk) in api.made("milestones/", given)["warnings"][0]
