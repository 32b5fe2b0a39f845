"""Exposure in the shape of DESIGN.md section 8."""

import json

import pytest

from procurement.contracts.models import LiabilityEstimate, Milestone
from procurement.contracts.recording import liability_estimates, milestones
from procurement.exposure.explanations import nulls
from tests.makers import (
    day,
    decide,
    make_budget_rate,
    make_contract,
    make_program,
    make_rate,
    make_source,
    make_supplier,
    post,
    rehome,
    say,
    state_complete,
)


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
        "as_of", "published_by", "recorded_by", "currency", "rates", "group_by", "rows", "totals", "next", "horizon",
        "permalink",
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
    ("contract_status=active&currency=JPY", "error"), ("fiscal_year=2019", "100.00"), ("supplier={other}", None),
]  # fmt: skip


@pytest.mark.parametrize(("given", "committed"), FILTERS)
def test_filters_of_programs_and_contracts_apply(anonymous, portfolio, given, committed):
    make_program("ships", domain="naval")
    response = anonymous.get(f"exposure/?as_of=2020-06-25&{given.format(other=make_supplier('Other').pk)}")
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


# figures, ranges and reasons

COUNTED = ["currency", "contracts", "contracts_without_commitment", "disputes"]
FIGURES = ["ceiling", "committed", "funded", "paid", "paid_known_through", "paid_basis", "paid_uncommitted",
           "outstanding", "unaccounted", "delivered", "payable_now", "advance_at_risk", "termination_liability",
           "exit_exposure", "avoidable", "exit_paid", "guarantees_held", "committed_since", "paid_since",
           "paid_since_rehomed", "paid_since_uncertain", "confirmed_on", "presumed", "next_due"]  # fmt: skip
COVERED = [
    "committed",
    "paid",
    "paid_complete",
    "ceiling",
    "funded",
    "delivered",
    "termination_liability",
    "guarantees_held",
]


def test_a_row_has_its_keys_then_counts_figures_and_coverage(anonymous, portfolio):
    found = anonymous.read("exposure/?group_by=program&as_of=2020-06-25")
    assert list(found["rows"][0]) == ["program", *COUNTED, *FIGURES, "coverage"]
    assert list(found["totals"][0]) == [*COUNTED, *FIGURES, "coverage"]
    assert list(found["totals"][0]["coverage"]) == COVERED
    assert list(anonymous.read("programs/x/?as_of=2020-06-25")["exposure"][0]) == list(found["totals"][0])


def test_ranges_and_what_falls_due_are_objects(anonymous, db):
    contract, said = make_contract(committed="100"), {"effective_on": day("2020-01-01"), "source": make_source()}
    state_complete(contract, "2020-03-31", measure="delivery")
    post(contract, "40", "payment")
    liability_estimates.record(LiabilityEstimate(contract=contract, low=5, point=10, high=20, **said))
    milestones.record(Milestone(contract=contract, kind="payment", due_on=day("2024-03-31"), amount=60, **said))
    (row,) = anonymous.read("exposure/")["totals"]
    assert row["termination_liability"] == {"low": "5.00", "point": "10.00", "high": "20.00"}
    # nothing is payable now, as 40 was paid for nothing delivered; outstanding is 60
    assert row["exit_exposure"] == {"low": "5.00", "high": "20.00"}
    assert row["avoidable"] == {"low": "40.00", "high": "55.00"}
    assert row["next_due"] == {"due_on": "2024-03-31", "amount": "60.00"}


def test_figures_are_chosen_and_the_rest_of_a_row_stays(anonymous, portfolio):
    found = anonymous.read("exposure/?group_by=program&figures=next_due,paid&as_of=2020-06-25")
    assert list(found["rows"][0]) == ["program", *COUNTED, "paid", "paid_known_through", "next_due", "coverage"]


def test_every_null_of_an_answer_is_explained_when_asked(anonymous, portfolio):
    asked = "exposure/?as_of=2020-06-25&explain=true&group_by=program,program_status,domain,supplier,contract_status"
    make_contract(committed="5", status=None)
    found = anonymous.read(asked)
    for row in (*found["rows"], *found["totals"]):
        told = row.pop("explain")
        assert set(told) == set(nulls(row))
        assert all(each["why"] and each["fill"] for each in told.values())


