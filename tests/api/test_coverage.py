"""Coverage is a share between 0 and 1 wherever it is answered, also of commitments below zero."""

import json

import pytest

from tests.makers import make_contract, make_program, make_rate, post, state_complete


@pytest.fixture
def radar(db):
    """Payments are known of 100 yen, unknown of -300, and of a contract of which no commitment is known."""
    program = make_program("x", domain="missile_defence")
    state_complete(make_contract(program, committed="100", paid="40"), "2020-03-31")
    post(make_contract(program), "-300", on="2020-01-01")
    make_contract(program)
    make_rate("JPY", "USD", "0.01", "2020-06-25", "other")
    return program


def as_rows(answer):
    return [*answer["rows"], *answer["totals"]]


def points(answer):
    return [row for point in answer["points"][-1:] for row in as_rows(point)]


DAY = "as_of=2020-06-25"
DOORS = [
    (f"exposure/?{DAY}", as_rows),
    (f"exposure/?{DAY}&group_by=program", as_rows),
    (f"exposure/?{DAY}&group_by=domain,currency", as_rows),
    (f"exposure/?{DAY}&program=x&supplier_country=JP,US", as_rows),
    (f"exposure/?{DAY}&published_by=2020-06-25", as_rows),
    (f"exposure/?{DAY}&currency=USD&rate_type=other", as_rows),
    ("exposure/series/?interval=month&from=2020-05-01&to=2020-06-25", points),
    ("exposure/series/?interval=month&from=2020-05-01&to=2020-06-25&currency=USD&rate_type=other", points),
    (f"programs/x/?{DAY}", lambda answer: answer["exposure"]),
    (f"programs/x/exposure/?{DAY}", as_rows),
]


@pytest.mark.parametrize(("address", "rows"), DOORS)
def test_coverage_is_the_same_share_at_every_door(anonymous, radar, address, rows):
    if "series" in address:
        make_rate("JPY", "USD", "0.01", "2020-05-29", "other")
    found = rows(anonymous.read(address))
    assert found
    for row in found:
        # 100 of the absolute 100 + 300; two of three commitments
        shares = [row["coverage"][name] for name in ("paid", "paid_complete", "delivered", "committed")]
        assert shares == ["0.2500", "0.2500", "0.0000", "0.6666"]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_files_have_it_too(anonymous, radar, form):
    lines = b"".join(anonymous.get(f"exposure/?{DAY}&format={form}").streaming_content).decode().splitlines()
    flat = dict(zip(lines[0].split(","), lines[1].split(","), strict=True)) if form == "csv" else json.loads(lines[0])
    assert (flat["coverage_paid"], flat["coverage_committed"]) == ("0.2500", "0.6666")
