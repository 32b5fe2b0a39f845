"""Every case in one table."""

import pytest

from tests.makers import decide, make_contract, make_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def radar():
    radar = make_program("radar")
    decide(radar, "suspended", "2020-06-15")
    make_contract(radar, committed="100", paid="40")


def test_a_case_is_one_row_for_each_currency(anonymous, radar):
    found = anonymous.read("portfolio/?as_of=2020-06-25")
    assert (found["as_of"], len(found["rows"])) == ("2020-06-25", 1)
    row = found["rows"][0]
    assert (row["program"], row["outstanding"]) == ("radar", "60.00")
    assert row["stopped_on"] == {"on": "2020-06-15", "precision": "day"}


def test_programs_can_be_named(anonymous, radar):
    make_program("ships")
    assert [row["program"] for row in anonymous.read("portfolio/?program=radar")["rows"]] == ["radar"]


def test_it_comes_as_csv(anonymous, radar):
    lines = b"".join(anonymous.get("portfolio/?as_of=2020-06-25&format=csv").streaming_content).decode().splitlines()
    assert lines[0].startswith("as_of,published_by,undated,recorded_by,program,name,country,")
    assert lines[1].startswith("2020-06-25,,,,radar,Radar,JP,")


def test_an_unknown_program_is_refused(anonymous):
    assert "no program has the code" in str(anonymous.get("portfolio/?program=nope").json())