def test_only_what_is_shown_is_explained(anonymous, portfolio):
    (_, dollars) = anonymous.read("exposure/?explain=true&figures=paid&as_of=2020-06-25")["totals"]
    assert dollars["explain"]["paid"]["why"].startswith("no payment or refund is recorded for its one contract")
    assert set(dollars["explain"]) == {"paid", "paid_known_through.earliest", "paid_known_through.latest"}


# what is not known, and how old the rest is


def test_a_row_says_how_old_it_is(anonymous, portfolio):
    (yen,) = [each for each in anonymous.read("exposure/?as_of=2026-06-25")["totals"] if each["currency"] == "JPY"]
    assert yen["paid_known_through"] == {"earliest": "2020-03-31", "latest": "2020-03-31"}
    assert (yen["paid_basis"], yen["presumed"]) == (["stated"], {"contracts": 1, "outstanding": "60.00"})
    assert yen["confirmed_on"] == {"earliest": "2019-10-31", "latest": "2019-10-31"}


def test_questions_can_be_about_what_is_only_presumed(anonymous, portfolio):
    counts = [
        [row["contracts"] for row in anonymous.read(f"exposure/?as_of={day}&presumed={which}")["totals"]]
        for day in ("2020-06-25", "2026-06-25")
        for which in ("true", "false")
    ]
    assert counts == [[], [1, 1], [1, 1], []]


def test_an_unknown_commitment_is_null_in_every_format(anonymous, db):
    post(make_contract(make_program("x")), "9", "payment")
    (row,) = anonymous.read("exposure/?group_by=program")["rows"]
    assert (row["committed"], row["outstanding"], row["unaccounted"], row["exit_paid"]) == (None,) * 4
    assert (row["paid"], row["paid_uncommitted"], row["coverage"]["committed"]) == ("9.00", "9.00", "0.0000")
    head, line = b"".join(anonymous.get("exposure/?format=csv").streaming_content).decode().splitlines()
    cells = dict(zip(head.split(","), line.split(","), strict=True))
    assert (cells["committed"], cells["paid_uncommitted"], cells["paid_basis"]) == ("", "9.00", "entries")


def test_what_nobody_dated_is_counted(anonymous, db):
    contract = make_contract(make_program("x"), committed="100")
    post(contract, "7", on="2020-01-01", source=make_source(None))
    for path in ("exposure/", "exposure/schedule/", "programs/x/exposure/"):
        assert "undated" not in anonymous.read(f"{path}?as_of=2020-06-25")
        assert anonymous.read(f"{path}?as_of=2020-06-25&published_by=2020-06-25")["undated"] == 1
    included = anonymous.read("exposure/?as_of=2020-06-25&published_by=2020-06-25&undated=include")
    assert (included["undated"], included["totals"][0]["committed"]) == (0, "107.00")
    series = "exposure/series/?interval=month&from=2020-01-01&to=2020-06-25&published_by=2020-06-25"
    assert anonymous.read(series)["undated"] == 1


# one currency


def test_an_answer_in_one_currency_names_its_rates(anonymous, portfolio):
    make_rate("EUR", "JPY", "120", "2020-06-24")
    make_rate("EUR", "USD", "1.25", "2020-06-24")
    found = anonymous.read("exposure/?group_by=program&as_of=2020-06-25&currency=JPY")
    assert found["rates"] == [
        {"base": "USD", "quote": "JPY", "rate": "96", "on": "2020-06-24", "type": "ecb_reference"}
    ]
    # 100 + 7 x 96
    assert [(row["program"]["code"], row["currency"], row["committed"]) for row in found["rows"]] == [
        ("x", "JPY", "772.00")
    ]
    assert (found["currency"], found["totals"][0]["committed"]) == ("JPY", "772.00")


def test_a_budget_rate_names_its_fiscal_year(anonymous, portfolio):
    make_budget_rate("USD", "JPY", "110", 2020)
    found = anonymous.read("exposure/?as_of=2020-06-25&currency=JPY&rate_type=budget")
    assert (found["rates"][0]["type"], found["rates"][0]["fiscal_year"]) == ("budget", 2020)
    assert found["totals"][0]["committed"] == "870.00"


