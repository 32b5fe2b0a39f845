"""Exposure in the shape of DESIGN.md section 8."""

import pytest

from tests.makers import decide, make_contract, make_program, post, rehome, say, state_complete


@pytest.fixture
def portfolio(db):
    program = make_program("x", name="X", domain="missile_defence")
    contract = make_contract(program, committed="100", paid="40")
    state_complete(contract, "2020-03-31")
    make_contract(program, committed="7", currency="USD")
    decide(program, "suspended", "2020-06-15")
    say(program, "cancelled", "2020-06-20", speaker="Kono")
    return program


def test_an_answer_has_the_members_of_the_design(anonymous, portfolio):
    found = anonymous.read("exposure/?group_by=program&as_of=2020-06-25")
    assert list(found) == [
        "as_of", "published_by", "recorded_by", "currency", "rates", "group_by", "rows", "totals", "next"
    ]  # fmt: skip
    assert (found["as_of"], found["published_by"], found["rates"], found["group_by"]) == (
        "2020-06-25", None, [], ["program"]
    )  # fmt: skip


def test_rows_are_split_by_currency(anonymous, portfolio):
    found = anonymous.read("exposure/?group_by=program&as_of=2020-06-25")
    yen, dollars = found["rows"]
    assert yen["program"] == dollars["program"] | {"status": "suspended", "disputed": True}
    assert (yen["currency"], yen["committed"], yen["outstanding"], yen["coverage"]["paid_complete"]) == (
        "JPY", "100.00", "60.00", "1.0000"
    )  # fmt: skip
    assert (dollars["currency"], dollars["paid"], dollars["unaccounted"]) == ("USD", None, "7.00")
    assert (found["currency"], [row["currency"] for row in found["totals"]]) == (None, ["JPY", "USD"])


def test_the_only_currency_is_named(anonymous, db):
    make_contract(committed="5")
    assert anonymous.read("exposure/")["currency"] == "JPY"


GROUPINGS = {
    "supplier": ("name", "Maker"), "buyer": ("country", "JP"), "country": (None, "JP"),
    "supplier_country": (None, "US"), "domain": (None, "missile_defence"), "program_status": (None, "suspended"),
    "contract_status": (None, "active"), "method": (None, "domestic"), "fiscal_year": (None, 2019),
}  # fmt: skip


@pytest.mark.parametrize("group", GROUPINGS)
def test_every_grouping_has_its_key(anonymous, portfolio, group):
    row = anonymous.read(f"exposure/?group_by={group}&as_of=2020-06-25&country=JP")["rows"][0]
    member, expected = GROUPINGS[group]
    assert (row[group][member] if member else row[group]) == expected


def test_groupings_combine(anonymous, portfolio):
    row = anonymous.read("exposure/?group_by=program,supplier,currency&as_of=2020-06-25")["rows"][0]
    assert (row["program"]["code"], row["supplier"]["name"], row["currency"]) == ("x", "Maker", "JPY")


def test_the_unallocated_rest_has_no_program(anonymous, db):
    make_contract(committed="5")
    assert anonymous.read("exposure/?group_by=program")["rows"][0]["program"] is None


FILTERS = [
    ("program=x", "100.00"), ("program_status=suspended,cancelled", "100.00"), ("domain=naval", None),
    ("method=grant", None), ("is_remainder=false", "100.00"), ("signed_on__gte=2020-01-01", None),
    ("contract_status=active&currency=JPY", "error"), ("fiscal_year=2019", "100.00"), ("supplier=1", None),
]  # fmt: skip


@pytest.mark.parametrize(("given", "committed"), FILTERS)
def test_filters_of_programs_and_contracts_apply(anonymous, portfolio, given, committed):
    response = anonymous.get(f"exposure/?as_of=2020-06-25&{given}")
    if committed == "error":
        assert "USD/JPY" in response.json()["errors"]["currency"][0]
        return
    rows = [row["committed"] for row in response.json()["rows"] if row["currency"] == "JPY"]
    assert rows == ([committed] if committed else [])


def test_pages_of_exposure_hold_every_row_once(anonymous, db):
    for number in range(5):
        make_contract(make_program(f"p-{number}"), committed="5")
    rows = anonymous.every("exposure/?group_by=program&page_size=2", "rows")
    assert sorted(row["program"]["code"] for row in rows) == [f"p-{number}" for number in range(5)]


def test_the_total_is_the_same_before_and_after_a_re_homing(anonymous, portfolio):
    contract = make_contract(portfolio, committed="50")
    rehome(contract, [(portfolio, "0"), (make_program("y"), "1")], "2020-12-18")
    before, after = (
        anonymous.read(f"exposure/?program=x,y&as_of={day}")["totals"][0]["committed"]
        for day in ("2020-12-17", "2020-12-18")
    )
    assert before == after == "150.00"


@pytest.mark.django_db(transaction=True)
def test_an_answer_as_recorded_before_a_correction_is_the_old_one(analyst):
    contract = make_contract(make_program("x"), committed="100")
    entry = post(contract, "33.33")
    asked = "exposure/?group_by=program&recorded_by=" + entry.__class__.objects.get(pk=entry.pk).recorded_at.isoformat()
    before = analyst.read(asked)
    analyst.made(f"ledger-entries/{entry.pk}/correct/", {"amount": "11.11"})
    assert analyst.read(asked) == before
    assert analyst.read("exposure/")["rows"][0]["committed"] == "111.11"
