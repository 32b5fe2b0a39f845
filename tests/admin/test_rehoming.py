"""Moving a contract from one program to another."""

import datetime as dt
from decimal import Decimal

import pytest

from procurement.admin.rehoming import held
from tests.makers import make_contract, make_program, make_source, rehome

DAY = dt.date(2020, 12, 18)


@pytest.fixture
def programs(db):
    return make_program("old"), make_program("new")


def move(client, contract, origin, target, **more):
    given = {
        "from_program": origin.pk,
        "to_program": target.pk,
        "effective_on": "2020-12-18",
        "source": make_source().pk,
    }
    return client.post(f"/admin/procurement/contract/{contract.pk}/rehome/", given | more)


def test_all_of_it_moves_when_no_share_is_given(analyst, programs):
    old, new = programs
    contract = make_contract(old)
    assert move(analyst, contract, old, new).status_code == 302
    assert held(contract, DAY) == {new: 1}
    assert held(contract, DAY - dt.timedelta(days=1)) == {old: 1}


def test_a_share_moves_onto_what_the_other_has(analyst, programs):
    old, new = programs
    contract = make_contract(old)
    rehome(contract, [(old, "0.75"), (new, "0.25")], "2020-01-01")
    move(analyst, contract, old, new, share="0.25", published_on="2021-06-18")
    assert held(contract, DAY) == {old: Decimal("0.5"), new: Decimal("0.5")}
    assert {row.published_on.isoformat() for row in contract.programallocation_set.filter(effective_on=DAY)} == {
        "2021-06-18"
    }


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"share": "1.5"}, "share"),
        ({"share": "0"}, "share"),
        ({"source": ""}, "source"),
        ({"effective_on": ""}, "effective_on"),
    ],
)
def test_what_cannot_be_moved_changes_nothing(analyst, programs, given, field):
    old, new = programs
    contract = make_contract(old)
    answer = move(analyst, contract, old, new, **given)
    assert list(answer.context["form"].errors) == [field]
    assert contract.programallocation_set.count() == 1


def test_it_moves_to_another_program(analyst, programs):
    contract = make_contract(programs[0])
    answer = move(analyst, contract, programs[0], programs[0])
    assert "to_program" in answer.context["form"].errors


def test_a_contract_of_no_program_cannot_be_moved(analyst, programs):
    answer = move(analyst, make_contract(), *programs)
    assert "from_program" in answer.context["form"].errors


def test_readers_move_nothing(reader, programs):
    contract = make_contract(programs[0])
    assert move(reader, contract, *programs).status_code == 403
    assert contract.programallocation_set.count() == 1
