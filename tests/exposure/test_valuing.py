"""Single contracts, as flags read them; and how many queries answers take."""

import pytest

from procurement.exposure.kept.refreshing import refresh
from procurement.exposure.valuing import value_contracts
from tests.exposure.asking import ask, asked
from tests.makers import day, decide, make_contract, make_program, put, rehome, state_complete

pytestmark = pytest.mark.django_db

TODAY = asked("2021-01-01")


def test_a_contract_has_a_value_per_program_and_one_for_the_rest():
    one, two = make_program("one"), make_program("two")
    contract = make_contract(one, committed="1000.00", paid="100.00")
    rehome(contract, [(one, "0.5"), (two, "0.25")], "2020-07-01")
    values = value_contracts(TODAY)
    assert [(v.program_id, v.committed, v.paid) for v in values] == [
        (one.pk, 500, 50),
        (two.pk, 250, 25),
        (None, 250, 25),
    ]


def test_values_can_be_had_of_programs_or_of_contracts():
    program = make_program()
    contract = make_contract(program, committed="1000.00", share="0.5")
    make_contract(make_program(), committed="1.00")
    assert [(v.contract_id, v.program_id) for v in value_contracts(TODAY, program_ids=[program.pk])] == [
        (contract.pk, program.pk)
    ]
    assert [v.program_id for v in value_contracts(TODAY, contract_ids=[contract.pk])] == [program.pk, None]
    assert value_contracts(TODAY, program_ids=[]) == value_contracts(TODAY, contract_ids=[]) == []


@pytest.mark.parametrize(
    ("status", "committed", "live"),
    [
        ("active", None, True),
        ("stop_work", "1.00", True),
        ("suspended", "1.00", True),
        ("partially_terminated", "1.00", True),
        ("pending", "1.00", True),
        ("pending", None, False),
        ("terminated", "1.00", False),
        ("completed", "1.00", False),
        ("cancelled_before_signature", None, False),
        (None, "1.00", False),
    ],
)
def test_which_contracts_are_live(status, committed, live):
    make_contract(make_program(), committed=committed, status=status)
    assert [value.live for value in value_contracts(TODAY)] == [live]


def test_a_value_says_through_when_and_on_what_ground_payments_are_known():
    contract = make_contract(committed="1000.00")
    for through in ("2019-12-31", "2020-12-31", "2021-12-31"):
        state_complete(contract, through, basis="balanced")
    (value,) = value_contracts(TODAY)
    # the latest statement that reaches no further than the asked day
    assert (value.paid_known_through.isoformat(), value.paid_basis) == ("2020-12-31", "balanced")


def test_the_answer_is_the_sum_of_the_values():
    program = make_program()
    for committed, paid in [("1000.00", "10.00"), ("500.00", None), ("30.00", "40.00")]:
        put(make_contract(program, committed=committed, paid=paid), "completed", "2020-01-01")
    (row,) = ask("2021-01-01", "program").rows
    values = value_contracts(TODAY)
    assert row.figures["committed"] == sum(value.committed for value in values)
    assert row.figures["unaccounted"] == sum(value.unaccounted for value in values)


@pytest.mark.parametrize("contracts", [1, 20])
def test_the_number_of_queries_is_constant(contracts, django_assert_num_queries):
    programs = [make_program() for _ in range(contracts)]
    for program in programs:
        make_contract(program, committed="1000.00", paid="10.00")
        decide(program, "suspended")
    refresh(today=day("2021-01-01"))
    with django_assert_num_queries(4):  # what was decided and said; rows; who may dispute; totals
        ask("2021-01-01", "program", "supplier")
    with django_assert_num_queries(2):
        ask("2021-01-01", "program", program=[program.pk for program in programs])
    with django_assert_num_queries(5):  # from facts: fiscal years, merges, and which contracts the programs ever had
        ask("2021-01-01", "program", published_by="2021-01-01", program=[program.pk for program in programs])
    with django_assert_num_queries(2):
        value_contracts(TODAY)
