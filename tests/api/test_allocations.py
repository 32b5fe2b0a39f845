"""`to` on an allocation: short for a share of zero from the next day on."""

import pytest

from procurement.contracts.models import ProgramAllocation
from tests.makers import make_contract, make_program, make_source


@pytest.fixture
def contract(db):
    make_program("shore")
    make_program("ship")
    return make_contract()


def body(contract, program="shore", **more):
    given = {"contract": contract.pk, "program": program, "effective_on": "2019-10-31", "to": "2020-12-17"}
    return given | {"source": make_source().pk} | more


def standing():
    rows = ProgramAllocation.objects.unreversed().order_by("effective_on", "pk")
    return [(row.program.code, f"{row.share:f}"[:3], str(row.effective_on)) for row in rows]


BEGINS, ENDS = ("shore", "1.0", "2019-10-31"), ("shore", "0.0", "2020-12-18")


def test_it_is_two_facts_and_both_are_answered_and_repeated(analyst, contract):
    given = body(contract, source_key="k", note="till the ship")
    made = analyst.made("allocations/", given)
    end = made["ended_by"]
    assert standing() == [BEGINS, ENDS]
    assert (end["effective_on"], end["share"], end["source_key"], end["note"]) == (
        "2020-12-18", "0", "k:to", "till the ship"
    )  # fmt: skip
    again = analyst.post("allocations/", given)
    assert (again.status_code, again.json()["ended_by"]["id"], len(standing())) == (200, end["id"], 2)
    assert analyst.errors("allocations/", given | {"to": "2021-01-31"}, 409)["source_key"]


def test_what_is_posted_of_the_next_day_counts_and_a_rehoming_is_one_list(analyst, contract):
    rows = [body(contract), body(contract, share="0.4", effective_on="2020-12-18", to=None)]
    rows.append(body(contract, "ship", share="0.6", effective_on="2020-12-18", to=None))
    first, second, third = analyst.made("allocations/", rows)
    assert (first["ended_by"]["share"], "ended_by" in second, "ended_by" in third) == ("0", False, False)
    shared = analyst.read(f"contracts/{contract.pk}/?as_of=2021-01-01")["allocations"]
    assert {each["program"]: each["share"] for each in shared} == {"ship": "0.6", "shore": "0.4"}


@pytest.mark.parametrize(
    ("more", "field", "said"),
    [
        ({"to": "2019-10-30"}, "to", "not be before the first day, 2019-10-31"),
        ({"source_key": "k" * 198}, "source_key", "at most 197"),
        ({"share": "2"}, "share", "between 0 and 1"),
        ({"to": "soon"}, "to", "is not a day"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_stored(analyst, contract, more, field, said):
    wrong = body(contract, **more)
    assert said in analyst.errors("allocations/", wrong)[field][0]
    assert said in analyst.errors("allocations/", [body(contract, "ship", share="0"), wrong])[f"1.{field}"][0]
    assert standing() == []


def test_shares_of_others_are_kept_from_exceeding_one(analyst, contract):
    analyst.made("allocations/", body(contract))
    assert (
        "as known on" in analyst.errors("allocations/", body(contract, "ship", effective_on="2020-12-17"))["share"][0]
    )
    assert len(standing()) == 2


def test_the_last_day_is_corrected_moved_and_taken_back(analyst, contract):
    made = analyst.made("allocations/", body(contract, source_key="k"))
    address = f"allocations/{made['id']}/correct/"
    moved = analyst.made(address, {"to": "2021-01-31", "note": "later"})
    assert (moved["id"], moved["ended_by"]["effective_on"]) == (made["id"], "2021-02-01")
    assert standing() == [BEGINS, ("shore", "0.0", "2021-02-01")]
    analyst.made(address, {"to": None})
    assert standing() == [BEGINS]
    assert analyst.errors(address, {"to": "2019-01-01"})["to"]
    both = analyst.made(address, {"share": "0.5", "to": "2020-12-17"})
    assert (both["share"], both["revision"], standing()) == ("0.5", 2, [("shore", "0.5", "2019-10-31"), ENDS])
    analyst.made("allocations/", body(contract, share="0.7", effective_on="2020-06-01", to=None))
    assert "another share" in analyst.errors(f"allocations/{both['id']}/correct/", {"to": "2020-08-01"})["to"][0]
