"""Programs: what stands about them, who says otherwise, what happened in order, and what is owed."""

import pytest

from tests.makers import decide, make_contract, make_organization, make_program, make_source, post, put, rehome, say


@pytest.fixture
def program(db):
    program = make_program("x", name="X")
    decide(program, "approved", "2017-12-19")
    say(program, "under_review", "2020-05-06", speaker="Officials")
    decide(program, "suspended", "2020-06-15", speaker="Kono", role="Minister", term="停止")
    say(program, "cancelled", "2020-06-25", speaker="Kono", term="撤回")
    contract = make_contract(program, committed="100", paid="40")
    put(contract, "stop_work", "2020-07-01", notified_on="2020-06-18")
    return program


def test_a_program_shows_its_standing_and_who_disputes_it(anonymous, program):
    found = anonymous.read("programs/x/?as_of=2020-06-30")
    assert (found["status"], found["status_since"], found["stopped_on"], found["stopped_by"], found["disputed"]) == (
        "suspended",
        "2020-06-15",
        "2020-06-15",
        "buyer",
        True,
    )
    assert (found["decided_by"]["speaker"], found["decided_by"]["term"]) == ("Kono", "停止")
    positions = [(said["speaker"], said["status"], said["term"]) for said in found["positions"]]
    assert positions == [("Officials", "under_review", ""), ("Kono", "cancelled", "撤回")]


def test_a_dispute_shows_since_when_it_runs_and_does_not_lapse(anonymous, program):
    found = anonymous.read("programs/x/?as_of=2026-11-28")
    assert (found["disputed"], found["disputed_since"], found["last_said_on"]) == (True, "2020-06-25", "2020-06-25")


def test_a_status_and_the_stop_that_began_otherwise_are_both_told(anonymous, program):
    decide(program, "cancelled", "2020-12-31", effective_precision="month")
    found = anonymous.read("programs/x/?as_of=2021-01-01")
    assert (found["status"], found["status_since"], found["status_since_precision"]) == (
        "cancelled",
        "2020-12-31",
        "month",
    )
    assert (found["stopped_as"], found["stopped_on"], found["stopped_on_precision"]) == (
        "suspended",
        "2020-06-15",
        "day",
    )


def test_every_act_on_a_contract_is_told(anonymous, program):
    (act,) = anonymous.read("programs/x/?as_of=2020-07-10")["contract_acts"]
    assert (act["status"], act["on"], act["precision"], act["days"]) == ("stop_work", "2020-07-01", "day", 16)


def test_a_program_shows_its_exposure(anonymous, program):
    row = anonymous.read("programs/x/?as_of=2020-06-30")["exposure"][0]
    assert (row["currency"], row["committed"], row["paid"], row["outstanding"]) == ("JPY", "100.00", "40.00", "60.00")


def test_a_program_shows_how_long_it_took_from_doubt_to_act(anonymous, program):
    assert anonymous.read("programs/x/?as_of=2020-07-10")["lag"] == {
        "first_doubt": {"on": "2020-05-06", "precision": "day", "days": -40},
        "stop": {"on": "2020-06-15", "precision": "day", "days": 0},
        "other_side_notified": {"on": "2020-06-18", "precision": "day", "days": 3},
        "contract_act": {"on": "2020-07-01", "precision": "day", "days": 16},
    }


def test_what_has_not_happened_yet_has_no_day(anonymous, program):
    assert anonymous.read("programs/x/?as_of=2020-06-16")["lag"]["contract_act"]["on"] is None
    assert anonymous.read("programs/x/?as_of=2020-06-14")["lag"] is None


def test_an_earlier_view_knows_less(anonymous, program):
    found = anonymous.read("programs/x/?as_of=2020-06-30&published_by=2020-06-20")
    assert (found["disputed"], found["status"]) == (False, "suspended")
    assert anonymous.get("programs/x/?as_of=2010-01-01").status_code == 404


def test_a_list_shows_each_standing(anonymous, program):
    decide(make_program("y"), "active", "2020-01-01")
    rows = {row["code"]: (row["status"], row["disputed"]) for row in anonymous.rows("programs/?as_of=2020-06-30")}
    assert rows == {"x": ("suspended", True), "y": ("active", False)}
    assert [row["code"] for row in anonymous.rows("programs/?status=suspended,cancelled")] == ["x"]
    assert anonymous.get("programs/?status=paused").status_code == 400


def test_a_timeline_holds_every_dated_fact_in_order(anonymous, program):
    rows = anonymous.rows("programs/x/timeline/")
    assert [row["effective_on"] for row in rows] == sorted(row["effective_on"] for row in rows)
    assert {row["type"] for row in rows} == {
        "status-changes", "contract-parties", "contract-status-changes", "allocations", "ledger-entries"
    }  # fmt: skip
    assert [row["status"] for row in rows if row["type"] == "status-changes"][-2:] == ["suspended", "cancelled"]
    assert len(anonymous.rows("programs/x/timeline/?as_of=2020-06-14")) < len(rows)


def test_a_timeline_is_read_page_by_page(anonymous, program):
    assert anonymous.every("programs/x/timeline/?page_size=2") == anonymous.rows("programs/x/timeline/")


def test_a_timeline_keeps_a_contract_that_went_to_another_program(anonymous, program):
    contract = make_contract(program, committed="7")
    rehome(contract, [(program, "0"), (make_program("y"), "1")], "2020-12-18")
    post(contract, "3", "payment", on="2021-03-31")
    assert "3.00" in [row.get("amount") for row in anonymous.rows("programs/x/timeline/")]
    moves = [row for row in anonymous.rows("programs/y/timeline/") if row["type"] == "allocations"]
    assert [(row["program"], row["share"]) for row in moves] == [("y", "1")]


def test_a_programs_exposure_answers_as_exposure_does(anonymous, program):
    own = anonymous.read("programs/x/exposure/?as_of=2020-06-30")
    for row in (*own["rows"], *own["totals"]):
        del row["deferred"]
    found = anonymous.read("exposure/?program=x&group_by=program&as_of=2020-06-30")
    assert own | {"permalink": None} == found | {"permalink": None}
    assert anonymous.get("programs/atlantis/exposure/").status_code == 404


def test_a_new_program_takes_its_buyer_inline_and_its_country_from_it(analyst):
    made = analyst.made("programs/", {"code": "z", "name": "Z", "buyer": {"name": "Ministry", "country": "JP"}})
    assert (made["country"], made["buyer_name"]) == ("JP", "Ministry")
    again = analyst.post("programs/", {"code": "z", "name": "Z"})
    assert (again.status_code, again.json()["existing"]) == (409, made["id"])


def test_a_descriptive_row_appears_from_its_sources_date(anonymous, db):
    make_program("z", source=make_source("2020-01-10"), buyer=make_organization())
    assert [len(anonymous.rows(f"programs/?as_of={day}")) for day in ("2020-01-09", "2020-01-10")] == [0, 1]
