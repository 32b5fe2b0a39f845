"""Exposure chosen and ordered by its figures: in one currency, what is unknown last, in pages that nothing shifts."""

import pytest

from tests.makers import make_contract, make_program, make_rate, make_source, post


@pytest.fixture
def programs(db):
    """Commitments of 5, 20, 10, 10 and one unknown, in yen."""
    for code, amount in (("five", "5"), ("twenty", "20"), ("ten", "10"), ("other-ten", "10"), ("unknown", None)):
        make_contract(make_program(code), committed=amount)


def codes(answer):
    return [row["program"]["code"] for row in answer["rows"]]


ASKED = [
    ("ordering=-committed", ["twenty", "ten", "other-ten", "five", "unknown"]),
    ("ordering=committed", ["five", "ten", "other-ten", "twenty", "unknown"]),
    ("committed__gte=10", ["twenty", "ten", "other-ten"]),
    ("committed__lte=10&committed__gte=6&ordering=-contracts", ["ten", "other-ten"]),
    ("committed__isnull=true", ["unknown"]),
    ("committed__isnull=false&ordering=-committed,paid&page_size=2", ["twenty", "ten"]),
    ("exit_exposure_high__gte=0", []),
]


def test_rows_are_chosen_and_ordered_by_figures(anonymous, programs):
    for asked, expected in ASKED:
        answer = anonymous.read(f"exposure/?group_by=program&{asked}")
        assert codes(answer) == expected, asked
        assert answer["totals"][0]["committed"] == "45.00", asked


def test_pages_begin_after_the_last_row_whatever_comes_before_it(anonymous, programs):
    first = anonymous.read("exposure/?group_by=program&ordering=-committed&page_size=2&as_of=2020-01-01")
    make_contract(make_program("thirty"), committed="30")
    rest = anonymous.pages(first["next"].rpartition("/api/v1/")[2], "rows")
    assert [[row["program"]["code"] for row in page] for page in rest] == [["other-ten", "five"], ["unknown"]]


def test_files_have_all_rows_in_the_order(anonymous, programs):
    answer = anonymous.get("exposure/?group_by=program&ordering=-committed&committed__gte=6&format=csv")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert [line.split(",")[4] for line in lines[1:]] == ["twenty", "ten", "other-ten"]


def test_amounts_in_several_currencies_are_compared_only_converted(anonymous, programs):
    make_contract(make_program("euro"), committed="1", currency="EUR")
    refused = anonymous.get("exposure/?group_by=program&ordering=-committed&as_of=2020-01-01").json()["errors"]
    assert "EUR, JPY cannot be compared" in refused["ordering"][0]
    assert codes(anonymous.read("exposure/?group_by=program&ordering=-committed&program=euro")) == ["euro"]
    make_rate("EUR", "JPY", "15", "2019-12-31", source=make_source("2019-12-31"))
    answer = anonymous.read(
        "exposure/?group_by=program&committed__gte=15&ordering=committed&currency=JPY&as_of=2020-01-01"
    )
    assert codes(answer) == ["euro", "twenty"]


def test_what_cannot_be_read_is_refused_by_name(anonymous, programs):
    bad = anonymous.get("exposure/?paid__gte=much&committed__lte=x").json()["errors"]
    assert sorted(bad) == ["committed__lte", "paid__gte"]
    assert "accepted: ceiling" in anonymous.get("exposure/?ordering=-size").json()["errors"]["ordering"][0]
    assert "figures" in anonymous.get("exposure/?ordering=paid&figures=deferred").json()["errors"]


def test_contracts_are_ranked_too(anonymous, programs):
    contract = make_contract(make_program("more"), committed="100")
    post(contract, "40", "payment", on="2019-12-01")
    answer = anonymous.read("exposure/?group_by=contract&committed__gte=20&ordering=-committed&page_size=1")
    assert answer["rows"][0]["contract"]["id"] == contract.pk
    assert len(anonymous.pages(answer["next"].rpartition("/api/v1/")[2], "rows")) == 1
