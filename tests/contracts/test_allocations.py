"""Shares of a contract never exceed one on any day, in whatever order they are posted."""

from decimal import Decimal

import pytest

from procurement.common.errors import Refused
from procurement.contracts.models import ProgramAllocation
from procurement.contracts.recording import allocations, shares_as_known
from procurement.contracts.sharing import first_excess
from procurement.sources.recording import Amending
from tests.makers import allocate, day, make_contract, make_program, make_source, rehome
from tests.racing import at_once, of_kind

pytestmark = pytest.mark.django_db


def test_a_rehoming_is_two_rows_with_one_source():
    shore, ship = make_program(), make_program()
    contract = make_contract(shore)
    moved = rehome(contract, [(shore, "0"), (ship, "1")], "2020-12-18")
    assert len({row.source_id for row in moved}) == 1
    assert all(first_excess(shares) is None for _, shares in shares_as_known(contract.programallocation_set.all()))


def test_a_second_home_is_refused_while_the_first_holds_all():
    contract = make_contract(make_program())
    with pytest.raises(Refused) as caught:
        allocate(contract, make_program(), "0.000001", "2025-01-01")
    assert "would add up to 1.000001 on 2025-01-01" in caught.value.errors["share"][0]
    assert ProgramAllocation.objects.count() == 1


def test_a_backdated_row_is_refused_for_a_day_in_the_past():
    shore, ship = make_program(), make_program()
    contract = make_contract(shore)
    rehome(contract, [(shore, "0"), (ship, "1")], "2020-12-18")
    with pytest.raises(Refused, match="on 2020-12-18"):
        allocate(contract, shore, "0.5", "2020-12-18")
    with pytest.raises(Refused, match="on 2020-06-01"):
        allocate(contract, ship, "1", "2020-06-01")


def test_a_home_that_is_known_to_end_only_later_is_not_given_away_before():
    shore, ship = make_program(), make_program()
    contract = make_contract(shore)
    allocate(contract, shore, "0", "2020-12-18", published_on=day("2024-12-10"))
    with pytest.raises(Refused, match="as known on 2021-06-18"):
        allocate(contract, ship, "1", "2020-12-18", published_on=day("2021-06-18"))


def test_a_backdated_row_that_fits_is_accepted():
    shore, ship = make_program(), make_program()
    contract = make_contract(shore, signed_on="2020-01-01")
    rehome(contract, [(shore, "0"), (ship, "1")], "2020-12-18")
    rehome(contract, [(shore, "0.4"), (ship, "0.6")], "2020-06-01")
    assert ProgramAllocation.objects.count() == 5


def test_taking_back_the_end_of_a_share_is_refused_when_another_took_its_place():
    shore, ship = make_program(), make_program()
    contract = make_contract(shore)
    ended, _ = rehome(contract, [(shore, "0"), (ship, "1")], "2020-12-18")
    with pytest.raises(Refused, match="would add up to 2 on 2020-12-18"):
        allocations.reverse(ended, Amending(source=make_source("2021-01-01")))


def test_a_share_is_corrected_within_what_is_left():
    shore, ship = make_program(), make_program()
    contract = make_contract(shore, share="0.4")
    half = allocate(contract, ship, "0.5", "2020-01-01")
    with pytest.raises(Refused, match=r"1\.1 on"):
        allocations.correct(half, Amending(source=make_source("2020-02-01")), {"share": Decimal("0.7")})
    assert allocations.correct(half, Amending(source=make_source("2020-02-01")), {"share": Decimal("0.6")}).created


@pytest.mark.parametrize("share", ["-0.1", "1.000001", "0.1234567", "NaN", "Infinity"])
def test_a_share_lies_between_zero_and_one_with_six_decimals(share):
    with pytest.raises(Refused) as caught:
        allocate(make_contract(), make_program(), share, "2020-01-01")
    assert list(caught.value.errors) == ["share"]


def test_a_share_to_no_program_is_refused():
    row = ProgramAllocation(contract=make_contract(), share=Decimal(1), effective_on=day("2020-01-01"))
    row.source = make_source()
    with pytest.raises(Refused, match="program: must be given"):
        allocations.record(row)


def test_a_refused_pair_leaves_neither_row():
    shore, ship = make_program(), make_program()
    contract = make_contract(shore)
    with pytest.raises(Refused):
        rehome(contract, [(shore, "0.5"), (ship, "1")], "2020-12-18")
    assert ProgramAllocation.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_that_would_exceed_one_together_are_not_both_taken():
    contract, programs, source = make_contract(), [make_program() for _ in range(2)], make_source()
    acts = [
        lambda program=program: allocate(contract, program, "0.6", "2020-01-01", source=source) for program in programs
    ]
    outcomes = at_once(*acts)
    assert (len(of_kind(outcomes, ProgramAllocation)), len(of_kind(outcomes, Refused))) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_many_that_fit_together_are_all_taken():
    contract, programs, source = make_contract(), [make_program() for _ in range(4)], make_source()
    acts = [
        lambda program=program: allocate(contract, program, "0.25", "2020-01-01", source=source) for program in programs
    ]
    assert len(of_kind(at_once(*acts), ProgramAllocation)) == 4