def test_pages_in_one_currency_hold_every_row_once(anonymous, db):
    make_rate("USD", "JPY", "100", "2020-06-25", "other")
    for number in range(5):
        for currency in ("JPY", "USD"):
            make_contract(make_program(f"p-{number}-{currency}"), committed="5", currency=currency)
    asked = "exposure/?group_by=program&page_size=3&currency=JPY&rate_type=other&as_of=2020-06-25"
    rows = anonymous.every(asked, "rows")
    assert len({row["program"]["code"] for row in rows}) == len(rows) == 10


# formats of rows


def test_json_lines_and_csv_have_a_column_for_each_part(anonymous, portfolio):
    asked = "exposure/?group_by=program&as_of=2020-06-25&figures=paid,exit_exposure,next_due"
    response = anonymous.get(f"{asked}&format=jsonl")
    rows = [json.loads(line) for line in b"".join(response.streaming_content).splitlines()]
    head = b"".join(anonymous.get(f"{asked}&format=csv").streaming_content).decode().splitlines()[0]
    assert head.split(",") == [
        "as_of", "published_by", "undated", "recorded_by",
        "program_code", "program_name", "program_status", "program_status_since", "program_disputed",
        "program_stopped_by", *COUNTED, "paid", "paid_known_through_earliest",
        "paid_known_through_latest", "exit_exposure_low", "exit_exposure_high", "next_due_due_on",
        "next_due_amount", *(f"coverage_{name}" for name in COVERED),
    ]  # fmt: skip
    assert [row["program_code"] for row in rows] == ["x", "x"]
    assert all(list(row) == head.split(",") for row in rows)


def test_a_file_holds_the_rows_of_every_page(anonymous, db, monkeypatch):
    monkeypatch.setattr("procurement.api.exposure.asking.MOST_AT_ONCE", 2)
    for number in range(5):
        make_contract(make_program(f"p-{number}"), committed="5")
    response = anonymous.get("exposure/?group_by=program&format=jsonl&figures=committed")
    rows = [json.loads(line) for line in b"".join(response.streaming_content).splitlines()]
    assert [row["program_code"] for row in rows] == [f"p-{number}" for number in range(5)]


def test_a_page_as_csv_has_its_link(anonymous, portfolio):
    response = anonymous.get("exposure/?group_by=program&format=csv&page_size=1")
    assert '; rel="next", ' in response["Link"]
    assert len(response.content.splitlines()) == 2


def test_a_file_that_is_refused_is_refused_before_it_begins(anonymous, portfolio):
    refused = anonymous.get("exposure/?currency=EUR&format=csv")
    assert (refused.status_code, refused["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize(("asked", "field", "said"), [
    ("currency=XXY", "currency", "the nearest: XAD"),
    ("currency=EUR", "currency", "EUR"),
    ("rate_type=budget", "rate_type", "give currency too"),
    ("currency=EUR&rate_type=monthly", "rate_type", "accepted, separated by commas: ecb_reference, budget, other"),
    ("currency=EUR&rate_type=ecb_reference,monthly", "rate_type", "“monthly” is not a type of rate"),
    ("currency=EUR&rate_type=", "rate_type", "is empty; accepted"),
    ("currency=EUR&rate_type=other,other", "rate_type", "name each type once"),
    ("group_by=programme", "group_by", "accepted: program"),
    ("figures=spent", "figures", "“spent” is not a figure; accepted, separated by commas: ceiling"),
    ("figures=", "figures", "is empty; accepted"),
    ("explain=yes", "explain", "neither true nor false"),
    ("page_size=10001", "page_size", "1 to 10000 would be accepted"),
    ("page_size=0", "page_size", "1 to 10000 would be accepted"),
    ("recorded_by=2090-01-01T00:00:00Z", "recorded_by", "later than the horizon"),
    ("from=2020-01-01", "from", "unknown parameter"),
])  # fmt: skip
def test_what_cannot_be_asked_is_refused_with_what_would_work(anonymous, portfolio, asked, field, said):
    refused = anonymous.get(f"exposure/?{asked}")
    assert refused.status_code == 400, refused.content
    assert said in refused.json()["errors"][field][0]
