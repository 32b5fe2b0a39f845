"""Programs by their standing, at any of the three dates, in every list that has programs."""

import pytest

from tests.makers import decide, make_contract, make_program, make_source, say


@pytest.fixture
def programs(db):
    """Three: suspended in June, cancelled in September and disputed since October, and one that goes on."""
    for code, amount in (("halted", "5"), ("ended", "7"), ("sound", "11")):
        make_contract(make_program(code, source=make_source("2019-01-01")), committed=amount)
    from procurement.programs.models import Program

    found = {each.code: each for each in Program.objects.all()}
    decide(found["halted"], "suspended", on="2020-06-15")
    decide(found["ended"], "cancelled", on="2020-09-01")
    say(found["ended"], "active", on="2020-10-01")
    return found


ASKED = [
    ("stopped=true", {"halted", "ended"}),
    ("stopped=false", {"sound"}),
    ("stopped=true&as_of=2020-06-25", {"halted"}),
    ("stopped=false&as_of=2020-06-25", {"ended", "sound"}),
    ("disputed=true", {"ended"}),
    ("disputed=true&as_of=2020-09-30", set()),
    ("disputed=false&stopped=true", {"halted"}),
    ("stopped_on__gte=2020-07-01", {"ended"}),
    ("stopped_on__lte=2020-07-01", {"halted"}),
    ("stopped_on__gte=2020-06-15&stopped_on__lte=2020-09-01&published_by=2020-08-01", {"halted"}),
]


def test_lists_portfolio_exposure_and_schedule_choose_the_same_programs(anonymous, programs):
    for asked, codes in ASKED:
        assert {row["code"] for row in anonymous.rows(f"programs/?{asked}")} == codes, asked
        assert {row["program"] for row in anonymous.read(f"portfolio/?{asked}")["rows"]} == codes, asked
        for address in ("exposure/", "exposure/schedule/"):
            rows = anonymous.read(f"{address}?group_by=program&{asked}")["rows"]
            assert {row["program"]["code"] for row in rows} == codes, (address, asked)


def test_a_series_chooses_by_the_standing_of_each_day(anonymous, programs):
    address = "exposure/series/?interval=quarter&from=2020-05-01&to=2020-12-31&stopped=true"
    points = anonymous.read(address)["points"]
    assert [[row["committed"] for row in point["totals"]] for point in points] == [["5.00"], ["12.00"], ["12.00"]]


def test_what_is_neither_true_nor_false_is_refused_everywhere(anonymous, db):
    for address in ("programs/", "portfolio/", "exposure/"):
        refused = anonymous.get(f"{address}?stopped=yes&stopped_on__gte=soon")
        assert (refused.status_code, sorted(refused.json()["errors"])) == (400, ["stopped", "stopped_on__gte"])


def test_the_portfolio_is_searched_as_programs_are(anonymous, programs):
    assert {row["program"] for row in anonymous.read("portfolio/?search=halt")["rows"]} == {"halted"}
